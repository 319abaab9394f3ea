/**
 * The processor between two exits: registers, flags and the instruction that is under way.
 *
 * An instruction takes effect as a whole. Registers change at once but are put back when it stops
 * half-way; writes to memory wait until it is complete.
 */
import { readU64, writeU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64Zero } from '../../kernel/u64.ts';
import { type Exit, type Fault, type FaultName, faultVector } from '../defs/exit.ts';
import type { GuestPorts, InstructionAt, MemoryUse } from '../defs/ports.ts';
import { flag, type OperandBytes, segment, segmentAt } from '../defs/registers.ts';
import { truncate } from './alu.ts';

/** Why an instruction does not complete. */
export type Stop =
  | Exit
  | {
      readonly kind: 'memory';
      readonly gpa: U64;
      readonly linear: U64;
      readonly use: MemoryUse;
    };

/** Bytes that go to memory when the instruction is complete. */
export interface PendingWrite {
  /** Low half of the linear address, for the trace. */
  readonly address: number;
  readonly first: DataView;
  readonly at: number;
  /** The page that takes what no longer fits on the first. */
  readonly second: DataView | undefined;
  readonly value: U64;
  readonly sizeBytes: OperandBytes;
}

/** No instruction is longer. Source: SDM, volume 2, 2.3.11. */
export const instructionMaxBytes = 15;

/** One processor. */
export interface Cpu {
  readonly ports: GuestPorts;
  isLong: boolean;
  stop: Stop | undefined;
  /** Ends the run once the instruction is complete. */
  exitAfter: Exit | undefined;
  /** True between two rounds of one repeated string operation. */
  isRepeating: boolean;
  /** Bytes of the instruction that have been fetched. */
  readonly fetched: Uint8Array;
  fetchedBytes: number;
  /** Where execution goes on. */
  nextRip: U64;
  readonly writes: PendingWrite[];
  readonly saved: Uint8Array;
}

/** A processor at rest. */
export function newCpu(ports: GuestPorts): Cpu {
  return {
    ports,
    isLong: false,
    stop: undefined,
    exitAfter: undefined,
    isRepeating: false,
    fetched: new Uint8Array(instructionMaxBytes),
    fetchedBytes: 0,
    nextRip: u64Zero,
    writes: [],
    saved: new Uint8Array(ports.registers.byteLength),
  };
}

/** Bytes of the register file. */
export const fileBytes = ({ registers }: GuestPorts): Uint8Array =>
  new Uint8Array(registers.buffer, registers.byteOffset, registers.byteLength);

/** Ends the instruction without effect; the first reason counts. */
export function stopWith(cpu: Cpu, reason: Stop): void {
  cpu.stop ??= reason;
}

/** Raises an exception. */
export function raise(cpu: Cpu, name: FaultName, errorCode = 0, address?: U64): void {
  assert(faultVector[name] < 32, 'an exception has a vector below 32');
  const fault: Fault = { name, errorCode, address };
  stopWith(cpu, { kind: 'fault', fault, bytes: cpu.fetched.slice(0, cpu.fetchedBytes) });
}

/** The instruction under way, as ports describe it. */
export const instructionAt = (cpu: Cpu): InstructionAt => ({
  lengthBytes: cpu.fetchedBytes,
  bytes: cpu.fetched.slice(0, cpu.fetchedBytes),
});

/** Where the instruction starts. */
export const ripOf = ({ ports }: Cpu): U64 => readU64(ports.registers, ports.slots.rip);

function slotOf({ ports }: Cpu, number: number): number {
  const slot = ports.slots.general[number];
  assert(slot !== undefined, 'general registers have numbers from 0 to 15');
  return slot;
}

/** All 64 bits of a general register. */
export const readGeneral = (cpu: Cpu, number: number): U64 =>
  readU64(cpu.ports.registers, slotOf(cpu, number));

/** The low bytes of a general register. */
export const readLow = (cpu: Cpu, number: number, sizeBytes: OperandBytes): U64 =>
  truncate(readGeneral(cpu, number), sizeBytes);

/** Writes the low bytes of a general register; four bytes clear the upper half, fewer keep it. */
export function writeLow(cpu: Cpu, number: number, value: U64, sizeBytes: OperandBytes): void {
  const slot = slotOf(cpu, number);
  const { registers } = cpu.ports;
  if (sizeBytes === 1) registers.setUint8(slot, value.lo);
  else if (sizeBytes === 2) registers.setUint16(slot, value.lo, true);
  else writeU64(registers, slot, truncate(value, sizeBytes));
}

/** The low half of RFLAGS; the high half has no bits. */
export const readFlags = ({ ports }: Cpu): number =>
  ports.registers.getUint32(ports.slots.rflags, true);

/** Sets the flags in `mask`. */
export function writeFlags(cpu: Cpu, flags: number, mask: number): void {
  const { registers, slots } = cpu.ports;
  assert((mask & flag.fixed) === 0, 'bit 1 of RFLAGS cannot be written');
  const kept = readFlags(cpu) & ~mask;
  registers.setUint32(slots.rflags, kept | (flags & mask) | flag.fixed, true);
}

function segmentSlot({ ports }: Cpu, number: number): number {
  const slot = ports.slots.segments[number];
  assert(slot !== undefined, 'segment registers have numbers from 0 to 5');
  return slot;
}

/** Base, limit and selector of a segment register. */
export function readSegment(cpu: Cpu, number: number) {
  const at = segmentSlot(cpu, number);
  const { registers } = cpu.ports;
  return {
    base: readU64(registers, at + segmentAt.base),
    limit: registers.getUint32(at + segmentAt.limit, true),
    selector: registers.getUint16(at + segmentAt.selector, true),
    attributes: registers.getUint16(at + segmentAt.attributes, true),
  };
}

/** Loads a selector; in real mode the base follows from it, in long mode it has to be null. */
export function writeSelector(cpu: Cpu, number: number, selector: number): void {
  const at = segmentSlot(cpu, number);
  const { registers } = cpu.ports;
  assert(selector <= 0xffff, 'a selector has 16 bits');
  const base = cpu.isLong ? u64Zero : u64(selector << 4);
  writeU64(registers, at + segmentAt.base, base);
  registers.setUint16(at + segmentAt.selector, selector, true);
}

const dplShift = 5;

/** The privilege level that code runs at: 0 in real mode, else that of SS. */
export const privilegeLevel = (cpu: Cpu): number =>
  cpu.isLong ? (readSegment(cpu, segment.ss).attributes >>> dplShift) & 3 : 0;

/** Refuses an instruction that only privilege level 0 may execute. */
export function isPrivileged(cpu: Cpu): boolean {
  if (privilegeLevel(cpu) === 0) return true;
  raise(cpu, '#GP');
  return false;
}

const ioplShift = 12;

/** Refuses an instruction that needs the I/O privilege level. There are no permission bitmaps. */
export function hasIoPrivilege(cpu: Cpu): boolean {
  if (privilegeLevel(cpu) <= (readFlags(cpu) & flag.IOPL) >>> ioplShift) return true;
  raise(cpu, '#GP');
  return false;
}
