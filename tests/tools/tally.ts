/**
 * Counts what really ran.
 *
 * The closing line of `npm test` is trusted by people and machines, so it is built to be hard to
 * fool: a runner that crashes, writes no report, runs nothing, skips a test or leaves a test file
 * out adds to `failed`, whatever its exit code says.
 */

/** What one runner did: how many checks held, and a sentence for each that did not. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly problems: readonly string[];
}

/** How a child process ended; `exitCode` is null when a signal ended it. */
export interface Ending {
  readonly exitCode: number | null;
  readonly signal?: string | null;
}

/** One command that is a check by itself: it counts as one. */
export function tallyCommand(name: string, ending: Ending): Tally {
  if (ending.exitCode === 0) return { passed: 1, failed: 0, problems: [] };
  return { passed: 0, failed: 1, problems: [`${name} ${endingText(ending)}`] };
}

/** The facts about a Vitest run that its own numbers cannot vouch for. */
export interface VitestRun {
  readonly name: string;
  readonly ending: Ending;
  /** The parsed JSON report, or undefined when there is none or it is not JSON. */
  readonly report: unknown;
  /** Every test file on disk that this run had to execute, as the report would name it. */
  readonly testFiles: readonly string[];
}

interface FileResult {
  readonly name: string;
  readonly status: string;
  readonly statuses: readonly string[];
}

/** Counts a Vitest run from the result of each single test, and each thing that is missing. */
export function tallyVitest(run: VitestRun): Tally {
  const files = readReport(run.report);
  if (!files) {
    const problem = `${run.name} ${endingText(run.ending)} and left no readable report`;
    return { passed: 0, failed: 1, problems: [problem] };
  }
  const statuses = files.flatMap((file) => file.statuses);
  const passed = statuses.filter((status) => status === 'passed').length;
  const failedTests = statuses.filter((status) => status === 'failed').length;
  const skipped = statuses.length - passed - failedTests;
  const missing = run.testFiles.filter((path) => !files.some((file) => file.name === path));
  const broken = files.filter(
    (file) => !file.statuses.includes('failed') && (file.status !== 'passed' || isEmpty(file)),
  );
  const problems = [
    ...missing.map((path) => `${run.name}: ${path} was not executed`),
    ...broken.map((file) => `${run.name}: ${file.name} failed outside its tests or has none`),
  ];
  if (statuses.length === 0) problems.push(`${run.name} executed no test`);
  if (run.ending.exitCode !== 0 && failedTests + problems.length === 0) {
    problems.push(`${run.name} ${endingText(run.ending)} although no test failed`);
  }
  const failed = failedTests + skipped + problems.length;
  if (skipped > 0)
    problems.push(`${run.name}: ${skipped} skipped; a skipped test counts as failed`);
  if (failedTests > 0) problems.push(`${run.name}: ${failedTests} failed`);
  return { passed, failed, problems };
}

/** The end of a test run: the line to print last and the exit code that agrees with it. */
export interface Closing {
  readonly line: string;
  readonly exitCode: 0 | 1;
}

/** Adds the tallies up. No tally at all, or none that passed anything, is a failure. */
export function closing(tallies: readonly Tally[]): Closing {
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const empty = tallies.filter((tally) => tally.passed + tally.failed === 0).length;
  const counted = tallies.reduce((sum, tally) => sum + tally.failed, 0) + empty;
  const failed = tallies.length === 0 ? 1 : counted;
  return { line: `${passed} passed, ${failed} failed`, exitCode: failed === 0 ? 0 : 1 };
}

function isEmpty(file: FileResult): boolean {
  return file.statuses.length === 0;
}

function endingText(ending: Ending): string {
  return ending.exitCode === null
    ? `was ended by ${ending.signal ?? 'a signal'}`
    : `ended with exit code ${ending.exitCode}`;
}

/** Reads only the fields that are counted; anything of another shape is no report. */
function readReport(report: unknown): readonly FileResult[] | undefined {
  const results = field(report, 'testResults');
  if (!Array.isArray(results)) return undefined;
  const files = results.map(readFileResult);
  return files.every((file) => file !== undefined) ? files : undefined;
}

function readFileResult(result: unknown): FileResult | undefined {
  const name = field(result, 'name');
  const status = field(result, 'status');
  const assertions = field(result, 'assertionResults');
  if (typeof name !== 'string' || typeof status !== 'string') return undefined;
  if (!Array.isArray(assertions)) return undefined;
  return { name, status, statuses: assertions.map((each) => String(field(each, 'status'))) };
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
