/**
 * The checks that come before a hypercall's body, in the order in which they are made.
 *
 * The specification leaves the order open and asks that the more secure answer wins; this is one
 * legal order. Each check reports itself, so that a reader sees the order, and gives `pass` or the
 * refusal. Source: TLFS, Hypercall Interface, "Hypercall Restrictions" and "Hypercall Status
 * Codes".
 */
import { assert } from '../../kernel/result.ts';
import { u64, u64And } from '../../kernel/u64.ts';
import type { CallDefinition } from '../defs/call.ts';
import { hypercallInput } from '../defs/control.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import { featureBit, hasPrivilege, type Privilege, privilegeBit } from '../defs/privileges.ts';
import { fastBlockBytes, plainFastBytes, slot } from '../defs/registers.ts';
import { HvStatus } from '../defs/status.ts';
import { type Frame, pass, refusal } from './frame.ts';
import { isProtected, privilegeLevel } from './registers.ts';

const { kind } = hvEvents;
const reservedBits = hypercallInput.reserved ?? u64(0);

function report(frame: Frame, event: number, a: number, b: number, ok: boolean): void {
  const { trace, timeNs } = frame.machine;
  if (trace.enabled) trace.emit(timeNs, event, hypervisorActor, a, b, ok ? 1 : 0);
}

/** Like `report`, for checks with one argument before `ok`. */
function report1(frame: Frame, event: number, a: number, ok: boolean): void {
  const { trace, timeNs } = frame.machine;
  if (trace.enabled) trace.emit(timeNs, event, hypervisorActor, a, ok ? 1 : 0);
}

/** Protected mode and privilege level 0, else `#UD`. */
export function checkMode(frame: Frame): number {
  const { registers } = frame.vp;
  const cpl = privilegeLevel(registers);
  const isProtectedMode = isProtected(registers);
  const ok = isProtectedMode && cpl === 0;
  report(frame, kind.checkMode, cpl, isProtectedMode ? 1 : 0, ok);
  return ok ? pass : refusal.undefinedOpcode;
}

/** Codes of the calls that change the trust level. */
const vtlCode = { call: 0x0011, return: 0x0012 } as const;
/** A return may ask for the fast form, which keeps shared registers; a call takes nothing. */
const largestInput = { call: 0, return: 1 } as const;

/**
 * A VTL call or return has the bare code as its control word and a small parameter in RAX (ECX of a
 * 32-bit caller), else `#UD`: such a call never gives a status.
 */
export function checkVtlCall(frame: Frame, code: number): number {
  if (code !== vtlCode.call && code !== vtlCode.return) return pass;
  const largest = code === vtlCode.call ? largestInput.call : largestInput.return;
  const { registers } = frame.vp;
  const at = frame.wide ? slot.RAX : slot.RCX;
  const inputLo = registers.getUint32(at, true);
  const inputHi = frame.wide ? registers.getUint32(at + 4, true) : 0;
  const isBare = frame.controlLo === code && frame.controlHi === 0;
  const ok = isBare && inputHi === 0 && inputLo <= largest;
  report(frame, kind.checkVtlCall, code, inputLo, ok);
  return ok ? pass : refusal.undefinedOpcode;
}

/** First and last code of the extended calls that are checked before anyone learns which exist. */
const extendedCodes = { first: 0x8001, last: 0x8041 } as const;

/**
 * An extended call is the business of the parent, which may know codes that the hypervisor does
 * not: privilege and reserved bits come before the code. Other codes are refused at once.
 */
export function checkUnknownCode(frame: Frame, code: number): number {
  if (code >= extendedCodes.first && code <= extendedCodes.last) {
    const refused = requirePrivilege(frame, 'EnableExtendedHypercalls') || checkReserved(frame);
    if (refused !== pass) return refused;
  }
  report1(frame, kind.checkCode, code, false);
  return HvStatus.INVALID_HYPERCALL_CODE;
}

/** The call is known. */
export function checkCode(frame: Frame, call: CallDefinition): number {
  report1(frame, kind.checkCode, call.code, true);
  return pass;
}

