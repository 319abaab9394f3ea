/**
 * Synthetic timers: four for each virtual processor, one-shot or periodic, by message or interrupt.
 *
 * A timer never expires early. It may expire late: a processor that is suspended gets one signal
 * for all that it missed, and expirations that come closer than the resolution are skipped. Source:
 * TLFS, Timers, "Synthetic Timers".
 */

import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { assert } from '../../kernel/result.ts';
import {
  type U64,
  u64,
  u64And,
  u64Compare,
  u64IsSafe,
  u64IsZero,
  u64Sub,
  u64ToNumber,
  u64WithBit,
  u64Zero,
} from '../../kernel/u64.ts';
import { hvEvents } from '../defs/events.ts';
import type { Machine, Partition, SyntheticTimer, Vp } from '../defs/model.ts';
import { featureBit } from '../defs/privileges.ts';
import { messageType } from '../defs/synic.ts';
import { timerConfig, timerMessagePayload } from '../defs/time.ts';
import { requestInterrupt } from './apic.ts';
import { emit } from './emit.ts';
import { referenceTime, referenceUnitNs } from './reference-time.ts';
import { sendHypervisorMessage } from './synic.ts';

const { kind } = hvEvents;
const enableBit = 0;
const reservedBits = timerConfig.reserved ?? u64Zero;
const never = Number.POSITIVE_INFINITY;

function timerOf(vp: Vp, index: number): SyntheticTimer {
  const timer = vp.timers[index];
  assert(timer !== undefined, `no timer ${index}`);
  return timer;
}

const flag = ({ config }: SyntheticTimer, name: 'Enable' | 'Periodic' | 'Lazy'): boolean =>
  timerConfig.get(config, name) === 1;

/** Writes a configuration; gives the fault if it cannot be. */
export function configureTimer(
  machine: Machine,
  vp: Vp,
  index: number,
  value: U64,
): '#GP' | undefined {
  const isDirect = timerConfig.get(value, 'DirectMode') === 1;
  const hasDirect = ((vp.partition.featuresEdx >>> featureBit.DirectSyntheticTimers) & 1) === 1;
  if ((isDirect && !hasDirect) || !u64IsZero(u64And(value, reservedBits))) return '#GP';
  const timer = timerOf(vp, index);
  const hasNoTarget = !isDirect && timerConfig.get(value, 'Sint') === 0;
  timer.config = hasNoTarget ? u64WithBit(value, enableBit, false) : value;
  arm(machine, vp, timer);
  return undefined;
}

/** Writes a count: 0 stops the timer, another value starts it if it is to start by itself. */
export function setTimerCount(machine: Machine, vp: Vp, index: number, value: U64): void {
  const timer = timerOf(vp, index);
  timer.countWord = value;
  if (u64IsZero(value)) timer.config = u64WithBit(timer.config, enableBit, false);
  else if (timerConfig.get(timer.config, 'AutoEnable') === 1) enable(timer);
  arm(machine, vp, timer);
}

function enable(timer: SyntheticTimer): void {
  const isDirect = timerConfig.get(timer.config, 'DirectMode') === 1;
  const hasTarget = isDirect || timerConfig.get(timer.config, 'Sint') !== 0;
  timer.config = u64WithBit(timer.config, enableBit, hasTarget);
}

/** Decides when a timer is due, from now on. */
function arm(machine: Machine, { partition }: Vp, timer: SyntheticTimer): void {
  timer.dueNs = never;
  if (flag(timer, 'Enable') && !u64IsZero(timer.countWord)) {
    timer.dueNs = flag(timer, 'Periodic')
      ? machine.timeNs + spanNs(timer.countWord)
      : oneShotDueNs(machine, partition, timer.countWord);
  }
  assert(timer.dueNs >= machine.timeNs, 'a timer is not due in the past');
  machine.nextTimerNs = Math.min(machine.nextTimerNs, timer.dueNs);
}

/** A span so long that a double would round it never ends. */
function spanNs(units: U64): number {
  const span = u64IsSafe(units) ? u64ToNumber(units) * referenceUnitNs : never;
  return Number.isSafeInteger(span) ? span : never;
}

/** The first moment at which the reference time is at least `count`. */
function oneShotDueNs(machine: Machine, partition: Partition, count: U64): number {
  const now = referenceTime(machine, partition);
  if (u64Compare(count, now) <= 0) return machine.timeNs;
  const untilNs = spanNs(u64Sub(count, now));
  // The current unit has begun already: its past part is not waited for again.
  const inUnitNs = (machine.timeNs - partition.clock.startNs) % referenceUnitNs;
  assert(inUnitNs >= 0 && untilNs > inUnitNs, 'a time to come is more than the unit that runs');
  return machine.timeNs + untilNs - inUnitNs;
}

