/** Lookups that the calls about processors share. */
import type { U64 } from '../../kernel/u64.ts';
import type { Partition, Vp } from './model.ts';
import type { HypercallPorts, TargetRule } from './ports.ts';
import { HvStatus, type HvStatusCode } from './status.ts';

/** An active partition in the right relation to the caller, or the status that says why not. */
export function activePartition(
  ports: HypercallPorts,
  id: U64,
  rule: TargetRule,
): Partition | HvStatusCode {
  const partition = ports.partitions.find(id, rule);
  if (typeof partition === 'number') return partition;
  return partition.state === 'active' ? partition : HvStatus.INVALID_PARTITION_STATE;
}

/** A processor of an active partition. */
export function activeVp(
  ports: HypercallPorts,
  id: U64,
  index: number,
  rule: TargetRule,
): Vp | HvStatusCode {
  const partition = activePartition(ports, id, rule);
  return typeof partition === 'number' ? partition : ports.partitions.findVp(partition, index);
}

/** A processor of an active child. */
export const childVp = (ports: HypercallPorts, id: U64, index: number): Vp | HvStatusCode =>
  activeVp(ports, id, index, 'child');
