/**
 * Shifts and rotates, one bit at a time, as the manual describes them.
 *
 * OF is defined for a count of 1 only; otherwise it stays, as do AF and, where a logical shift
 * moves every bit out, CF. A masked count of 0 changes nothing. Source: SDM, volume 2,
 * "SAL/SAR/SHL/SHR", "RCL/RCR/ROL/ROR".
 */
import { assert } from '../../kernel/result.ts';
import { type U64, u64 } from '../../kernel/u64.ts';
import { flag, type OperandBytes } from '../defs/registers.ts';
import { type AluResult, resultFlags, signBit, truncate } from './alu.ts';

/** The operations of this group. */
export type ShiftOperation = 'ROL' | 'ROR' | 'RCL' | 'RCR' | 'SHL' | 'SHR' | 'SAR';

/** What is shifted, and how far. */
export interface Shift {
  readonly operation: ShiftOperation;
  readonly value: U64;
  /** As the instruction gives it; masked here. */
  readonly bits: number;
  readonly sizeBytes: OperandBytes;
}

function left(value: U64, lowBit: number, sizeBytes: OperandBytes): U64 {
  assert(lowBit === 0 || lowBit === 1, 'one bit comes in from the right');
  return truncate(u64((value.lo << 1) | lowBit, (value.hi << 1) | (value.lo >>> 31)), sizeBytes);
}

function right(value: U64, highBit: number, sizeBytes: OperandBytes): U64 {
  if (sizeBytes === 8) {
    return u64((value.lo >>> 1) | ((value.hi & 1) << 31), (value.hi >>> 1) | (highBit << 31));
  }
  return u64((value.lo >>> 1) | (highBit << (sizeBytes * 8 - 1)));
}

/** Shifts or rotates; `flags` are those before. */
export function shift({ operation, value, bits, sizeBytes }: Shift, flags: number): AluResult {
  const rounds = bits & (sizeBytes === 8 ? 0x3f : 0x1f);
  if (rounds === 0) return { value, flags: 0, mask: 0 };
  let result = value;
  let carry: number = flags & flag.CF;
  for (let round = 0; round < rounds; round += 1) {
    const lowBit = result.lo & 1;
    const highBit = signBit(result, sizeBytes);
    const goesLeft = operation === 'ROL' || operation === 'RCL' || operation === 'SHL';
    const filler = fill(operation, lowBit, highBit, carry);
    result = goesLeft ? left(result, filler, sizeBytes) : right(result, filler, sizeBytes);
    carry = goesLeft ? highBit : lowBit;
  }
  const isRotate = operation.startsWith('R');
  const isLost = (operation === 'SHL' || operation === 'SHR') && rounds >= sizeBytes * 8;
  const overflow = overflowOf(operation, value, result, sizeBytes, carry);
  return {
    value: result,
    flags: carry | (overflow === 1 ? flag.OF : 0) | (isRotate ? 0 : resultFlags(result, sizeBytes)),
    mask:
      (isLost ? 0 : flag.CF) |
      (rounds === 1 ? flag.OF : 0) |
      (isRotate ? 0 : flag.ZF | flag.SF | flag.PF),
  };
}

/** The bit that comes in. */
function fill(operation: ShiftOperation, lowBit: number, highBit: number, carry: number): number {
  assert(carry === 0 || carry === 1, 'CF is bit 0');
  switch (operation) {
    case 'ROL':
      return highBit;
    case 'ROR':
      return lowBit;
    case 'RCL':
    case 'RCR':
      return carry;
    case 'SAR':
      return highBit;
    case 'SHL':
    case 'SHR':
      return 0;
  }
}

/** OF after a count of 1. */
function overflowOf(
  operation: ShiftOperation,
  before: U64,
  after: U64,
  sizeBytes: OperandBytes,
  carry: number,
): number {
  if (operation === 'SAR') return 0;
  if (operation === 'SHR') return signBit(before, sizeBytes);
  const isRight = operation === 'ROR' || operation === 'RCR';
  return signBit(after, sizeBytes) ^ (isRight ? signBit(before, sizeBytes) : carry);
}
