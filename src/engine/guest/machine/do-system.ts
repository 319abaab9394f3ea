/**
 * Instructions that leave the processor: ports, CPUID, MSRs, control registers, hypercalls, halts.
 *
 * Source: SDM, volume 2 and volume 3, 2.5 "Control Registers"; TLFS, Hypercall Interface.
 */
import { readU64, writeU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64Ones } from '../../kernel/u64.ts';
import { guestEvents } from '../defs/events.ts';
import type { InterceptedMatter } from '../defs/exit.ts';
import type { Instruction } from '../defs/instruction.ts';
import type { Operation } from '../defs/operations.ts';
import type { PortAccess } from '../defs/ports.ts';
import { general, type OperandBytes } from '../defs/registers.ts';
import { truncate } from './alu.ts';
import {
  type Cpu,
  hasIoPrivilege,
  instructionAt,
  isPrivileged,
  privilegeLevel,
  raise,
  readLow,
  ripOf,
  stopWith,
  writeLow,
} from './cpu.ts';
import { type Handler, operandAt, readAt, readOperand, writeOperand } from './operand.ts';

const { kind } = guestEvents;

/** Leaves the instruction to the parent. */
function leaveToParent(cpu: Cpu, what: InterceptedMatter, port?: PortAccess): void {
  stopWith(cpu, { kind: 'intercepted', what, lengthBytes: cpu.fetchedBytes, port });
}

/** Asks whether an access goes to the port; false when it faults or goes to the parent. */
function isOurs(cpu: Cpu, instruction: Instruction, port: number, isWrite: boolean): boolean {
  const { operation, repeat, sizeBytes } = instruction;
  assert(sizeBytes !== 8, 'ports are at most four bytes wide');
  assert(port >= 0 && port <= 0xffff, 'a port number has 16 bits');
  if (cpu.stop !== undefined || !hasIoPrivilege(cpu)) return false;
  const isString = operation === 'INS' || operation === 'OUTS';
  const isRep = isString && repeat !== 'none';
  const access: PortAccess = { port, sizeBytes, isWrite, isString, isRep };
  if (!cpu.ports.interceptPort(access, instructionAt(cpu))) return true;
  cpu.ports.emit(kind.portIntercepted, port, sizeBytes, isWrite ? 1 : 0);
  leaveToParent(cpu, 'port', access);
  return false;
}

/** Reads a port. Behind one that nobody answers all bits are 1. */
export function portInput(cpu: Cpu, instruction: Instruction, port: number): U64 | undefined {
  if (!isOurs(cpu, instruction, port, false)) return undefined;
  const value = truncate(u64Ones, instruction.sizeBytes);
  cpu.ports.emit(kind.portRead, port, value.lo, instruction.sizeBytes);
  return value;
}

/** Writes a port. What nobody takes is lost. */
export function portOutput(cpu: Cpu, instruction: Instruction, port: number, value: U64): void {
  if (!isOurs(cpu, instruction, port, true)) return;
  cpu.ports.emit(kind.portWritten, port, value.lo, instruction.sizeBytes);
}

const input: Handler = (cpu, instruction) => {
  const value = portInput(cpu, instruction, readAt(cpu, instruction, 1).lo);
  if (value !== undefined) writeOperand(cpu, operandAt(instruction, 0), value);
};

const output: Handler = (cpu, instruction) => {
  const value = readAt(cpu, instruction, 1);
  const port = operandAt(instruction, 0);
  portOutput(cpu, instruction, readOperand(cpu, port, 1).lo, value);
};

const { rax, rbx, rcx, rdx } = general;

const identify: Handler = (cpu) => {
  const leaf = readLow(cpu, rax, 4).lo;
  const subleaf = readLow(cpu, rcx, 4).lo;
  const answer = cpu.ports.cpuid(leaf, subleaf, instructionAt(cpu));
  if (answer === 'intercepted') {
    leaveToParent(cpu, 'cpuid');
    return;
  }
  cpu.ports.emit(kind.cpuid, leaf, subleaf);
  writeLow(cpu, rax, u64(answer.eax), 4);
  writeLow(cpu, rbx, u64(answer.ebx), 4);
  writeLow(cpu, rcx, u64(answer.ecx), 4);
  writeLow(cpu, rdx, u64(answer.edx), 4);
};

/** Puts a word into EDX:EAX. */
function writePair(cpu: Cpu, value: U64): void {
  writeLow(cpu, rax, u64(value.lo), 4);
  writeLow(cpu, rdx, u64(value.hi), 4);
}

const readModelRegister: Handler = (cpu) => {
  if (!isPrivileged(cpu)) return;
  const answer = cpu.ports.readMsr(readLow(cpu, rcx, 4).lo, instructionAt(cpu));
  if (answer === '#GP') raise(cpu, '#GP');
  else if (answer === 'intercepted') leaveToParent(cpu, 'msr');
  else writePair(cpu, answer);
};

const writeModelRegister: Handler = (cpu) => {
  if (!isPrivileged(cpu)) return;
  const value = u64(readLow(cpu, rax, 4).lo, readLow(cpu, rdx, 4).lo);
  const answer = cpu.ports.writeMsr(readLow(cpu, rcx, 4).lo, value, instructionAt(cpu));
  if (answer === '#GP') raise(cpu, '#GP');
  else if (answer === 'intercepted') leaveToParent(cpu, 'msr');
};

const timeStampDisable = 4;

