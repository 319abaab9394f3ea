/** Synthetic timers: when they expire, how they say so, and what stops them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { msrIndex, sintBase, timerBase } from '../../../src/engine/hypervisor/defs/msrs.ts';
import { featureBit } from '../../../src/engine/hypervisor/defs/privileges.ts';
import { message, sintRegister } from '../../../src/engine/hypervisor/defs/synic.ts';
import { timerConfig, timerMessagePayload } from '../../../src/engine/hypervisor/defs/time.ts';
import { type U64, u64, u64ToNumber } from '../../../src/engine/kernel/u64.ts';
import { enabledPage, type TestMachine, testMachine } from './support/machine.ts';
import { stateOf } from './support/snapshot.ts';

const CONFIG = timerBase;
const COUNT = timerBase + 1;
const sint = 3;
const vector = 0x60;
const unitNs = 100;
const millisecondUnits = 10_000;

/** A root whose source 3 is open. */
function machine(): TestMachine {
  const made = testMachine();
  const { hv, vp } = made;
  hv.writeMsr(vp, msrIndex.SCONTROL, u64(1));
  hv.writeMsr(vp, msrIndex.SIMP, enabledPage(0x380));
  hv.writeMsr(vp, sintBase + sint, sintRegister.pack({ Vector: vector }));
  return made;
}

const pack = (fields: Parameters<typeof timerConfig.pack>[0]): U64 => timerConfig.pack(fields);

/** Starts timer 0; the count is written first, so that Enable starts it. */
function start({ hv, vp }: TestMachine, fields: Parameters<typeof pack>[0], count: number): void {
  hv.writeMsr(vp, COUNT, u64(count));
  expect(hv.writeMsr(vp, CONFIG, pack({ Sint: sint, Enable: 1, ...fields }))).toBeUndefined();
}

const isEnabled = ({ hv, vp }: TestMachine): boolean => {
  const value = hv.readMsr(vp, CONFIG);
  return value !== '#GP' && timerConfig.get(value, 'Enable') === 1;
};

const slotOf = ({ vp }: TestMachine) =>
  message.view(vp.synic.messagePage.bytes ?? new DataView(new ArrayBuffer(4096)), sint * 256);

/** Takes the message out of the slot, if there is one. */
function takeMessage(made: TestMachine) {
  const slot = slotOf(made);
  if (slot.MessageType === 0) return undefined;
  const payload = timerMessagePayload.decode(slot.Payload.slice(0, slot.PayloadSize));
  const { MessageType } = slot;
  slot.MessageType = 0;
  made.hv.writeMsr(made.vp, msrIndex.EOM);
  return { ...payload, MessageType };
}

const atUnits = ({ hv }: TestMachine, units: number) => hv.advance(units * unitNs);

describe('a one-shot timer', () => {
  test('expires once, at its time and not before', () => {
    const made = machine();
    start(made, {}, 5000);
    atUnits(made, 4999);
    expect(takeMessage(made)).toBeUndefined();
    expect(isEnabled(made)).toBe(true);
    atUnits(made, 5000);
    expect(takeMessage(made)).toMatchObject({ MessageType: 0x8000_0010, TimerIndex: 0 });
    expect(isEnabled(made)).toBe(false);
    atUnits(made, 20_000);
    expect(takeMessage(made)).toBeUndefined();
  });

  test('is never early, whatever the moment at which it is set', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(50_000), (startNs, aheadUnits) => {
        const made = machine();
        made.hv.advance(startNs);
        const due = Math.floor(startNs / unitNs) + 1 + aheadUnits;
        start(made, {}, due);
        made.hv.advance(due * unitNs);
        const told = takeMessage(made);
        expect(told).toBeDefined();
        expect(u64ToNumber(told?.ExpirationTime ?? u64(0))).toBe(due);
        expect(u64ToNumber(told?.DeliveryTime ?? u64(0))).toBeGreaterThanOrEqual(due);
      }),
      { numRuns: 50 },
    );
  });

  test('that is due in the past expires at once', () => {
    const made = machine();
    atUnits(made, 1000);
    start(made, {}, 10);
    made.hv.advance(made.hv.machine.timeNs);
    expect(takeMessage(made)).toBeDefined();
  });

  test('expires during a hypercall that takes longer', () => {
    const made = machine();
    start(made, {}, 5);
    made.hv.hypercall(made.vp);
    expect(takeMessage(made)).toBeDefined();
  });
});

