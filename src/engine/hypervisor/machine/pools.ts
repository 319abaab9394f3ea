/**
 * Memory pools: pages that a partition's hypervisor objects live in.
 *
 * A page goes from its owner into a pool, is free or used there, and comes back under the same page
 * number. Source: TLFS 2.0A, 4.2 "Memory Pools"; Linux, drivers/hv/hv_proc.c.
 */

import { assert } from '../../kernel/result.ts';
import { type U64, u64IsSafe, u64ToNumber } from '../../kernel/u64.ts';
import { hvEvents } from '../defs/events.ts';
import { access, type Machine, type Partition } from '../defs/model.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { emit } from './emit.ts';
import { lookUp } from './memory.ts';

const { kind } = hvEvents;

/** Takes pages out of a pool for hypervisor objects; false when there are not enough. */
export function takePages(machine: Machine, partition: Partition, pages: number): boolean {
  const { free, used } = partition.pool;
  assert(pages > 0, `${pages} pages`);
  if (free.length < pages) return false;
  const total = free.length + used.length;
  used.push(...free.splice(free.length - pages, pages));
  assert(free.length + used.length === total, 'pages leave a pool by withdrawal only');
  assert(used.at(-1)?.depositedTo === partition.id, 'a pool uses pages deposited to it');
  emit(machine, kind.poolUsed, partition.id, pages, free.length);
  return true;
}

/** Gives back pages that hypervisor objects no longer need. */
export function returnPages(machine: Machine, { id, pool }: Partition, pages: number): void {
  assert(Number.isInteger(pages) && pages >= 0, 'pages are counted in whole numbers');
  if (pages === 0) return;
  const { free, used } = pool;
  assert(used.length >= pages, `${pages} pages of ${used.length} cannot become free`);
  const total = free.length + used.length;
  free.push(...used.splice(used.length - pages, pages));
  assert(free.length + used.length === total, 'pages that come free stay in the pool');
  emit(machine, kind.poolReturned, id, pages, free.length);
}

/**
 * Moves one page of the caller into a pool. The page becomes inaccessible everywhere; the caller
 * must have had all rights to it, and nothing else may use it.
 */
export function depositPage(
  machine: Machine,
  caller: Partition,
  target: Partition,
  gpaPage: U64,
): HvStatusCode {
  const pageNo = u64IsSafe(gpaPage) ? u64ToNumber(gpaPage) : -1;
  if (caller.gpa.overlays.has(pageNo)) return HvStatus.OBJECT_IN_USE;
  const mapping = lookUp(caller.gpa, pageNo);
  if (mapping === undefined || mapping.access !== access.all) return HvStatus.OPERATION_DENIED;
  if (isMappedElsewhere(machine, caller, mapping.page.spn)) return HvStatus.OPERATION_DENIED;
  assert(mapping.page.depositedTo === 0, `page ${mapping.page.spn} is in two pools`);
  assert(mapping.page.depositedAt === -1, 'a page outside all pools has no place to return to');
  mapping.page.bytes = undefined;
  mapping.page.depositedTo = target.id;
  mapping.page.depositedAt = pageNo;
  target.pool.free.push(mapping.page);
  emit(machine, kind.pageDeposited, target.id, pageNo, 0);
  return HvStatus.SUCCESS;
}

function isMappedElsewhere(machine: Machine, caller: Partition, spn: number): boolean {
  for (const partition of machine.partitions.values()) {
    if (partition === caller || partition.gpa.mappings.size === 0) continue;
    for (const { page, access: rights } of partition.gpa.mappings.values()) {
      if (page.spn === spn && rights !== access.none) return true;
    }
  }
  return false;
}

/**
 * Takes one free page out of a pool; gives its page number in the space of the partition that had
 * deposited it, where it is zeroed and has all rights again.
 */
export function withdrawPage(
  machine: Machine,
  caller: Partition,
  target: Partition,
): { readonly gpn: number } | HvStatusCode {
  const page = target.pool.free.pop();
  if (page === undefined) return HvStatus.NO_RESOURCES;
  assert(page.depositedTo === target.id, 'a pool holds pages of its partition only');
  const gpn = page.depositedAt;
  assert(caller.gpa.mappings.get(gpn)?.page === page, `page ${page.spn} lost its place ${gpn}`);
  page.bytes = undefined;
  page.depositedTo = 0;
  page.depositedAt = -1;
  caller.gpa.mappings.set(gpn, { page, access: access.all });
  emit(machine, kind.pageWithdrawn, target.id, gpn, 0);
  return { gpn };
}
