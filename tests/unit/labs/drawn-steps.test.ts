import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawnSteps } from '../../../src/labs/hypercalls/parts/drawn-steps.ts';

const anyPlace = fc
  .nat(4096)
  .chain((total) => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));

test('the shown step is always among the drawn ones, and few are drawn', () => {
  fc.assert(
    fc.property(anyPlace, ([step, total]) => {
      const { from, to } = drawnSteps(step, total);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(total);
      expect(to - from).toBeLessThanOrEqual(64);
      if (step > 0) {
        expect(from).toBeLessThan(step);
        expect(to).toBeGreaterThanOrEqual(step);
      }
    }),
  );
});

test('a short run is drawn whole', () => {
  expect(drawnSteps(3, 20)).toEqual({ from: 0, to: 20, isPart: false });
});

test('steps of one part draw the same part, so that the list stands still', () => {
  expect(drawnSteps(17, 1579)).toEqual({ from: 16, to: 32, isPart: true });
  expect(drawnSteps(32, 1579)).toEqual(drawnSteps(17, 1579));
  expect(drawnSteps(33, 1579).from).toBe(32);
  expect(drawnSteps(1579, 1579)).toEqual({ from: 1568, to: 1579, isPart: true });
});
