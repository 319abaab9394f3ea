/** Arithmetic, logic, shifts, products and quotients. Source: SDM, volume 2. */
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64Equal, u64Zero } from '../../kernel/u64.ts';
import type { Operation } from '../defs/operations.ts';
import { flag, general, type OperandBytes } from '../defs/registers.ts';
import { type AluResult, add, logic, signExtend, subtract, truncate } from './alu.ts';
import { type Cpu, raise, readFlags, readLow, writeFlags, writeLow } from './cpu.ts';
import {
  type Division,
  divideSigned,
  divideUnsigned,
  type Halves,
  multiplySigned,
  multiplyUnsigned,
} from './multiply.ts';
import { type Handler, readAt, writeAt } from './operand.ts';
import { type ShiftOperation, shift } from './shift.ts';

type Combine = (a: U64, b: U64, carry: number, sizeBytes: OperandBytes) => AluResult;

const one = u64(1);

/** An operation on two operands whose result goes to the first, or with `keeps` nowhere. */
const binary =
  (combine: Combine, keeps: 'result' | 'flags' = 'result'): Handler =>
  (cpu, instruction) => {
    const a = readAt(cpu, instruction, 0);
    const b = readAt(cpu, instruction, 1);
    const carry = readFlags(cpu) & flag.CF;
    const { value, flags, mask } = combine(a, b, carry, instruction.sizeBytes);
    if (keeps === 'result') writeAt(cpu, instruction, 0, value);
    writeFlags(cpu, flags, mask);
  };

/** An operation on one operand that sets the flags in `mask`. */
const unary =
  (change: (value: U64, sizeBytes: OperandBytes) => AluResult, mask: number): Handler =>
  (cpu, instruction) => {
    const changed = change(readAt(cpu, instruction, 0), instruction.sizeBytes);
    writeAt(cpu, instruction, 0, changed.value);
    writeFlags(cpu, changed.flags, changed.mask & mask);
  };

const and: Combine = (a, b, _carry, sizeBytes) => logic(u64(a.lo & b.lo, a.hi & b.hi), sizeBytes);
const or: Combine = (a, b, _carry, sizeBytes) => logic(u64(a.lo | b.lo, a.hi | b.hi), sizeBytes);
const xor: Combine = (a, b, _carry, sizeBytes) => logic(u64(a.lo ^ b.lo, a.hi ^ b.hi), sizeBytes);
const plain =
  (combine: Combine): Combine =>
  (a, b, _carry, sizeBytes) =>
    combine(a, b, 0, sizeBytes);

const shiftBy =
  (operation: ShiftOperation): Handler =>
  (cpu, instruction) => {
    const { sizeBytes } = instruction;
    const value = readAt(cpu, instruction, 0);
    const bits = readAt(cpu, instruction, 1).lo & 0xff;
    const shifted = shift({ operation, value, bits, sizeBytes }, readFlags(cpu));
    writeAt(cpu, instruction, 0, shifted.value);
    writeFlags(cpu, shifted.flags, shifted.mask);
  };

/** The value of RDX:RAX, or of AX for bytes. */
function accumulator(cpu: Cpu, sizeBytes: OperandBytes): Halves {
  if (sizeBytes !== 1) {
    return {
      low: readLow(cpu, general.rax, sizeBytes),
      high: readLow(cpu, general.rdx, sizeBytes),
    };
  }
  const ax = readLow(cpu, general.rax, 2).lo;
  return { low: u64(ax & 0xff), high: u64(ax >>> 8) };
}

function writeAccumulator(cpu: Cpu, { low, high }: Halves, sizeBytes: OperandBytes): void {
  if (sizeBytes === 1) {
    writeLow(cpu, general.rax, u64(low.lo | (high.lo << 8)), 2);
    return;
  }
  writeLow(cpu, general.rax, low, sizeBytes);
  writeLow(cpu, general.rdx, high, sizeBytes);
}

/** CF and OF tell that the upper half matters; the other flags are undefined. */
const productFlags = flag.CF | flag.OF;

const multiply: Handler = (cpu, instruction) => {
  const { sizeBytes } = instruction;
  const factor = readAt(cpu, instruction, 0);
  const halves = multiplyUnsigned(readLow(cpu, general.rax, sizeBytes), factor, sizeBytes);
  writeAccumulator(cpu, halves, sizeBytes);
  writeFlags(cpu, u64Equal(halves.high, u64Zero) ? 0 : productFlags, productFlags);
};

/** True when the lower half alone, with its sign, is the whole product. */
const isWhole = ({ low, high }: Halves, sizeBytes: OperandBytes): boolean => {
  const sign = signExtend(low, sizeBytes).hi | 0;
  return u64Equal(high, truncate(u64(sign >> 31, sign >> 31), sizeBytes));
};

/** One operand: RDX:RAX gets the product. Two or three: the first gets its lower half. */
const multiplyWithSign: Handler = (cpu, instruction) => {
  const { sizeBytes, operands } = instruction;
  const last = operands.length - 1;
  assert(last <= 2, 'IMUL has at most three operands');
  const a = last === 0 ? readLow(cpu, general.rax, sizeBytes) : readAt(cpu, instruction, last - 1);
  const halves = multiplySigned(a, readAt(cpu, instruction, last), sizeBytes);
  if (last === 0) writeAccumulator(cpu, halves, sizeBytes);
  else writeAt(cpu, instruction, 0, halves.low);
  writeFlags(cpu, isWhole(halves, sizeBytes) ? 0 : productFlags, productFlags);
};

const divideBy =
  (
    divide: (dividend: Halves, divisor: U64, sizeBytes: OperandBytes) => Division | undefined,
  ): Handler =>
  (cpu, instruction) => {
    const { sizeBytes } = instruction;
    const divisor = readAt(cpu, instruction, 0);
    const result = divide(accumulator(cpu, sizeBytes), divisor, sizeBytes);
    if (cpu.stop !== undefined) return;
    if (result === undefined) raise(cpu, '#DE');
    else writeAccumulator(cpu, { low: result.quotient, high: result.remainder }, sizeBytes);
  };

const invert = (value: U64, sizeBytes: OperandBytes): AluResult => ({
  value: truncate(u64(~value.lo, ~value.hi), sizeBytes),
  flags: 0,
  mask: 0,
});

const all = ~0;
const allButCarry = ~flag.CF;

/** What carries out each operation of this group. */
export const arithmeticHandlers: Partial<Record<Operation, Handler>> = {
  ADD: binary(plain(add)),
  ADC: binary(add),
  SUB: binary(plain(subtract)),
  SBB: binary(subtract),
  CMP: binary(plain(subtract), 'flags'),
  AND: binary(and),
  OR: binary(or),
  XOR: binary(xor),
  TEST: binary(and, 'flags'),
  INC: unary((value, sizeBytes) => add(value, one, 0, sizeBytes), allButCarry),
  DEC: unary((value, sizeBytes) => subtract(value, one, 0, sizeBytes), allButCarry),
  NEG: unary((value, sizeBytes) => subtract(u64Zero, value, 0, sizeBytes), all),
  NOT: unary(invert, all),
  MUL: multiply,
  IMUL: multiplyWithSign,
  DIV: divideBy(divideUnsigned),
  IDIV: divideBy(divideSigned),
  ROL: shiftBy('ROL'),
  ROR: shiftBy('ROR'),
  RCL: shiftBy('RCL'),
  RCR: shiftBy('RCR'),
  SHL: shiftBy('SHL'),
  SHR: shiftBy('SHR'),
  SAR: shiftBy('SAR'),
};
