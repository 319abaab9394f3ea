/** What a parent sees of a processor and does to it: interrupts, start, and pages of state. */
import { describe, expect, test } from 'vitest';
import { hypervisorFacts } from '../../../src/engine/facts/hypervisor.ts';
import { interceptMessageType } from '../../../src/engine/hypervisor/defs/intercept-messages.ts';
import { msrIndex, sintBase } from '../../../src/engine/hypervisor/defs/msrs.ts';
import { slot } from '../../../src/engine/hypervisor/defs/registers.ts';
import { mapPage, newPage, pokeBytes } from '../../../src/engine/hypervisor/machine/memory.ts';
import { isContextPossible } from '../../../src/engine/hypervisor/machine/processors.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import {
  deposit,
  makeCall,
  memory,
  outputGpa,
  pack,
  readOnlyGpn,
  readReg,
  type TestMachine,
  testMachine,
  unmappedGpn,
  word,
  writeReg,
} from './support/machine.ts';

const none = 0xffff_ffff;
const logical = 2n << 32n;
const status = ({ hv, vp }: TestMachine, code: number, input: Uint8Array, headerWords = 0) =>
  makeCall(hv, vp, { code, input, headerWords }).status;
const assertIn = (machine: TestMachine, type: bigint, to: number, vector: number) =>
  status(machine, 0x94, pack(2, type, to, vector));

describe('an interrupt that a parent asserts', () => {
  const pending = ({ hv }: TestMachine) =>
    [0, 1].map((index) => [...hv.vp(2, index).pendingVectors]);

  test('goes to every processor of a logical destination, or to the first of them', () => {
    const fixed = testMachine();
    expect(assertIn(fixed, logical, 3, 0x40)).toBe('SUCCESS');
    expect(pending(fixed)).toEqual([[0x40], [0x40]]);
    const lowest = testMachine();
    expect(assertIn(lowest, logical | 1n, 3, 0x40)).toBe('SUCCESS');
    expect(pending(lowest)).toEqual([[0x40], []]);
    expect(assertIn(lowest, logical, 4, 0x40)).toBe('INVALID_VP_INDEX');
  });

  test('INIT resets a processor, which then waits; the start-up vector is its page', () => {
    const machine = testMachine();
    const waiting = machine.hv.vp(2, 1);
    assertIn(machine, 0n, 1, 0x40);
    expect(assertIn(machine, 5n, 1, 0)).toBe('SUCCESS');
    expect(waiting.waitsForSipi).toBe(true);
    expect(pending(machine)).toEqual([[], []]);
    expect(readReg(waiting, slot.RIP)).toBe(0xfff0n);
    expect(assertIn(machine, 6n, 1, 0x9f)).toBe('SUCCESS');
    expect(waiting.waitsForSipi).toBe(false);
    expect(readReg(waiting, slot.RIP)).toBe(0n);
    expect(waiting.registers.getUint32(slot.CS, true)).toBe(0x9_f000);
    expect(waiting.registers.getUint16(slot.CS + 12, true)).toBe(0x9f00);
  });

  test('start-up does nothing to a processor that runs', () => {
    const machine = testMachine();
    writeReg(machine.childVp, slot.RIP, 0x77n);
    expect(assertIn(machine, 6n, 0, 0x9f)).toBe('SUCCESS');
    expect(readReg(machine.childVp, slot.RIP)).toBe(0x77n);
  });

  test.each([
    ['SMI', 2n],
    ['a local pin', 8n],
  ])('%s is not possible', (_, type) => {
    expect(assertIn(testMachine(), type, 0, 0)).toBe('INVALID_PARAMETER');
  });

  test('an external one is for the boot processor; without a vector it is taken back', () => {
    const machine = testMachine();
    expect(assertIn(machine, 7n, 1, 0x30)).toBe('INVALID_PARAMETER');
    expect(assertIn(machine, 7n, 0, 256)).toBe('INVALID_PARAMETER');
    assertIn(machine, 7n, 0, 0x30);
    expect(assertIn(machine, 7n, 0, none)).toBe('SUCCESS');
    expect(machine.hv.guestPort().takeInterrupt(machine.childVp)).toBeUndefined();
    machine.child.vps.delete(0);
    expect(assertIn(machine, 7n, 0, 0x30)).toBe('INVALID_VP_INDEX');
  });
});

