/** Guest page tables: how each paging mode leads to an address, and how a walk fails. */
import { describe, expect, test } from 'vitest';
import { slot } from '../../../src/engine/hypervisor/defs/registers.ts';
import {
  mapPage,
  newPage,
  pokeBytes,
  unmapPage,
} from '../../../src/engine/hypervisor/machine/memory.ts';
import { pageFaultCode, walk } from '../../../src/engine/hypervisor/machine/translate.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import { memory, pack, type TestMachine, testMachine, word, writeReg } from './support/machine.ts';

const present = 1;
const writable = 2;
const user = 4;
const large = 0x80;
const all = present | writable | user;
const pagingOn = 0x8000_0001n;
const writeProtect = 0x1_0000n;

interface Mode {
  readonly cr0?: bigint;
  readonly cr4?: bigint;
  readonly efer?: bigint;
}

/** Paging on, with the tables from page 1 on. */
function paged({ cr0 = 0n, cr4 = 0n, efer = 0n }: Mode): TestMachine {
  const machine = testMachine();
  writeReg(machine.childVp, slot.CR0, pagingOn | cr0);
  writeReg(machine.childVp, slot.CR3, 0x1000n);
  writeReg(machine.childVp, slot.CR4, cr4);
  writeReg(machine.childVp, slot.EFER, efer);
  return machine;
}

const put = ({ child }: TestMachine, gpa: number, entry: number | bigint): void =>
  pokeBytes(child.gpa, gpa, pack(entry));
const put4 = ({ child }: TestMachine, gpa: number, entry: number): void =>
  pokeBytes(child.gpa, gpa, pack(entry).subarray(0, 4));

const longMode = { cr4: 0x20n, efer: 0xd00n };

/** Four levels that map page 0 of the address space to page 5. */
function fourLevels(last: number | bigint, mode: Mode = {}): TestMachine {
  const machine = paged({ ...longMode, ...mode });
  put(machine, 0x1000, 0x2000 | all);
  put(machine, 0x2000, 0x3000 | all);
  put(machine, 0x3000, 0x4000 | all);
  put(machine, 0x4000, last);
  return machine;
}

const noExecute = 1n << 63n;
const supervisor = { user: false };

describe('paging modes', () => {
  test('without paging an address is its own translation', () => {
    const { childVp } = testMachine();
    writeReg(childVp, slot.CR0, 0n);
    expect(walk(childVp, u64(0x1234), { uses: ['read'] })).toMatchObject({ gpa: 0x1234 });
  });

  test('32-bit tables have two levels of 4-byte entries', () => {
    const machine = paged({});
    put4(machine, 0x1004, 0x2000 | all);
    put4(machine, 0x200c, 0x5000 | all);
    const result = walk(machine.childVp, u64(0x0040_3123, 7), { uses: ['write'] });
    expect(result).toMatchObject({ kind: 'address', gpa: 0x5123 });
  });

  test.each([
    ['with CR4.PSE a page of 4 MiB', 0x10n, 0x0040_0000 + 0x3123],
    ['without it a table', 0n, 0x5123],
  ])('bit 7 of a 32-bit directory entry means %s', (_, cr4, gpa) => {
    const machine = paged({ cr4 });
    put4(machine, 0x1000, 0x0040_0000 | large | all);
    mapPage(machine.child.gpa, 0x400, newPage(machine.hv.machine), 7);
    put4(machine, 0x40_000c, 0x5000 | all);
    expect(walk(machine.childVp, u64(0x3123), { uses: ['read'] })).toMatchObject({ gpa });
  });

  test('PAE has four top entries without rights or marks', () => {
    const machine = paged({ cr4: 0x20n });
    writeReg(machine.childVp, slot.CR3, 0x1020n);
    put(machine, 0x1028, 0x2000 | present);
    put(machine, 0x2000, 0x3000 | all);
    put(machine, 0x3000, 0x5000 | all);
    const result = walk(machine.childVp, u64(0x4000_0042), {
      uses: ['write'],
      user: true,
      marks: true,
    });
    expect(result).toMatchObject({ kind: 'address', gpa: 0x5042 });
    expect(word(machine.child, 0x1028)).toBe(0x2001n);
    expect(word(machine.child, 0x3000)).toBe(BigInt(0x5000 | all | 0x60));
  });

  test('CR4.LA57 adds a fifth level', () => {
    const machine = fourLevels(0x3000 | all, { cr4: 0x1020n });
    put(machine, 0x3000, 0x4000 | all);
    put(machine, 0x4000, 0x6000 | all);
    put(machine, 0x6000, 0x5000 | all);
    expect(walk(machine.childVp, u64(0x12), { uses: ['read'] })).toMatchObject({ gpa: 0x5012 });
  });

  test.each([
    ['2 MiB', 0x3000, 0x0020_0000, 0x0021_2345],
    ['1 GiB', 0x2000, 0x4000_0000, 0x4001_2345],
  ])('a page of %s keeps the low bits of the address', (_, entryAt, frame, gpa) => {
    const machine = fourLevels(0);
    put(machine, entryAt, frame | large | all);
    expect(walk(machine.childVp, u64(0x1_2345), { uses: ['read'] })).toMatchObject({ gpa });
  });
});

/** How a walk of the kernel to page 0 ends. */
const why = (machine: TestMachine, uses: 'read' | 'write' | 'execute', request = {}) =>
  walk(machine.childVp, u64(0), { uses: [uses], ...supervisor, ...request });

