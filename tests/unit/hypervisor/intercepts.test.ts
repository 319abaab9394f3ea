/** Intercepts, their messages, registered answers and virtual trust levels. */
import { describe, expect, test } from 'vitest';
import { interceptMessageType } from '../../../src/engine/hypervisor/defs/intercept-messages.ts';
import { slot } from '../../../src/engine/hypervisor/defs/registers.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import {
  makeCall,
  memory,
  outputGpa,
  pack,
  type TestMachine,
  testMachine,
  word,
  writeReg,
} from './support/machine.ts';
import { enable, messagesGpn } from './support/synic.ts';

const at = { lengthBytes: 1, bytes: Uint8Array.of(0xee) };
const out = { port: 0x3f8, sizeBytes: 1, isWrite: true } as const;

const install = (
  { hv, vp }: TestMachine,
  type: number,
  access: number,
  parameter: number | bigint,
) => makeCall(hv, vp, { code: 0x4d, input: pack(2, access + type * 2 ** 32, parameter) });

/** The root listens. */
function listening(): TestMachine {
  const machine = testMachine();
  enable(machine.hv, machine.vp);
  return machine;
}

/** Slot 0 of the root's message page. */
function slotOf({ root }: TestMachine) {
  const bytes = memory(root, messagesGpn * 4096, 256);
  const view = new DataView(bytes.buffer);
  return { type: view.getUint32(0, true), sizeBytes: view.getUint8(4), view };
}

describe('HvCallInstallIntercept', () => {
  test.each([
    ['a port', 0, 3, 0xffff],
    ['all MSRs', 1, 1, 0],
    ['a CPUID leaf', 2, 4, 0x4000_0003],
    ['an exception', 3, 4, 14],
    ['one MSR', 12, 2, 0x1b],
  ])('%s can be intercepted', (_, type, access, parameter) => {
    expect(install(testMachine(), type, access, parameter).status).toBe('SUCCESS');
  });

  test.each([
    ['execution of a port', 0, 4, 0],
    ['a port above 0xffff', 0, 1, 0x1_0000],
    ['reads of CPUID', 2, 1, 0],
    ['exception 32', 3, 4, 32],
    ['an unknown type', 4, 1, 0],
    ['a parameter in the upper half', 0, 1, 2n ** 32n],
  ])('%s cannot', (_, type, access, parameter) => {
    expect(install(testMachine(), type, access, parameter).status).toBe('INVALID_PARAMETER');
  });

  test('a port that is intercepted stops the processor and tells the parent', () => {
    const machine = listening();
    const { hv, childVp } = machine;
    install(machine, 0, 2, 0x3f8);
    writeReg(childVp, slot.RAX, 0x41n);
    writeReg(childVp, slot.RIP, 0x1004n);
    const port = hv.guestPort();
    expect(port.interceptIoPort(childVp, { ...out, isWrite: false }, at)).toBe(false);
    expect(port.isRunnable(childVp)).toBe(true);
    expect(port.interceptIoPort(childVp, out, at)).toBe(true);
    expect(port.isRunnable(childVp)).toBe(false);
    const { type, sizeBytes, view } = slotOf(machine);
    expect(type).toBe(interceptMessageType.ioPort);
    expect(sizeBytes).toBe(128);
    // Sender, length and access, RIP, port, size, byte count, RAX and the instruction.
    expect(view.getUint32(8, true)).toBe(2);
    expect(view.getUint8(16 + 4) & 0xf).toBe(1);
    expect(view.getUint8(16 + 5)).toBe(1);
    expect(view.getBigUint64(16 + 24, true)).toBe(0x1004n);
    expect(view.getUint16(16 + 40, true)).toBe(0x3f8);
    expect(view.getUint8(16 + 42)).toBe(1);
    expect(view.getUint8(16 + 43)).toBe(1);
    expect(view.getBigUint64(16 + 48, true)).toBe(0x41n);
    expect(view.getUint8(16 + 56)).toBe(0xee);
  });

  test('access 0 removes an intercept', () => {
    const machine = testMachine();
    install(machine, 0, 2, 0x3f8);
    install(machine, 0, 0, 0x3f8);
    expect(machine.hv.guestPort().interceptIoPort(machine.childVp, out, at)).toBe(false);
  });

  test('HvCallCheckForIoIntercept foretells what happens, wide accesses included', () => {
    const machine = testMachine();
    const { hv, vp, root } = machine;
    install(machine, 0, 2, 0x3f8);
    const check = (port: number, sizeBytes: number, isWrite: number) => {
      const input = pack(2, BigInt(port) << 48n, sizeBytes + isWrite * 256);
      expect(makeCall(hv, vp, { code: 0xad, input }).status).toBe('SUCCESS');
      return word(root, outputGpa) & 0xffn;
    };
    expect(check(0x3f8, 1, 1)).toBe(1n);
    expect(check(0x3f8, 1, 0)).toBe(0n);
    expect(check(0x3f6, 4, 1)).toBe(1n);
    expect(check(0x3f6, 2, 1)).toBe(0n);
  });

  test('an access to memory that is not there is a message of its own type', () => {
    const machine = listening();
    const { hv, childVp } = machine;
    hv.guestPort().interceptMemory(childVp, { gpa: u64(0x50_0000), use: 'write' }, at);
    const { type, view } = slotOf(machine);
    expect(type).toBe(interceptMessageType.unmappedGpa);
    expect(view.getBigUint64(16 + 56, true)).toBe(0x50_0000n);
  });

  test('messages wait in order when the slot is full', () => {
    const machine = listening();
    const { hv } = machine;
    install(machine, 0, 2, 0x3f8);
    for (const index of [0, 1]) hv.guestPort().interceptIoPort(hv.vp(2, index), out, at);
    expect(slotOf(machine).view.getUint8(5)).toBe(1);
    expect(machine.vp.synic.queues[0]).toHaveLength(1);
  });
});

