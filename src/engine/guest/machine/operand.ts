/** Reading and writing what an instruction works on. */
import { assert } from '../../kernel/result.ts';
import { type U64, u64 } from '../../kernel/u64.ts';
import type { Instruction, Operand } from '../defs/instruction.ts';
import type { OperandBytes } from '../defs/registers.ts';
import { offsetOf } from './address.ts';
import { truncate } from './alu.ts';
import { type Cpu, readGeneral, readLow, readSegment, writeLow } from './cpu.ts';
import { readMemory, writeMemory } from './memory.ts';

/** What carries out one operation; it may leave `cpu.stop` set, and then has done nothing. */
export type Handler = (cpu: Cpu, instruction: Instruction) => void;

/** An operand that the opcode map promises. */
export function operandAt({ operands, operation }: Instruction, index: number): Operand {
  const operand = operands[index];
  assert(operand !== undefined, `${operation} has too few operands`);
  return operand;
}

/** The value of an operand, in `sizeBytes` bytes if it is a number of the instruction. */
export function readOperand(cpu: Cpu, operand: Operand, sizeBytes: OperandBytes): U64 {
  switch (operand.kind) {
    case 'immediate':
      return truncate(operand.value, sizeBytes);
    case 'general': {
      const { number, isHigh } = operand;
      if (isHigh) return u64((readGeneral(cpu, number).lo >>> 8) & 0xff);
      return readLow(cpu, number, operand.sizeBytes);
    }
    case 'memory':
      return readMemory(cpu, operand.segment, offsetOf(cpu, operand), operand.sizeBytes);
    default:
      assert(operand.kind === 'segment', 'control and debug registers have handlers of their own');
      return u64(readSegment(cpu, operand.number).selector);
  }
}

/** Puts a value into an operand. */
export function writeOperand(cpu: Cpu, operand: Operand, value: U64): void {
  if (operand.kind === 'memory') {
    writeMemory(cpu, operand.segment, offsetOf(cpu, operand), value, operand.sizeBytes);
    return;
  }
  assert(operand.kind === 'general', 'only registers and memory are written');
  const { number, isHigh, sizeBytes } = operand;
  if (!isHigh) {
    writeLow(cpu, number, value, sizeBytes);
    return;
  }
  const kept = readGeneral(cpu, number).lo & 0xff;
  writeLow(cpu, number, u64(kept | ((value.lo & 0xff) << 8)), 2);
}

/** The value of the operand at `index`. */
export const readAt = (cpu: Cpu, instruction: Instruction, index: number): U64 =>
  readOperand(cpu, operandAt(instruction, index), instruction.sizeBytes);

/** Puts a value into the operand at `index`. */
export const writeAt = (cpu: Cpu, instruction: Instruction, index: number, value: U64): void =>
  writeOperand(cpu, operandAt(instruction, index), value);