describe('a walk fails', () => {
  test.each([
    ['an entry is not present', 0x5000, 'not present'],
    ['a frame is wider than the address space', 0x000f_0000_0000_5007n, 'table flags'],
  ])('when %s', (_, last, reason) => {
    expect(why(fourLevels(last), 'read')).toMatchObject({ why: reason });
  });

  test('when an entry forbids execution and EFER.NXE is off', () => {
    const last = noExecute | BigInt(0x5000 | all);
    expect(why(fourLevels(last, { efer: 0x500n }), 'read')).toMatchObject({ why: 'table flags' });
    expect(why(fourLevels(last), 'read')).toMatchObject({ kind: 'address' });
    expect(why(fourLevels(last), 'execute')).toMatchObject({ why: 'privilege' });
  });

  test('when a large page has bits between its frame and its flags', () => {
    const machine = fourLevels(0);
    put(machine, 0x3000, 0x2000 | large | all);
    expect(why(machine, 'read')).toMatchObject({ why: 'table flags' });
  });

  test('when an entry of the top level claims to be a page', () => {
    const machine = fourLevels(0x5000 | all);
    put(machine, 0x1000, 0x2000 | large | all);
    expect(why(machine, 'read')).toMatchObject({ why: 'table flags' });
  });
});

describe('rights forbid', () => {
  test('a user a page of the kernel', () => {
    const machine = fourLevels(0x5000 | present | writable);
    expect(why(machine, 'read', { user: true })).toMatchObject({ why: 'privilege' });
    expect(why(machine, 'read', { user: true, exempt: true })).toMatchObject({ gpa: 0x5000 });
    expect(why(machine, 'read')).toMatchObject({ gpa: 0x5000 });
  });

  test('the kernel to write a read-only page if CR0.WP is set', () => {
    const last = 0x5000 | present | user;
    expect(why(fourLevels(last), 'write')).toMatchObject({ gpa: 0x5000 });
    expect(why(fourLevels(last), 'write', { user: true })).toMatchObject({ why: 'privilege' });
    expect(why(fourLevels(last, { cr0: writeProtect }), 'write')).toMatchObject({
      why: 'privilege',
    });
  });

  test('the kernel a page of the user, as SMEP and SMAP say', () => {
    const smep = fourLevels(0x5000 | all, { cr4: 0x10_0020n });
    expect(why(smep, 'execute')).toMatchObject({ why: 'privilege' });
    expect(why(smep, 'read')).toMatchObject({ gpa: 0x5000 });
    const smap = fourLevels(0x5000 | all, { cr4: 0x20_0020n });
    expect(why(smap, 'read')).toMatchObject({ why: 'privilege' });
    expect(why(smap, 'write')).toMatchObject({ why: 'privilege' });
    expect(why(smap, 'execute')).toMatchObject({ gpa: 0x5000 });
    writeReg(smap.childVp, slot.RFLAGS, 0x4_0002n);
    expect(why(smap, 'read')).toMatchObject({ gpa: 0x5000 });
  });

  test('the walk itself, when a table is not there, cannot be read or cannot be marked', () => {
    const machine = fourLevels(0x5000 | all);
    const { gpa } = machine.child;
    unmapPage(gpa, 4);
    expect(why(machine, 'read')).toMatchObject({ why: 'unmapped', gpa: 0x4000 });
    mapPage(gpa, 4, newPage(machine.hv.machine), 0);
    expect(why(machine, 'read')).toMatchObject({ why: 'no read', gpa: 0x4000 });
    const readOnly = fourLevels(0x5000 | all);
    const page = newPage(readOnly.hv.machine);
    mapPage(readOnly.child.gpa, 4, page, 7);
    put(readOnly, 0x4000, 0x5000 | all);
    mapPage(readOnly.child.gpa, 4, page, 1);
    expect(why(readOnly, 'read', { marks: true })).toMatchObject({ why: 'no write' });
    expect(why(readOnly, 'read')).toMatchObject({ gpa: 0x5000 });
  });
});

describe('guest code that touches a virtual address', () => {
  test('marks the entries that it used, once', () => {
    const machine = fourLevels(0x5000 | all);
    const port = machine.hv.guestPort();
    for (const _ of [0, 1]) {
      expect(port.translate(machine.childVp, u64(8), 'write')).toEqual({
        kind: 'address',
        gpa: u64(0x5008),
      });
      expect(memory(machine.child, 0x4000, 1)).toEqual(Uint8Array.of(all | 0x60));
      expect(memory(machine.child, 0x3000, 1)).toEqual(Uint8Array.of(all | 0x20));
    }
  });

  test('gets a fault of its own, or a table that is missing', () => {
    const machine = fourLevels(0);
    const port = machine.hv.guestPort();
    const touch = (gva = u64(0)) => port.translate(machine.childVp, gva, 'write');
    expect(touch()).toEqual({ kind: 'page-fault', errorCode: 2 });
    expect(touch(u64(0, 0x8000))).toEqual({ kind: 'non-canonical' });
    unmapPage(machine.child.gpa, 3);
    expect(touch()).toEqual({ kind: 'no-table', gpa: u64(0x3000) });
  });

  test.each([
    ['a read of what is not there', 'not present', 'read', false, 0],
    ['a write by a user without the right', 'privilege', 'write', true, 7],
    ['an execution that tables forbid', 'privilege', 'execute', false, 0x11],
    ['reserved bits', 'table flags', 'read', false, 9],
  ] as const)('%s has its error code', (_, reason, use, isUser, code) => {
    expect(pageFaultCode(reason, use, isUser)).toBe(code);
  });
});
