/**
 * The end of a partition: finalizing in steps, then deleting.
 *
 * The first step closes the partition to everyone, the next ones take it apart for as long as one
 * call may last, and the last one leaves it finalized: nothing but a pool of free pages, which its
 * parent withdraws before it deletes the id. Source: TLFS 2.0A, 5.2.5 "Partition States".
 */
import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { assert } from '../../kernel/result.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import type { Machine, Partition } from '../defs/model.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { callTimedOut } from '../defs/timed-out.ts';
import { childrenOf, setState } from './partitions.ts';
import { returnPages } from './pools.ts';
import { deleteVp } from './processors.ts';
import { dropStatsIn, dropStatsOf } from './stats.ts';

const { kind } = hvEvents;
const itemNs = hypervisorFacts.finalizeItemNs.value;

/** Does one step of finalizing; `callTimedOut` until the partition is finalized. */
export function finalizePartition(
  machine: Machine,
  target: Partition,
  deadlineNs: number,
): HvStatusCode | typeof callTimedOut {
  if (childrenOf(machine, target).length > 0) return HvStatus.OPERATION_DENIED;
  switch (target.state) {
    case 'active':
      setState(machine, target, 'finalizing');
      for (const vp of target.vps.values()) vp.explicitSuspend = true;
      for (const port of target.ports.values()) port.deleted = true;
      dropStatsIn(machine, target);
      dropStatsOf(machine, target);
      return callTimedOut;
    case 'finalizing':
      if (!takeApart(machine, target, deadlineNs)) return callTimedOut;
      clearRest(target);
      setState(machine, target, 'finalized');
      return HvStatus.SUCCESS;
    default:
      return HvStatus.INVALID_PARTITION_STATE;
  }
}

/** Takes parts away until nothing is left or the time is over; true when nothing is left. */
function takeApart(machine: Machine, target: Partition, deadlineNs: number): boolean {
  let left = Math.max(1, Math.floor((deadlineNs - machine.timeNs) / itemNs));
  let mappings = 0;
  let processors = 0;
  for (const vp of target.vps.values()) {
    if (left === 0) break;
    deleteVp(machine, vp);
    processors += 1;
    left -= 1;
  }
  const { gpa } = target;
  for (const gpn of gpa.mappings.keys()) {
    if (left === 0) break;
    gpa.mappings.delete(gpn);
    mappings += 1;
    left -= 1;
  }
  assert(left >= 0, 'a step takes no more than its time allows');
  if (mappings > 0) report(machine, kind.tornDown, target.id, mappings);
  const pages = Math.min(left, target.pool.used.length);
  returnPages(machine, target, pages);
  machine.timeNs += (processors + mappings + pages) * itemNs;
  return target.vps.size + gpa.mappings.size + target.pool.used.length === 0;
}

/** What takes no time: everything that only the partition itself could have used. */
function clearRest({ gpa, ports, connections }: Partition): void {
  gpa.overlays.clear();
  gpa.tables.clear();
  gpa.touched = undefined;
  for (const { port } of connections.values()) port.connected = false;
  ports.clear();
  connections.clear();
}

/** Removes a partition that nothing is left of. */
export function deletePartition(machine: Machine, target: Partition): HvStatusCode {
  const { state, pool, parent } = target;
  if (state !== 'finalized' && state !== 'uninitialized') return HvStatus.INVALID_PARTITION_STATE;
  if (pool.free.length + pool.used.length > 0) return HvStatus.OPERATION_DENIED;
  assert(target.vps.size === 0, 'the processors of a partition go before it');
  assert(parent !== undefined, 'the root is not deleted');
  machine.partitions.delete(target.id);
  report(machine, kind.partitionDeleted, target.id, 0);
  if (target.creationPages > 0) returnPages(machine, parent, target.creationPages);
  return HvStatus.SUCCESS;
}

function report(machine: Machine, event: number, a: number, b: number): void {
  const { trace, timeNs } = machine;
  if (trace.enabled) trace.emit(timeNs, event, hypervisorActor, a, b);
}
