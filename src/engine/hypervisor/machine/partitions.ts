/**
 * Partition life cycle up to its active state.
 *
 * Source: TLFS 2.0A, 5.2 "Partition Management"; what a real root does: Linux,
 * drivers/hv/mshv_root_hv_call.c.
 */

import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64Equal } from '../../kernel/u64.ts';
import { hvEvents } from '../defs/events.ts';
import { type Machine, type Partition, partitionStates, type Vp } from '../defs/model.ts';
import type { TargetRule } from '../defs/ports.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { emit } from './emit.ts';
import { takePages } from './pools.ts';
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

/** Ids of the children of a partition, rising. */
export const childrenOf = ({ partitions }: Machine, parent: Partition): readonly number[] =>
  [...partitions.values()]
    .filter((partition) => partition.parent === parent)
    .map(({ id }) => id)
    .sort((a, b) => a - b);

/** The virtual processor with an index; the index "self" means the caller's own. */
export function findVp(caller: Vp, partition: Partition, index: number): Vp | HvStatusCode {
  if (index === selfVpIndex && partition === caller.partition) return caller;
  return partition.vps.get(index) ?? HvStatus.INVALID_VP_INDEX;
}

/** Creates an uninitialized child of `parent`. */
export function createPartition(machine: Machine, parent: Partition): Partition | HvStatusCode {
  if (parent.depth + 1 >= hypervisorFacts.partitionDepth.value) return HvStatus.PARTITION_TOO_DEEP;
  if (!takePages(machine, parent, hypervisorFacts.createPartitionPages.value)) {
    return HvStatus.INSUFFICIENT_MEMORY;
  }
  assert(machine.partitions.get(parent.id) === parent, 'a parent is part of the machine');
  const child = addPartition(machine, parent);
  child.creationPages = hypervisorFacts.createPartitionPages.value;
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
