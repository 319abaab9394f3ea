/** Turns measurements into the table and the verdict that `run.ts` prints. */
import type { Measurement } from './measure.ts';

/** A table of rate and ratio, one line per measurement. */
export function formatTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map((found) => [
    found.benchmark,
    found.subject,
    `${(found.ratePerSecond / 1e6).toFixed(2)} M ${found.unit}/s`,
    found.ratio.toFixed(3),
    found.goalRatio === undefined ? '' : `>= ${found.goalRatio}`,
  ]);
  const table = [['benchmark', 'way', 'rate', 'ratio', 'goal'], ...rows];
  const widths = table.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  const align = (cell: string, column: number): string =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return table.map((row) => row.map(align).join('  ').trimEnd()).join('\n');
}

/** What is below its goal or its floor, in sentences, and whether the run fails for it. */
export function judge(measurements: readonly Measurement[]): {
  readonly lines: readonly string[];
  readonly failed: boolean;
} {
  const lines: string[] = [];
  let failed = measurements.length === 0;
  if (failed) lines.push('failed: nothing was measured');
  for (const { benchmark, subject, ratio, goalRatio, floorRatio } of measurements) {
    const what = `${benchmark}, ${subject}: ratio ${ratio.toFixed(3)}`;
    // A ratio that is not a number is below everything.
    if (floorRatio !== undefined && !(ratio >= floorRatio)) {
      lines.push(`failed: ${what} is below the floor of ${floorRatio}`);
      failed = true;
    } else if (goalRatio !== undefined && !(ratio >= goalRatio)) {
      lines.push(`warning: ${what} is below the goal of ${goalRatio}`);
    }
  }
  return { lines, failed };
}
