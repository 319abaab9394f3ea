import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bitfield } from '../../../src/engine/kernel/bitfield.ts';
import { EngineError } from '../../../src/engine/kernel/result.ts';
import { u64, u64FromBigint, u64ToBigint, u64Zero } from '../../../src/engine/kernel/u64.ts';

const doc = 'A group.';
const safeMax = BigInt(Number.MAX_SAFE_INTEGER);

/** A 64-bit word with one group at any place; the rest is `before` and `after`. */
function around(high: number, low: number) {
  return bitfield('WORD', 64, {
    group: { bits: [high, low], doc },
    ...(low > 0 ? { after: { bits: [low - 1, 0] as const, doc } } : {}),
    ...(high < 63 ? { before: { bits: [63, high + 1] as const, doc } } : {}),
  });
}

const places = fc
  .tuple(fc.nat(63), fc.nat(63))
  .map(([a, b]) => [Math.max(a, b), Math.min(a, b)] as const);

const groupValue = (word: bigint, high: number, low: number): bigint =>
  (word >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);

describe('groups of bits', () => {
  test('a group of up to 53 bits anywhere in the word is read exactly', () => {
    const narrow = places.filter(([high, low]) => high - low < 53);
    fc.assert(
      fc.property(narrow, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), ([high, low], word) => {
        const value = around(high, low).get(u64FromBigint(word), 'group');
        expect(BigInt(value)).toBe(groupValue(word, high, low));
      }),
    );
  });

  test('replacing a group changes its bits and no other', () => {
    const word64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(places, word64, word64, ([high, low], before, raw) => {
        const width = BigInt(high - low + 1);
        const wanted = raw & ((1n << width) - 1n);
        const value = wanted > safeMax ? safeMax : wanted;
        const after = around(high, low).with(u64FromBigint(before), 'group', Number(value));
        const mask = ((1n << width) - 1n) << BigInt(low);
        expect(u64ToBigint(after)).toBe((before & ~mask) | (value << BigInt(low)));
      }),
    );
  });

  test.each([
    [63, 12, 52],
    [51, 0, 52],
    [33, 31, 3],
    [32, 32, 1],
    [31, 0, 32],
    [63, 32, 32],
    [52, 0, 53],
  ])('bits %i to %i hold the largest value of their %i bits', (high, low, width) => {
    const field = around(high, low);
    const largest = 2 ** width - 1;
    const word = field.pack({ group: largest });
    expect(u64ToBigint(word)).toBe(((1n << BigInt(width)) - 1n) << BigInt(low));
    expect(field.get(word, 'group')).toBe(largest);
    if (width < 53) {
      expect(() => field.pack({ group: largest + 1 })).toThrow('holds 0 to');
    }
  });

  test('a value that does not fit or is no whole number is refused', () => {
    const field = around(11, 8);
    for (const value of [-1, 16, 0.5, Number.NaN]) {
      expect(() => field.with(u64Zero, 'group', value)).toThrow(EngineError);
    }
  });

  test('a group wider than 53 bits does not pretend to be a number', () => {
    expect(() => around(63, 4).get(u64Zero, 'group')).toThrow('more than 53 bits');
  });

  test('a word is made of its groups, those not given are zero', () => {
    const field = bitfield('BYTE', 8, {
      low: { bits: [3, 0], doc },
      high: { bits: [7, 4], doc },
    });
    expect(field.pack({ high: 0xa })).toEqual(u64(0xa0));
    expect(field.pack({ high: 0xa, low: 5 })).toEqual(u64(0xa5));
    expect(field.pack({})).toEqual(u64Zero);
  });

  test('groups are listed from the highest bit down, as specifications print them', () => {
    const field = bitfield('BYTE', 8, {
      low: { bits: 0, doc },
      high: { bits: [7, 4], doc },
      middle: { bits: [3, 1], doc },
    });
    expect(field.groups.map(({ name, widthBits }) => [name, widthBits])).toEqual([
      ['high', 4],
      ['middle', 3],
      ['low', 1],
    ]);
  });

  test('the reserved mask holds exactly the bits of reserved groups', () => {
    const field = bitfield('WORD', 64, {
      used: { bits: [31, 0], doc },
      reserved: { bits: [62, 32], doc, reserved: true },
      top: { bits: 63, doc },
    });
    expect(field.reserved).toEqual(u64(0, 0x7fff_ffff));
    expect(around(3, 0).reserved).toBeUndefined();
  });
});

describe('declarations that cannot be right', () => {
  test('a gap between groups', () => {
    const specs = { a: { bits: [7, 4], doc }, b: { bits: [2, 0], doc } } as const;
    expect(() => bitfield('BYTE', 8, specs)).toThrow('BYTE.b: gap or overlap');
  });

  test('an overlap of groups', () => {
    const specs = { a: { bits: [7, 3], doc }, b: { bits: [3, 0], doc } } as const;
    expect(() => bitfield('BYTE', 8, specs)).toThrow('BYTE.b: gap or overlap');
  });

  test('bits below the last group', () => {
    const specs = { a: { bits: [7, 1], doc } } as const;
    expect(() => bitfield('BYTE', 8, specs)).toThrow('BYTE: bits 0 to 0 are not declared');
  });

  test('bits above the first group or outside the word', () => {
    expect(() => bitfield('BYTE', 8, { a: { bits: [6, 0], doc } })).toThrow('gap or overlap');
    expect(() => bitfield('BYTE', 8, { a: { bits: [8, 0], doc } })).toThrow('gap or overlap');
  });

  test('high and low exchanged', () => {
    expect(() => bitfield('BYTE', 8, { a: { bits: [0, 7], doc } })).toThrow(EngineError);
  });

  test('a name that is not declared', () => {
    const field = bitfield('BYTE', 8, { a: { bits: [7, 0], doc } });
    expect(() => field.get(u64Zero, 'b' as 'a')).toThrow('BYTE has no bits called b');
  });
});
