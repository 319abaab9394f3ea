import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../src/engine/kernel/result.ts';
import {
  u64,
  u64And,
  u64Bit,
  u64Equal,
  u64FromBigint,
  u64FromNumber,
  u64Hex,
  u64HexGrouped,
  u64IsSafe,
  u64IsZero,
  u64Ones,
  u64Or,
  u64Parse,
  u64ToBigint,
  u64ToNumber,
  u64WithBit,
  u64Zero,
} from '../../../src/engine/kernel/u64.ts';

const max = 0xffff_ffff_ffff_ffffn;
const words = fc.bigInt({ min: 0n, max });
const bits = fc.nat(63);

describe('64-bit words agree with bigint', () => {
  test('every word survives the way to bigint and back', () => {
    fc.assert(
      fc.property(words, (value) => {
        expect(u64ToBigint(u64FromBigint(value))).toBe(value);
      }),
    );
  });

  test('only the low 64 bits of a bigint are kept, two’s complement below zero', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (value) => {
        expect(u64ToBigint(u64FromBigint(value))).toBe(BigInt.asUintN(64, value));
      }),
    );
  });

  test('and, or and equality are those of bigint', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const [x, y] = [u64FromBigint(a), u64FromBigint(b)];
        expect(u64ToBigint(u64And(x, y))).toBe(a & b);
        expect(u64ToBigint(u64Or(x, y))).toBe(a | b);
        expect(u64Equal(x, y)).toBe(a === b);
        expect(u64Equal(x, u64FromBigint(a))).toBe(true);
        expect(u64IsZero(x)).toBe(a === 0n);
      }),
    );
  });

  test('equality looks at both halves', () => {
    expect(u64Equal(u64(1, 2), u64(1, 3))).toBe(false);
    expect(u64Equal(u64(1, 2), u64(0, 2))).toBe(false);
    expect(u64IsZero(u64(0, 1))).toBe(false);
    expect(u64IsZero(u64(1, 0))).toBe(false);
  });

  test('each bit can be read, set and cleared without touching the others', () => {
    fc.assert(
      fc.property(words, bits, fc.boolean(), (value, index, on) => {
        const mask = 1n << BigInt(index);
        const word = u64WithBit(u64FromBigint(value), index, on);
        expect(u64ToBigint(word)).toBe(on ? value | mask : value & ~mask);
        expect(u64Bit(word, index)).toBe(on);
      }),
    );
  });

  test.each([-1, 64])('there is no bit %i', (index) => {
    expect(() => u64Bit(u64Zero, index)).toThrow(EngineError);
    expect(() => u64WithBit(u64Zero, index, true)).toThrow(EngineError);
  });

  test('a number below 2^53 is kept exactly', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const word = u64FromNumber(value);
        expect(u64ToBigint(word)).toBe(BigInt(value));
        expect(u64ToNumber(word)).toBe(value);
        expect(u64IsSafe(word)).toBe(true);
      }),
    );
  });

  test.each([-1, 0.5, 2 ** 53, Number.NaN])('%s is not a word', (value) => {
    expect(() => u64FromNumber(value)).toThrow(EngineError);
  });

  test('a word is safe exactly when a double holds it and all below it', () => {
    fc.assert(
      fc.property(words, (value) => {
        expect(u64IsSafe(u64FromBigint(value))).toBe(value < 2n ** 53n);
      }),
    );
    expect(u64IsSafe(u64FromBigint(2n ** 53n - 1n))).toBe(true);
    expect(u64IsSafe(u64FromBigint(2n ** 53n))).toBe(false);
  });

  test('halves may come as signed 32-bit numbers', () => {
    expect(u64(-1, -1)).toEqual(u64Ones);
    expect(u64(0)).toEqual(u64Zero);
  });
});

describe('words as text', () => {
  test('what is printed as hexadecimal reads back as the same word', () => {
    fc.assert(
      fc.property(words, fc.nat(16), (value, digits) => {
        const word = u64FromBigint(value);
        expect(u64Hex(word, digits)).toBe(`0x${value.toString(16).padStart(digits, '0')}`);
        expect(u64Parse(u64Hex(word, digits))).toEqual(word);
        expect(u64Parse(u64HexGrouped(word))).toEqual(word);
        expect(u64Parse(value.toString())).toEqual(word);
      }),
    );
  });

  test('the grouped form shows both halves in full', () => {
    expect(u64HexGrouped(u64(0x48, 1))).toBe('0x00000001 00000048');
  });

  test('digits may be grouped by spaces and underscores', () => {
    expect(u64Parse('0x0000_0001 0000_0048')).toEqual(u64(0x48, 1));
    expect(u64Parse(' 1 024 ')).toEqual(u64(1024));
  });

  test.each(['', ' ', '0x', '-1', '1.5', '0x1g', 'ff', '1e3', '0x10000000000000000', 'NaN', '+1'])(
    '"%s" is not a word',
    (text) => {
      expect(u64Parse(text)).toBeUndefined();
    },
  );

  test('decimal text above 2^64 - 1 is refused, the limit itself is taken', () => {
    expect(u64Parse('18446744073709551615')).toEqual(u64Ones);
    expect(u64Parse('18446744073709551616')).toBeUndefined();
    expect(u64Parse('99999999999999999999')).toBeUndefined();
  });

  test('no text makes parsing fail otherwise than by saying no', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const word = u64Parse(text);
        expect(word === undefined || u64ToBigint(word) <= max).toBe(true);
      }),
    );
  });
});