describe('a periodic timer', () => {
  test('expires once in each period for as long as it is enabled', () => {
    const made = machine();
    start(made, { Periodic: 1 }, millisecondUnits);
    let told = 0;
    for (let units = millisecondUnits; units <= 100 * millisecondUnits; units += millisecondUnits) {
      atUnits(made, units);
      if (takeMessage(made) !== undefined) told += 1;
    }
    expect(told).toBe(100);
    made.hv.writeMsr(made.vp, CONFIG, pack({ Periodic: 1, Sint: sint }));
    atUnits(made, 110 * millisecondUnits);
    expect(takeMessage(made)).toBeUndefined();
  });

  test('has one buffer: while its message waits, expirations are lost', () => {
    const made = machine();
    start(made, { Periodic: 1 }, millisecondUnits);
    atUnits(made, 10 * millisecondUnits);
    expect(made.vp.synic.queues[sint]?.length).toBe(1);
    expect(takeMessage(made)).toBeDefined();
    expect(takeMessage(made)).toBeDefined();
    expect(takeMessage(made)).toBeUndefined();
  });

  test('with a tiny period does not hold up time', () => {
    const made = machine();
    start(made, { Periodic: 1, DirectMode: 1, ApicVector: vector }, 1);
    made.hv.trace.clear();
    atUnits(made, millisecondUnits);
    expect(made.hv.trace.records().length).toBeLessThan(100);
    expect(isEnabled(made)).toBe(true);
  });

  test('of a suspended processor gives one signal for all that were missed', () => {
    const made = machine();
    start(made, { Periodic: 1, DirectMode: 1, ApicVector: vector }, millisecondUnits);
    made.vp.interceptSuspend = true;
    atUnits(made, 10 * millisecondUnits + 10);
    expect(made.vp.pendingVectors.size).toBe(0);
    made.vp.interceptSuspend = false;
    made.hv.trace.clear();
    made.hv.advance(made.hv.machine.timeNs);
    expect([...made.vp.pendingVectors]).toEqual([vector]);
  });

  test('that is lazy and so late that the next is near is skipped', () => {
    const made = machine();
    const direct = { Periodic: 1, DirectMode: 1, ApicVector: vector, Lazy: 1 } as const;
    start(made, direct, millisecondUnits);
    made.vp.interceptSuspend = true;
    atUnits(made, 1.9 * millisecondUnits);
    made.vp.interceptSuspend = false;
    made.hv.advance(made.hv.machine.timeNs);
    expect(made.vp.pendingVectors.size).toBe(0);
    atUnits(made, 2 * millisecondUnits);
    expect([...made.vp.pendingVectors]).toEqual([vector]);
  });
});

describe('configuration and count', () => {
  test('a timer that enables itself starts with its count', () => {
    const made = machine();
    made.hv.writeMsr(made.vp, CONFIG, pack({ AutoEnable: 1, Sint: sint }));
    expect(isEnabled(made)).toBe(false);
    made.hv.writeMsr(made.vp, COUNT, u64(100));
    expect(isEnabled(made)).toBe(true);
    atUnits(made, 100);
    expect(takeMessage(made)).toBeDefined();
  });

  test('count 0 stops a timer, even one that enables itself', () => {
    const made = machine();
    start(made, { AutoEnable: 1 }, 100);
    made.hv.writeMsr(made.vp, COUNT, u64(0));
    expect(isEnabled(made)).toBe(false);
    atUnits(made, 1000);
    expect(takeMessage(made)).toBeUndefined();
  });

  test('source 0 disables a timer at once unless it is direct', () => {
    const made = machine();
    start(made, { Sint: 0 }, 100);
    expect(isEnabled(made)).toBe(false);
    start(made, { Sint: 0, DirectMode: 1, ApicVector: vector }, 100);
    expect(isEnabled(made)).toBe(true);
  });

  test('direct mode needs its feature; without it the write faults and changes nothing', () => {
    const made = machine();
    made.root.featuresEdx &= ~(1 << featureBit.DirectSyntheticTimers);
    const before = stateOf(made.hv.machine);
    expect(made.hv.writeMsr(made.vp, CONFIG, pack({ DirectMode: 1 }))).toBe('#GP');
    expect(stateOf(made.hv.machine)).toEqual(before);
  });

  test('every reserved bit of the configuration faults', () => {
    const { hv, vp } = machine();
    for (let bit = 0; bit < 64; bit += 1) {
      const isReserved = (bit >= 13 && bit <= 15) || bit >= 20;
      const value = bit < 32 ? u64(2 ** bit) : u64(0, 2 ** (bit - 32));
      expect(hv.writeMsr(vp, CONFIG, value), `bit ${bit}`).toBe(isReserved ? '#GP' : undefined);
    }
  });

  test('direct mode raises its vector and leaves the message page alone', () => {
    const made = machine();
    start(made, { DirectMode: 1, ApicVector: 0x71 }, 100);
    atUnits(made, 100);
    expect(made.hv.takeInterrupt(made.vp)).toBe(0x71);
    expect(slotOf(made).MessageType).toBe(0);
  });

  test('a count beyond every date never comes', () => {
    const made = machine();
    made.hv.writeMsr(made.vp, COUNT, u64(0xffff_ffff, 0xffff_ffff));
    made.hv.writeMsr(made.vp, CONFIG, pack({ Enable: 1, Sint: sint }));
    atUnits(made, 1_000_000);
    expect(isEnabled(made)).toBe(true);
  });
});

test('timers of all processors expire in the order of their times', () => {
  const { hv, child } = testMachine();
  for (const vp of child.vps.values()) {
    for (const index of [0, 1, 2, 3]) {
      const count = 1000 * (8 - index) + 100 * vp.index;
      hv.writeMsr(vp, COUNT + 2 * index, u64(count));
      const config = pack({ Enable: 1, DirectMode: 1, ApicVector: 0x40 + index });
      hv.writeMsr(vp, CONFIG + 2 * index, config);
    }
  }
  hv.trace.clear();
  hv.advance(1_000_000);
  const expired = hv.trace.records().filter(({ actor, c }) => actor === 0 && c < 4);
  expect(expired.map(({ timeNs }) => timeNs)).toEqual(
    [5000, 5100, 6000, 6100, 7000, 7100, 8000, 8100].map((units) => units * unitNs),
  );
});
