/**
 * Guest-physical mappings that a parent makes for its children.
 *
 * A page that is mapped into a child stays mapped in the parent; the child gets the rights that the
 * parent names, not more than one mapping per page number, and pays with its own pool for the page
 * tables. The space of the root is fixed: only rights can change. Mappings of deposited pages are
 * frozen. Source: TLFS 2.0A, 4.3 "Guest Physical Address Spaces", HvMapGpaPages, HvUnmapGpaPages.
 */
import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { assert } from '../../kernel/result.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import { largePagePages, type MapRequest, mark } from '../defs/gpa-map.ts';
import type { Machine, Mapping, Partition } from '../defs/model.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { mapPage, unmapPage } from './memory.ts';
import { takePages } from './pools.ts';

const { kind } = hvEvents;
const perTable = hypervisorFacts.mappingsPerTablePage.value;
const allMarks = mark.accessed | mark.dirty;

/** A mapping that nobody may change before the page is withdrawn from its pool. */
const isFrozen = (mapping: Mapping | undefined): boolean =>
  mapping !== undefined && mapping.page.depositedTo !== 0;

/** Whether page numbers and flags of one element fit together; large pages are aligned. */
function isAligned(gpn: number, { isLarge }: MapRequest): boolean {
  return !isLarge || gpn % largePagePages === 0;
}

const pagesIn = ({ isLarge }: MapRequest): number => (isLarge ? largePagePages : 1);

/** One element: `source` of the caller appears at `target` of the partition. */
export interface MapElement {
  readonly source: number;
  readonly target: number;
}

/** Maps one element; either all its pages or none. */
export function mapElement(
  machine: Machine,
  caller: Partition,
  partition: Partition,
  element: MapElement,
  request: MapRequest,
): HvStatusCode {
  const { source, target } = element;
  if (!isAligned(source, request) || !isAligned(target, request)) {
    return HvStatus.INVALID_PARAMETER;
  }
  const pages = pagesIn(request);
  if (partition.parent === undefined) {
    if (source !== target) return HvStatus.ACCESS_DENIED;
    return changeRights(machine, partition, source, request, HvStatus.ACCESS_DENIED);
  }
  assert(partition.parent === caller, 'memory comes from the parent');
  for (let index = 0; index < pages; index += 1) {
    const problem = sourceProblem(caller, source + index);
    if (problem !== HvStatus.SUCCESS) return problem;
    if (isFrozen(partition.gpa.mappings.get(target + index))) return HvStatus.OBJECT_IN_USE;
  }
  if (!makeTable(machine, partition, target)) return HvStatus.INSUFFICIENT_MEMORY;
  for (let index = 0; index < pages; index += 1) {
    const page = caller.gpa.mappings.get(source + index)?.page;
    assert(page !== undefined, 'every source page was looked at');
    mapPage(partition.gpa, target + index, page, request.rights);
    setMarks(partition, target + index, request);
  }
  report(machine, kind.pageMapped, partition.id, target, request.rights);
  return HvStatus.SUCCESS;
}

/** A page can be given on if it is the caller's to give. */
function sourceProblem({ gpa }: Partition, gpn: number): HvStatusCode {
  // What lies under an overlay is there for the hypervisor's own page at the moment.
  if (gpa.overlays.has(gpn)) return HvStatus.OBJECT_IN_USE;
  const mapping = gpa.mappings.get(gpn);
  return mapping === undefined || isFrozen(mapping) ? HvStatus.OPERATION_DENIED : HvStatus.SUCCESS;
}

/** Each table is one page of the partition's pool, taken when its first mapping is made. */
function makeTable(machine: Machine, partition: Partition, gpn: number): boolean {
  const { tables } = partition.gpa;
  const table = Math.floor(gpn / perTable);
  assert(Number.isSafeInteger(table), 'a table has a whole number');
  if (tables.has(table)) return true;
  if (!takePages(machine, partition, 1)) return false;
  tables.add(table);
  return true;
}

/** Removes the mappings of one element; page numbers without one are passed over. */
export function unmapElement(
  machine: Machine,
  partition: Partition,
  gpn: number,
  pages: number,
): HvStatusCode {
  assert(pages === 1 || pages === largePagePages, 'a page is small or large');
  if (gpn % pages !== 0) return HvStatus.INVALID_PARAMETER;
  for (let index = 0; index < pages; index += 1) {
    if (isFrozen(partition.gpa.mappings.get(gpn + index))) return HvStatus.OBJECT_IN_USE;
  }
  for (let index = 0; index < pages; index += 1) {
    unmapPage(partition.gpa, gpn + index);
    partition.gpa.touched?.delete(gpn + index);
  }
  report(machine, kind.pageUnmapped, partition.id, gpn, 0);
  return HvStatus.SUCCESS;
}

/** Changes rights and marks of pages that are mapped already. */
export function modifyElement(
  machine: Machine,
  partition: Partition,
  gpn: number,
  request: MapRequest,
): HvStatusCode {
  if (!isAligned(gpn, request)) return HvStatus.INVALID_PARAMETER;
  return changeRights(machine, partition, gpn, request, HvStatus.OPERATION_DENIED);
}

function changeRights(
  machine: Machine,
  partition: Partition,
  gpn: number,
  request: MapRequest,
  unmapped: HvStatusCode,
): HvStatusCode {
  const { mappings } = partition.gpa;
  const pages = pagesIn(request);
  for (let index = 0; index < pages; index += 1) {
    const mapping = mappings.get(gpn + index);
    if (mapping === undefined || isFrozen(mapping)) return unmapped;
  }
  for (let index = 0; index < pages; index += 1) {
    const mapping = mappings.get(gpn + index);
    assert(mapping !== undefined, 'every page that changes was looked at');
    mapPage(partition.gpa, gpn + index, mapping.page, request.rights);
    setMarks(partition, gpn + index, request);
  }
  report(machine, kind.rightsChanged, partition.id, gpn, request.rights);
  return HvStatus.SUCCESS;
}

/** Marks are kept only while somebody tracks accesses. */
function setMarks({ gpa }: Partition, gpn: number, { clear, set }: MapRequest): void {
  assert(((clear | set) & ~allMarks) === 0, 'a mapping sets two marks');
  if (gpa.touched === undefined || (clear | set) === 0) return;
  gpa.touched.set(gpn, ((gpa.touched.get(gpn) ?? 0) & ~clear) | set);
}

/** Reads the marks of one page, then changes them; the mapping must be there. */
export function readMarks(
  { gpa }: Partition,
  gpn: number,
  clear: number,
  set: number,
): { readonly marks: number } | HvStatusCode {
  if (gpa.touched === undefined || !gpa.mappings.has(gpn)) return HvStatus.OPERATION_DENIED;
  const marks = (gpa.touched.get(gpn) ?? 0) & allMarks;
  assert(((clear | set) & ~allMarks) === 0, 'reading changes two marks');
  gpa.touched.set(gpn, (marks & ~clear) | set);
  return { marks };
}

function report(machine: Machine, event: number, a: number, b: number, c: number): void {
  const { trace, timeNs } = machine;
  if (trace.enabled) trace.emit(timeNs, event, hypervisorActor, a, b, c);
}