/** The counter follows virtual time. */
const readTimeStamp: Handler = (cpu) => {
  const isForbidden = (controlValue(cpu, 4).lo & timeStampDisable) !== 0;
  if (isForbidden && privilegeLevel(cpu) > 0) raise(cpu, '#GP');
  else writePair(cpu, cpu.ports.timeStamp());
};

const halt: Handler = (cpu) => {
  if (isPrivileged(cpu)) cpu.exitAfter = { kind: 'halted' };
};

/** A processor knows the instruction of its own maker only. */
const hypercall =
  (vendor: 'intel' | 'amd'): Handler =>
  (cpu) => {
    const answer = cpu.ports.vendor === vendor ? cpu.ports.hypercall() : '#UD';
    if (answer === '#UD') raise(cpu, '#UD');
    else if (answer === 'intercepted') leaveToParent(cpu, 'hypercall');
    else if (answer === 'not-simulated') stopWith(cpu, { kind: 'not-simulated' });
    else cpu.nextRip = ripOf(cpu);
  };

function controlSlot(cpu: Cpu, number: number): number {
  const slot = cpu.ports.slots.control[number];
  assert(slot !== undefined, `CR${number} was decoded and is not kept`);
  return slot;
}

const controlValue = (cpu: Cpu, number: number): U64 =>
  readU64(cpu.ports.registers, controlSlot(cpu, number));

const cr0 = { PE: 1, NW: 1 << 29, CD: 1 << 30, PG: 1 << 31 } as const;
const cr4 = { PAE: 1 << 5, reserved: 0xfe00_0000 } as const;
const efer = { LME: 1 << 8, LMA: 1 << 10 } as const;

/** True when a control register takes the value; else the write faults. */
function accepts(cpu: Cpu, number: number, { lo, hi }: U64): boolean {
  switch (number) {
    case 0: {
      const hasPaging = (lo & cr0.PG) !== 0;
      const isOdd =
        (hasPaging && (lo & cr0.PE) === 0) || ((lo & cr0.NW) !== 0 && (lo & cr0.CD) === 0);
      return hi === 0 && !isOdd && (hasPaging || !cpu.isLong) && mayPage(cpu, hasPaging);
    }
    case 3:
      return hi >>> 20 === 0;
    case 4:
      return hi === 0 && (lo & cr4.reserved) === 0 && (!cpu.isLong || (lo & cr4.PAE) !== 0);
    case 8:
      return hi === 0 && lo <= 15;
    default:
      return true;
  }
}

const eferLow = ({ ports }: Cpu): number => ports.registers.getUint32(ports.slots.efer, true);

/** Paging with EFER.LME is long mode, which needs physical-address extension. */
function mayPage(cpu: Cpu, hasPaging: boolean): boolean {
  const isEnabling = hasPaging && (eferLow(cpu) & efer.LME) !== 0;
  return !isEnabling || (controlValue(cpu, 4).lo & cr4.PAE) !== 0;
}

const moveControl: Handler = (cpu, instruction) => {
  if (!isPrivileged(cpu)) return;
  const to = operandAt(instruction, 0);
  const from = operandAt(instruction, 1);
  if (from.kind === 'control') {
    writeOperand(cpu, to, controlValue(cpu, from.number));
    return;
  }
  assert(to.kind === 'control', 'one side of MOV CR is a control register');
  const value = readOperand(cpu, from, nativeBytes(cpu));
  if (!accepts(cpu, to.number, value)) {
    raise(cpu, '#GP');
    return;
  }
  const { registers, slots } = cpu.ports;
  writeU64(registers, controlSlot(cpu, to.number), value);
  if (to.number !== 0) return;
  const isActive = (value.lo & cr0.PG) !== 0 && (eferLow(cpu) & efer.LME) !== 0;
  const rest = eferLow(cpu) & ~efer.LMA;
  registers.setUint32(slots.efer, isActive ? rest | efer.LMA : rest, true);
};

const nativeBytes = (cpu: Cpu): OperandBytes => (cpu.isLong ? 8 : 4);

/** Debug registers are moved where the register file keeps them; nothing breaks on them. */
const moveDebug: Handler = (cpu, instruction) => {
  if (!isPrivileged(cpu)) return;
  const to = operandAt(instruction, 0);
  const from = operandAt(instruction, 1);
  const isWrite = to.kind === 'debug';
  const operand = isWrite ? to : from;
  assert(operand.kind === 'debug', 'one side of MOV DR is a debug register');
  const slot = cpu.ports.slots.debug[operand.number];
  if (slot === undefined) {
    stopWith(cpu, { kind: 'register', name: `DR${operand.number}`, isWrite });
  } else if (!isWrite) {
    writeOperand(cpu, to, readU64(cpu.ports.registers, slot));
  } else {
    const value = readOperand(cpu, from, nativeBytes(cpu));
    if (operand.number >= 6 && value.hi !== 0) raise(cpu, '#GP');
    else writeU64(cpu.ports.registers, slot, value);
  }
};

/** What carries out each operation of this group. */
export const systemHandlers: Partial<Record<Operation, Handler>> = {
  IN: input,
  OUT: output,
  CPUID: identify,
  RDMSR: readModelRegister,
  WRMSR: writeModelRegister,
  RDTSC: readTimeStamp,
  HLT: halt,
  VMCALL: hypercall('intel'),
  VMMCALL: hypercall('amd'),
  'MOV CR': moveControl,
  'MOV DR': moveDebug,
  NOP: () => undefined,
  UD2: (cpu) => raise(cpu, '#UD'),
  INT3: (cpu) => raise(cpu, '#BP'),
};
