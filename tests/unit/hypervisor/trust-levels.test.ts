/** Virtual trust levels: who may enable them, and what the higher keeps from the lower. */
import { describe, expect, test } from 'vitest';
import { interceptMessageType } from '../../../src/engine/hypervisor/defs/intercept-messages.ts';
import { slot } from '../../../src/engine/hypervisor/defs/registers.ts';
import { setProcessorMode } from '../../../src/engine/hypervisor/machine/registers.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import {
  makeCall,
  memory,
  outputGpa,
  pack,
  readReg,
  type TestMachine,
  testMachine,
  word,
  writeReg,
} from './support/machine.ts';
import { enable, messagesGpn } from './support/synic.ts';

const self = 0xffff_ffff_ffff_ffffn;
const at = { lengthBytes: 2 };
const words = new Array<bigint>(28).fill(0n);
/** The registers with which a level begins. */
const context = pack(...words);
const useLevel = 0x10;

const enableLevel = ({ hv, vp }: TestMachine, target: bigint | number, level = 1) =>
  makeCall(hv, vp, { code: 0x0d, input: pack(target, level) }).status;
const enableOn = (
  { hv, vp }: TestMachine,
  target: bigint | number,
  index: number,
  level = 1,
  block = context,
) => makeCall(hv, vp, { code: 0x0f, input: pack(target, index + level * 2 ** 32, block) }).status;

/** The child has level 1, its first processor too. */
function guarded(): TestMachine {
  const machine = testMachine();
  expect(enableLevel(machine, 2)).toBe('SUCCESS');
  expect(enableOn(machine, 2, 0)).toBe('SUCCESS');
  return machine;
}

const protect = ({ hv, vp }: TestMachine, rights: number, ...pages: readonly number[]) =>
  makeCall(hv, vp, { code: 0x0c, count: pages.length, input: pack(2, rights, ...pages) });

describe('a trust level', () => {
  test.each([
    [0, 'INVALID_PARAMETER'],
    [2, 'INVALID_PARAMETER'],
  ])('%i cannot be enabled, in a partition or on a processor', (level, status) => {
    expect(enableLevel(testMachine(), self, level)).toBe(status);
    expect(enableOn(guarded(), 2, 1, level)).toBe(status);
  });

  test('begins only with registers that are possible', () => {
    const machine = guarded();
    const impossible = pack(...words.map((zero, index) => (index === 24 ? 0x8000_0000n : zero)));
    expect(enableOn(machine, 2, 1, 1, impossible)).toBe('INVALID_REGISTER_VALUE');
    expect(enableOn(machine, 2, 1)).toBe('SUCCESS');
  });

  test('is given to further processors by the level itself, or by the parent', () => {
    const machine = testMachine();
    enableLevel(machine, 2);
    const { hv, childVp } = machine;
    const late = (index: number) =>
      makeCall(hv, childVp, { code: 0x0f, input: pack(self, index + 2 ** 32, context) }).status;
    machine.child.privileges = machine.root.privileges;
    expect(late(0)).toBe('SUCCESS');
    expect(late(1)).toBe('ACCESS_DENIED');
    expect(enableOn(machine, 2, 1)).toBe('SUCCESS');
  });

  test('is entered by a call and left by a return, each with its own registers', () => {
    const { hv, childVp, child, root } = guarded();
    child.privileges = root.privileges;
    writeReg(childVp, slot.RSP, 9n);
    writeReg(childVp, slot.RAX, 0n);
    makeCall(hv, childVp, { code: 0x11 });
    expect(readReg(childVp, slot.RSP)).toBe(0n);
    setProcessorMode(childVp.registers, { protectedMode: true, longMode: true, cpl: 0 });
    writeReg(childVp, slot.RAX, 0n);
    expect(makeCall(hv, childVp, { code: 0x12 }).outcome).toBe('switched');
    expect(childVp.vtl.active).toBe(0);
    expect(readReg(childVp, slot.RSP)).toBe(9n);
  });
});

describe('the registers of a level', () => {
  const rsp = 0x0002_0004;
  const read = ({ hv, vp }: TestMachine, target: bigint | number, inputVtl: number) =>
    makeCall(hv, vp, {
      code: 0x50,
      count: 1,
      input: pack(target, inputVtl * 2 ** 32, BigInt(rsp)),
    }).status;

  test('are read by the parent, whichever level runs', () => {
    const machine = guarded();
    writeReg(machine.childVp, slot.RSP, 9n);
    expect(read(machine, 2, useLevel)).toBe('SUCCESS');
    expect(word(machine.root, outputGpa)).toBe(9n);
    expect(read(machine, 2, useLevel | 1)).toBe('SUCCESS');
    expect(word(machine.root, outputGpa)).toBe(0n);
  });

  test('are not there for a level that is not, nor for a level below', () => {
    expect(read(testMachine(), 2, useLevel | 1)).toBe('INVALID_VTL_STATE');
    expect(read(testMachine(), self, useLevel | 1)).toBe('ACCESS_DENIED');
    expect(read(testMachine(), self, useLevel)).toBe('SUCCESS');
  });
});