/** Arms the one-shot timers of a partition again after its reference time was set. */
export function rearmTimers(machine: Machine, partition: Partition): void {
  for (const vp of partition.vps.values()) {
    for (const timer of vp.timers) if (!flag(timer, 'Periodic')) arm(machine, vp, timer);
  }
}

/** Stops and clears all timers of a processor. */
export function resetTimers({ timers }: Vp): void {
  for (const timer of timers) {
    timer.config = u64Zero;
    timer.countWord = u64Zero;
    timer.dueNs = never;
  }
}

/** A processor that is suspended gets its timer signals later. */
const isAvailable = (vp: Vp): boolean =>
  vp.partition.state === 'active' && !vp.explicitSuspend && !vp.interceptSuspend;

interface DueTimer {
  readonly vp: Vp;
  readonly index: number;
  readonly dueNs: number;
}

/** Every timer that has a time and whose processor can be told; in partition and index order. */
function* runningTimers(machine: Machine): Iterable<DueTimer> {
  for (const { vps } of machine.partitions.values()) {
    for (const vp of vps.values()) {
      if (!isAvailable(vp)) continue;
      for (const [index, { dueNs }] of vp.timers.entries()) {
        if (dueNs !== never) yield { vp, index, dueNs };
      }
    }
  }
}

/** Looks up when the next timer is due; infinity when none runs. */
export function findNextTimer(machine: Machine): number {
  let next = never;
  for (const { dueNs } of runningTimers(machine)) next = Math.min(next, dueNs);
  machine.nextTimerNs = next;
  return next;
}

/** Expires every timer that is due, the earliest first. */
export function expireTimers(machine: Machine): void {
  const due = [...runningTimers(machine)].filter(({ dueNs }) => dueNs <= machine.timeNs);
  due.sort((a, b) => a.dueNs - b.dueNs);
  for (const { vp, index } of due) expire(machine, vp, index);
  assert(findNextTimer(machine) > machine.timeNs, 'no timer that is due is left');
}

function expire(machine: Machine, vp: Vp, index: number): void {
  const timer = timerOf(vp, index);
  const { dueNs } = timer;
  assert(dueNs <= machine.timeNs, 'a timer does not expire before it is due');
  const isSkipped = moveOn(machine, timer);
  if (isSkipped) return;
  emit(machine, kind.timerExpired, vp.partition.id, vp.index, index);
  if (timerConfig.get(timer.config, 'DirectMode') === 1) {
    requestInterrupt(machine, vp, timerConfig.get(timer.config, 'ApicVector'));
  } else {
    sendExpiration(machine, vp, index, dueNs);
  }
}

/**
 * Stops a one-shot timer, or finds the next expiration of a periodic one; a lazy timer that is so
 * late that the next is near is skipped.
 */
function moveOn(machine: Machine, timer: SyntheticTimer): boolean {
  if (!flag(timer, 'Periodic')) {
    timer.config = u64WithBit(timer.config, enableBit, false);
    timer.dueNs = never;
    return false;
  }
  const periodNs = spanNs(timer.countWord);
  assert(periodNs > 0 && periodNs < never, 'a timer that runs has a period');
  const lateNs = machine.timeNs - timer.dueNs;
  const earliestNs = machine.timeNs + hypervisorFacts.timerResolutionNs.value;
  const missed = Math.floor(lateNs / periodNs) + 1;
  timer.dueNs += missed * periodNs;
  const isNear = timer.dueNs - machine.timeNs < periodNs / 2;
  if (timer.dueNs < earliestNs) {
    timer.dueNs += Math.ceil((earliestNs - timer.dueNs) / periodNs) * periodNs;
  }
  assert(timer.dueNs > machine.timeNs, 'a period ends after now');
  return flag(timer, 'Lazy') && lateNs > 0 && isNear;
}

/** Each timer has one message buffer; while its message waits, the next is not sent. */
function sendExpiration(machine: Machine, vp: Vp, index: number, dueNs: number): void {
  const { config } = timerOf(vp, index);
  const sint = timerConfig.get(config, 'Sint');
  assert(sint > 0, 'a timer without a target does not run');
  const waits = vp.synic.queues.some((queue) => queue.some(({ timer }) => timer === index));
  if (waits) return;
  const now = referenceTime(machine, vp.partition);
  const lateUnits = Math.floor((machine.timeNs - dueNs) / referenceUnitNs);
  const payload = timerMessagePayload.encode({
    TimerIndex: index,
    ExpirationTime: u64Sub(now, u64(lateUnits)),
    DeliveryTime: now,
  });
  const { TimerExpired } = messageType;
  sendHypervisorMessage(machine, vp, sint, {
    messageType: TimerExpired,
    payload,
    origin: 0,
    timer: index,
  });
}
