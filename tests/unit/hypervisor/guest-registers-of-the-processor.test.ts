/** MSRs, CPUID and exceptions as guest code meets them: who answers, and who is told. */
import { describe, expect, test } from 'vitest';
import { hypercalls } from '../../../src/engine/hypervisor/calls/index.ts';
import { interceptMessageType } from '../../../src/engine/hypervisor/defs/intercept-messages.ts';
import { slot } from '../../../src/engine/hypervisor/defs/registers.ts';
import { Hypervisor } from '../../../src/engine/hypervisor/machine/hypervisor.ts';
import { u64, u64Zero } from '../../../src/engine/kernel/u64.ts';
import {
  makeCall,
  memory,
  pack,
  type TestMachine,
  testMachine,
  writeReg,
} from './support/machine.ts';
import { enable, messagesGpn } from './support/synic.ts';

const at = { lengthBytes: 2 };
const everyVp = 0xffff_ffff;

/** A machine whose root listens. */
function listening(): TestMachine {
  const machine = testMachine();
  enable(machine.hv, machine.vp);
  return machine;
}

const install = ({ hv, vp }: TestMachine, type: number, access: number, parameter = 0) =>
  makeCall(hv, vp, { code: 0x4d, input: pack(2, access + type * 2 ** 32, parameter) }).status;

/** Registers what the hypervisor answers in place of the parent. */
function answer({ hv, vp }: TestMachine, type: number, index: number, words: number[]) {
  const parameters = new Uint32Array(12);
  parameters.set(words);
  const bytes = new Uint8Array(parameters.buffer);
  return makeCall(hv, vp, { code: 0x91, input: pack(2, index + type * 2 ** 32, bytes) }).status;
}

/** The message in slot 0 of the root. */
function told({ root }: TestMachine): DataView {
  return new DataView(memory(root, messagesGpn * 4096, 256).buffer);
}

describe('an MSR of the processor', () => {
  test.each([
    ['IA32_SYSENTER_CS', 0x174],
    ['IA32_PAT', 0x277],
    ['IA32_LSTAR', 0xc000_0082],
    ['IA32_FS_BASE', 0xc000_0100],
    ['IA32_GS_BASE', 0xc000_0101],
    ['IA32_TSC_AUX', 0xc000_0103],
  ])('%s keeps what the guest writes', (_, index) => {
    const { hv, childVp } = testMachine();
    const port = hv.guestPort();
    expect(port.writeMsr(childVp, index, u64(0x55, 0x66), at)).toBeUndefined();
    expect(port.readMsr(childVp, index, at)).toEqual(u64(0x55, 0x66));
  });

  test('IA32_EFER shows that long mode is active, and no write changes that', () => {
    const { hv, childVp } = testMachine();
    const port = hv.guestPort();
    writeReg(childVp, slot.EFER, 0n);
    port.writeMsr(childVp, 0xc000_0080, u64(0x500), at);
    expect(port.readMsr(childVp, 0xc000_0080, at)).toEqual(u64(0x100));
    writeReg(childVp, slot.EFER, 0x500n);
    port.writeMsr(childVp, 0xc000_0080, u64(1), at);
    expect(port.readMsr(childVp, 0xc000_0080, at)).toEqual(u64(0x401));
  });

  test('that nobody knows is a general protection fault', () => {
    const { hv, childVp } = testMachine();
    expect(hv.guestPort().readMsr(childVp, 0x1234, at)).toBe('#GP');
    expect(hv.guestPort().writeMsr(childVp, 0x1234, u64Zero, at)).toBe('#GP');
  });

  test.each([
    ['one MSR', 12, 0xc000_0082],
    ['all MSRs', 1, 0],
  ])('an intercept of %s tells the parent of the access it names', (_, type, parameter) => {
    const machine = listening();
    const { hv, childVp } = machine;
    expect(install(machine, type, 2, parameter)).toBe('SUCCESS');
    const port = hv.guestPort();
    expect(port.readMsr(childVp, 0xc000_0082, at)).toEqual(u64Zero);
    writeReg(childVp, slot.RAX, 0x77n);
    expect(port.writeMsr(childVp, 0xc000_0082, u64(0x77), at)).toBe('intercepted');
    expect(told(machine).getUint32(0, true)).toBe(interceptMessageType.msr);
    expect(told(machine).getUint32(16 + 40, true)).toBe(0xc000_0082);
    childVp.interceptSuspend = false;
    expect(port.readMsr(childVp, 0xc000_0082, at)).toEqual(u64Zero);
  });
});

describe('a registered answer for an MSR', () => {
  const lstar = 0xc000_0082;

  test.each([
    ['a fault', 3, 0, '#GP', '#GP'],
    ['a read of zero, a write without effect', 3, 1, u64Zero, undefined],
    ['reads alone', 1, 0, '#GP', undefined],
    ['writes alone', 2, 0, u64(5), '#GP'],
  ])('gives %s', (_, access, action, read, written) => {
    const machine = testMachine();
    const port = machine.hv.guestPort();
    port.writeMsr(machine.childVp, lstar, u64(5), at);
    expect(answer(machine, 12, everyVp, [lstar, access, action])).toBe('SUCCESS');
    expect(port.readMsr(machine.childVp, lstar, at)).toEqual(read);
    expect(port.writeMsr(machine.childVp, lstar, u64(9), at)).toEqual(written);
  });

  test('for one processor leaves the others alone and comes before that for all', () => {
    const machine = testMachine();
    const port = machine.hv.guestPort();
    answer(machine, 12, 1, [lstar, 3, 0]);
    expect(port.readMsr(machine.childVp, lstar, at)).toEqual(u64Zero);
    answer(machine, 12, everyVp, [lstar, 3, 1]);
    expect(port.readMsr(machine.hv.vp(2, 1), lstar, at)).toBe('#GP');
  });

  test.each([
    ['an access that is neither read nor write', 12, [lstar, 4, 0]],
    ['an action without a meaning', 12, [lstar, 3, 2]],
    ['a port', 0, [lstar, 3, 0]],
  ])('cannot be for %s', (_, type, words) => {
    expect(answer(testMachine(), type, everyVp, words)).toBe('INVALID_PARAMETER');
  });

  test('goes to a processor that exists', () => {
    expect(answer(testMachine(), 12, 9, [lstar, 3, 0])).toBe('INVALID_VP_INDEX');
  });
});

