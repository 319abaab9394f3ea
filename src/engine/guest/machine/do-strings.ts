/**
 * String operations, one round at a time.
 *
 * A repeated operation stays at its RIP until its last round, so a fault or an intercept between
 * two rounds finds registers that tell how far it came. Source: SDM, volume 2, "REP".
 */
import { assert } from '../../kernel/result.ts';
import { type U64, u64IsZero } from '../../kernel/u64.ts';
import type { Instruction } from '../defs/instruction.ts';
import type { Operation } from '../defs/operations.ts';
import { flag, general, type OperandBytes, segment } from '../defs/registers.ts';
import { subtract, truncate } from './alu.ts';
import { type Cpu, readFlags, readLow, ripOf, writeFlags, writeLow } from './cpu.ts';
import { portInput, portOutput } from './do-system.ts';
import { plus, readMemory, writeMemory } from './memory.ts';
import type { Handler } from './operand.ts';

/** Moves RSI or RDI to the next element. */
function advance(cpu: Cpu, { addressBytes, sizeBytes }: Instruction, number: number): void {
  assert(number === general.rsi || number === general.rdi, 'string operations move two pointers');
  const delta = (readFlags(cpu) & flag.DF) === 0 ? sizeBytes : -sizeBytes;
  const next = plus(readLow(cpu, number, addressBytes), delta);
  writeLow(cpu, number, truncate(next, addressBytes), addressBytes);
}

function readSource(cpu: Cpu, instruction: Instruction): U64 {
  const { addressBytes, sizeBytes, override } = instruction;
  const offset = readLow(cpu, general.rsi, addressBytes);
  const value = readMemory(cpu, override ?? segment.ds, offset, sizeBytes);
  advance(cpu, instruction, general.rsi);
  return value;
}

/** The target is always in ES. */
function readTarget(cpu: Cpu, instruction: Instruction): U64 {
  const { addressBytes, sizeBytes } = instruction;
  const offset = readLow(cpu, general.rdi, addressBytes);
  const value = readMemory(cpu, segment.es, offset, sizeBytes);
  advance(cpu, instruction, general.rdi);
  return value;
}

function writeTarget(cpu: Cpu, instruction: Instruction, value: U64): void {
  const { addressBytes, sizeBytes } = instruction;
  const offset = readLow(cpu, general.rdi, addressBytes);
  writeMemory(cpu, segment.es, offset, value, sizeBytes);
  advance(cpu, instruction, general.rdi);
}

function compare(cpu: Cpu, a: U64, b: U64, sizeBytes: OperandBytes): void {
  const { flags, mask } = subtract(a, b, 0, sizeBytes);
  writeFlags(cpu, flags, mask);
}

/** Runs a round if there is one left; with `compares` the zero flag can end the repetition. */
const repeated =
  (round: Handler, compares = false): Handler =>
  (cpu, instruction) => {
    const { repeat, addressBytes } = instruction;
    if (repeat === 'none') {
      round(cpu, instruction);
      return;
    }
    const rounds = readLow(cpu, general.rcx, addressBytes);
    if (u64IsZero(rounds)) return;
    round(cpu, instruction);
    if (cpu.stop !== undefined) return;
    const left = truncate(plus(rounds, -1), addressBytes);
    writeLow(cpu, general.rcx, left, addressBytes);
    const isEqual = (readFlags(cpu) & flag.ZF) !== 0;
    const isOver = u64IsZero(left) || (compares && isEqual !== (repeat === 'equal'));
    if (isOver) return;
    assert(cpu.exitAfter === undefined, 'a round that is repeated does not end the run');
    cpu.nextRip = ripOf(cpu);
    cpu.isRepeating = true;
  };

/** What carries out each operation of this group. */
export const stringHandlers: Partial<Record<Operation, Handler>> = {
  MOVS: repeated((cpu, instruction) => writeTarget(cpu, instruction, readSource(cpu, instruction))),
  STOS: repeated((cpu, instruction) =>
    writeTarget(cpu, instruction, readLow(cpu, general.rax, instruction.sizeBytes)),
  ),
  LODS: repeated((cpu, instruction) =>
    writeLow(cpu, general.rax, readSource(cpu, instruction), instruction.sizeBytes),
  ),
  CMPS: repeated((cpu, instruction) => {
    const a = readSource(cpu, instruction);
    compare(cpu, a, readTarget(cpu, instruction), instruction.sizeBytes);
  }, true),
  SCAS: repeated((cpu, instruction) => {
    const a = readLow(cpu, general.rax, instruction.sizeBytes);
    compare(cpu, a, readTarget(cpu, instruction), instruction.sizeBytes);
  }, true),
  INS: repeated((cpu, instruction) => {
    const value = portInput(cpu, instruction, readLow(cpu, general.rdx, 2).lo);
    if (value !== undefined) writeTarget(cpu, instruction, value);
  }),
  OUTS: repeated((cpu, instruction) => {
    const value = readSource(cpu, instruction);
    portOutput(cpu, instruction, readLow(cpu, general.rdx, 2).lo, value);
  }),
};
