/** Events per second of the kernel against a bare loop that computes the same run. */
import { Kernel } from '../../src/engine/kernel/kernel.ts';
import { ns } from '../../src/engine/kernel/units.ts';
import type { Benchmark, Work } from './measure.ts';
import { bareMm1 } from './mm1-bare.ts';
import { mm1 } from './mm1-model.ts';

const eventCount = 1_000_000;
const seed = 7;
const endOfTime = ns(Number.MAX_SAFE_INTEGER);

function runOnKernel(stationCount: number, traceRecords: number): Work {
  const kernel = new Kernel(mm1, { params: { stationCount }, seed, traceRecords });
  kernel.advance(endOfTime, eventCount);
  return { count: kernel.events, check: kernel.state.inSystemSumNs };
}

function kernelBenchmark(stationCount: number, goalRatio: number): Benchmark {
  const bare = bareMm1(stationCount);
  return {
    name: `kernel, ${stationCount} station${stationCount === 1 ? '' : 's'}`,
    unit: 'events',
    reference: () => ({ count: eventCount, check: bare(eventCount, seed) }),
    subjects: [
      { name: 'untraced', run: () => runOnKernel(stationCount, 0) },
      {
        name: 'traced',
        run: () => runOnKernel(stationCount, 0x1_0000),
        goalRatio,
        floorRatio: 0.5,
      },
    ],
  };
}

/** M/M/1 with two pending events, and with about 1 800. */
export const kernelBenchmarks: readonly Benchmark[] = [
  kernelBenchmark(1, 0.7),
  kernelBenchmark(1000, 0.65),
];
