/**
 * The engine's commands: what they read, what they print, how they end.
 *
 * Results go to standard output, messages about bad input to standard error. Exit code 0: done.
 * 1: cases failed. 2: bad input, with a sentence that says what, where and what would be right.
 */
import { casesOf } from './conform/detect.ts';
import { layoutsJson } from './conform/layouts.ts';
import {
  addTallies,
  type FileReport,
  fileText,
  reportLines,
  runCases,
  skipLines,
  tallyText,
} from './conform/report.ts';
import { readText } from './files.ts';
import { runScenario } from './run.ts';
import { sizeText } from './size.ts';

/** Where a command writes lines. */
export interface Output {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** How a command ends. */
const exitCode = { done: 0, failed: 1, badInput: 2 } as const;

type ExitCode = (typeof exitCode)[keyof typeof exitCode];

interface Command {
  readonly usage: string;
  readonly run: (args: readonly string[], output: Output) => ExitCode;
}

const commands: Readonly<Record<string, Command>> = {
  conform: { usage: 'conform FILE… | conform --skips', run: conform },
  run: { usage: 'run SCENARIO.json', run },
  size: { usage: 'size INVENTORY.json', run: size },
  layouts: { usage: 'layouts', run: layouts },
};

const usageText = `usage: engine -- ${Object.values(commands)
  .map(({ usage }) => usage)
  .join(' | ')}`;

/** Runs the command that the arguments name. */
export function runCommand([name, ...args]: readonly string[], output: Output): ExitCode {
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command.run(args, output);
  const problem = name === undefined ? 'no command' : `no command "${name}"`;
  output.err(`${problem}. ${usageText}`);
  return exitCode.badInput;
}

function conform(args: readonly string[], output: Output): ExitCode {
  if (args.length === 1 && args[0] === '--skips') {
    for (const line of skipLines()) output.out(line);
    return exitCode.done;
  }
  const option = args.find((arg) => arg.startsWith('--'));
  if (option !== undefined || args.length === 0) {
    const problem =
      option === undefined ? 'conform needs a file' : `conform has no option ${option}`;
    output.err(`${problem}. ${usageText}`);
    return exitCode.badInput;
  }
  const reports = args.map((path) => conformFile(path, output));
  const usable = reports.filter((report) => report !== undefined);
  const total = addTallies(usable);
  output.out(tallyText(total));
  if (usable.length < reports.length) return exitCode.badInput;
  return total.failed > 0 ? exitCode.failed : exitCode.done;
}

/** Runs one file; undefined when it cannot be used. */
function conformFile(path: string, output: Output): FileReport | undefined {
  const text = readText(path);
  if (!text.ok) {
    output.err(text.error);
    return undefined;
  }
  const cases = casesOf(text.value);
  if (!cases.ok) {
    const { rowNumber, message } = cases.error;
    output.err(`${path}: ${rowNumber === undefined ? '' : `row ${rowNumber}: `}${message}`);
    return undefined;
  }
  const report = runCases(cases.value);
  output.out(`${path}: ${fileText(report)}`);
  for (const line of reportLines(report)) output.out(line);
  return report;
}

function run(args: readonly string[], output: Output): ExitCode {
  const [path] = args;
  if (path === undefined || args.length > 1) {
    output.err(`run needs one file, the one that a lab exports. ${usageText}`);
    return exitCode.badInput;
  }
  const text = readText(path);
  const result = text.ok ? runScenario(text.value) : undefined;
  if (result?.ok) {
    output.out(JSON.stringify(result.value));
    return exitCode.done;
  }
  output.err(text.ok ? `${path}: ${result?.error ?? ''}` : text.error);
  return exitCode.badInput;
}

function size(args: readonly string[], output: Output): ExitCode {
  const [path] = args;
  if (path === undefined || args.length > 1) {
    output.err(`size needs one file, an inventory or an instance. ${usageText}`);
    return exitCode.badInput;
  }
  const text = readText(path);
  const result = text.ok ? sizeText(text.value, () => Math.round(performance.now())) : undefined;
  if (result?.ok) {
    output.out(JSON.stringify(result.value));
    return exitCode.done;
  }
  if (!text.ok) output.err(text.error);
  for (const problem of result?.error ?? []) output.err(`${path}: ${problem}`);
  return exitCode.badInput;
}

function layouts(args: readonly string[], output: Output): ExitCode {
  if (args.length > 0) {
    output.err(`layouts takes no arguments, not "${args.join(' ')}". ${usageText}`);
    return exitCode.badInput;
  }
  output.out(JSON.stringify(layoutsJson()));
  return exitCode.done;
}
