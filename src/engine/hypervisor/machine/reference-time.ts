/**
 * The reference time of a partition: its counter, its virtual TSC and the page that turns one into
 * the other.
 *
 * Counter and page use the same formula, so they never disagree. Source: TLFS, Timers, "Reference
 * Counter" and "Partition Reference Time Enlightenment".
 */
import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { assert } from '../../kernel/result.ts';
import {
  type U64,
  u64,
  u64Add,
  u64Bit,
  u64FromBigint,
  u64FromNumber,
  u64Mul,
  u64MulHigh,
  u64Sub,
} from '../../kernel/u64.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import type { Machine, Partition, PartitionClock } from '../defs/model.ts';
import { reenlightenmentRegister } from '../defs/synic.ts';
import { referenceTscPage } from '../defs/time.ts';
import { pageBytes } from './memory.ts';

/** Nanoseconds in one unit of reference time. */
export const referenceUnitNs = 100;

const nsPerSecond = 1_000_000_000;
const tscPerNs = hypervisorFacts.tscFrequency.value / nsPerSecond;
assert(Number.isInteger(tscPerNs), 'the TSC counts a whole number of times in a nanosecond');

/** 2^64 divided by the TSC counts in a unit, rounded up so that no unit comes late. */
const scale = scaleOf(BigInt(tscPerNs * referenceUnitNs));

function scaleOf(countsPerUnit: bigint): U64 {
  return u64FromBigint(((1n << 64n) + countsPerUnit - 1n) / countsPerUnit);
}

/** The virtual TSC of a partition. */
export const virtualTsc = ({ timeNs }: Machine, { startNs }: PartitionClock): U64 =>
  u64Mul(u64FromNumber(timeNs - startNs), u64(tscPerNs));

/** The reference time of a partition, in units of 100 ns. */
export const referenceTime = (machine: Machine, { clock }: Partition): U64 =>
  u64Add(u64MulHigh(virtualTsc(machine, clock), scale), clock.offset);

/** Writes the partition's page: scale, offset and, last, the sequence that makes them valid. */
export function fillTscPage({ tscPage, offset, sequence }: PartitionClock): void {
  assert(sequence > 0 && sequence <= 0xffff_ffff, 'sequence 0 would forbid the page');
  const page = referenceTscPage.view(pageBytes(tscPage), 0);
  page.TscScale = scale;
  page.TscOffset = offset;
  page.TscSequence = sequence;
}

/**
 * Sets the reference time, as a parent does that restores a partition. The page changes with it,
 * unless the guest has asked for the old TSC to be emulated: then its page stays right as it is.
 */
export function setReferenceTime(machine: Machine, partition: Partition, referenceTime: U64): void {
  const { clock } = partition;
  const isEmulated =
    u64Bit(clock.tscEmulation, 0) &&
    reenlightenmentRegister.get(clock.reenlightenment, 'Enabled') === 1;
  if (isEmulated) return;
  clock.offset = u64Sub(referenceTime, u64MulHigh(virtualTsc(machine, clock), scale));
  clock.sequence = clock.sequence === 0xffff_ffff ? 1 : clock.sequence + 1;
  if (u64Bit(clock.tscPageMsr, 0)) fillTscPage(clock);
  const { trace, timeNs } = machine;
  if (trace.enabled) {
    const { clockSet } = hvEvents.kind;
    trace.emit(timeNs, clockSet, hypervisorActor, partition.id, referenceTime.lo, referenceTime.hi);
  }
}