describe('the rights of the lower level', () => {
  const uses = ['read', 'write', 'execute'] as const;
  const allowed = ({ hv, childVp }: TestMachine, page: number) =>
    uses.filter((use) => hv.guestPort().page(childVp, page, use) !== undefined);

  test.each([
    [0, []],
    [1, ['read']],
    [3, ['read', 'write']],
    [4, ['execute']],
    [8, ['execute']],
    [15, ['read', 'write', 'execute']],
  ])('to a page are those that the mask %i leaves', (rights, expected) => {
    const machine = guarded();
    expect(protect(machine, rights, 5)).toMatchObject({ status: 'SUCCESS', reps: 1 });
    expect(allowed(machine, 5)).toEqual(expected);
    expect(allowed(machine, 6)).toEqual(uses);
    machine.childVp.vtl.active = 1;
    expect(allowed(machine, 5)).toEqual(uses);
  });

  test('come back with all rights', () => {
    const machine = guarded();
    protect(machine, 1, 5);
    protect(machine, 15, 5);
    expect(allowed(machine, 5)).toEqual(uses);
    expect(machine.child.vtl.protections.size).toBe(0);
  });

  test('to pages that nobody lists are the default, once protection is on', () => {
    const machine = guarded();
    machine.child.vtl.config = u64(1 | (1 << 1));
    expect(allowed(machine, 5)).toEqual(['read']);
    protect(machine, 15, 5);
    expect(allowed(machine, 5)).toEqual(uses);
  });

  test('exist for memory alone, in a partition with a higher level', () => {
    expect(protect(guarded(), 1, 0x900).status).toBe('INVALID_PARAMETER');
    expect(protect(guarded(), 1, 2 ** 60).status).toBe('INVALID_PARAMETER');
    expect(protect(testMachine(), 1, 5).status).toBe('INVALID_VTL_STATE');
  });
});

describe('the higher level is entered and told', () => {
  /** Slot 0 of the message page of level 1. */
  const told = ({ child }: TestMachine): number =>
    new DataView(memory(child, messagesGpn * 4096, 4).buffer).getUint32(0, true);

  /** Level 1 of the child listens at page `messagesGpn`. */
  function listening(): TestMachine {
    const machine = guarded();
    machine.hv.mapRam(machine.child, 16, 0x100);
    enable(machine.hv, machine.childVp);
    const { synic } = machine.childVp;
    const own = machine.childVp.vtl.contexts.get(1);
    if (own === undefined) throw new Error('level 1 is there');
    machine.childVp.synic = own.synic;
    machine.childVp.vtl.contexts.set(1, { ...own, synic });
    return machine;
  }

  test('when the lower touches a page that it may not', () => {
    const machine = listening();
    protect(machine, 1, 5);
    const failed = { gpa: u64(0x5008), gva: u64(0x5008), use: 'write' } as const;
    machine.hv.guestPort().interceptMemory(machine.childVp, failed, at);
    expect(machine.childVp.vtl.active).toBe(1);
    expect(told(machine)).toBe(interceptMessageType.gpaIntercept);
    expect(machine.childVp.interceptSuspend).toBe(false);
  });

  test('never on a processor that has not got the level yet', () => {
    const machine = listening();
    protect(machine, 1, 5);
    const other = machine.hv.vp(2, 1);
    const failed = { gpa: u64(0x5008), use: 'write' } as const;
    machine.hv.guestPort().interceptMemory(other, failed, at);
    expect(other.vtl.active).toBe(0);
    expect(told(machine)).toBe(0);
  });

  test.each([
    ['a write of LSTAR', 0xc000_0082, 6, 'write'],
    ['a read of LSTAR', 0xc000_0082, 5, 'read'],
    ['a write of SYSENTER_CS', 0x174, 19, 'write'],
  ] as const)('at %s, if it asked for that', (_, index, bit, use) => {
    const machine = listening();
    const { hv, childVp } = machine;
    const port = hv.guestPort();
    const access = () =>
      use === 'read' ? port.readMsr(childVp, index, at) : port.writeMsr(childVp, index, u64(1), at);
    expect(access()).not.toBe('intercepted');
    writeReg(childVp, slot.CR_INTERCEPT, 1n << BigInt(bit));
    expect(access()).toBe('intercepted');
    expect(childVp.vtl.active).toBe(1);
    expect(told(machine)).toBe(interceptMessageType.msr);
    expect(access()).not.toBe('intercepted');
  });

  test('never at a read for which there is no bit', () => {
    const machine = listening();
    writeReg(machine.childVp, slot.CR_INTERCEPT, 0xffff_ffffn);
    expect(machine.hv.guestPort().readMsr(machine.childVp, 0x174, at)).not.toBe('intercepted');
  });
});
