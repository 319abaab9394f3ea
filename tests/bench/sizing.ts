/**
 * How long an answer with its proof takes: medians over twenty estates of ten types for each host
 * model, how many are proven, and how many hosts adding up and first fit decreasing would say.
 */
import { type Answer, solve } from '../../src/engine/sizing/index.ts';
import { estateOf, type HostModelName } from './sizing-estates.ts';

const estates = 20;
/** Milliseconds of thread time that the median may take, by number of machines. */
const floorMs: Readonly<Record<number, number>> = { 200: 100, 1000: 250, 5000: 400 };
const models: readonly HostModelName[] = ['big', 'small', 'tight'];

/** What came of one host model and number of machines. */
interface SizingMeasurement {
  readonly name: string;
  readonly medianMs: number;
  readonly worstMs: number;
  readonly floorMs: number;
  readonly answers: readonly Answer[];
}

const threadMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

function measureEstates(host: HostModelName, machineCount: number): SizingMeasurement {
  const runs = Array.from({ length: estates }, (_, seed) => {
    const instance = estateOf(host, machineCount, seed);
    const startMs = threadMs();
    const answer = solve(instance);
    return { answer, ms: threadMs() - startMs };
  });
  const sorted = runs.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    name: `sizing, ${host}, ${machineCount} machines`,
    medianMs: sorted[estates >> 1] ?? Number.NaN,
    worstMs: sorted.at(-1) ?? Number.NaN,
    floorMs: floorMs[machineCount] ?? Number.NaN,
    answers: runs.map(({ answer }) => answer),
  };
}

/** Names of the measurements, for the filter of the command. */
export const sizingNames: readonly string[] = models.flatMap((host) =>
  Object.keys(floorMs).map((count) => `sizing, ${host}, ${count} machines`),
);

/** Measures what the filter names, a line for each; true when a median is above its floor. */
export function benchSizing(filter: string, say: (line: string) => void): boolean {
  let failed = false;
  for (const host of models) {
    for (const count of Object.keys(floorMs)) {
      if (!`sizing, ${host}, ${count} machines`.includes(filter)) continue;
      const found = measureEstates(host, Number(count));
      say(lineOf(found));
      if (!(found.medianMs <= found.floorMs)) {
        say(`failed: ${found.name}: median above ${found.floorMs} ms`);
        failed = true;
      }
    }
  }
  return failed;
}

function lineOf({ name, medianMs, worstMs, answers }: SizingMeasurement): string {
  const mean = (of: (answer: Answer) => number) =>
    answers.reduce((sum, answer) => sum + of(answer), 0) / answers.length;
  const hosts = mean(({ hostCount }) => hostCount);
  const ffd = mean(({ firstFitDecreasing }) => firstFitDecreasing);
  const totals = mean(({ totalsOnly }) => totalsOnly);
  const proven = answers.filter((answer) => answer.proven).length;
  return [
    `${name}: median ${medianMs.toFixed(1)} ms, worst ${worstMs.toFixed(0)} ms`,
    `proven ${proven} of ${answers.length}`,
    `hosts ${hosts.toFixed(1)}`,
    `FFD x${(ffd / hosts).toFixed(3)}, totals x${(totals / hosts).toFixed(3)}`,
  ].join('; ');
}
