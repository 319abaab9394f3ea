import { describe, expect, test } from 'vitest';
import { type Benchmark, type Measurement, measure } from '../../bench/measure.ts';
import { formatTable, judge } from '../../bench/report.ts';

const found = (ratio: number): Measurement => ({
  benchmark: 'kernel',
  subject: 'traced',
  unit: 'events',
  ratePerSecond: 5_250_000,
  ratio,
  goalRatio: 0.7,
  floorRatio: 0.5,
});

/** Work that takes a moment, so that its rate is a number. */
function spin(count: number, check: number) {
  let sum = 0;
  for (let index = 0; index < 200_000; index += 1) sum += Math.sqrt(index);
  return { count, check: check + sum * 0 };
}

const benchmark = (subjectCount: number, subjectCheck: number): Benchmark => ({
  name: 'spin',
  unit: 'turns',
  reference: () => spin(10, 1),
  subjects: [{ name: 'same', run: () => spin(subjectCount, subjectCheck), goalRatio: 0.1 }],
});

describe('the benchmark judges ratios', () => {
  test.each([
    [0.71, false, []],
    [0.7, false, []],
    [0.69, false, ['warning: kernel, traced: ratio 0.690 is below the goal of 0.7']],
    [0.49, true, ['failed: kernel, traced: ratio 0.490 is below the floor of 0.5']],
    [Number.NaN, true, ['failed: kernel, traced: ratio NaN is below the floor of 0.5']],
  ])('%d fails: %s', (ratio, failed, lines) => {
    expect(judge([found(ratio)])).toEqual({ lines, failed });
  });

  test('measuring nothing fails', () => {
    expect(judge([]).failed).toBe(true);
  });

  test('the table shows rate, ratio and goal', () => {
    const [head, line] = formatTable([found(0.7512)]).split('\n');
    expect(head).toMatch(/^benchmark +way +rate +ratio +goal$/);
    expect(line).toBe('kernel     traced  5.25 M events/s  0.751  >= 0.7');
  });
});

describe('the benchmark compares like with like', () => {
  test('the reference comes first and is its own measure', () => {
    const [reference, same] = measure(benchmark(10, 1), 3);
    expect(reference).toMatchObject({ subject: 'reference', ratio: 1 });
    expect(same?.ratio).toBeGreaterThan(0);
    expect(same).toMatchObject({ subject: 'same', unit: 'turns', goalRatio: 0.1 });
  });

  test.each([
    ['another result', 10, 2],
    ['less work', 9, 1],
  ])('%s is no faster way to do the same', (_, count, check) => {
    expect(() => measure(benchmark(count, check), 3)).toThrow('did other work');
  });
});
