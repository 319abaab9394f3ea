/**
 * Compares ways to do the same work by running them in turn in one process.
 *
 * A rate alone says as much about the machine as about the code; a ratio to a bare loop that ran a
 * moment before and after says how much the code itself costs. So only ratios have goals.
 */

/** What one run did. */
export interface Work {
  /** Things done: events, calls. */
  readonly count: number;
  /** A result that every way to do the work must agree on, so that none can win by not doing it. */
  readonly check: number | string;
}

/** One way to do the work that is compared with the reference. */
export interface Subject {
  readonly name: string;
  readonly run: () => Work;
  /** The ratio that we want; below it the report warns. */
  readonly goalRatio?: number;
  /** The ratio below which the benchmark fails. */
  readonly floorRatio?: number;
}

/** A reference and what is compared with it. */
export interface Benchmark {
  readonly name: string;
  /** What is counted, in the plural. */
  readonly unit: string;
  readonly reference: () => Work;
  readonly subjects: readonly Subject[];
}

/** Medians of one way to do the work. */
export interface Measurement {
  readonly benchmark: string;
  readonly subject: string;
  readonly unit: string;
  readonly ratePerSecond: number;
  /** Rate over the reference's rate in the same round. */
  readonly ratio: number;
  readonly goalRatio: number | undefined;
  readonly floorRatio: number | undefined;
}

const warmUpRounds = 3;

/**
 * Runs reference and subjects in turn and gives the medians, the reference first.
 *
 * `clockUs` tells the microseconds spent so far; tests put a clock of their own there.
 */
export function measure(
  benchmark: Benchmark,
  rounds: number,
  clockUs: () => number = threadTimeUs,
): Measurement[] {
  const ways: Subject[] = [{ name: 'reference', run: benchmark.reference }, ...benchmark.subjects];
  const rates = ways.map((): number[] => []);
  const ratios = ways.map((): number[] => []);
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    const roundRates = runRound(benchmark.name, ways, Math.abs(round), clockUs);
    if (round < 0) continue;
    for (const [index, rate] of roundRates.entries()) {
      rates[index]?.push(rate);
      ratios[index]?.push(rate / (roundRates[0] ?? Number.NaN));
    }
  }
  return ways.map((way, index) => ({
    benchmark: benchmark.name,
    subject: way.name,
    unit: benchmark.unit,
    ratePerSecond: median(rates[index] ?? []),
    ratio: median(ratios[index] ?? []),
    goalRatio: way.goalRatio,
    floorRatio: way.floorRatio,
  }));
}

/** Runs each way once, starting with another one each round so that none is always first. */
function runRound(
  name: string,
  ways: readonly Subject[],
  round: number,
  clockUs: () => number,
): number[] {
  const rates: number[] = [];
  let expected: Work | undefined;
  for (let turn = 0; turn < ways.length; turn += 1) {
    const index = (round + turn) % ways.length;
    const way = ways[index] as Subject;
    const startUs = clockUs();
    const work = way.run();
    const spentUs = clockUs() - startUs;
    if (!(spentUs > 0)) throw new Error(`${name}: ${way.name} is too short to measure`);
    expected ??= work;
    if (work.check !== expected.check || work.count !== expected.count) {
      throw new Error(`${name}: ${way.name} did other work than the rest of its round`);
    }
    rates[index] = (work.count * 1e6) / spentUs;
  }
  return rates;
}

/** Time of this thread alone, so that other programs on the machine take nothing away. */
function threadTimeUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >>> 1] ?? Number.NaN;
}
