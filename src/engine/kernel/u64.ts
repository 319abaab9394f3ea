/**
 * 64-bit words as two 32-bit halves.
 *
 * Control words, register values and partition ids are 64 bits wide; a double holds 53. Two halves
 * stay exact and cost a fraction of `bigint` on the dispatch path, so `bigint` appears only where
 * text is read or written.
 */
import { assert } from './result.ts';

/** A 64-bit word: both halves are whole numbers from 0 to 0xFFFFFFFF. */
export interface U64 {
  readonly lo: number;
  readonly hi: number;
}

const halfRange = 0x1_0000_0000;

/** Makes a word from its low and its high half; either may be a signed 32-bit number. */
export const u64 = (lo: number, hi = 0): U64 => ({ lo: lo >>> 0, hi: hi >>> 0 });

/** The word 0. */
export const u64Zero: U64 = Object.freeze({ lo: 0, hi: 0 });

/** The word with all bits set, which the specification uses for "self" and "all". */
export const u64Ones: U64 = Object.freeze({ lo: 0xffffffff, hi: 0xffffffff });

/** Makes a word from a whole number below 2^53. */
export function u64FromNumber(value: number): U64 {
  assert(Number.isSafeInteger(value) && value >= 0, `not a whole number below 2^53: ${value}`);
  return { lo: value >>> 0, hi: Math.floor(value / halfRange) };
}

/** The word as a double: exact below 2^53, rounded above. */
export const u64ToNumber = (word: U64): number => word.hi * halfRange + word.lo;

/** True when the word fits a double exactly. */
export const u64IsSafe = (word: U64): boolean => word.hi < 0x20_0000;

/** Tells whether two words are the same. */
export const u64Equal = (a: U64, b: U64): boolean => a.lo === b.lo && a.hi === b.hi;

/** Tells whether all bits are clear. */
export const u64IsZero = (word: U64): boolean => word.lo === 0 && word.hi === 0;

/** Tells whether bit `index` (0 is the lowest) is set. */
export function u64Bit(word: U64, index: number): boolean {
  assert(index >= 0 && index < 64, 'a bit index outside 0 to 63');
  const half = index < 32 ? word.lo : word.hi;
  return ((half >>> (index & 31)) & 1) === 1;
}

/** The word with bit `index` set or cleared. */
export function u64WithBit(word: U64, index: number, on: boolean): U64 {
  assert(index >= 0 && index < 64, 'a bit index outside 0 to 63');
  const mask = 1 << (index & 31);
  const apply = (half: number) => (on ? half | mask : half & ~mask) >>> 0;
  return index < 32 ? { lo: apply(word.lo), hi: word.hi } : { lo: word.lo, hi: apply(word.hi) };
}

/** Bitwise and. */
export const u64And = (a: U64, b: U64): U64 => u64(a.lo & b.lo, a.hi & b.hi);

/** Bitwise or. */
export const u64Or = (a: U64, b: U64): U64 => u64(a.lo | b.lo, a.hi | b.hi);

/** The sum modulo 2^64. */
export function u64Add(a: U64, b: U64): U64 {
  const lo = a.lo + b.lo;
  return u64(lo, a.hi + b.hi + (lo >= halfRange ? 1 : 0));
}

/** The difference modulo 2^64. */
export const u64Sub = (a: U64, b: U64): U64 =>
  u64(a.lo - b.lo, a.hi - b.hi - (a.lo < b.lo ? 1 : 0));

/** Negative, zero or positive as `a` is below, equal to or above `b`, both without sign. */
export const u64Compare = (a: U64, b: U64): number => (a.hi === b.hi ? a.lo - b.lo : a.hi - b.hi);

/** The low 64 bits of the product. */
export function u64Mul(a: U64, b: U64): U64 {
  const low = mulHalves(a.lo, b.lo);
  return u64(low.lo, low.hi + Math.imul(a.lo, b.hi) + Math.imul(a.hi, b.lo));
}

/** The high 64 bits of the 128-bit product: what a reference time page asks for. */
export function u64MulHigh(a: U64, b: U64): U64 {
  const low = mulHalves(a.lo, b.lo);
  const first = mulHalves(a.lo, b.hi);
  const second = mulHalves(a.hi, b.lo);
  const high = mulHalves(a.hi, b.hi);
  // The middle column is below 2^34, so a double holds it exactly.
  const middle = low.hi + first.lo + second.lo;
  const carry = Math.floor(middle / halfRange);
  return u64Add(high, u64Add(u64(first.hi), u64Add(u64(second.hi), u64(carry))));
}

/** The 64-bit product of two halves, built from 16-bit digits so that no bit is rounded away. */
function mulHalves(a: number, b: number): U64 {
  const aLo = a & 0xffff;
  const aHi = a >>> 16;
  const bLo = b & 0xffff;
  const bHi = b >>> 16;
  const low = aLo * bLo;
  const middle = aHi * bLo + Math.floor(low / 0x1_0000);
  const second = aLo * bHi + (middle % 0x1_0000);
  const lo = (second % 0x1_0000) * 0x1_0000 + (low % 0x1_0000);
  return u64(lo, aHi * bHi + Math.floor(middle / 0x1_0000) + Math.floor(second / 0x1_0000));
}

/** The word as a `bigint`, for text and files only. */
export const u64ToBigint = (word: U64): bigint => (BigInt(word.hi) << 32n) | BigInt(word.lo);

/** The low 64 bits of a `bigint`, for text and files only. */
export const u64FromBigint = (value: bigint): U64 => ({
  lo: Number(value & 0xffffffffn),
  hi: Number((value >> 32n) & 0xffffffffn),
});

/** Hexadecimal digits with `0x`, padded to `digits` if given, as the specification prints words. */
export function u64Hex(word: U64, digits = 1): string {
  const text = word.hi === 0 ? word.lo.toString(16) : word.hi.toString(16) + hex8(word.lo);
  return `0x${text.padStart(digits, '0')}`;
}

const hex8 = (half: number): string => half.toString(16).padStart(8, '0');

/** Sixteen hexadecimal digits in two groups of eight, the form that people can compare by eye. */
export const u64HexGrouped = (word: U64): string => `0x${hex8(word.hi)} ${hex8(word.lo)}`;

/**
 * Reads a whole number from text: decimal, or hexadecimal with `0x`; spaces and `_` may group
 * digits. Gives undefined when the text is not such a number or does not fit in 64 bits.
 */
export function u64Parse(text: string): U64 | undefined {
  const digits = text.replace(/[\s_]/g, '');
  if (!/^(0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20})$/.test(digits)) return undefined;
  const value = BigInt(digits);
  return value > 0xffffffffffffffffn ? undefined : u64FromBigint(value);
}
