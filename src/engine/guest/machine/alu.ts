/**
 * Sums, differences and bitwise operations with the flags that they set.
 *
 * A flag that the manual calls undefined is left as it was: `mask` names those that an operation
 * sets. Source: SDM, volume 2, the page of each instruction.
 */
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64IsZero } from '../../kernel/u64.ts';
import { arithmeticFlags, flag, type OperandBytes } from '../defs/registers.ts';

/** A value with the flags of the operation that made it. */
export interface AluResult {
  readonly value: U64;
  /** Values of the flags in `mask`. */
  readonly flags: number;
  readonly mask: number;
}

/** The low bytes of a word. */
export function truncate(value: U64, sizeBytes: OperandBytes): U64 {
  if (sizeBytes === 8) return value;
  return sizeBytes === 4 ? u64(value.lo) : u64(value.lo & (sizeBytes === 2 ? 0xffff : 0xff));
}

/** The highest bit of the low bytes. */
export const signBit = (value: U64, sizeBytes: OperandBytes): 0 | 1 =>
  (sizeBytes === 8 ? value.hi >>> 31 : (value.lo >>> (sizeBytes * 8 - 1)) & 1) === 1 ? 1 : 0;

/** Fills the bits above the low bytes with their sign. */
export function signExtend(value: U64, sizeBytes: OperandBytes): U64 {
  if (sizeBytes === 8) return value;
  const unused = 32 - sizeBytes * 8;
  const lo = (value.lo << unused) >> unused;
  return u64(lo, lo >> 31);
}

/** ZF, SF and PF of a value. */
export function resultFlags(value: U64, sizeBytes: OperandBytes): number {
  let parity = value.lo & 0xff;
  parity ^= parity >> 4;
  parity ^= parity >> 2;
  parity ^= parity >> 1;
  return (
    (u64IsZero(value) ? flag.ZF : 0) |
    (signBit(value, sizeBytes) === 1 ? flag.SF : 0) |
    ((parity & 1) === 0 ? flag.PF : 0)
  );
}

const top = (word: number): number => word >>> 31;

/** Adds two values and a carry. */
export function add(a: U64, b: U64, carry: number, sizeBytes: OperandBytes): AluResult {
  assert(carry === 0 || carry === 1, 'a carry is one bit');
  const low = a.lo + b.lo + carry;
  const high = a.hi + b.hi + (low > 0xffffffff ? 1 : 0);
  const value = truncate(u64(low, high), sizeBytes);
  const wide = sizeBytes === 8;
  const carried = wide ? high > 0xffffffff : low > value.lo;
  const signs = wide
    ? top(~(a.hi ^ b.hi) & (a.hi ^ value.hi))
    : signBit(u64(~(a.lo ^ b.lo) & (a.lo ^ value.lo)), sizeBytes);
  return arithmetic(value, carried, signs === 1, a.lo ^ b.lo ^ value.lo, sizeBytes);
}

/** Subtracts `b` and a borrow from `a`. */
export function subtract(a: U64, b: U64, borrow: number, sizeBytes: OperandBytes): AluResult {
  assert(borrow === 0 || borrow === 1, 'a borrow is one bit');
  const low = a.lo - b.lo - borrow;
  const high = a.hi - b.hi - (low < 0 ? 1 : 0);
  const value = truncate(u64(low, high), sizeBytes);
  const wide = sizeBytes === 8;
  const borrowed = wide ? high < 0 : low < 0;
  const signs = wide
    ? top((a.hi ^ b.hi) & (a.hi ^ value.hi))
    : signBit(u64((a.lo ^ b.lo) & (a.lo ^ value.lo)), sizeBytes);
  return arithmetic(value, borrowed, signs === 1, a.lo ^ b.lo ^ value.lo, sizeBytes);
}

function arithmetic(
  value: U64,
  carry: boolean,
  overflow: boolean,
  nibbles: number,
  sizeBytes: OperandBytes,
): AluResult {
  const flags =
    resultFlags(value, sizeBytes) |
    (carry ? flag.CF : 0) |
    (overflow ? flag.OF : 0) |
    (nibbles & flag.AF);
  return { value, flags, mask: arithmeticFlags };
}

/** What AND, OR, XOR and TEST set: CF and OF are cleared, AF is undefined. */
export function logic(value: U64, sizeBytes: OperandBytes): AluResult {
  return { value, flags: resultFlags(value, sizeBytes), mask: arithmeticFlags & ~flag.AF };
}

/** Tests condition `code` (0 to 15, as instructions encode it) against flags. */
export function holds(code: number, flags: number): boolean {
  assert(code >= 0 && code < 16, 'there are sixteen conditions');
  const sign = (flags & flag.SF) !== 0;
  const overflow = (flags & flag.OF) !== 0;
  const isTrue = [
    overflow,
    (flags & flag.CF) !== 0,
    (flags & flag.ZF) !== 0,
    (flags & (flag.CF | flag.ZF)) !== 0,
    sign,
    (flags & flag.PF) !== 0,
    sign !== overflow,
    sign !== overflow || (flags & flag.ZF) !== 0,
  ][code >> 1];
  return (code & 1) === 1 ? isTrue !== true : isTrue === true;
}
