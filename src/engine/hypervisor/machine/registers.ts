/**
 * Access to the register file and the registers that are computed.
 *
 * Source: TLFS, Virtual Processors, "Virtual Processor Registers".
 */
import { readU64, writeU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { u64And, u64IsZero, u64Zero } from '../../kernel/u64.ts';
import type { Machine, Vp } from '../defs/model.ts';
import { registerByCode, slot } from '../defs/registers.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { readComputed, writeComputed } from './computed-registers.ts';

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
  assert(mode.cpl >= 0 && mode.cpl <= 3, 'there are four privilege levels');
  put(slot.CR0, protectionEnable, mode.protectedMode);
  put(slot.EFER, longModeActive, mode.longMode);
  put(slot.CS + attributesAt, codeLong, mode.longMode);
  put(slot.SS + attributesAt, 3 << dplShift, false);
  put(slot.SS + attributesAt, mode.cpl << dplShift, true);
}

/** Adds to RIP. */
export function advanceRip(registers: DataView, lengthBytes: number): void {
  assert(lengthBytes > 0 && lengthBytes <= 15, 'an instruction has 1 to 15 bytes');
  const lo = registers.getUint32(slot.RIP, true) + lengthBytes;
  registers.setUint32(slot.RIP, lo, true);
  if (lo > 0xffffffff) {
    registers.setUint32(slot.RIP + 4, registers.getUint32(slot.RIP + 4, true) + 1, true);
  }
}

/**
 * Writes the 16-byte value of a register to `to`; the upper half of a 64-bit register is zero.
 * `file` is where the values lie: the processor's own register file unless another trust level is
 * meant.
 */
export function readRegister(
  machine: Machine,
  vp: Vp,
  code: number,
  to: DataView,
  file: DataView = vp.registers,
): HvStatusCode {
  const spec = registerByCode(code);
  if (spec === undefined) return HvStatus.INVALID_PARAMETER;
  if (spec.slotBytes === undefined) {
    const value = readComputed(machine, vp, code);
    assert(value !== undefined, `register ${spec.name} is declared and not known`);
    writeU64(to, 0, value[0]);
    writeU64(to, 8, value[1]);
    return HvStatus.SUCCESS;
  }
  assert(file.byteLength >= spec.slotBytes + spec.sizeBytes, 'a register lies in its file');
  writeU64(to, 0, readU64(file, spec.slotBytes));
  writeU64(to, 8, spec.sizeBytes === 16 ? readU64(file, spec.slotBytes + 8) : u64Zero);
  return HvStatus.SUCCESS;
}

/** Sets a register from 16 bytes; unknown and read-only ones and reserved bits are refused. */
export function writeRegister(
  machine: Machine,
  vp: Vp,
  code: number,
  from: DataView,
  file: DataView = vp.registers,
): HvStatusCode {
  const spec = registerByCode(code);
  if (spec === undefined || spec.access === 'read-only') return HvStatus.INVALID_PARAMETER;
  const value = readU64(from, 0);
  const { mustBeZero, slotBytes, sizeBytes } = spec;
  if (mustBeZero !== undefined && !u64IsZero(u64And(value, mustBeZero))) {
    return HvStatus.INVALID_PARAMETER;
  }
  if (slotBytes === undefined) return writeComputed(machine, vp, code, value);
  assert(file.byteLength >= slotBytes + sizeBytes, 'a register is written inside its file');
  writeU64(file, slotBytes, value);
  if (sizeBytes === 16) writeU64(file, slotBytes + 8, readU64(from, 8));
  return HvStatus.SUCCESS;
}
