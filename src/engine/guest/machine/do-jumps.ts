/** Near jumps, calls, returns and loops. Source: SDM, volume 2. */
import { assert } from '../../kernel/result.ts';
import { type U64, u64IsZero } from '../../kernel/u64.ts';
import type { Instruction } from '../defs/instruction.ts';
import type { Operation } from '../defs/operations.ts';
import { flag, general, segment } from '../defs/registers.ts';
import { add, holds, truncate } from './alu.ts';
import { type Cpu, raise, readFlags, readLow, readSegment, writeLow } from './cpu.ts';
import { pop, push } from './do-moves.ts';
import { isCanonical, plus } from './memory.ts';
import { type Handler, operandAt, readAt } from './operand.ts';

/** Goes on elsewhere, if code can be there at all. */
function jump(cpu: Cpu, target: U64): void {
  const isInside = cpu.isLong
    ? isCanonical(target)
    : target.lo <= readSegment(cpu, segment.cs).limit;
  if (isInside) cpu.nextRip = target;
  else raise(cpu, '#GP');
}

/** The target that the operand names: relative, or the value of a register or of memory. */
function targetOf(cpu: Cpu, instruction: Instruction): U64 {
  const operand = operandAt(instruction, 0);
  if (operand.kind !== 'immediate') return readAt(cpu, instruction, 0);
  return truncate(add(cpu.nextRip, operand.value, 0, 8).value, instruction.sizeBytes);
}

const jumpIf: Handler = (cpu, instruction) => {
  if (holds(instruction.condition, readFlags(cpu))) jump(cpu, targetOf(cpu, instruction));
};

const call: Handler = (cpu, instruction) => {
  const target = targetOf(cpu, instruction);
  push(cpu, cpu.nextRip, instruction.sizeBytes);
  jump(cpu, target);
};

/** The operand of RET is a number of bytes to drop, behind the address. */
const giveBack: Handler = (cpu, instruction) => {
  const target = pop(cpu, instruction.sizeBytes);
  const width = cpu.isLong ? 8 : 2;
  const operand = operandAt(instruction, 0);
  const dropped = operand.kind === 'immediate' ? operand.value.lo : 0;
  assert(dropped >= 0 && dropped <= 0xffff, 'RET drops at most 65535 bytes');
  const top = plus(readLow(cpu, general.rsp, width), dropped);
  writeLow(cpu, general.rsp, truncate(top, width), width);
  jump(cpu, target);
};

/** Counts RCX down in the address width and jumps while it is not 0 and `when` holds. */
const loop =
  (when: (flags: number) => boolean): Handler =>
  (cpu, instruction) => {
    const { addressBytes } = instruction;
    const left = truncate(plus(readLow(cpu, general.rcx, addressBytes), -1), addressBytes);
    writeLow(cpu, general.rcx, left, addressBytes);
    if (!u64IsZero(left) && when(readFlags(cpu))) jump(cpu, targetOf(cpu, instruction));
  };

const jumpIfZero: Handler = (cpu, instruction) => {
  if (u64IsZero(readLow(cpu, general.rcx, instruction.addressBytes))) {
    jump(cpu, targetOf(cpu, instruction));
  }
};

/** What carries out each operation of this group. */
export const jumpHandlers: Partial<Record<Operation, Handler>> = {
  JMP: (cpu, instruction) => jump(cpu, targetOf(cpu, instruction)),
  Jcc: jumpIf,
  CALL: call,
  RET: giveBack,
  LOOP: loop(() => true),
  LOOPE: loop((flags) => (flags & flag.ZF) !== 0),
  LOOPNE: loop((flags) => (flags & flag.ZF) === 0),
  JCXZ: jumpIfZero,
};
