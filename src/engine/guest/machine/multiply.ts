/**
 * Products and quotients of twice the width, without numbers wider than a double holds.
 *
 * Source: SDM, volume 2, "MUL", "IMUL", "DIV", "IDIV".
 */
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64IsZero, u64Zero } from '../../kernel/u64.ts';
import type { OperandBytes } from '../defs/registers.ts';
import { add, signBit, signExtend, subtract, truncate } from './alu.ts';

/** The two halves of a value of twice the width. */
export interface Halves {
  readonly low: U64;
  readonly high: U64;
}

/** A quotient with its remainder. */
export interface Division {
  readonly quotient: U64;
  readonly remainder: U64;
}

const negate = (value: U64): U64 => subtract(u64Zero, value, 0, 8).value;

/** Pieces of 16 bits, lowest first: their products fit a double with room for many sums. */
const pieces = ({ lo, hi }: U64): number[] => [lo & 0xffff, lo >>> 16, hi & 0xffff, hi >>> 16];

/** All 128 bits of a product. */
function product(a: U64, b: U64): Halves {
  const sums = [0, 0, 0, 0, 0, 0, 0, 0];
  for (const [i, x] of pieces(a).entries()) {
    for (const [j, y] of pieces(b).entries()) sums[i + j] = (sums[i + j] ?? 0) + x * y;
  }
  let carry = 0;
  const [p0 = 0, p1 = 0, p2 = 0, p3 = 0, p4 = 0, p5 = 0, p6 = 0, p7 = 0] = sums.map((sum) => {
    const whole = sum + carry;
    carry = Math.floor(whole / 0x1_0000);
    return whole % 0x1_0000;
  });
  assert(carry === 0, 'a product of two words fits two words');
  const word = (low: number, high: number) => low + high * 0x1_0000;
  return {
    low: u64(word(p0, p1), word(p2, p3)),
    high: u64(word(p4, p5), word(p6, p7)),
  };
}

/** Cuts 128 bits into two halves of an operand's width. */
function split({ low, high }: Halves, sizeBytes: OperandBytes): Halves {
  if (sizeBytes === 8) return { low, high };
  if (sizeBytes === 4) return { low: u64(low.lo), high: u64(low.hi) };
  const upper = u64(low.lo >>> (sizeBytes * 8));
  return { low: truncate(low, sizeBytes), high: truncate(upper, sizeBytes) };
}

/** Multiplies unsigned numbers. */
export const multiplyUnsigned = (a: U64, b: U64, sizeBytes: OperandBytes): Halves =>
  split(product(a, b), sizeBytes);

/** Multiplies signed numbers. */
export function multiplySigned(a: U64, b: U64, sizeBytes: OperandBytes): Halves {
  const wideA = signExtend(a, sizeBytes);
  const wideB = signExtend(b, sizeBytes);
  const { low, high } = product(wideA, wideB);
  // A negative factor was taken as 2^64 too large.
  const lessA = signBit(wideA, 8) === 1 ? wideB : u64Zero;
  const lessB = signBit(wideB, 8) === 1 ? wideA : u64Zero;
  const corrected = subtract(subtract(high, lessA, 0, 8).value, lessB, 0, 8).value;
  return split({ low, high: corrected }, sizeBytes);
}

/** The bit of a word at `index`. */
const bitAt = (value: U64, index: number): number =>
  ((index < 32 ? value.lo : value.hi) >>> (index & 31)) & 1;

const isBelow = (a: U64, b: U64): boolean => a.hi < b.hi || (a.hi === b.hi && a.lo < b.lo);

/** Divides unsigned; undefined when the divisor is 0 or the quotient too wide. */
export function divideUnsigned(
  dividend: Halves,
  divisor: U64,
  sizeBytes: OperandBytes,
): Division | undefined {
  if (!isBelow(dividend.high, divisor)) return undefined;
  let remainder = dividend.high;
  let quotient = u64Zero;
  for (let index = sizeBytes * 8 - 1; index >= 0; index -= 1) {
    const overflow = signBit(remainder, 8) === 1;
    remainder = add(remainder, remainder, bitAt(dividend.low, index), 8).value;
    const fits = overflow || !isBelow(remainder, divisor);
    if (fits) remainder = subtract(remainder, divisor, 0, 8).value;
    quotient = add(quotient, quotient, fits ? 1 : 0, 8).value;
  }
  assert(isBelow(remainder, divisor), 'a remainder is less than its divisor');
  return { quotient, remainder };
}

/** Divides signed, towards zero; undefined when the divisor is 0 or the quotient too wide. */
export function divideSigned(
  dividend: Halves,
  divisor: U64,
  sizeBytes: OperandBytes,
): Division | undefined {
  const isMinus = signBit(dividend.high, sizeBytes) === 1;
  const isMinusDivisor = signBit(divisor, sizeBytes) === 1;
  const positive = isMinus ? negateHalves(dividend, sizeBytes) : dividend;
  const by = isMinusDivisor ? truncate(negate(divisor), sizeBytes) : divisor;
  const result = divideUnsigned(positive, by, sizeBytes);
  if (result === undefined) return undefined;
  const { quotient, remainder } = result;
  const isQuotientMinus = isMinus !== isMinusDivisor;
  // The most negative number is the one whose sign bit may be set before it is negated.
  const isLowest = u64IsZero(truncate(add(quotient, quotient, 0, 8).value, sizeBytes));
  if (signBit(quotient, sizeBytes) === 1 && !(isQuotientMinus && isLowest)) return undefined;
  const signed = (value: U64, minus: boolean) =>
    minus ? truncate(negate(value), sizeBytes) : value;
  return { quotient: signed(quotient, isQuotientMinus), remainder: signed(remainder, isMinus) };
}

function negateHalves({ low, high }: Halves, sizeBytes: OperandBytes): Halves {
  const lowMinus = subtract(u64Zero, low, 0, sizeBytes);
  const borrow = u64IsZero(low) ? 0 : 1;
  return { low: lowMinus.value, high: subtract(u64Zero, high, borrow, sizeBytes).value };
}
