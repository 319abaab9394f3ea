import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { EngineError } from '../../../src/engine/kernel/result.ts';
import { type Gpn, gpn, type Ns, ns, pageSizeBytes } from '../../../src/engine/kernel/units.ts';

describe('numbers with units', () => {
  test('a whole number that is not negative is a time and a page number, unchanged', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(ns(value)).toBe(value);
        expect(gpn(value)).toBe(value);
      }),
    );
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    '%s is neither a time nor a page number',
    (value) => {
      expect(() => ns(value)).toThrow(EngineError);
      expect(() => gpn(value)).toThrow(EngineError);
    },
  );

  test('a time cannot stand in for a page number', () => {
    expectTypeOf<Ns>().not.toExtend<Gpn>();
    expectTypeOf<number>().not.toExtend<Ns>();
    expectTypeOf<Ns>().toExtend<number>();
  });

  test('a page of guest memory is 4 KiB', () => {
    expect(pageSizeBytes).toBe(4096);
  });
});