/** The partition holds the privilege that the call needs. */
export function checkPrivilege(frame: Frame, call: CallDefinition): number {
  return call.privilege === undefined ? pass : requirePrivilege(frame, call.privilege);
}

function requirePrivilege(frame: Frame, name: Privilege): number {
  const ok = hasPrivilege(frame.vp.partition.privileges, name);
  report1(frame, kind.checkPrivilege, privilegeBit(name), ok);
  return ok ? pass : HvStatus.ACCESS_DENIED;
}

/** No reserved bit of the control word is set. */
export function checkReserved(frame: Frame): number {
  const set = u64And({ lo: frame.controlLo, hi: frame.controlHi }, reservedBits);
  const ok = set.lo === 0 && set.hi === 0;
  report(frame, kind.checkReserved, set.lo, set.hi, ok);
  return ok ? pass : HvStatus.INVALID_HYPERCALL_INPUT;
}

/** Output of a fast call starts at the next 16-byte register pair behind its input. */
export const fastOutputAt = (inputSizeBytes: number): number => (inputSizeBytes + 15) & ~15;

/** XMM registers are used only with the features that allow it, else `#UD`. */
export function checkXmm(frame: Frame): number {
  if (!frame.fast || !frame.wide) return pass;
  const { inputSizeBytes, outputSizeBytes } = frame;
  const outputEnd = fastOutputAt(inputSizeBytes) + outputSizeBytes;
  const needsInput = inputSizeBytes > plainFastBytes;
  const needsOutput = outputSizeBytes > 0 && outputEnd > plainFastBytes;
  if (!needsInput && !needsOutput) return pass;
  const features = frame.vp.partition.featuresEdx;
  const has = (bit: number) => ((features >>> bit) & 1) === 1;
  const ok =
    (!needsInput || has(featureBit.XmmHypercallInput)) &&
    (!needsOutput || has(featureBit.XmmHypercallOutput));
  report(frame, kind.checkXmm, inputSizeBytes, outputSizeBytes, ok);
  return ok ? pass : refusal.undefinedOpcode;
}

/** A rep call has elements to do, another call has none. */
export function checkReps(frame: Frame, call: CallDefinition): number {
  const { repCount, repStart } = frame;
  const ok = call.kind === 'rep' ? repStart < repCount : repCount === 0 && repStart === 0;
  report(frame, kind.checkReps, repCount, repStart, ok);
  return ok ? pass : HvStatus.INVALID_HYPERCALL_INPUT;
}

/** A variable header only where the call takes one. */
export function checkHeader(frame: Frame, call: CallDefinition): number {
  assert(call.kind === 'rep' || frame.repCount === 0, 'a simple call has no elements');
  const ok = frame.headerWords <= call.headerMaxWords;
  report1(frame, kind.checkHeader, frame.headerWords, ok);
  return ok ? pass : HvStatus.INVALID_HYPERCALL_INPUT;
}

/** A fast call fits into the registers; 32-bit callers have no XMM form and no fast output. */
export function checkFastSize(frame: Frame): number {
  if (!frame.fast) return pass;
  const { inputSizeBytes, outputSizeBytes, wide } = frame;
  const hasOutput = outputSizeBytes > 0;
  const neededBytes = hasOutput ? fastOutputAt(inputSizeBytes) + outputSizeBytes : inputSizeBytes;
  const roomBytes = wide ? fastBlockBytes : plainFastBytes;
  const ok = neededBytes <= roomBytes && (wide || !hasOutput);
  report(frame, kind.checkFast, neededBytes, roomBytes, ok);
  return ok ? pass : HvStatus.INVALID_HYPERCALL_INPUT;
}

/** Reserved fields are zero and single fields have values that can be right at all. */
export function checkFields(frame: Frame, call: CallDefinition): number {
  const { input } = call;
  if (input === undefined) return pass;
  const problem = input.reservedProblem(frame.inputBytes, frame.inputAt);
  const broken = problem === undefined ? (call.structure?.(frame) ?? pass) : pass;
  const field = problem === undefined ? 0 : input.fields.indexOf(problem);
  const ok = problem === undefined && broken === pass;
  report1(frame, kind.checkFields, field, ok);
  return problem === undefined ? broken : HvStatus.INVALID_PARAMETER;
}
