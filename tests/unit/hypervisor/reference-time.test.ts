/** Reference time: the counter, the page, the run time, and when they stand still. */
import { describe, expect, test } from 'vitest';
import { msrIndex } from '../../../src/engine/hypervisor/defs/msrs.ts';
import { referenceTscPage } from '../../../src/engine/hypervisor/defs/time.ts';
import { type U64, u64, u64ToBigint, u64ToNumber } from '../../../src/engine/kernel/u64.ts';
import { enabledPage, memory, type TestMachine, testMachine } from './support/machine.ts';

const gpn = 0x120;
const pageOf = ({ root }: TestMachine) =>
  referenceTscPage.decode(memory(root, gpn * 4096, referenceTscPage.sizeBytes));
const read = ({ hv, vp }: TestMachine, index: number): number => {
  const value = hv.readMsr(vp, index);
  return value === '#GP' ? Number.NaN : u64ToNumber(value);
};

/** The formula of the specification, in integers of any size. */
function pageTime(made: TestMachine): bigint {
  const { TscScale, TscOffset } = pageOf(made);
  const tsc = u64ToBigint(made.hv.readTsc(made.root));
  return BigInt.asUintN(64, ((tsc * u64ToBigint(TscScale)) >> 64n) + u64ToBigint(TscOffset));
}

function withPage(): TestMachine {
  const made = testMachine();
  made.hv.writeMsr(made.vp, msrIndex.REFERENCE_TSC, enabledPage(gpn));
  return made;
}

describe('the counter', () => {
  test('starts at 0 with the partition and counts units of 100 ns', () => {
    const made = testMachine();
    made.hv.advance(1_000_000);
    // Reading takes 1 µs, which counts.
    expect(read(made, msrIndex.TIME_REF_COUNT)).toBe(10_010);
    const later = made.hv.addPartition({ parent: made.root });
    expect(made.hv.readMsr(made.hv.vp(later.id, 0), msrIndex.TIME_REF_COUNT)).toEqual(u64(10));
  });

  test('never gives the same value twice', () => {
    const made = testMachine();
    const values = Array.from({ length: 100 }, () => read(made, msrIndex.TIME_REF_COUNT));
    expect(new Set(values).size).toBe(values.length);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  });

  test('stands still while every processor is suspended, and so do timers', () => {
    const made = testMachine();
    made.vp.explicitSuspend = true;
    made.hv.advance(1_000_000);
    made.vp.explicitSuspend = false;
    expect(read(made, msrIndex.TIME_REF_COUNT)).toBe(10);
  });
});

describe('the page', () => {
  test('and the counter agree at every moment', () => {
    const made = withPage();
    for (let step = 1; step < 500; step += 1) {
      made.hv.advance(made.hv.machine.timeNs + step * 7919);
      const before = pageTime(made);
      const counter = BigInt(read(made, msrIndex.TIME_REF_COUNT));
      expect(counter).toBeGreaterThanOrEqual(before);
      expect(counter).toBeLessThanOrEqual(pageTime(made));
    }
  });

  test('follows a clock that is set, under a new number', () => {
    const made = withPage();
    made.hv.advance(5_000_000_000);
    const before = pageOf(made);
    for (const time of [u64(0), u64(123), u64(0, 0x8000_0000)] satisfies U64[]) {
      made.hv.setReferenceTime(made.root, time);
      expect(pageTime(made)).toBe(u64ToBigint(time));
    }
    expect(pageOf(made).TscSequence).toBe(before.TscSequence + 3);
    expect(pageOf(made).TscScale).toEqual(before.TscScale);
  });

  test('stays as it is when the guest has the old TSC emulated', () => {
    const made = withPage();
    made.hv.advance(5_000_000_000);
    made.hv.writeMsr(made.vp, msrIndex.REENLIGHTENMENT_CONTROL, u64(0x1_00ff));
    made.hv.writeMsr(made.vp, msrIndex.TSC_EMULATION_CONTROL, u64(1));
    const before = pageOf(made);
    made.hv.setReferenceTime(made.root, u64(0));
    expect(pageOf(made)).toEqual(before);
  });

  test('is gone when it is switched off', () => {
    const made = withPage();
    expect(pageOf(made).TscSequence).not.toBe(0);
    made.hv.writeMsr(made.vp, msrIndex.REFERENCE_TSC, u64(gpn * 4096));
    expect(pageOf(made).TscSequence).toBe(0);
  });
});

describe('setting the clock', () => {
  test('moves one-shot timers with it', () => {
    const made = testMachine();
    const { hv, vp } = made;
    hv.writeMsr(vp, 0x4000_00b1, u64(50_000));
    hv.writeMsr(vp, 0x4000_00b0, u64(0x1401));
    hv.setReferenceTime(made.root, u64(49_000));
    hv.advance(hv.machine.timeNs + 999 * 100);
    expect(vp.pendingVectors.size).toBe(0);
    hv.advance(hv.machine.timeNs + 100);
    expect([...vp.pendingVectors]).toEqual([0x40]);
  });
});

describe('run time and idle', () => {
  test('a processor runs unless it is suspended or idle', () => {
    const { hv, child, childVp } = testMachine();
    const other = hv.vp(child.id, 1);
    other.explicitSuspend = true;
    hv.advance(1_000_000);
    expect(hv.readMsr(childVp, msrIndex.VP_RUNTIME)).toEqual(u64(10_000));
    expect(hv.readMsr(other, msrIndex.VP_RUNTIME)).toEqual(u64(0));
    hv.readMsr(childVp, msrIndex.GUEST_IDLE);
    hv.advance(2_000_000);
    expect(hv.readMsr(childVp, msrIndex.VP_RUNTIME)).toEqual(u64(10_000));
  });

  test('an interrupt ends the idle state, even one that cannot be taken', () => {
    const { hv, child, childVp } = testMachine();
    hv.writeMsr(childVp, msrIndex.TPR, u64(0xff));
    hv.readMsr(childVp, msrIndex.GUEST_IDLE);
    expect(childVp.idle).toBe(true);
    // A fixed interrupt with vector 0x50 to the processor with id 0.
    hv.writeMsr(hv.vp(child.id, 1), msrIndex.ICR, u64(0x50));
    expect(childVp.idle).toBe(false);
    expect(hv.takeInterrupt(childVp)).toBeUndefined();
  });

  test('there is no idling while an interrupt waits', () => {
    const { hv, childVp } = testMachine();
    childVp.pendingVectors.add(0x30);
    hv.readMsr(childVp, msrIndex.GUEST_IDLE);
    expect(childVp.idle).toBe(false);
  });
});

test('frequencies are what the clocks count', () => {
  const made = testMachine();
  made.hv.advance(1_000_000_000);
  expect(read(made, msrIndex.TSC_FREQUENCY)).toBe(u64ToNumber(made.hv.readTsc(made.root)));
  expect(read(made, msrIndex.APIC_FREQUENCY)).toBe(200_000_000);
});