describe('registered answers', () => {
  const cpuid = (leaf: number, eax: number, mask: number): Uint8Array => {
    const words = new Uint32Array(12);
    words.set([leaf, 0, 0, eax, mask]);
    return new Uint8Array(words.buffer);
  };
  const register = ({ hv, vp }: TestMachine, code: number, parameters: Uint8Array) =>
    makeCall(hv, vp, { code, input: pack(2, 0xffff_ffff + 2 * 2 ** 32, parameters) }).status;

  test('decide the bits of their mask, and no message is needed', () => {
    const machine = testMachine();
    const port = machine.hv.guestPort();
    install(machine, 2, 4, 0);
    expect(port.cpuid(machine.childVp, 0, 0, at)).toBe('intercepted');
    machine.childVp.interceptSuspend = false;
    expect(register(machine, 0x91, cpuid(0, 0x1f, 0x0f))).toBe('SUCCESS');
    expect(port.cpuid(machine.childVp, 0, 0, at)).toMatchObject({ eax: 0x0f });
    expect(register(machine, 0x92, cpuid(0, 0, 0))).toBe('SUCCESS');
    expect(register(machine, 0x92, cpuid(0, 0, 0))).toBe('NOT_FOUND');
  });

  test('HvCallGetVpCpuidValues shows them when asked to', () => {
    const machine = testMachine();
    const { hv, vp, root } = machine;
    register(machine, 0x91, cpuid(0, 0x55, 0xff));
    const values = (flags: number) => {
      const input = pack(2, flags * 2 ** 32, 0, 0, 0, 0);
      makeCall(hv, vp, { code: 0xf4, count: 1, input });
      return word(root, outputGpa) & 0xffff_ffffn;
    };
    expect(values(0)).toBeGreaterThanOrEqual(1n);
    expect(values(2)).toBe(0x55n);
  });
});

describe('virtual trust levels', () => {
  const self = 0xffff_ffff_ffff_ffffn;
  const context = pack(...new Array<bigint>(28).fill(0n));

  test('a level must be enabled in the partition before a processor gets it', () => {
    const { hv, vp } = testMachine();
    const enableVp = () =>
      makeCall(hv, vp, { code: 0x0f, input: pack(self, 2 ** 32, context) }).status;
    expect(enableVp()).toBe('INVALID_VTL_STATE');
    expect(makeCall(hv, vp, { code: 0x0d, input: pack(self, 1) }).status).toBe('SUCCESS');
    expect(makeCall(hv, vp, { code: 0x0d, input: pack(self, 1) }).status).toBe(
      'VTL_ALREADY_ENABLED',
    );
    expect(enableVp()).toBe('SUCCESS');
    expect(enableVp()).toBe('VTL_ALREADY_ENABLED');
  });

  test('a call changes private registers and leaves shared ones', () => {
    const { hv, vp } = testMachine();
    makeCall(hv, vp, { code: 0x0d, input: pack(self, 1) });
    makeCall(hv, vp, { code: 0x0f, input: pack(self, 2 ** 32, context) });
    writeReg(vp, slot.RBX, 7n);
    writeReg(vp, slot.RSP, 9n);
    writeReg(vp, slot.RAX, 0n);
    expect(makeCall(hv, vp, { code: 0x11 }).outcome).toBe('switched');
    expect(vp.vtl.active).toBe(1);
    expect(vp.registers.getBigUint64(slot.RBX, true)).toBe(7n);
    expect(vp.registers.getBigUint64(slot.RSP, true)).toBe(0n);
  });

  test.each([
    ['without the level', 0x11, 0n],
    ['with a parameter', 0x11, 1n],
    ['back from the lowest level', 0x12, 0n],
  ])('a VTL call %s is a fault', (_, code, rax) => {
    const { hv, vp } = testMachine();
    writeReg(vp, slot.RAX, rax);
    expect(makeCall(hv, vp, { code }).outcome).toBe('#UD');
    expect(vp.vtl.active).toBe(0);
  });
});

describe('state pages', () => {
  test('registers show on a page of the parent until it is taken away', () => {
    const machine = testMachine();
    const { hv, vp, childVp, root } = machine;
    writeReg(childVp, slot.RCX, 0x1234n);
    const input = pack(2, 0x0100n << 48n, 0x90);
    expect(makeCall(hv, vp, { code: 0xe1, input }).status).toBe('SUCCESS');
    expect(word(root, 0x90 * 4096 + 16)).toBe(0x1234n);
    expect(makeCall(hv, vp, { code: 0xe1, input }).status).toBe('OBJECT_IN_USE');
    expect(makeCall(hv, vp, { code: 0xe2, input: pack(2, 0) }).status).toBe('SUCCESS');
    expect(word(root, 0x90 * 4096 + 16)).toBe(0n);
  });
});