describe('the registers with which a processor can start', () => {
  const context = (efer: bigint, cr0: bigint, cr4: bigint): Uint8Array => {
    const words = new Array<bigint>(28).fill(0n);
    [words[23], words[24], words[26]] = [efer, cr0, cr4];
    return pack(...words);
  };

  test.each([
    ['real mode', 0n, 0n, 0n, true],
    ['protected mode', 0n, 1n, 0n, true],
    ['paging without protection', 0n, 0x8000_0000n, 0n, false],
    ['paging of 32 bits', 0n, 0x8000_0001n, 0n, true],
    ['long mode', 0x500n, 0x8000_0001n, 0x20n, true],
    ['long mode without PAE', 0x500n, 0x8000_0001n, 0n, false],
    ['long mode active without paging', 0x500n, 1n, 0x20n, false],
    ['long mode enabled and paging, yet not active', 0x100n, 0x8000_0001n, 0x20n, false],
  ])('%s', (_, efer, cr0, cr4, expected) => {
    expect(isContextPossible(context(efer, cr0, cr4))).toBe(expected);
  });
});

describe('a page with the state of a processor', () => {
  const chosen = (type: number, page: number | bigint) =>
    pack(2, (BigInt(type) << 32n) | (1n << 56n), page);

  test('lies behind all memory of the viewer unless the viewer chooses', () => {
    const machine = testMachine();
    expect(status(machine, 0xe1, pack(2, 0, 0))).toBe('SUCCESS');
    expect(word(machine.root, outputGpa)).toBe(BigInt(readOnlyGpn + 1));
    expect(status(machine, 0xe1, pack(2, 1, 0))).toBe('SUCCESS');
    expect(word(machine.root, outputGpa)).toBe(BigInt(readOnlyGpn + 2));
  });

  test('is refused outside memory, over another such page, and in an unknown form', () => {
    const machine = testMachine();
    expect(status(machine, 0xe1, chosen(0, 2n ** 40n))).toBe('INVALID_PARAMETER');
    expect(status(machine, 0xe1, chosen(0, 0x90))).toBe('SUCCESS');
    expect(status(machine, 0xe1, chosen(1, 0x90))).toBe('OBJECT_IN_USE');
    expect(status(machine, 0xe1, chosen(2, 0x91))).toBe('INVALID_PARAMETER');
    expect(status(machine, 0xe2, pack(2, 1n << 32n))).toBe('INVALID_PARAMETER');
  });

  test('goes away with its processor', () => {
    const machine = testMachine();
    status(machine, 0xe1, chosen(0, 0x90));
    expect(status(machine, 0x4f, pack(2, 0))).toBe('SUCCESS');
    expect(machine.root.gpa.overlays.has(0x90)).toBe(false);
  });

  test('takes the intercept message in place of the SynIC', () => {
    const machine = testMachine();
    const { hv, root, childVp } = machine;
    expect(status(machine, 0xe1, chosen(1, 0x90))).toBe('SUCCESS');
    const failed = { gpa: u64(0x50_0000), use: 'read' } as const;
    hv.guestPort().interceptMemory(childVp, failed, { lengthBytes: 2 });
    const view = new DataView(memory(root, 0x90 * 4096, 256).buffer);
    expect(view.getUint32(0, true)).toBe(interceptMessageType.unmappedGpa);
    expect(view.getUint32(8, true)).toBe(2);
    expect(view.getBigUint64(16 + 56, true)).toBe(0x50_0000n);
    expect(machine.vp.synic.queues[0] ?? []).toHaveLength(0);
  });
});

