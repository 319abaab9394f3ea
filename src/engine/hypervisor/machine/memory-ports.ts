/** Pools, guest-physical spaces and statistics pages as hypercall bodies see them. */
import { type U64, u64IsSafe, u64ToNumber } from '../../kernel/u64.ts';
import { largePagePages, pageInSpace } from '../defs/gpa-map.ts';
import type { GpaSpace, Machine, Partition } from '../defs/model.ts';
import type { HypercallPorts, MemoryPorts } from '../defs/ports.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { accessGpa } from './gpa-access.ts';
import { mapElement, modifyElement, readMarks, unmapElement } from './gpa-map.ts';
import { depositPage, withdrawPage } from './pools.ts';
import { mapStats, unmapStats } from './stats.ts';

/** Does something with a page number if it lies inside the space. */
function inSpace<T>(
  space: GpaSpace,
  gpaPage: U64,
  isLarge: boolean,
  work: (gpn: number) => T,
): T | HvStatusCode {
  const gpn = pageInSpace(space, gpaPage, isLarge ? largePagePages : 1);
  return gpn === undefined ? HvStatus.INVALID_PARAMETER : work(gpn);
}

/** The memory part of the ports; `caller` gives the partition that calls. */
export function newMemoryPorts(machine: Machine, caller: () => Partition): MemoryPorts {
  return {
    deposit: (target, gpaPage) => depositPage(machine, caller(), target, gpaPage),
    withdraw: (target) => withdrawPage(machine, caller(), target),
    map: (partition, pages, request) =>
      inSpace(caller().gpa, pages.source, request.isLarge, (source) =>
        inSpace(partition.gpa, pages.target, request.isLarge, (target) =>
          mapElement(machine, caller(), partition, { source, target }, request),
        ),
      ),
    unmap: (target, gpaPage, isLarge) =>
      inSpace(target.gpa, gpaPage, isLarge, (gpn) =>
        unmapElement(machine, target, gpn, isLarge ? largePagePages : 1),
      ),
    modify: (target, gpaPage, request) =>
      inSpace(target.gpa, gpaPage, request.isLarge, (gpn) =>
        modifyElement(machine, target, gpn, request),
      ),
    marks: (target, gpaPage, { clear, set }) =>
      inSpace(target.gpa, gpaPage, false, (gpn) => readMarks(target, gpn, clear, set)),
    access: (target, gpa, bytes, isWrite) => accessGpa(machine, target, gpa, bytes, isWrite),
  };
}

/** The statistics part of the ports. */
export const newStatsPorts = (
  machine: Machine,
  caller: () => Partition,
): HypercallPorts['stats'] => ({
  map(identity, gpaPage) {
    if (gpaPage === undefined) return mapStats(machine, caller(), identity, undefined);
    if (!u64IsSafe(gpaPage)) return HvStatus.INVALID_PARAMETER;
    return mapStats(machine, caller(), identity, u64ToNumber(gpaPage));
  },
  unmap: (identity) => unmapStats(machine, caller(), identity),
});
