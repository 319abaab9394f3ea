/**
 * Virtual time passes: timers expire in order, processors run, a partition that is suspended as a
 * whole stands still.
 *
 * Nothing here reads a real clock; the same calls give the same times everywhere.
 */
import { assert } from '../../kernel/result.ts';
import type { Machine, Partition } from '../defs/model.ts';
import { expireTimers, findNextTimer } from './timers.ts';

/** Lets time pass until `toNs`; every timer that is due on the way expires at its own time. */
export function advanceTime(machine: Machine, toNs: number): void {
  assert(Number.isSafeInteger(toNs) && toNs >= machine.timeNs, `time cannot go to ${toNs}`);
  while (true) {
    const nextNs = Math.max(findNextTimer(machine), machine.timeNs);
    pass(machine, Math.min(nextNs, toNs));
    if (nextNs > toNs) return;
    expireTimers(machine);
  }
}

/** Moves the clock without expiring anything. */
function pass(machine: Machine, toNs: number): void {
  const spanNs = toNs - machine.timeNs;
  assert(spanNs >= 0, 'time does not go back');
  machine.timeNs = toNs;
  for (const partition of machine.partitions.values()) {
    if (isStopped(partition)) standStill(partition, spanNs);
    assert(partition.clock.startNs <= toNs, 'a clock has begun');
    for (const vp of partition.vps.values()) {
      if (!vp.explicitSuspend && !vp.interceptSuspend && !vp.idle) vp.runtimeNs += spanNs;
    }
  }
}

/** The reference counter counts as long as one processor is not suspended by its parent. */
const isStopped = ({ vps }: Partition): boolean =>
  [...vps.values()].every(({ explicitSuspend }) => explicitSuspend);

function standStill({ clock, vps }: Partition, spanNs: number): void {
  clock.startNs += spanNs;
  for (const { timers } of vps.values()) {
    for (const timer of timers) timer.dueNs += spanNs;
  }
}
