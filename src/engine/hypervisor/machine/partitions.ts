/**
 * Partition life cycle and memory pools.
 *
 * Source: TLFS 2.0A, 5.2 "Partition Management" and 4.2 "Memory Pools"; what a real root does:
 * Linux, drivers/hv/mshv_root_hv_call.c.
 */
import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64Equal, u64IsSafe, u64ToNumber } from '../../kernel/u64.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import { access, type Machine, type Partition, partitionStates, type Vp } from '../defs/model.ts';
import type { TargetRule } from '../defs/ports.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { lookUp } from './memory.ts';
import { addPartition, selfPartitionId, selfVpIndex } from './state.ts';

const { kind } = hvEvents;

/** The partition with an id, if `caller` stands in the relation that `rule` asks for. */
export function findPartition(
  machine: Machine,
  caller: Partition,
  id: U64,
  rule: TargetRule,
): Partition | HvStatusCode {
  const isSelf = u64Equal(id, selfPartitionId);
  const target = isSelf ? caller : id.hi === 0 ? machine.partitions.get(id.lo) : undefined;
  if (target === undefined) return HvStatus.INVALID_PARTITION_ID;
  if (rule === 'any') return target;
  if (target.parent === caller) return target;
  if (target !== caller) return HvStatus.ACCESS_DENIED;
  const allowsSelf =
    rule === 'self-or-child' || (rule === 'child-or-root-itself' && caller.parent === undefined);
  return allowsSelf ? target : HvStatus.ACCESS_DENIED;
}

/** The virtual processor with an index; the index "self" means the caller's own. */
export function findVp(caller: Vp, partition: Partition, index: number): Vp | HvStatusCode {
  if (index === selfVpIndex && partition === caller.partition) return caller;
  return partition.vps.get(index) ?? HvStatus.INVALID_VP_INDEX;
}

/** Takes pages out of a pool for hypervisor objects; false when there are not enough. */
export function takePages(machine: Machine, partition: Partition, pages: number): boolean {
  const { free, used } = partition.pool;
  assert(pages > 0, `${pages} pages`);
  if (free.length < pages) return false;
  used.push(...free.splice(free.length - pages, pages));
  emit(machine, kind.poolUsed, partition.id, pages, free.length);
  return true;
}

/** Gives pages that an object held back to the pool. */
export function givePages({ pool }: Partition, pages: number): void {
  assert(pool.used.length >= pages, `${pages} pages are more than the pool has in use`);
  pool.free.push(...pool.used.splice(pool.used.length - pages, pages));
}

/** Creates an uninitialized child of `parent`. */
export function createPartition(machine: Machine, parent: Partition): Partition | HvStatusCode {
  if (parent.depth + 1 >= hypervisorFacts.partitionDepth.value) return HvStatus.PARTITION_TOO_DEEP;
  if (!takePages(machine, parent, hypervisorFacts.createPartitionPages.value)) {
    return HvStatus.INSUFFICIENT_MEMORY;
  }
  const child = addPartition(machine, parent);
  emit(machine, kind.partitionCreated, child.id, parent.id, 0);
  return child;
}

/** Makes an uninitialized partition active, if its pool is large enough. */
export function initializePartition(machine: Machine, target: Partition): HvStatusCode {
  if (target.state !== 'uninitialized') return HvStatus.INVALID_PARTITION_STATE;
  if (!takePages(machine, target, hypervisorFacts.initializePartitionPages.value)) {
    return HvStatus.INSUFFICIENT_MEMORY;
  }
  setState(machine, target, 'active');
  return HvStatus.SUCCESS;
}

/** Moves a partition along its life cycle. */
export function setState(machine: Machine, target: Partition, state: Partition['state']): void {
  const from = partitionStates.indexOf(target.state);
  const to = partitionStates.indexOf(state);
  assert(to === from + 1, `partition ${target.id}: no way from ${target.state} to ${state}`);
  target.state = state;
  emit(machine, kind.partitionState, target.id, to, 0);
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
  mapping.page.bytes = undefined;
  mapping.page.depositedTo = target.id;
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

function emit(machine: Machine, event: number, a: number, b: number, c: number): void {
  const { trace, timeNs } = machine;
  if (trace.enabled) trace.emit(timeNs, event, hypervisorActor, a, b, c);
}
