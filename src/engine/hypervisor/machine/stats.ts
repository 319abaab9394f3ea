/**
 * Statistics pages: counters of the hypervisor that a partition lays over its own memory.
 *
 * The page is read-only for the guest; the hypervisor writes it after each call. Only a few
 * counters are kept, the others stay zero. Source: TLFS 2.0A, HvMapStatsPage; TLFS,
 * HvCallMapStatsPage2.
 */
import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { writeU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { u64FromNumber } from '../../kernel/u64.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import { pagesOf } from '../defs/gpa-map.ts';
import { access, type Machine, type Partition, type StatsPage } from '../defs/model.ts';
import type { StatsIdentity } from '../defs/ports.ts';
import { statsAreaMax, statsCounter, statsObject } from '../defs/stats.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { coverPage, newPage, pageBytes, uncoverPage } from './memory.ts';
import { returnPages, takePages } from './pools.ts';

const { kind } = hvEvents;
const pagesEach = hypervisorFacts.statsPagePages.value;

const isSame = (a: StatsIdentity, b: StatsIdentity): boolean =>
  a.objectType === b.objectType &&
  a.objectId === b.objectId &&
  a.vpIndex === b.vpIndex &&
  a.areaType === b.areaType;

/** Maps a statistics page at `gpn`, or where the hypervisor likes; gives the page number. */
export function mapStats(
  machine: Machine,
  caller: Partition,
  identity: StatsIdentity,
  gpn: number | undefined,
): { readonly gpn: number } | HvStatusCode {
  if (caller.statsPages.some((page) => isSame(page, identity))) return HvStatus.OPERATION_DENIED;
  assert(identity.areaType >= 0 && identity.areaType <= statsAreaMax, 'there are three areas');
  const where = gpn ?? firstUnusedPage(caller);
  if (where >= pagesOf(caller.gpa)) return HvStatus.INVALID_PARAMETER;
  if (!takePages(machine, caller, pagesEach)) return HvStatus.INSUFFICIENT_MEMORY;
  const page = newPage(machine);
  machine.mappedStats += 1;
  caller.statsPages.push({ ...identity, gpn: where, page });
  coverPage(caller.gpa, where, { kind: 'statistics', page, access: access.read });
  report(machine, caller, where, true);
  return { gpn: where };
}

/** The first page behind everything that is mapped or covered. */
function firstUnusedPage({ gpa }: Partition): number {
  let last = -1;
  for (const gpn of gpa.mappings.keys()) last = Math.max(last, gpn);
  for (const gpn of gpa.overlays.keys()) last = Math.max(last, gpn);
  return last + 1;
}

/** Takes a statistics page away; the memory below reappears. */
export function unmapStats(
  machine: Machine,
  caller: Partition,
  identity: StatsIdentity,
): HvStatusCode {
  const index = caller.statsPages.findIndex((page) => isSame(page, identity));
  if (index < 0) return HvStatus.OPERATION_DENIED;
  drop(machine, caller, index);
  return HvStatus.SUCCESS;
}

function drop(machine: Machine, owner: Partition, index: number): void {
  const [removed] = owner.statsPages.splice(index, 1);
  assert(removed !== undefined, 'a page that is dropped was mapped');
  assert(machine.mappedStats > 0, 'mapped statistics pages are counted');
  machine.mappedStats -= 1;
  uncoverPage(owner.gpa, removed.gpn, removed.page);
  returnPages(machine, owner, pagesEach);
  report(machine, owner, removed.gpn, false);
}

/** Takes away all pages that a partition has mapped. */
export function dropStatsIn(machine: Machine, owner: Partition): void {
  while (owner.statsPages.length > 0) drop(machine, owner, owner.statsPages.length - 1);
}

/** Takes away all pages that show counters of a partition that ends. */
export function dropStatsOf(machine: Machine, gone: Partition): void {
  for (const owner of machine.partitions.values()) {
    for (let index = owner.statsPages.length - 1; index >= 0; index -= 1) {
      const page = owner.statsPages[index];
      const isOfPartition = page !== undefined && page.objectType >= statsObject.partition;
      if (isOfPartition && page.objectId === gone.id) drop(machine, owner, index);
    }
  }
}

/** Brings every mapped page up to date; costs nothing while there is none. */
export function refreshStats(machine: Machine): void {
  if (machine.mappedStats === 0) return;
  for (const { statsPages } of machine.partitions.values()) {
    for (const page of statsPages) refresh(machine, page);
  }
}

function refresh(machine: Machine, { objectType, objectId, page }: StatsPage): void {
  if (objectType !== statsObject.partition) return;
  const partition = machine.partitions.get(objectId);
  assert(partition !== undefined, 'the pages of a partition go before it');
  const { pool, vps, gpa } = partition;
  const bytes = pageBytes(page);
  const put = (counter: number, value: number) =>
    writeU64(bytes, counter * 8, u64FromNumber(value));
  put(statsCounter.partitionVirtualProcessors, vps.size);
  put(statsCounter.partitionDepositedPages, pool.free.length + pool.used.length);
  put(statsCounter.partitionGpaPages, gpa.mappings.size);
}

function report(machine: Machine, owner: Partition, gpn: number, on: boolean): void {
  const { trace, timeNs } = machine;
  if (trace.enabled) {
    trace.emit(timeNs, kind.statsPage, hypervisorActor, owner.id, gpn, on ? 1 : 0);
  }
}
