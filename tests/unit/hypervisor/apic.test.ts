/** The local APIC as MSRs reach it, the crash and reset registers, and pages that MSRs lay out. */
import { describe, expect, test } from 'vitest';
import { hvEvents } from '../../../src/engine/hypervisor/defs/events.ts';
import { crashBase, msrIndex, sintBase } from '../../../src/engine/hypervisor/defs/msrs.ts';
import { slot } from '../../../src/engine/hypervisor/defs/registers.ts';
import { apicCommand, sintRegister } from '../../../src/engine/hypervisor/defs/synic.ts';
import { pokeBytes } from '../../../src/engine/hypervisor/machine/memory.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import { enabledPage, memory, type TestMachine, testMachine, writeReg } from './support/machine.ts';

const { EOI, ICR, TPR, VP_ASSIST_PAGE, RESET, CRASH_CTL, SCONTROL, SIMP, GUEST_OS_ID } = msrIndex;

/** Sends a fixed interrupt of the first processor of the child. */
const send = ({ hv, childVp }: TestMachine, fields: Parameters<typeof apicCommand.pack>[0]) =>
  hv.writeMsr(childVp, ICR, apicCommand.pack(fields));

const taken = ({ hv, childVp }: TestMachine): (number | undefined)[] => {
  const vectors = [];
  for (let guard = 0; guard < 10; guard += 1) {
    const vector = hv.takeInterrupt(childVp);
    vectors.push(vector);
    if (vector === undefined) break;
  }
  return vectors;
};

const recorded = ({ hv }: TestMachine, name: keyof typeof hvEvents.kind) =>
  hv.trace.records().filter(({ kind }) => kind === hvEvents.kind[name]);

describe('priority', () => {
  test('the highest vector comes first; one of the same class waits for its end', () => {
    const made = testMachine();
    for (const vector of [0x31, 0x52, 0x35, 0x55]) send(made, { Vector: vector });
    expect(taken(made)).toEqual([0x55, undefined]);
    made.hv.writeMsr(made.childVp, EOI);
    expect(taken(made)).toEqual([0x52, undefined]);
    made.hv.writeMsr(made.childVp, EOI);
    expect(taken(made)).toEqual([0x35, undefined]);
  });

  test('a higher class interrupts a lower one, and ends first', () => {
    const made = testMachine();
    send(made, { Vector: 0x31 });
    expect(taken(made)).toEqual([0x31, undefined]);
    send(made, { Vector: 0x41 });
    expect(taken(made)).toEqual([0x41, undefined]);
    made.hv.writeMsr(made.childVp, EOI);
    expect([...made.childVp.apic.inService]).toEqual([0x31]);
  });

  test('the task priority holds back its class and those below', () => {
    const made = testMachine();
    made.hv.writeMsr(made.childVp, TPR, u64(0x40));
    send(made, { Vector: 0x4f });
    expect(taken(made)).toEqual([undefined]);
    made.hv.writeMsr(made.childVp, TPR, u64(0x3f));
    expect(taken(made)).toEqual([0x4f, undefined]);
  });

  test('the task priority and CR8 are one register', () => {
    const { hv, childVp } = testMachine();
    hv.writeMsr(childVp, TPR, u64(0x57));
    expect(childVp.registers.getUint8(slot.CR8)).toBe(5);
    expect(hv.readMsr(childVp, TPR)).toEqual(u64(0x57));
    writeReg(childVp, slot.CR8, 3n);
    expect(hv.readMsr(childVp, TPR)).toEqual(u64(0x30));
  });

  test('vectors below 16 are not interrupts', () => {
    const made = testMachine();
    send(made, { Vector: 15 });
    expect(made.childVp.pendingVectors.size).toBe(0);
  });

  test('an interrupt of a source with AutoEOI needs no end', () => {
    const made = testMachine();
    const { hv, childVp } = made;
    hv.writeMsr(childVp, sintBase + 2, sintRegister.pack({ Vector: 0x60, AutoEoi: 1 }));
    send(made, { Vector: 0x60 });
    send(made, { Vector: 0x61 });
    expect(taken(made)).toEqual([0x61, undefined]);
    hv.writeMsr(childVp, EOI);
    expect(taken(made)).toEqual([0x60, undefined]);
    expect(childVp.apic.inService.size).toBe(0);
  });

  test.each([
    [EOI, u64(0, 1)],
    [TPR, u64(0x100)],
    [TPR, u64(0, 1)],
  ])('reserved bits of MSR %i fault', (index, value) => {
    const { hv, childVp } = testMachine();
    expect(hv.writeMsr(childVp, index, value)).toBe('#GP');
  });
});

