/** Arithmetic on 64-bit words agrees with bigint, wrapping included. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type U64,
  u64Add,
  u64Compare,
  u64FromBigint,
  u64Mul,
  u64MulHigh,
  u64Sub,
  u64ToBigint,
} from '../../../src/engine/kernel/u64.ts';

const max = 0xffff_ffff_ffff_ffffn;
/** Words near the places where halves and digits carry are as likely as all others. */
const words = fc.oneof(
  fc.bigInt({ min: 0n, max }),
  fc.constantFrom(0n, 1n, 0xffffn, 0x1_0000n, 0xffff_ffffn, 0x1_0000_0000n, max - 1n, max),
);

type Operation = (a: U64, b: U64) => U64;

describe('64-bit arithmetic', () => {
  test.each<[string, Operation, (a: bigint, b: bigint) => bigint]>([
    ['the sum wraps', u64Add, (a, b) => a + b],
    ['the difference wraps', u64Sub, (a, b) => a - b],
    ['the low half of the product is exact', u64Mul, (a, b) => a * b],
    ['the high half of the product is exact', u64MulHigh, (a, b) => (a * b) >> 64n],
  ])('%s', (_, operation, expected) => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const result = operation(u64FromBigint(a), u64FromBigint(b));
        expect(u64ToBigint(result)).toBe(BigInt.asUintN(64, expected(a, b)));
      }),
    );
  });

  test('words are ordered without sign', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const sign = Math.sign(u64Compare(u64FromBigint(a), u64FromBigint(b)));
        expect(sign).toBe(a === b ? 0 : a < b ? -1 : 1);
      }),
    );
  });
});
