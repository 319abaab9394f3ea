/** Processors come and go by hypercall: creation, start, interrupts, translation. */
import { describe, expect, test } from 'vitest';
import { hypervisorFacts } from '../../../src/engine/facts/hypervisor.ts';
import { registerByShort, slot } from '../../../src/engine/hypervisor/defs/registers.ts';
import { pokeBytes } from '../../../src/engine/hypervisor/machine/memory.ts';
import { addRam } from '../../../src/engine/hypervisor/machine/state.ts';
import {
  deposit,
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

const need = hypervisorFacts.createVpPages.value;
const create = ({ hv, vp }: TestMachine, index: number, ...rest: readonly number[]) =>
  makeCall(hv, vp, { code: 0x4e, input: pack(2, index, ...[...rest, 0, 0, 0].slice(0, 3)) });

/** A machine whose child has the pages for some processors. */
function funded(pages: number): TestMachine {
  const machine = testMachine();
  deposit(machine.hv, machine.vp, 2, 0x80, pages);
  return machine;
}

describe('HvCallCreateVp', () => {
  test('takes its pages from the pool of the partition, all or none', () => {
    const poor = funded(need - 1);
    expect(create(poor, 5).status).toBe('INSUFFICIENT_MEMORY');
    expect(poor.child.pool.free).toHaveLength(need - 1);
    const rich = funded(need);
    expect(create(rich, 5).status).toBe('SUCCESS');
    expect(rich.child.pool.free).toHaveLength(0);
    expect(rich.child.pool.used).toHaveLength(need);
  });

  test('the new processor is suspended, at the reset vector, in real mode', () => {
    const machine = funded(need);
    create(machine, 5);
    const vp = machine.hv.vp(2, 5);
    expect(vp.explicitSuspend).toBe(true);
    expect(readReg(vp, slot.RIP)).toBe(0xfff0n);
    expect(readReg(vp, slot.CS)).toBe(0xffff_0000n);
    expect(readReg(vp, slot.CR0)).toBe(0x6000_0010n);
    expect(readReg(vp, slot.RFLAGS)).toBe(2n);
  });

  test('an index that is taken or too large is refused', () => {
    const machine = funded(need);
    expect(create(machine, 0).status).toBe('INVALID_VP_INDEX');
    expect(create(machine, 2048).status).toBe('INVALID_VP_INDEX');
  });

  test('only in an active child', () => {
    const machine = funded(need);
    machine.child.state = 'uninitialized';
    expect(create(machine, 5).status).toBe('INVALID_PARTITION_STATE');
    const { hv, vp } = machine;
    expect(makeCall(hv, vp, { code: 0x4e, input: pack(1, 5, 0, 0, 0) }).status).toBe(
      'ACCESS_DENIED',
    );
  });
});

describe('HvCallDeleteVp', () => {
  test('gives the pages back and frees the index', () => {
    const machine = funded(need);
    create(machine, 5);
    const { hv, vp, child } = machine;
    expect(makeCall(hv, vp, { code: 0x4f, fast: true, input: pack(2, 5) }).status).toBe('SUCCESS');
    expect(child.vps.has(5)).toBe(false);
    expect(child.pool.free).toHaveLength(need);
    expect(create(machine, 5).status).toBe('SUCCESS');
  });

  test('of a processor that is not there', () => {
    const { hv, vp } = testMachine();
    expect(makeCall(hv, vp, { code: 0x4f, input: pack(2, 9) }).status).toBe('INVALID_VP_INDEX');
  });
});

describe('HvCallStartVirtualProcessor', () => {
  const context = (rip: bigint, cr0: bigint): Uint8Array => {
    const words = new Array<bigint>(28).fill(0n);
    words[0] = rip;
    words[24] = cr0;
    return pack(...words);
  };
  const start = ({ hv, vp }: TestMachine, index: number, vtl: number, block: Uint8Array) =>
    makeCall(hv, vp, { code: 0x99, input: pack(2, index + vtl * 2 ** 32, block) });

  test('starts a processor that waits, once, with its registers', () => {
    const machine = funded(need);
    create(machine, 5);
    expect(start(machine, 5, 0, context(0x1234n, 1n)).status).toBe('SUCCESS');
    const vp = machine.hv.vp(2, 5);
    expect(readReg(vp, slot.RIP)).toBe(0x1234n);
    expect(readReg(vp, slot.CR0)).toBe(1n);
    expect(start(machine, 5, 0, context(0x1234n, 1n)).status).toBe('INVALID_VP_STATE');
  });

  test.each([
    ['a level that is not enabled', 1, 1n, 'INVALID_VTL_STATE'],
    ['a level without a number', 3, 1n, 'INVALID_PARAMETER'],
    ['paging without protection', 0, 0x8000_0000n, 'INVALID_REGISTER_VALUE'],
  ])('refuses %s', (_, vtl, cr0, status) => {
    const machine = funded(need);
    create(machine, 5);
    expect(start(machine, 5, vtl, context(0n, cr0)).status).toBe(status);
  });
});

describe('HvCallAssertVirtualInterrupt', () => {
  const assertIn = ({ hv, vp }: TestMachine, type: number, to: number, vector: number) =>
    makeCall(hv, vp, { code: 0x94, input: pack(2, type, to, vector) });

  test('a fixed interrupt needs a vector of 16 to 255 and a processor', () => {
    const machine = testMachine();
    expect(assertIn(machine, 0, 1, 0x40).status).toBe('SUCCESS');
    expect([...machine.hv.vp(2, 1).pendingVectors]).toEqual([0x40]);
    expect(assertIn(machine, 0, 1, 15).status).toBe('INVALID_PARAMETER');
    expect(assertIn(machine, 0, 1, 256).status).toBe('INVALID_PARAMETER');
    expect(assertIn(machine, 0, 7, 0x40).status).toBe('INVALID_VP_INDEX');
  });

  test('an NMI has no vector', () => {
    const machine = testMachine();
    expect(assertIn(machine, 4, 0, 0x40).status).toBe('INVALID_PARAMETER');
    expect(assertIn(machine, 4, 0, 0).status).toBe('SUCCESS');
    expect(machine.childVp.nmiPending).toBe(true);
  });

  test('an external interrupt is asserted, taken, cleared, and then asserted again', () => {
    const machine = testMachine();
    const { hv, vp, childVp } = machine;
    const clear = () => makeCall(hv, vp, { code: 0x56, fast: true, input: pack(2) }).status;
    expect(assertIn(machine, 7, 0, 0x30).status).toBe('SUCCESS');
    expect(clear()).toBe('NOT_ACKNOWLEDGED');
    expect(hv.guestPort().takeInterrupt(childVp)).toBe(0x30);
    expect(assertIn(machine, 7, 0, 0x31).status).toBe('ACKNOWLEDGED');
    expect(clear()).toBe('SUCCESS');
    expect(assertIn(machine, 7, 0, 0x31).status).toBe('SUCCESS');
  });
});

describe('HvCallTranslateVirtualAddress', () => {
  const flags = { read: 1n, write: 2n, execute: 4n, mark: 0x10n, user: 0x80n } as const;

  /** Tables at pages 1 to 4: virtual page 0x200 + n is page 8, 0x400 is a 2 MiB page at 0. */
  function paged(entry = 0x8003n): TestMachine {
    const machine = testMachine();
    const { childVp, child, hv } = machine;
    addRam(hv.machine, child, 0x10, 16);
    const put = (gpa: number, value: bigint) => pokeBytes(child.gpa, gpa, pack(value));
    put(0x1000, 0x2007n);
    put(0x2000, 0x3007n);
    put(0x3000 + 8, 0x4007n);
    put(0x3000 + 16, 0x0087n);
    put(0x4000, entry);
    writeReg(childVp, slot.CR3, 0x1000n);
    writeReg(childVp, slot.CR4, 0x20n);
    writeReg(childVp, slot.CR0, 0x8001_0001n);
    writeReg(childVp, slot.EFER, 0xd00n);
    writeReg(childVp, registerByShort('Pat')?.slotBytes ?? 0, 0x0007_0406_0007_0406n);
    return machine;
  }
  const translate = ({ hv, vp }: TestMachine, page: bigint, wanted: bigint) =>
    makeCall(hv, vp, { code: 0x52, input: pack(2, 0, wanted, page) });
  const result = ({ root }: TestMachine) => ({
    code: Number(word(root, outputGpa) & 0xffff_ffffn),
    cache: Number((word(root, outputGpa) >> 32n) & 0xffn),
    page: word(root, outputGpa + 8),
  });

  test('without paging a page is its own translation', () => {
    const machine = testMachine();
    expect(translate(machine, 5n, flags.read).status).toBe('SUCCESS');
    expect(result(machine)).toEqual({ code: 0, cache: 6, page: 5n });
  });

  test.each([
    ['a 4 KiB page', 0x200n, flags.read, { code: 0, cache: 6, page: 8n }],
    ['a page of a 2 MiB page', 0x405n, flags.write, { code: 0, cache: 6, page: 5n }],
    ['a page that is not there', 0x201n, flags.read, { code: 1, cache: 0, page: 0n }],
    ['a supervisor page for a user', 0x200n, flags.user | 1n, { code: 2, cache: 0, page: 0n }],
    ['a page beyond memory', 0x5ffn, flags.read, { code: 4, cache: 0, page: 0n }],
    ['an address that is not canonical', 1n << 40n, flags.read, { code: 1, cache: 0, page: 0n }],
  ])('%s', (_, page, wanted, expected) => {
    const machine = paged();
    expect(translate(machine, page, wanted).status).toBe('SUCCESS');
    expect(result(machine)).toEqual(expected);
  });

  test.each([
    ['read-only', 0x8001n, flags.write, 2],
    ['not executable', 0x8000_0000_0000_8003n, flags.execute, 2],
    ['reserved bits', 0x0008_0000_0000_8003n, flags.read, 3],
  ])('a page that is %s', (_, entry, wanted, code) => {
    const machine = paged(entry);
    translate(machine, 0x200n, wanted);
    expect(result(machine).code).toBe(code);
  });

  test('marks are set only when they are asked for', () => {
    const machine = paged();
    const entry = () => memory(machine.child, 0x4000, 1)[0];
    translate(machine, 0x200n, flags.write);
    expect(entry()).toBe(0x03);
    translate(machine, 0x200n, flags.write | flags.mark);
    expect(entry()).toBe(0x63);
  });

  test('at least one access must be named', () => {
    expect(translate(testMachine(), 5n, 0n).status).toBe('INVALID_PARAMETER');
  });
});
