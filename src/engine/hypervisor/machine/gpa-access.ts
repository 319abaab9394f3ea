/**
 * Guest memory, read and written by the parent on behalf of a processor.
 *
 * The rights of the child's own mapping count, so that a parent that emulates an instruction meets
 * what the instruction would have met. Source: TLFS 2.0A, HvReadGpa and HvWriteGpa.
 */
import { assert } from '../../kernel/result.ts';
import type { U64 } from '../../kernel/u64.ts';
import { pageSizeBytes } from '../../kernel/units.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import { accessResult, gpaAccessMaxBytes } from '../defs/gpa-access.ts';
import { access, type GpaSpace, type Machine, type Partition } from '../defs/model.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { accessPage, isInSpace, lookUp, pageNumber } from './memory.ts';

const { kind } = hvEvents;

/** HV_ACCESS_GPA_RESULT_CODE, or the status that refuses the call. */
export type GpaAccessAnswer = { readonly result: number } | HvStatusCode;

/** Moves `bytes.length` bytes between `bytes` and the memory at `gpa`, inside one page. */
export function accessGpa(
  machine: Machine,
  { id, gpa: space }: Partition,
  gpa: U64,
  bytes: Uint8Array,
  isWrite: boolean,
): GpaAccessAnswer {
  assert(bytes.length > 0 && bytes.length <= gpaAccessMaxBytes, 'an access has 1 to 16 bytes');
  if (!isInSpace(space, gpa.hi)) return HvStatus.INVALID_PARAMETER;
  const gpn = pageNumber(gpa.lo, gpa.hi);
  const page = accessPage(space, gpn, isWrite ? access.write : access.read);
  if (page === undefined) return { result: failure(space, gpn, isWrite) };
  move(page, gpa.lo & (pageSizeBytes - 1), bytes, isWrite);
  const { trace, timeNs } = machine;
  if (trace.enabled) {
    trace.emit(timeNs, kind.memoryAccess, hypervisorActor, id, gpn, isWrite ? 1 : 0);
  }
  return { result: accessResult.success };
}

/** Why a page cannot be accessed like this. */
function failure(space: GpaSpace, gpn: number, isWrite: boolean): number {
  if (lookUp(space, gpn) === undefined) return accessResult.unmapped;
  if (space.overlays.has(gpn)) return accessResult.illegalOverlayAccess;
  return isWrite ? accessResult.writeIntercept : accessResult.readIntercept;
}

function move(page: DataView, at: number, bytes: Uint8Array, isWrite: boolean): void {
  assert(at + bytes.length <= page.byteLength, 'an access stays in its page');
  for (let index = 0; index < bytes.length; index += 1) {
    if (isWrite) page.setUint8(at + index, bytes[index] ?? 0);
    else bytes[index] = page.getUint8(at + index);
  }
}
