/** Marks of accessed and written pages, and where large pages may lie. */
import { describe, expect, test } from 'vitest';
import { deposit, finishCall, pack, type TestMachine, testMachine } from './support/machine.ts';

const childId = 2;
const readWrite = 3;
const largeMapped = 0x8000_0000;
const largeUnmapped = 2;
const clearAccessed = 1 << 24;
const setAccessed = 1 << 25;
const clearDirty = 1 << 26;
const setDirty = 1 << 27;
const tracked = 0x40;

/** A machine whose child has a page table and page 0x100 mapped from the root. */
function mapped(): TestMachine {
  const machine = testMachine();
  deposit(machine.hv, machine.vp, childId, 0x300, 4);
  expect(map(machine, readWrite)).toBe('SUCCESS');
  return machine;
}

const map = ({ hv, vp }: TestMachine, flags: number) =>
  finishCall(hv, vp, { code: 0x4b, count: 1, input: pack(childId, 0x100, flags, tracked) }).status;
const modify = ({ hv, vp }: TestMachine, flags: number, gpn = 0x100) =>
  finishCall(hv, vp, { code: 0x90, count: 1, input: pack(childId, flags, gpn) }).status;
const unmap = ({ hv, vp }: TestMachine, gpn: number, flags = 0) =>
  finishCall(hv, vp, { code: 0x4c, count: 1, input: pack(childId, gpn, flags) }).status;

describe('marks of a page', () => {
  test('are set and cleared one by one while accesses are tracked', () => {
    const machine = mapped();
    const marks = new Map<number, number>();
    machine.child.gpa.touched = marks;
    expect(modify(machine, readWrite)).toBe('SUCCESS');
    expect(marks.size).toBe(0);
    expect(modify(machine, readWrite + setAccessed + setDirty)).toBe('SUCCESS');
    expect(marks.get(0x100)).toBe(3);
    expect(modify(machine, readWrite + clearAccessed)).toBe('SUCCESS');
    expect(marks.get(0x100)).toBe(2);
    expect(map(machine, readWrite + clearDirty + setAccessed)).toBe('SUCCESS');
    expect(marks.get(0x100)).toBe(1);
  });

  test('go with the mapping', () => {
    const machine = mapped();
    const marks = new Map([[0x100, 3]]);
    machine.child.gpa.touched = marks;
    expect(unmap(machine, 0x100)).toBe('SUCCESS');
    expect(marks.size).toBe(0);
  });

  test('are not kept while nobody tracks accesses', () => {
    const machine = mapped();
    expect(modify(machine, readWrite + setDirty)).toBe('SUCCESS');
    expect(machine.child.gpa.touched).toBeUndefined();
  });
});

describe('a large page', () => {
  test('is unmapped and modified at its own first page only', () => {
    const machine = mapped();
    expect(unmap(machine, 0x100, largeUnmapped)).toBe('INVALID_PARAMETER');
    expect(modify(machine, readWrite + largeMapped)).toBe('INVALID_PARAMETER');
    expect(machine.child.gpa.mappings.has(0x100)).toBe(true);
  });
});