describe('commands', () => {
  const whoGot = (made: TestMachine) =>
    [...made.child.vps.values()].filter(({ pendingVectors }) => pendingVectors.has(0x77));

  test.each([
    ['an id', { Destination: 1 }, [1]],
    ['an id that nobody has', { Destination: 9 }, []],
    ['everybody', { Destination: 0xff }, [0, 1]],
    ['a set', { Logical: 1, Destination: 2 }, [1]],
    ['itself', { Shorthand: 1 }, [0]],
    ['all', { Shorthand: 2 }, [0, 1]],
    ['all others', { Shorthand: 3 }, [1]],
    ['the one with the lowest priority', { DeliveryMode: 1, Shorthand: 2 }, [0]],
  ])('reach %s', (_, fields, indexes) => {
    const made = testMachine();
    expect(send(made, { Vector: 0x77, ...fields })).toBeUndefined();
    expect(whoGot(made).map(({ index }) => index)).toEqual(indexes);
  });

  test('a non-maskable interrupt is noted on its target', () => {
    const made = testMachine();
    send(made, { DeliveryMode: 4, Destination: 1 });
    expect(made.hv.vp(made.child.id, 1).nmiPending).toBe(true);
  });

  test('what is not simulated says so and can be read back', () => {
    const made = testMachine();
    made.hv.trace.clear();
    send(made, { DeliveryMode: 5, Destination: 1 });
    expect(recorded(made, 'apicCommand')).toMatchObject([{ b: 5, c: 0 }]);
    expect(made.hv.readMsr(made.childVp, ICR)).toEqual(
      apicCommand.pack({ DeliveryMode: 5, Destination: 1 }),
    );
  });
});

describe('pages and reports', () => {
  test('the assist page lies over memory while it is enabled', () => {
    const { hv, root, vp } = testMachine();
    pokeBytes(root.gpa, 0x12_0000, Uint8Array.of(7));
    hv.writeMsr(vp, VP_ASSIST_PAGE, enabledPage(0x120));
    expect(memory(root, 0x12_0000, 1)[0]).toBe(0);
    hv.writeMsr(vp, VP_ASSIST_PAGE, u64(0x12_0000));
    expect(memory(root, 0x12_0000, 1)[0]).toBe(7);
  });

  test('a crash is reported with its first parameter, when the guest says so', () => {
    const made = testMachine();
    made.hv.writeMsr(made.vp, crashBase, u64(0xdead));
    made.hv.trace.clear();
    made.hv.writeMsr(made.vp, CRASH_CTL, u64(0, 0x4000_0000));
    expect(recorded(made, 'guestCrash')).toEqual([]);
    made.hv.writeMsr(made.vp, CRASH_CTL, u64(0, 0x8000_0000));
    expect(recorded(made, 'guestCrash')).toMatchObject([{ a: 1, b: 0xdead, c: 0 }]);
    expect(made.hv.readMsr(made.vp, CRASH_CTL)).toEqual(u64(0, 0xc000_0000));
  });

  test('a reset takes back everything that the guest set up, and nothing else', () => {
    const made = testMachine();
    const { hv, root, vp } = made;
    pokeBytes(root.gpa, 0x12_0000, Uint8Array.of(7));
    hv.writeMsr(vp, GUEST_OS_ID, u64(1));
    hv.writeMsr(vp, SCONTROL, u64(1));
    hv.writeMsr(vp, SIMP, enabledPage(0x120));
    hv.writeMsr(vp, 0x4000_00b1, u64(500));
    hv.writeMsr(vp, ICR, apicCommand.pack({ Vector: 0x66 }));
    hv.trace.clear();
    hv.writeMsr(vp, RESET, u64(0));
    expect(recorded(made, 'systemReset')).toEqual([]);
    hv.writeMsr(vp, RESET, u64(1));
    expect(recorded(made, 'systemReset')).toMatchObject([{ a: 1 }]);
    for (const index of [GUEST_OS_ID, SCONTROL, SIMP, 0x4000_00b1, ICR, RESET]) {
      expect(hv.readMsr(vp, index)).toEqual(u64(0));
    }
    expect(vp.pendingVectors.size).toBe(0);
    expect(memory(root, 0x12_0000, 1)[0]).toBe(7);
  });
});