describe('the state of a processor that calls copy', () => {
  const messages = 0x8000_0002;
  const events = 0x8000_0003;
  const block = (type: number, ...pages: number[]) => pack(2, 0, type, 0, 0, ...pages);
  const get = (machine: TestMachine, type: number, ...pages: number[]) =>
    status(machine, 0xe3, block(type, ...pages), pages.length);
  const set = (machine: TestMachine, type: number, ...pages: number[]) =>
    status(machine, 0xe4, block(type, ...pages), pages.length);

  test.each([
    ['messages', messages],
    ['event flags', events],
  ])('a page of %s goes in and comes out unchanged', (_, type) => {
    const machine = testMachine();
    pokeBytes(machine.root.gpa, 0x9_0000, pack(0x1234_5678n));
    expect(set(machine, type, 0x90)).toBe('SUCCESS');
    expect(get(machine, type, 0x91)).toBe('SUCCESS');
    expect(word(machine.root, 0x9_1000)).toBe(0x1234_5678n);
    expect(get(machine, type === messages ? events : messages, 0x91)).toBe('SUCCESS');
    expect(word(machine.root, 0x9_1000)).toBe(0n);
  });

  test('needs one page that the caller may use so', () => {
    const machine = testMachine();
    expect(get(machine, messages)).toBe('INVALID_PARAMETER');
    expect(get(machine, messages, 0x90, 0x91)).toBe('INVALID_PARAMETER');
    expect(get(machine, messages, unmappedGpn)).toBe('INVALID_PARAMETER');
    expect(get(machine, messages, 2 ** 60)).toBe('INVALID_PARAMETER');
    expect(get(machine, messages, readOnlyGpn)).toBe('INVALID_PARAMETER');
    expect(set(machine, messages, readOnlyGpn)).toBe('SUCCESS');
  });

  test('is refused where the model keeps none apart', () => {
    expect(get(testMachine(), 1, 0x90)).toBe('FEATURE_UNAVAILABLE');
    expect(set(testMachine(), 4, 0x90)).toBe('FEATURE_UNAVAILABLE');
    expect(get(testMachine(), 4, 0x90)).toBe('INVALID_PARAMETER');
  });

  test('shows each timer in 40 bytes: its configuration, then its count', () => {
    const machine = testMachine();
    const { hv, childVp, root } = machine;
    hv.writeMsr(childVp, 0x4000_00b3, u64(500));
    hv.writeMsr(childVp, 0x4000_00b2, u64(0x3_0000));
    expect(get(machine, 4)).toBe('SUCCESS');
    expect(word(root, outputGpa + 48)).toBe(0x3_0000n);
    expect(word(root, outputGpa + 56)).toBe(500n);
    expect(word(root, outputGpa + 8)).toBe(0n);
  });
});

describe('a machine whose trace is off', () => {
  const need = hypervisorFacts.createVpPages.value;

  /** Calls that each leave a record while the trace is on. */
  function work(machine: TestMachine): void {
    const { hv, vp, childVp } = machine;
    deposit(hv, vp, 2, 0x80, need);
    status(machine, 0x4e, pack(2, 5, 0, 0, 0));
    status(machine, 0x4f, pack(2, 5));
    assertIn(machine, 0n, 1, 0x40);
    assertIn(machine, 4n, 1, 0);
    status(machine, 0x4d, pack(2, 2, 0x3f8));
    status(machine, 0x52, pack(2, 0, 1, 5));
    status(machine, 0xe1, pack(2, 0, 0));
    status(machine, 0xe2, pack(2, 0));
    status(machine, 0x56, pack(2));
    status(machine, 0x0d, pack(2, 1));
    hv.writeMsr(childVp, sintBase + 2, u64(0x40));
    hv.writeMsr(childVp, msrIndex.SCONTROL, u64(1));
    mapPage(machine.child.gpa, 0x30, newPage(hv.machine), 7);
    const out = { port: 0x3f8, sizeBytes: 1, isWrite: true } as const;
    hv.guestPort().interceptIoPort(childVp, out, { lengthBytes: 1 });
  }

  test('does the same and records nothing', () => {
    const [loud, quiet] = [testMachine(), testMachine()];
    quiet.hv.trace.enabled = false;
    const before = quiet.hv.trace.totalRecords;
    work(loud);
    work(quiet);
    expect(loud.hv.trace.totalRecords - before).toBeGreaterThan(8);
    expect(quiet.hv.trace.totalRecords).toBe(before);
    expect(quiet.hv.machine.timeNs).toBe(loud.hv.machine.timeNs);
    expect(quiet.childVp.interceptSuspend).toBe(true);
  });
});
