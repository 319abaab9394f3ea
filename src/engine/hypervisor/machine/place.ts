/**
 * Where the parameter blocks of a call lie, and whether they may lie there.
 *
 * Memory form: 8-byte aligned, inside one page, inside the address space (else INVALID_ALIGNMENT),
 * readable or writable (else the access is intercepted for the parent). Fast form: the register
 * file. Source: TLFS, Hypercall Interface, "Hypercall Inputs", "Hypercall Outputs".
 */
import { assert } from '../../kernel/result.ts';
import { pageSizeBytes } from '../../kernel/units.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import { access } from '../defs/model.ts';
import { fastBlockBytes, slot } from '../defs/registers.ts';
import { HvStatus } from '../defs/status.ts';
import { fastOutputAt } from './checks.ts';
import { type Frame, pass, refusal } from './frame.ts';
import { interceptMemory } from './intercepts.ts';
import { accessPage, isInSpace, pageNumber } from './memory.ts';

const { kind } = hvEvents;
/** The 16 bytes that a 32-bit caller passes in EBX:ECX and EDI:ESI, in the order of a block. */
const narrowBlock = new DataView(new ArrayBuffer(16));

/** Finds both blocks; gives `pass` or the refusal. */
export function placeBlocks(frame: Frame): number {
  return frame.fast ? placeInRegisters(frame) : placeInMemory(frame);
}

function placeInRegisters(frame: Frame): number {
  const roomBytes = frame.wide ? fastBlockBytes : narrowBlock.byteLength;
  assert(frame.inputSizeBytes <= roomBytes, 'a fast input fits into registers');
  const { registers } = frame.vp;
  frame.sink = registers;
  frame.sinkAt = slot.RDX + fastOutputAt(frame.inputSizeBytes);
  frame.inputBytes = registers;
  frame.inputAt = slot.RDX;
  if (frame.wide) return pass;
  frame.inputBytes = narrowBlock;
  frame.inputAt = 0;
  narrowBlock.setUint32(0, registers.getUint32(slot.RCX, true), true);
  narrowBlock.setUint32(4, registers.getUint32(slot.RBX, true), true);
  narrowBlock.setUint32(8, registers.getUint32(slot.RSI, true), true);
  narrowBlock.setUint32(12, registers.getUint32(slot.RDI, true), true);
  return pass;
}

function placeInMemory(frame: Frame): number {
  const { registers } = frame.vp;
  const { wide } = frame;
  const inLo = registers.getUint32(wide ? slot.RDX : slot.RCX, true);
  const inHi = registers.getUint32(wide ? slot.RDX + 4 : slot.RBX, true);
  const outLo = registers.getUint32(wide ? slot.R8 : slot.RSI, true);
  const outHi = registers.getUint32(wide ? slot.R8 + 4 : slot.RDI, true);
  return (
    checkPlace(frame, kind.checkInputPlace, inLo, inHi, frame.inputSizeBytes) ||
    checkPlace(frame, kind.checkOutputPlace, outLo, outHi, frame.outputSizeBytes) ||
    checkOverlap(frame, inLo, inHi, outLo, outHi) ||
    openInput(frame, inLo, inHi) ||
    openOutput(frame, outLo, outHi)
  );
}

function checkPlace(
  frame: Frame,
  event: number,
  gpaLo: number,
  gpaHi: number,
  sizeBytes: number,
): number {
  assert(sizeBytes >= 0, 'a block has no negative size');
  if (sizeBytes === 0) return pass;
  const { trace, timeNs } = frame.machine;
  const ok =
    (gpaLo & 7) === 0 &&
    (gpaLo & (pageSizeBytes - 1)) + sizeBytes <= pageSizeBytes &&
    isInSpace(frame.vp.partition.gpa, gpaHi);
  if (trace.enabled) trace.emit(timeNs, event, hypervisorActor, gpaLo, sizeBytes, ok ? 1 : 0);
  return ok ? pass : HvStatus.INVALID_ALIGNMENT;
}

function checkOverlap(
  frame: Frame,
  inLo: number,
  inHi: number,
  outLo: number,
  outHi: number,
): number {
  const { inputSizeBytes, outputSizeBytes } = frame;
  if (inputSizeBytes === 0 || outputSizeBytes === 0 || inHi !== outHi) return pass;
  const apart = inLo + inputSizeBytes <= outLo || outLo + outputSizeBytes <= inLo;
  return apart ? pass : HvStatus.INVALID_ALIGNMENT;
}

function openInput(frame: Frame, gpaLo: number, gpaHi: number): number {
  if (frame.inputSizeBytes === 0) return pass;
  const pageNo = pageNumber(gpaLo, gpaHi);
  const bytes = accessPage(frame.vp.partition.gpa, pageNo, access.read);
  const { trace, timeNs } = frame.machine;
  const ok = bytes !== undefined;
  if (trace.enabled) {
    trace.emit(timeNs, kind.checkInputAccess, hypervisorActor, pageNo, ok ? 1 : 0);
  }
  if (bytes === undefined) return intercept(frame, pageNo, false);
  frame.inputBytes = bytes;
  frame.inputAt = gpaLo & (pageSizeBytes - 1);
  assert(frame.inputAt + frame.inputSizeBytes <= pageSizeBytes, 'an input stays in its page');
  return pass;
}

function openOutput(frame: Frame, gpaLo: number, gpaHi: number): number {
  if (frame.outputSizeBytes === 0) return pass;
  const pageNo = pageNumber(gpaLo, gpaHi);
  const bytes = accessPage(frame.vp.partition.gpa, pageNo, access.write);
  const { trace, timeNs } = frame.machine;
  const ok = bytes !== undefined;
  if (trace.enabled) {
    trace.emit(timeNs, kind.checkOutputAccess, hypervisorActor, pageNo, ok ? 1 : 0);
  }
  if (bytes === undefined) return intercept(frame, pageNo, true);
  frame.sink = bytes;
  frame.sinkAt = gpaLo & (pageSizeBytes - 1);
  assert(frame.sinkAt + frame.outputSizeBytes <= pageSizeBytes, 'an output stays in its page');
  return pass;
}

/** Bytes of VMCALL and of VMMCALL. */
const instructionBytes = 3;

/** Stops the processor until its parent, which gets a message, has dealt with the access. */
function intercept(frame: Frame, pageNo: number, write: boolean): number {
  const { machine, vp } = frame;
  const { trace, timeNs } = machine;
  const parent = vp.partition.parent?.id ?? 0;
  if (trace.enabled) {
    trace.emit(timeNs, kind.intercept, hypervisorActor, pageNo, parent, write ? 1 : 0);
  }
  const gpa = { lo: (pageNo << 12) >>> 0, hi: Math.floor(pageNo / 0x10_0000) };
  const at = { lengthBytes: instructionBytes };
  interceptMemory(machine, vp, { gpa, use: write ? 'write' : 'read' }, at);
  return refusal.intercept;
}
