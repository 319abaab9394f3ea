/**
 * Prints how fast the engine is: `npm run bench`, or `npm run bench -- kernel` for a part of it.
 *
 * Exit code 0 done, 1 a ratio is below its floor, 2 no benchmark has such a name.
 */
import { hypercallBenchmarks } from './hypercalls.ts';
import { kernelBenchmarks } from './kernel-events.ts';
import { type Benchmark, type Measurement, measure } from './measure.ts';
import { formatTable, judge } from './report.ts';
import { benchSizing, sizingNames } from './sizing.ts';

/** Every benchmark; a new file adds its list here. */
const benchmarks: readonly Benchmark[] = [...kernelBenchmarks, ...hypercallBenchmarks];

const rounds = 15;

function main(filter: string): number {
  const chosen = benchmarks.filter(({ name }) => name.includes(filter));
  const isSizing = sizingNames.some((name) => name.includes(filter));
  if (chosen.length === 0 && !isSizing) {
    const names = [...benchmarks.map(({ name }) => name), ...sizingNames];
    const known = names.map((name) => `  ${name}`).join('\n');
    console.error(`No benchmark's name contains "${filter}". There are:\n${known}`);
    return 2;
  }
  const isSlow = isSizing && benchSizing(filter, (line) => console.log(line));
  if (chosen.length === 0) return isSlow ? 1 : 0;
  const measurements: Measurement[] = [];
  for (const benchmark of chosen) measurements.push(...measure(benchmark, rounds));
  console.log(formatTable(measurements));
  console.log(`Medians of ${rounds} rounds; ratio to the reference of the same round.`);
  const { lines, failed } = judge(measurements);
  for (const line of lines) console.log(line);
  return failed || isSlow ? 1 : 0;
}

process.exitCode = main(process.argv[2] ?? '');