describe('CPUID of a guest', () => {
  const cpuid = ({ hv }: TestMachine, leaf: number, subleaf = 0, index = 0) =>
    hv.guestPort().cpuid(hv.vp(2, index), leaf, subleaf, at);

  test('each processor finds its own number in leaves 1 and 0xB', () => {
    const machine = testMachine();
    expect(cpuid(machine, 1, 0, 1)).toMatchObject({ ebx: 0x0102_0800 });
    expect(cpuid(machine, 0xb, 0, 1)).toEqual({ eax: 0, ebx: 0, ecx: 0, edx: 1 });
  });

  test.each([
    ['state that XSAVE keeps', 0xd, { eax: 3, ebx: 576, ecx: 576, edx: 0 }],
    ['a basic leaf without a meaning', 2, { eax: 0, ebx: 0, ecx: 0, edx: 0 }],
    ['a leaf between the ranges', 0x2000_0000, { eax: 0, ebx: 0, ecx: 0, edx: 0 }],
    ['the last extended leaf', 0x8000_0000, { eax: 0x8000_0008, ebx: 0, ecx: 0, edx: 0 }],
    ['long mode', 0x8000_0001, { eax: 0x0008_06f8, ebx: 0, ecx: 1, edx: 0x2410_0800 }],
    ['an extended leaf without a meaning', 0x8000_0005, { eax: 0, ebx: 0, ecx: 0, edx: 0 }],
  ])('%s', (_, leaf, expected) => {
    expect(cpuid(testMachine(), leaf)).toEqual(expected);
  });

  test('the width of physical addresses is that of the partition', () => {
    const machine = testMachine();
    const { widthBits } = machine.child.gpa;
    expect(cpuid(machine, 0x8000_0008)).toMatchObject({ eax: widthBits | (48 << 8) });
  });

  test('the maker is that of the machine', () => {
    const hv = new Hypervisor({ calls: hypercalls, vendor: 'amd' });
    const root = hv.addPartition({});
    const { ebx, ecx, edx } = Object(hv.guestPort().cpuid(hv.vp(root.id, 0), 0, 0, at));
    const text = new Uint8Array(Uint32Array.of(ebx, edx, ecx).buffer);
    expect(String.fromCharCode(...text)).toBe('AuthenticAMD');
  });

  test('an answer for one subleaf leaves the others as they are', () => {
    const machine = testMachine();
    const words = [0xd, 1, 1, 0x1234, 0xffff_ffff];
    expect(answer(machine, 2, everyVp, words)).toBe('SUCCESS');
    expect(cpuid(machine, 0xd, 1)).toMatchObject({ eax: 0x1234, ebx: 576 });
    expect(cpuid(machine, 0xd, 0)).toMatchObject({ eax: 3 });
  });

  test('an intercept of every leaf tells the parent what it would have answered', () => {
    const machine = listening();
    expect(install(machine, 6, 4)).toBe('SUCCESS');
    expect(cpuid(machine, 0xd)).toBe('intercepted');
    expect(told(machine).getUint32(0, true)).toBe(interceptMessageType.cpuid);
    expect(told(machine).getBigUint64(16 + 72, true)).toBe(3n);
  });
});

describe('an exception', () => {
  test.each([
    ['a page fault, with its error code and address', 14, 6, 0xabcn],
    ['a general protection fault, with its error code alone', 13, 6, 0n],
    ['an invalid instruction, without either', 6, 0, 0n],
  ])('that is intercepted: %s', (_, vector, errorCode, parameter) => {
    const machine = listening();
    const { hv, childVp } = machine;
    install(machine, 3, 4, vector);
    writeReg(childVp, slot.CR2, 0xabcn);
    writeReg(childVp, slot.R15, 0x1515n);
    const instruction = { lengthBytes: 1, bytes: Uint8Array.of(0xf4) };
    expect(hv.guestPort().interceptException(childVp, vector, 6, instruction)).toBe(true);
    const view = told(machine);
    expect(view.getUint32(0, true)).toBe(interceptMessageType.exception);
    expect(view.getUint16(16 + 40, true)).toBe(vector);
    expect(view.getUint8(16 + 42)).toBe(errorCode === 0 ? 0 : 1);
    expect(view.getUint32(16 + 44, true)).toBe(errorCode);
    expect(view.getBigUint64(16 + 48, true)).toBe(parameter);
    expect(hv.guestPort().isRunnable(childVp)).toBe(false);
  });

  test('that is not intercepted is the matter of the guest', () => {
    const { hv, childVp } = testMachine();
    expect(hv.guestPort().interceptException(childVp, 14, 0, at)).toBe(false);
    expect(hv.guestPort().isRunnable(childVp)).toBe(true);
  });
});
