/** Moves, extensions, addresses, exchanges and the stack. Source: SDM, volume 2. */
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64Zero } from '../../kernel/u64.ts';
import type { Operation } from '../defs/operations.ts';
import { flag, general, type OperandBytes, segment } from '../defs/registers.ts';
import { offsetOf } from './address.ts';
import { holds, signExtend, truncate } from './alu.ts';
import {
  type Cpu,
  hasIoPrivilege,
  privilegeLevel,
  raise,
  readFlags,
  readGeneral,
  readLow,
  writeFlags,
  writeLow,
  writeSelector,
} from './cpu.ts';
import { plus, readMemory, writeMemory } from './memory.ts';
import { type Handler, operandAt, readAt, readOperand, writeAt, writeOperand } from './operand.ts';

const stackBytes = (cpu: Cpu): OperandBytes => (cpu.isLong ? 8 : 2);

/** Puts a value on the stack. */
export function push(cpu: Cpu, value: U64, sizeBytes: OperandBytes): void {
  assert(sizeBytes > 1, 'single bytes are not pushed');
  const width = stackBytes(cpu);
  const top = truncate(plus(readLow(cpu, general.rsp, width), -sizeBytes), width);
  writeMemory(cpu, segment.ss, top, value, sizeBytes);
  writeLow(cpu, general.rsp, top, width);
}

/** Takes a value from the stack. */
export function pop(cpu: Cpu, sizeBytes: OperandBytes): U64 {
  assert(sizeBytes > 1, 'single bytes are not popped');
  const width = stackBytes(cpu);
  const top = readLow(cpu, general.rsp, width);
  const value = readMemory(cpu, segment.ss, top, sizeBytes);
  writeLow(cpu, general.rsp, truncate(plus(top, sizeBytes), width), width);
  return value;
}

const move: Handler = (cpu, instruction) => {
  const to = operandAt(instruction, 0);
  const from = operandAt(instruction, 1);
  if (to.kind === 'segment') {
    loadSegment(cpu, to.number, readOperand(cpu, from, 2).lo);
    return;
  }
  const value = readOperand(cpu, from, instruction.sizeBytes);
  // A selector goes to memory as two bytes whatever the width of the operation.
  const isShort = from.kind === 'segment' && to.kind === 'memory';
  writeOperand(cpu, isShort ? { ...to, sizeBytes: 2 } : to, value);
};

/** CS cannot be loaded by a move, and in 64-bit mode descriptor tables are not read. */
function loadSegment(cpu: Cpu, number: number, selector: number): void {
  if (cpu.stop !== undefined) return;
  if (number === segment.cs) raise(cpu, '#UD');
  else if (!cpu.isLong) writeSelector(cpu, number, selector);
  else if (selector <= 3 && number !== segment.ss) writeSelector(cpu, number, selector);
  else raise(cpu, '#GP', selector & 0xfffc);
}

/** Widens the second operand into the first. */
const widen =
  (extend: (value: U64, sizeBytes: OperandBytes) => U64): Handler =>
  (cpu, instruction) => {
    const from = operandAt(instruction, 1);
    assert(from.sizeBytes <= instruction.sizeBytes, 'a value is widened, not cut');
    const value = readOperand(cpu, from, from.sizeBytes);
    writeAt(cpu, instruction, 0, truncate(extend(value, from.sizeBytes), instruction.sizeBytes));
  };

const loadAddress: Handler = (cpu, instruction) => {
  const from = operandAt(instruction, 1);
  assert(from.kind === 'memory', 'LEA takes an address');
  writeAt(cpu, instruction, 0, truncate(offsetOf(cpu, from), instruction.sizeBytes));
};

/** The first operand is written first: its address may depend on the second, a register. */
const exchange: Handler = (cpu, instruction) => {
  const a = readAt(cpu, instruction, 0);
  const b = readAt(cpu, instruction, 1);
  writeAt(cpu, instruction, 0, b);
  writeAt(cpu, instruction, 1, a);
};

const reverse = (word: number): number =>
  (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);

/** With 16 bits the result is undefined; here it is 0, as processors have it. */
const swapBytes: Handler = (cpu, instruction) => {
  const { lo, hi } = readAt(cpu, instruction, 0);
  const { sizeBytes } = instruction;
  const swapped =
    sizeBytes === 8 ? u64(reverse(hi), reverse(lo)) : sizeBytes === 4 ? u64(reverse(lo)) : u64Zero;
  writeAt(cpu, instruction, 0, swapped);
};

