import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Digest } from '../../../src/engine/kernel/digest.ts';
import { exp, expLimit, ln } from '../../../src/engine/kernel/math.ts';
import { Rng } from '../../../src/engine/kernel/prng.ts';
import { EngineError } from '../../../src/engine/kernel/result.ts';

const tolerance = 1e-15;

/** How far a result is from the expected one, relative to it. */
const relativeError = (found: number, expected: number): number =>
  expected === 0 ? Math.abs(found) : Math.abs((found - expected) / expected);

describe('ln is the natural logarithm', () => {
  test('of any positive double, within 1e-15', () => {
    const positive = fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true });
    fc.assert(
      fc.property(positive, (x) => {
        expect(relativeError(ln(x), Math.log(x))).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 2000 },
    );
  });

  test('of numbers close to 1, where it is small, within 1e-15', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.999, max: 1.001, noNaN: true }), (x) => {
        expect(relativeError(ln(x), Math.log(x))).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([Number.MIN_VALUE, 2.2e-308, 0.5, Math.SQRT1_2, Math.SQRT2, 2, Number.MAX_VALUE])(
    'at the edge %d',
    (x) => {
      expect(relativeError(ln(x), Math.log(x))).toBeLessThanOrEqual(tolerance);
    },
  );

  test('of 1 is exactly 0', () => {
    expect(ln(1)).toBe(0);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('has no value at %d', (x) => {
    expect(() => ln(x)).toThrow(EngineError);
  });
});

describe('exp is e to the power of x', () => {
  test('for any x from -708 to 708, within 1e-15', () => {
    fc.assert(
      fc.property(fc.double({ min: -expLimit, max: expLimit, noNaN: true }), (x) => {
        expect(relativeError(exp(x), Math.exp(x))).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([-708, -1, -1e-300, Math.LN2 / 2, 1, 708])('at the edge %d', (x) => {
    expect(relativeError(exp(x), Math.exp(x))).toBeLessThanOrEqual(tolerance);
  });

  test('of 0 is exactly 1', () => {
    expect(exp(0)).toBe(1);
  });

  test('undoes ln', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 100, noNaN: true }), (x) => {
        expect(relativeError(exp(ln(x)), x)).toBeLessThanOrEqual(5 * tolerance);
      }),
    );
  });

  test.each([-708.1, 708.1, Number.NaN, Number.NEGATIVE_INFINITY])('is refused at %d', (x) => {
    expect(() => exp(x)).toThrow(EngineError);
  });
});

describe('both have the same bits in every engine', () => {
  /** A million numbers over 2000 powers of two, made with exact operations only. */
  function digestOf(map: (mantissa: number, scale: number) => number): string {
    const rng = Rng.fromSeed(20261123);
    const digest = new Digest();
    const scales = [2 ** -1000];
    while (scales.length <= 2000) scales.push((scales.at(-1) ?? 0) * 2);
    for (let draw = 0; draw < 1_000_000; draw += 1) {
      digest.f64(map(1 + rng.u32() / 2 ** 32, scales[rng.integer(2001)] ?? 1));
    }
    return digest.hex();
  }

  test('a million logarithms', () => {
    expect(digestOf((mantissa, scale) => ln(mantissa * scale))).toBe('ec9e3772e6b66851');
  });

  test('a million powers', () => {
    const power = (mantissa: number, scale: number) =>
      exp((mantissa - 1.5) * 1400 * (scale < 1 ? 1 / 1024 : 1));
    expect(digestOf(power)).toBe('5f7cb6603ef0e77e');
  });
});
