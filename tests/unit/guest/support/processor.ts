/**
 * A processor with a few pages of memory and nothing else, for tests of single instructions.
 *
 * Memory is identity-mapped from 0; `noPages` are not there, `readOnly` cannot be written. What the
 * guest asks of its surroundings is noted.
 */
import type { Exit } from '../../../../src/engine/guest/defs/exit.ts';
import type {
  CpuidAnswer,
  GuestPorts,
  HypercallAnswer,
  PortAccess,
  RegisterSlots,
  Translation,
} from '../../../../src/engine/guest/defs/ports.ts';
import { generalNames, segment } from '../../../../src/engine/guest/defs/registers.ts';
import { type Cpu, newCpu } from '../../../../src/engine/guest/machine/cpu.ts';
import { run } from '../../../../src/engine/guest/machine/step.ts';
import { parseHex } from '../../../../src/engine/kernel/bytes.ts';
import { type U64, u64FromBigint } from '../../../../src/engine/kernel/u64.ts';

const memoryPages = 16;
/** Where code lies unless a test says otherwise. */
export const codeAt = 0x1000;
/** Where tests keep data. */
export const dataAt = 0x2000;
/** RSP at the start. */
export const stackTop = 0x4000;
/** A page that is not mapped. */
export const noPage = 9;
/** A page that cannot be written. */
export const readOnlyPage = 10;

const bytesOfGeneral = 16 * 8;
const segmentBytes = 16;

const slots: RegisterSlots = {
  general: generalNames.map((_, index) => index * 8),
  segments: [0, 1, 2, 3, 4, 5].map((index) => bytesOfGeneral + index * segmentBytes),
  control: [224, undefined, 232, 240, 248, undefined, undefined, undefined, 256],
  debug: [264, 272, 280, 288, undefined, undefined, 296, undefined],
  rip: 304,
  rflags: 312,
  efer: 320,
};
const fileSizeBytes = 328;

/** What surrounds the processor; a test replaces what it is about. */
export interface Surroundings {
  isRunnable: boolean;
  ports: PortAccess[];
  interceptsPorts: boolean;
  interceptsExceptions: boolean;
  memoryIntercepts: { gpa: U64; use: string }[];
  vendor: 'intel' | 'amd';
  hypercall: () => HypercallAnswer;
  cpuid: CpuidAnswer | 'intercepted';
  msr: U64 | '#GP' | 'intercepted';
  msrWrites: [number, U64][];
  translate: (linear: U64) => Translation;
  records: number[][];
}

/** A processor with its memory and what surrounds it. */
export interface TestProcessor {
  readonly cpu: Cpu;
  readonly memory: Uint8Array;
  readonly surroundings: Surroundings;
}

/** How the processor runs. */
export type Mode = 'real' | 'long';

function surroundings(): Surroundings {
  return {
    isRunnable: true,
    ports: [],
    interceptsPorts: false,
    interceptsExceptions: false,
    memoryIntercepts: [],
    vendor: 'intel',
    hypercall: () => 'again',
    cpuid: { eax: 1, ebx: 2, ecx: 3, edx: 4 },
    msr: u64FromBigint(0x1122_3344_5566_7788n),
    msrWrites: [],
    translate: (gpa) => ({ kind: 'address', gpa }),
    records: [],
  };
}

function portsOf(memory: Uint8Array, around: Surroundings): GuestPorts {
  let timeNs = 0;
  return {
    registers: new DataView(new ArrayBuffer(fileSizeBytes)),
    slots,
    get vendor() {
      return around.vendor;
    },
    isRunnable: () => around.isRunnable,
    timeStamp: () => u64FromBigint(BigInt(timeNs) + 0x1_0000_0000n),
    spend(durationNs) {
      timeNs += durationNs;
    },
    emit: (kind, a = 0, b = 0, c = 0) => void around.records.push([kind, a, b, c]),
    translate: (linear) => around.translate(linear),
    page(pageNumber, use) {
      const isThere = pageNumber < memoryPages && pageNumber !== noPage;
      if (!isThere || (pageNumber === readOnlyPage && use === 'write')) return undefined;
      return new DataView(memory.buffer, pageNumber * 4096, 4096);
    },
    interceptMemory: (gpa, _linear, use) => void around.memoryIntercepts.push({ gpa, use }),
    interceptPort(access) {
      around.ports.push(access);
      return around.interceptsPorts;
    },
    interceptException: () => around.interceptsExceptions,
    cpuid: () => around.cpuid,
    readMsr: () => around.msr,
    writeMsr(index, value) {
      around.msrWrites.push([index, value]);
      return around.msr === '#GP' || around.msr === 'intercepted' ? around.msr : undefined;
    },
    hypercall: () => around.hypercall(),
  };
}

