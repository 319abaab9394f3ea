/** Runs steps one after the other, goes on after a failure, and counts what really happened. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Step, strayTestFiles, testFilesOf, type VitestStep } from './steps.ts';
import { type Ending, type Tally, tallyCommand, tallyVitest } from './tally.ts';

/** Where to run, and what the steps need from outside. */
export interface Surroundings {
  /** The top level of the tree. */
  readonly root: string;
  /** Finds the browser; asked for only before a step that needs one. */
  browser(): Promise<string>;
  say(text: string): void;
  /** Keeps what Vitest prints to itself; for the tests of the runner. */
  readonly quiet?: boolean;
}

/** Runs the steps and returns a tally for each, whatever goes wrong inside it. */
export async function runSteps(
  steps: readonly Step[],
  at: Surroundings,
): Promise<readonly Tally[]> {
  const reports = join(at.root, 'test-results');
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const tallies: Tally[] = [];
  for (const step of steps) tallies.push(await guarded(step, at));
  if (steps.some((step) => step.kind === 'vitest')) tallies.push(strayTally(at.root));
  return tallies;
}

/** Whatever is thrown inside a step is one failure of that step, and the next steps still run. */
async function guarded(step: Step, at: Surroundings): Promise<Tally> {
  try {
    return await (step.kind === 'vitest' ? runVitest(step, at) : runCommand(step, at));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { passed: 0, failed: 1, problems: [`${step.name}: ${message}`] };
  }
}

async function runCommand(step: Extract<Step, { kind: 'command' }>, at: Surroundings) {
  const startMs = performance.now();
  if (step.removes !== undefined) {
    rmSync(join(at.root, step.removes), { recursive: true, force: true });
  }
  const ran = await run(step.command, step.args, { root: at.root, quiet: true });
  const tally = tallyCommand(step.name, ran);
  at.say(`${tally.failed === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${secondsSince(startMs)})`);
  if (tally.failed > 0) at.say(ran.output);
  return tally;
}

async function runVitest(step: VitestStep, at: Surroundings): Promise<Tally> {
  const startMs = performance.now();
  at.say(`\n── ${step.name}`);
  const reportFile = join(at.root, 'test-results', `${step.projects.join('-')}.json`);
  const env: Record<string, string> = { VITEST_JSON: reportFile };
  if (step.projects.includes('browser')) env.CHROMIUM_PATH = await at.browser();
  const args = ['run', '--config', 'tests/config/vitest.config.ts', '--update=none'];
  const projects = step.projects.flatMap((project) => ['--project', project]);
  const options = { root: at.root, quiet: at.quiet ?? false, env };
  const ending = await run('vitest', [...args, ...projects, ...step.args], options);
  const testFiles = step.projects.flatMap((project) => testFilesOf(at.root, project));
  at.say(`── ${step.name}: ${secondsSince(startMs)}`);
  return tallyVitest({ name: step.name, ending, report: readJson(reportFile), testFiles });
}

interface Ran extends Ending {
  readonly output: string;
}

interface RunOptions {
  readonly root: string;
  /** Keeps the output instead of showing it as it comes. */
  readonly quiet: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs one of the project's programs; it finds the project's Node first, whoever started it. */
function run(command: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const bin = join(options.root, 'node_modules/.bin');
  const stream = options.quiet ? 'pipe' : 'inherit';
  return new Promise((resolve) => {
    const child = spawn(join(bin, command), args, {
      cwd: options.root,
      env: {
        ...process.env,
        PATH: [bin, process.env.PATH ?? ''].join(delimiter),
        ASTRO_TELEMETRY_DISABLED: '1',
        ...options.env,
      },
      stdio: ['ignore', stream, stream],
    });
    let output = '';
    const keep = (data: Buffer) => {
      output += data.toString();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.once('error', (error) => resolve({ exitCode: null, signal: error.message, output }));
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, output }));
  });
}

function strayTally(root: string): Tally {
  const stray = strayTestFiles(root);
  return {
    passed: stray.length === 0 ? 1 : 0,
    failed: stray.length,
    problems: stray.map((path) => `${path} belongs to no test project and never runs`),
  };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function secondsSince(startMs: number): string {
  return `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
}
