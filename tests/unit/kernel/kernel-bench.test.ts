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

/** The reference takes 10 us for 10 turns, the subject as long as is said. */
function measured(subject: { count: number; check: number; spentUs: number }) {
  let nowUs = 0;
  const work = (count: number, check: number, spentUs: number) => () => {
    nowUs += spentUs;
    return { count, check };
  };
  const benchmark: Benchmark = {
    name: 'spin',
    unit: 'turns',
    reference: work(10, 1, 10),
    subjects: [{ name: 'other', run: work(subject.count, subject.check, subject.spentUs) }],
  };
  return measure(benchmark, 3, () => nowUs);
}

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
  test('a way that takes twice as long has half the rate', () => {
    expect(measured({ count: 10, check: 1, spentUs: 20 })).toMatchObject([
      { subject: 'reference', unit: 'turns', ratePerSecond: 1e6, ratio: 1 },
      { subject: 'other', unit: 'turns', ratePerSecond: 5e5, ratio: 0.5 },
    ]);
  });

  test.each([
    ['another result', { count: 10, check: 2, spentUs: 5 }, 'other work'],
    ['less work', { count: 9, check: 1, spentUs: 5 }, 'other work'],
    ['no time at all', { count: 10, check: 1, spentUs: 0 }, 'too short to measure'],
  ])('%s is no faster way to do the same', (_, subject, message) => {
    expect(() => measured(subject)).toThrow(message);
  });
});