/** A false condition still clears the upper half of a 32-bit target. */
const moveIf: Handler = (cpu, instruction) => {
  const value = readAt(cpu, instruction, 1);
  const isTrue = holds(instruction.condition, readFlags(cpu));
  writeAt(cpu, instruction, 0, isTrue ? value : readAt(cpu, instruction, 0));
};

const setIf: Handler = (cpu, instruction) => {
  writeAt(cpu, instruction, 0, u64(holds(instruction.condition, readFlags(cpu)) ? 1 : 0));
};

/** CBW, CWDE, CDQE: widens the lower half of the accumulator. */
const widenAccumulator: Handler = (cpu, { sizeBytes }) => {
  const half: OperandBytes = sizeBytes === 8 ? 4 : sizeBytes === 4 ? 2 : 1;
  const value = signExtend(readLow(cpu, general.rax, half), half);
  writeLow(cpu, general.rax, truncate(value, sizeBytes), sizeBytes);
};

/** CWD, CDQ, CQO: fills the data register with the sign of the accumulator. */
const signOfAccumulator: Handler = (cpu, { sizeBytes }) => {
  const { hi } = signExtend(readLow(cpu, general.rax, sizeBytes), sizeBytes);
  const fill = (hi | 0) >> 31;
  writeLow(cpu, general.rdx, truncate(u64(fill, fill), sizeBytes), sizeBytes);
};

const pushOperand: Handler = (cpu, instruction) => {
  const { sizeBytes } = instruction;
  push(cpu, readAt(cpu, instruction, 0), sizeBytes);
};

/** An address that uses RSP is that after the value has been taken. */
const popOperand: Handler = (cpu, instruction) => {
  const to = operandAt(instruction, 0);
  const value = pop(cpu, instruction.sizeBytes);
  if (to.kind === 'segment') loadSegment(cpu, to.number, value.lo & 0xffff);
  else writeOperand(cpu, to, value);
};

const pushFlags: Handler = (cpu, { sizeBytes }) => {
  push(cpu, truncate(u64(readFlags(cpu) & ~flag.RF), sizeBytes), sizeBytes);
};

const anyLevel =
  flag.CF | flag.PF | flag.AF | flag.ZF | flag.SF | flag.TF | flag.DF | flag.OF | flag.NT;

/**
 * IOPL changes at level 0 only, IF where I/O is allowed; 16 bits leave the upper flags. TF is kept,
 * but nothing single-steps, as no interrupt is delivered.
 */
const popFlags: Handler = (cpu, { sizeBytes }) => {
  const { lo } = pop(cpu, sizeBytes);
  const level = privilegeLevel(cpu);
  const ioLevel = (readFlags(cpu) & flag.IOPL) >>> 12;
  let mask = anyLevel;
  if (level === 0) mask |= flag.IOPL;
  if (level <= ioLevel) mask |= flag.IF;
  if (sizeBytes !== 2) {
    mask |= flag.AC | flag.ID;
    writeFlags(cpu, 0, flag.RF);
  }
  writeFlags(cpu, lo, mask);
};

const leave: Handler = (cpu, { sizeBytes }) => {
  writeLow(cpu, general.rsp, readGeneral(cpu, general.rbp), stackBytes(cpu));
  writeLow(cpu, general.rbp, pop(cpu, sizeBytes), sizeBytes);
};

const setFlag =
  (bits: number, on: boolean): Handler =>
  (cpu) =>
    writeFlags(cpu, on ? bits : 0, bits);

const setInterruptFlag =
  (on: boolean): Handler =>
  (cpu) => {
    if (hasIoPrivilege(cpu)) writeFlags(cpu, on ? flag.IF : 0, flag.IF);
  };

/** What carries out each operation of this group. */
export const moveHandlers: Partial<Record<Operation, Handler>> = {
  MOV: move,
  MOVZX: widen((value) => value),
  MOVSX: widen(signExtend),
  MOVSXD: widen(signExtend),
  LEA: loadAddress,
  XCHG: exchange,
  BSWAP: swapBytes,
  CMOVcc: moveIf,
  SETcc: setIf,
  CBW: widenAccumulator,
  CWD: signOfAccumulator,
  PUSH: pushOperand,
  POP: popOperand,
  PUSHF: pushFlags,
  POPF: popFlags,
  LEAVE: leave,
  CLC: setFlag(flag.CF, false),
  STC: setFlag(flag.CF, true),
  CMC: (cpu) => writeFlags(cpu, ~readFlags(cpu), flag.CF),
  CLD: setFlag(flag.DF, false),
  STD: setFlag(flag.DF, true),
  CLI: setInterruptFlag(false),
  STI: setInterruptFlag(true),
};