/** A processor in a mode, at `codeAt`, with code in hexadecimal. */
export function processor(mode: Mode, code: string): TestProcessor {
  const memory = new Uint8Array(memoryPages * 4096);
  const around = surroundings();
  const cpu = newCpu(portsOf(memory, around));
  const { registers } = cpu.ports;
  for (const at of slots.segments) registers.setUint32(at + 8, 0xffff, true);
  if (mode === 'long') {
    registers.setUint32(224, 0x8000_0001, true);
    registers.setUint32(slots.efer, 0x500, true);
    registers.setUint32(248, 0x20, true);
    registers.setUint16((slots.segments[segment.cs] ?? 0) + 14, 0x2000, true);
  }
  const test = { cpu, memory, surroundings: around };
  setRegister(test, 'RIP', BigInt(codeAt));
  setRegister(test, 'RFLAGS', 2n);
  setRegister(test, 'RSP', BigInt(stackTop));
  poke(test, codeAt, code);
  return test;
}

/** Puts bytes in hexadecimal into memory. */
export function poke({ memory }: TestProcessor, at: number, hex: string): void {
  const bytes = parseHex(hex, 4096);
  if (!bytes.ok) throw new Error(bytes.error.message);
  memory.set(bytes.value, at);
}

const slotOf = (name: string): number => {
  if (name === 'RIP') return slots.rip;
  if (name === 'RFLAGS') return slots.rflags;
  if (name === 'EFER') return slots.efer;
  const control = /^CR(\d)$/.exec(name);
  const debug = /^DR(\d)$/.exec(name);
  if (control) return slots.control[Number(control[1])] ?? -1;
  if (debug) return slots.debug[Number(debug[1])] ?? -1;
  return slots.general[generalNames.map(String).indexOf(name)] ?? -1;
};

/** The value of a register by name. */
export const register = ({ cpu }: TestProcessor, name: string): bigint =>
  cpu.ports.registers.getBigUint64(slotOf(name), true);

/** Sets a register by name. */
export const setRegister = ({ cpu }: TestProcessor, name: string, value: bigint): void =>
  cpu.ports.registers.setBigUint64(slotOf(name), BigInt.asUintN(64, value), true);

/** Offset of a segment register in the register file. */
export const segmentOffset = (number: number): number => slots.segments[number] ?? -1;

/** Bytes of memory as hexadecimal. */
export const peek = ({ memory }: TestProcessor, at: number, lengthBytes: number): string =>
  Buffer.from(memory.subarray(at, at + lengthBytes)).toString('hex');

/** Eight bytes of memory as a number. */
export const word = ({ memory }: TestProcessor, at: number): bigint =>
  new DataView(memory.buffer).getBigUint64(at, true);

/** Everything that a guest can see: registers and memory. */
export const visible = ({ cpu, memory }: TestProcessor): string =>
  Buffer.from(cpu.ports.registers.buffer).toString('hex') + Buffer.from(memory).toString('hex');

/** Runs until an exit. */
export const go = ({ cpu }: TestProcessor, stepsMax = 1000): Exit => run(cpu, stepsMax).exit;

/** Runs one instruction and expects it to complete. */
export function once(test: TestProcessor): void {
  const { exit } = run(test.cpu, 1);
  if (exit.kind !== 'budget' && exit.kind !== 'halted') {
    throw new Error(`stopped: ${exit.kind} ${exit.kind === 'fault' ? exit.fault.name : ''}`);
  }
}

/** A run of code with registers set before; gives the processor after. */
export function ran(
  mode: Mode,
  code: string,
  registers: Readonly<Record<string, bigint>> = {},
): TestProcessor {
  const test = processor(mode, code);
  for (const [name, value] of Object.entries(registers)) setRegister(test, name, value);
  once(test);
  return test;
}
