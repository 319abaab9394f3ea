/**
 * `npm test` and `npm run check`: runs every step, goes on after a failure, and closes with one
 * line, `N passed, N failed`, counted from the real results.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runs, type Step, strayTestFiles, testFilesOf, type VitestStep } from './steps.ts';
import { closing, type Ending, type Tally, tallyCommand, tallyVitest } from './tally.ts';
import { browserOfThisMachine } from './this-machine.ts';

const root = join(import.meta.dirname, '../..');
const reports = join(root, 'test-results');

/** Every child finds the project's own programs first, Node included, whoever started this. */
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(root, 'node_modules/.bin'), process.env.PATH ?? ''].join(delimiter),
  ASTRO_TELEMETRY_DISABLED: '1',
};

const secondsSince = (startMs: number) => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;

interface Ran extends Ending {
  readonly output: string;
}

/** Runs a program; its output is shown as it comes, or kept when `quiet`. */
function run(command: string, args: readonly string[], quiet: boolean): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(join(root, 'node_modules/.bin', command), args, {
      cwd: root,
      env: environment,
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
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

async function runStep(step: Step): Promise<Tally> {
  const startMs = performance.now();
  if (step.kind === 'vitest') {
    console.log(`\n── ${step.name}`);
    const tally = await runVitest(step);
    console.log(`── ${step.name}: ${secondsSince(startMs)}`);
    return tally;
  }
  if (step.name === 'build') rmSync(join(root, 'dist'), { recursive: true, force: true });
  const ran = await run(step.command, step.args, true);
  const tally = tallyCommand(step.name, ran);
  console.log(
    `${tally.failed === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${secondsSince(startMs)})`,
  );
  if (tally.failed > 0) console.log(ran.output);
  return tally;
}

async function runVitest(step: VitestStep): Promise<Tally> {
  const reportFile = join(reports, `${step.projects.join('-')}.json`);
  environment.VITEST_JSON = reportFile;
  if (step.projects.includes('browser')) environment.CHROMIUM_PATH = await browserOfThisMachine();
  const args = ['run', '--config', 'tests/config/vitest.config.ts', '--update=none'];
  const projects = step.projects.flatMap((project) => ['--project', project]);
  const ending = await run('vitest', [...args, ...projects, ...step.args], false);
  const testFiles = step.projects.flatMap((project) => testFilesOf(root, project));
  return tallyVitest({ name: step.name, ending, report: readJson(reportFile), testFiles });
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whatever goes wrong inside a step is one failure of that step, and the next steps still run. */
async function guarded(step: Step): Promise<Tally> {
  try {
    return await runStep(step);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { passed: 0, failed: 1, problems: [`${step.name}: ${message}`] };
  }
}

function strayTally(): Tally {
  const stray = strayTestFiles(root);
  return {
    passed: stray.length === 0 ? 1 : 0,
    failed: stray.length,
    problems: stray.map((path) => `${path} belongs to no test project and never runs`),
  };
}

async function main(which: string): Promise<void> {
  if (which !== 'all' && which !== 'check') {
    console.error(`There is no run called "${which}"; there are: ${Object.keys(runs).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const tallies: Tally[] = which === 'all' ? [strayTally()] : [];
  for (const step of runs[which]) tallies.push(await guarded(step));
  const problems = tallies.flatMap((tally) => tally.problems);
  if (problems.length > 0) console.log(`\n${problems.join('\n')}`);
  const end = closing(tallies);
  console.log(`\n${end.line}`);
  process.exitCode = end.exitCode;
}

await main(process.argv[2] ?? 'all');
