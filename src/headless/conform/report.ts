/** Runs the cases of files, counts how they end, and says it. */
import type { Case, CaseResult } from './case.ts';
import { otherReasons, rowRules } from './skips.ts';

/** How many cases ended how. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What came of one file. */
export interface FileReport extends Tally {
  /** Skips by reason. */
  readonly reasons: ReadonlyMap<string, number>;
  readonly failures: readonly Failure[];
  /** How often the best answer was found, of the cases that count for this rate. */
  readonly optimum: Optimum | undefined;
}

/** A rate that a file reports beside its cases. */
interface Optimum {
  readonly found: number;
  readonly outOf: number;
}

interface Failure {
  readonly id: string;
  readonly rowNumber: number;
  readonly expected: string;
  readonly actual: string;
}

/** Failures that are printed in full; the number of all of them stands in the line of the file. */
const shownFailures = 10;

/** Runs every case. */
export function runCases(cases: readonly Case[]): FileReport {
  const results = cases.map((each) => ({ each, result: each.run() }));
  const count = (kind: CaseResult['kind']) =>
    results.filter(({ result }) => result.kind === kind).length;
  const reasons = new Map<string, number>();
  const failures: Failure[] = [];
  for (const { each, result } of results) {
    if (result.kind === 'skip') reasons.set(result.reason, (reasons.get(result.reason) ?? 0) + 1);
    if (result.kind === 'fail') {
      const { expected, actual } = result;
      failures.push({ id: each.id, rowNumber: each.rowNumber, expected, actual });
    }
  }
  return {
    passed: count('pass'),
    failed: count('fail'),
    skipped: count('skip'),
    reasons,
    failures,
    optimum: optimumOf(results.map(({ result }) => result)),
  };
}

function optimumOf(results: readonly CaseResult[]): Optimum | undefined {
  const known = results.flatMap((result) =>
    result.kind === 'pass' && result.isOptimum !== undefined ? [result.isOptimum] : [],
  );
  if (known.length === 0) return undefined;
  return { found: known.filter((isFound) => isFound).length, outOf: known.length };
}

/** The line of a file: its counts, and the rate of best answers where there is one. */
export function fileText(report: FileReport): string {
  const { optimum } = report;
  if (optimum === undefined) return tallyText(report);
  const percent = ((100 * optimum.found) / optimum.outOf).toFixed(1);
  const rate = `optimum found in ${optimum.found} of ${optimum.outOf} small instances`;
  return `${tallyText(report)}; ${rate} (${percent} %)`;
}

/** `3 passed, 0 failed, 1 skipped`. */
export const tallyText = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** The sum of several files. */
export const addTallies = (tallies: readonly Tally[]): Tally => ({
  passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
  failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
  skipped: tallies.reduce((sum, { skipped }) => sum + skipped, 0),
});

/** The lines about one file: the first failures, skips by reason. */
export function reportLines(report: FileReport): string[] {
  const failures = report.failures
    .slice(0, shownFailures)
    .flatMap((failure) => [
      `  failed: ${failure.id} (row ${failure.rowNumber})`,
      `    expected: ${failure.expected}`,
      `    actual:   ${failure.actual}`,
    ]);
  const more = report.failures.length - shownFailures;
  const rest = more > 0 ? [`  … and ${more} more failures`] : [];
  const reasons = [...report.reasons].map(([reason, total]) => `  skipped ${total}: ${reason}`);
  return [...failures, ...rest, ...reasons.sort()];
}

/** The table of reasons, for `conform --skips`. */
export function skipLines(): string[] {
  const rules = rowRules.map(({ id, effect, rows, why }) => `${id} (${effect}): ${rows}. ${why}`);
  const others = Object.entries(otherReasons).map(([reason, why]) => `${reason}: ${why}`);
  return [...others, ...rules];
}
