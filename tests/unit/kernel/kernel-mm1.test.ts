import { describe, expect, test } from 'vitest';
import { Kernel, run } from '../../../src/engine/kernel/kernel.ts';
import { ns } from '../../../src/engine/kernel/units.ts';
import { bareMm1 } from '../../bench/mm1-bare.ts';
import { meanInSystemNs, mm1 } from '../../bench/mm1-model.ts';

const endOfTime = ns(Number.MAX_SAFE_INTEGER);

/** Mean and half-width of the 99 % confidence interval from independent batches. */
function interval(means: readonly number[]): { mean: number; halfWidth: number } {
  /** Student's t for 19 degrees of freedom, two-sided 99 %. */
  const t19 = 2.861;
  expect(means).toHaveLength(20);
  const mean = means.reduce((sum, each) => sum + each, 0) / means.length;
  const squares = means.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return { mean, halfWidth: t19 * Math.sqrt(squares / (means.length - 1) / means.length) };
}

describe('stations with exponential arrivals and service', () => {
  test.each([
    [1, 40_000],
    [50, 40_000],
  ])('%i of them keep a customer for five service times on average', (stationCount, batch) => {
    const params = { stationCount };
    const kernel = new Kernel(mm1, { params, seed: 20261123, traceRecords: 0 });
    // The empty start is left out: every station needs some hundred events to forget it.
    kernel.advance(endOfTime, 1000 * stationCount);
    const means = Array.from({ length: 20 }, () => {
      const { served, inSystemSumNs } = kernel.state;
      kernel.advance(endOfTime, batch);
      return (kernel.state.inSystemSumNs - inSystemSumNs) / (kernel.state.served - served);
    });
    const { mean, halfWidth } = interval(means);
    expect(Math.abs(mean - meanInSystemNs)).toBeLessThan(halfWidth);
    expect(halfWidth).toBeLessThan(0.1 * meanInSystemNs);
  });

  test.each([1, 30])('%i of them run as in a hand-written loop, event by event', (stationCount) => {
    const found = run(mm1, {
      params: { stationCount },
      seed: 7,
      until: endOfTime,
      budget: 30_000,
      invariantEvery: 100,
    });
    expect(found.state.inSystemSumNs).toBe(bareMm1(stationCount)(30_000, 7));
    expect([found.stop, found.events]).toEqual(['budget', 30_000]);
  });

  test('the digest of a run is the same in every engine', () => {
    const asked = { params: { stationCount: 10 }, seed: 7, until: endOfTime, budget: 20_000 };
    expect(run(mm1, asked).digest).toBe(run(mm1, asked).digest);
    expect(run(mm1, asked).digest).toBe('68394aeed9cb8cbd');
  });
});
