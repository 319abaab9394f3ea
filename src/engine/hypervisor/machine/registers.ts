/**
 * Access to the register file and the registers that are computed.
 *
 * Source: TLFS, Virtual Processors, "Virtual Processor Registers".
 */
import { readU64, writeU64 } from '../../kernel/layout.ts';
import { type U64, u64, u64And, u64Bit, u64IsZero, u64Zero } from '../../kernel/u64.ts';
import type { Vp } from '../defs/model.ts';
import { registerByCode, slot } from '../defs/registers.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';

/** How a processor runs, as far as hypercalls look at it. */
export interface ProcessorMode {
  readonly protectedMode: boolean;
  readonly longMode: boolean;
  /** Current privilege level, 0 to 3. */
  readonly cpl: number;
}

const protectionEnable = 1;
const longModeActive = 1 << 10;
/** Attributes of a segment register lie in its last two bytes. */
const attributesAt = 14;
const codeLong = 1 << 13;
const dplShift = 5;

/** Reads how the processor runs from CR0, EFER, CS and SS. */
export function processorMode(registers: DataView): ProcessorMode {
  return {
    protectedMode: isProtected(registers),
    longMode: isLongMode(registers),
    cpl: privilegeLevel(registers),
  };
}

/** True when CR0 enables protection. */
export const isProtected = (registers: DataView): boolean =>
  (registers.getUint32(slot.CR0, true) & protectionEnable) !== 0;

/** True when the caller is 64-bit: EFER.LMA and CS.L are both set. */
export const isLongMode = (registers: DataView): boolean =>
  (registers.getUint32(slot.EFER, true) & longModeActive) !== 0 &&
  (registers.getUint16(slot.CS + attributesAt, true) & codeLong) !== 0;

/** The privilege level that SS holds. */
export const privilegeLevel = (registers: DataView): number =>
  (registers.getUint16(slot.SS + attributesAt, true) >>> dplShift) & 3;

/** Sets CR0, EFER, CS and SS so that the processor runs as asked. */
export function setProcessorMode(registers: DataView, mode: ProcessorMode): void {
  const put = (at: number, bits: number, on: boolean) => {
    const value = registers.getUint16(at, true);
    registers.setUint16(at, on ? value | bits : value & ~bits, true);
  };
  put(slot.CR0, protectionEnable, mode.protectedMode);
  put(slot.EFER, longModeActive, mode.longMode);
  put(slot.CS + attributesAt, codeLong, mode.longMode);
  put(slot.SS + attributesAt, 3 << dplShift, false);
  put(slot.SS + attributesAt, mode.cpl << dplShift, true);
}

/** Adds to RIP. */
export function advanceRip(registers: DataView, lengthBytes: number): void {
  const lo = registers.getUint32(slot.RIP, true) + lengthBytes;
  registers.setUint32(slot.RIP, lo, true);
  if (lo > 0xffffffff) {
    registers.setUint32(slot.RIP + 4, registers.getUint32(slot.RIP + 4, true) + 1, true);
  }
}

interface Computed {
  readonly read: (vp: Vp) => U64;
  /** Undefined for registers that cannot be written. */
  readonly write: ((vp: Vp, value: U64) => HvStatusCode) | undefined;
}

const suspend = (read: (vp: Vp) => boolean, write: (vp: Vp, on: boolean) => void): Computed => ({
  read: (vp) => u64(read(vp) ? 1 : 0),
  write: (vp, value) => {
    const rest = u64And(value, u64(0xfffffffe, 0xffffffff));
    if (!u64IsZero(rest)) return HvStatus.INVALID_PARAMETER;
    write(vp, u64Bit(value, 0));
    return HvStatus.SUCCESS;
  },
});

const computed = new Map<number, Computed>([
  [
    0x0000_0000,
    suspend(
      (vp) => vp.explicitSuspend,
      (vp, on) => {
        vp.explicitSuspend = on;
      },
    ),
  ],
  [
    0x0000_0001,
    suspend(
      (vp) => vp.interceptSuspend,
      (vp, on) => {
        vp.interceptSuspend = on;
      },
    ),
  ],
  [0x0009_0001, { read: (vp) => vp.partition.hypercallMsr, write: undefined }],
  [0x0009_0002, { read: (vp) => vp.partition.guestOsId, write: undefined }],
  [0x0009_0003, { read: (vp) => u64(vp.index), write: undefined }],
]);

/** Writes the 16-byte value of a register to `to`; the upper half of a 64-bit register is zero. */
export function readRegister(vp: Vp, code: number, to: DataView, at: number): HvStatusCode {
  const spec = registerByCode(code);
  if (spec === undefined) return HvStatus.INVALID_PARAMETER;
  if (spec.slotBytes === undefined) {
    const value = computed.get(code)?.read(vp) ?? u64Zero;
    writeU64(to, at, value);
    writeU64(to, at + 8, u64Zero);
    return HvStatus.SUCCESS;
  }
  writeU64(to, at, readU64(vp.registers, spec.slotBytes));
  const high = spec.sizeBytes === 16 ? readU64(vp.registers, spec.slotBytes + 8) : u64Zero;
  writeU64(to, at + 8, high);
  return HvStatus.SUCCESS;
}

/** Sets a register from 16 bytes; an unknown or read-only register is refused. */
export function writeRegister(vp: Vp, code: number, from: DataView, at: number): HvStatusCode {
  const spec = registerByCode(code);
  if (spec === undefined) return HvStatus.INVALID_PARAMETER;
  if (spec.slotBytes === undefined) {
    return computed.get(code)?.write?.(vp, readU64(from, at)) ?? HvStatus.INVALID_PARAMETER;
  }
  writeU64(vp.registers, spec.slotBytes, readU64(from, at));
  if (spec.sizeBytes === 16) writeU64(vp.registers, spec.slotBytes + 8, readU64(from, at + 8));
  return HvStatus.SUCCESS;
}
