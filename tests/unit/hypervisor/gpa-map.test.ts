/** Guest-physical mappings that a parent makes for its children, and accesses on their behalf. */
import { describe, expect, test } from 'vitest';
import { access } from '../../../src/engine/hypervisor/defs/model.ts';
import { msrIndex } from '../../../src/engine/hypervisor/defs/msrs.ts';
import { accessPage, pokeBytes } from '../../../src/engine/hypervisor/machine/memory.ts';
import {
  deposit,
  enabledPage,
  finishCall,
  makeCall,
  memory,
  outputGpa,
  pack,
  type TestMachine,
  testMachine,
  word,
} from './support/machine.ts';

const rootId = 1;
const childId = 2;
const readWrite = 3;
const all = 0xf;
const largePage = 0x8000_0000;

/** A machine whose child has pages in its pool for page tables. */
function withPool(pages = 4): TestMachine {
  const machine = testMachine();
  if (pages > 0) deposit(machine.hv, machine.vp, childId, 0x300, pages);
  return machine;
}

type Words = readonly (number | bigint)[];

const map = ({ hv, vp }: TestMachine, id: number, base: number | bigint, flags: number, s: Words) =>
  finishCall(hv, vp, { code: 0x4b, count: s.length, input: pack(id, base, flags, ...s) });
const sparse = ({ hv, vp }: TestMachine, id: number, flags: number, pairs: Words) =>
  finishCall(hv, vp, { code: 0x6e, count: pairs.length / 2, input: pack(id, flags, ...pairs) });
const unmap = ({ hv, vp }: TestMachine, id: number, base: number, count: number, flags = 0) =>
  finishCall(hv, vp, { code: 0x4c, count, input: pack(id, base, flags) });
const modify = ({ hv, vp }: TestMachine, id: number, flags: number, gpns: Words) =>
  finishCall(hv, vp, { code: 0x90, count: gpns.length, input: pack(id, flags, ...gpns) });

const pageOf = (partition: TestMachine['root'], gpn: number) =>
  partition.gpa.mappings.get(gpn)?.page;

describe('mapping', () => {
  test('shows pages of the parent to the child, and leaves them to the parent', () => {
    const machine = withPool();
    const { root, child } = machine;
    expect(map(machine, childId, 0x100, readWrite, [0x40, 0x50])).toMatchObject({
      status: 'SUCCESS',
      reps: 2,
    });
    expect(pageOf(child, 0x100)).toBe(pageOf(root, 0x40));
    expect(pageOf(child, 0x101)).toBe(pageOf(root, 0x50));
    pokeBytes(child.gpa, 0x10_0000, Uint8Array.of(42));
    expect(memory(root, 0x4_0000, 1)[0]).toBe(42);
  });

  test('gives exactly the rights that are named', () => {
    const machine = withPool();
    const { gpa } = machine.child;
    for (const [flags, rights] of [
      [0, access.none],
      [1, access.read],
      [3, access.read | access.write],
      [5, access.read | access.execute],
      [0xf, access.all],
      [0x1_0000, access.none],
    ] as const) {
      expect(map(machine, childId, 0x100, flags, [0x40]).status).toBe('SUCCESS');
      expect(gpa.mappings.get(0x100)?.access).toBe(rights);
    }
  });

  test('refuses rights that no processor has, and special pages that the model lacks', () => {
    const machine = withPool();
    for (const flags of [2, 4, 6, 8, 0x1_0001]) {
      expect(map(machine, childId, 0x100, flags, [0x40]).status).toBe('INVALID_PARAMETER');
    }
    for (const flags of [0x2_0001, 0x3_0001, 0x10_0001]) {
      expect(map(machine, childId, 0x100, flags, [0x40]).status).toBe('FEATURE_UNAVAILABLE');
    }
    expect(pageOf(machine.child, 0x100)).toBeUndefined();
  });

  test('takes one page of the pool for 512 mappings, and stops where none is left', () => {
    const machine = withPool(1);
    const { hv, vp, child } = machine;
    const pages = Array.from({ length: 8 }, (_, index) => 0x40 + index);
    expect(map(machine, childId, 508, readWrite, pages)).toMatchObject({
      status: 'INSUFFICIENT_MEMORY',
      reps: 4,
    });
    expect(pageOf(child, 511)).toBe(pageOf(machine.root, 0x43));
    deposit(hv, vp, childId, 0x310, 1);
    const input = pack(childId, 508, readWrite, ...pages);
    const again = finishCall(hv, vp, { code: 0x4b, count: 8, start: 4, input });
    expect(again).toMatchObject({ status: 'SUCCESS', reps: 8 });
    expect(child.pool.used.length).toBe(2);
    expect(unmap(machine, childId, 508, 8).status).toBe('SUCCESS');
    expect(map(machine, childId, 508, readWrite, pages).status).toBe('SUCCESS');
    expect(child.pool.used.length).toBe(2);
  });

  test('continues after 50 µs', () => {
    const machine = withPool();
    const pages = Array.from({ length: 509 }, (_, index) => 0x40 + (index % 0x80));
    const answer = map(machine, childId, 0, readWrite, pages);
    expect(answer).toMatchObject({ status: 'SUCCESS', reps: 509 });
    expect(answer.entries).toBeGreaterThan(3);
  });

  test('refuses pages that are not the caller’s to give', () => {
    const machine = withPool();
    const { hv, vp } = machine;
    deposit(hv, vp, rootId, 0x10, 1);
    expect(map(machine, childId, 0x100, readWrite, [0x40, 0x10])).toMatchObject({
      status: 'OPERATION_DENIED',
      reps: 1,
    });
    expect(map(machine, childId, 0x100, readWrite, [0x7000]).status).toBe('OPERATION_DENIED');
    expect(map(machine, childId, 0x100, readWrite, [1n << 28n]).status).toBe('INVALID_PARAMETER');
    expect(map(machine, childId, 1n << 28n, readWrite, [0x40]).status).toBe('INVALID_PARAMETER');
    expect(map(machine, childId, (1n << 64n) - 1n, readWrite, [0x40]).status).toBe(
      'INVALID_PARAMETER',
    );
    hv.writeMsr(vp, msrIndex.SIMP, enabledPage(0x41));
    expect(map(machine, childId, 0x100, readWrite, [0x41]).status).toBe('OBJECT_IN_USE');
  });

  test('keeps a shared page out of pools, and a pool page out of sharing', () => {
    const machine = withPool();
    const { hv, vp } = machine;
    map(machine, childId, 0x100, readWrite, [0x40]);
    expect(deposit(hv, vp, rootId, 0x40, 1).status).toBe('OPERATION_DENIED');
    unmap(machine, childId, 0x100, 1);
    expect(deposit(hv, vp, rootId, 0x40, 1).status).toBe('SUCCESS');
    expect(map(machine, childId, 0x100, readWrite, [0x40]).status).toBe('OPERATION_DENIED');
  });

  test('leaves frozen mappings alone until the page is withdrawn', () => {
    const machine = withPool();
    const { hv, vp } = machine;
    map(machine, childId, 0x100, 0, [0x40]);
    expect(deposit(hv, vp, rootId, 0x40, 1).status).toBe('SUCCESS');
    expect(map(machine, childId, 0x100, readWrite, [0x41]).status).toBe('OBJECT_IN_USE');
    expect(unmap(machine, childId, 0x100, 1).status).toBe('OBJECT_IN_USE');
    expect(modify(machine, childId, readWrite, [0x100]).status).toBe('OPERATION_DENIED');
    expect(map(machine, rootId, 0x40, readWrite, [0x40]).status).toBe('ACCESS_DENIED');
    finishCall(hv, vp, { code: 0x49, count: 1, input: pack(rootId, 0) });
    expect(unmap(machine, childId, 0x100, 1).status).toBe('SUCCESS');
  });

  test('maps large pages whole, if everything is aligned', () => {
    const machine = withPool();
    const { child, root } = machine;
    const flags = largePage + readWrite;
    expect(map(machine, childId, 0x200, flags, [1]).status).toBe('INVALID_PARAMETER');
    expect(map(machine, childId, 0x201, flags, [0]).status).toBe('INVALID_PARAMETER');
    expect(map(machine, childId, 0x200, flags, [0x200]).status).toBe('OPERATION_DENIED');
    expect(map(machine, childId, 0x200, flags, [0]).status).toBe('SUCCESS');
    expect(pageOf(child, 0x3ff)).toBe(pageOf(root, 0x1ff));
    expect(unmap(machine, childId, 0x200, 1, 2).status).toBe('SUCCESS');
    expect(pageOf(child, 0x3ff)).toBeUndefined();
  });

  test('lets the root change rights of its own pages one for one, and nothing else', () => {
    const machine = withPool();
    const { root } = machine;
    expect(map(machine, rootId, 0x40, 1, [0x40, 0x41]).status).toBe('SUCCESS');
    expect(root.gpa.mappings.get(0x41)?.access).toBe(access.read);
    expect(map(machine, rootId, 0x40, all, [0x41]).status).toBe('ACCESS_DENIED');
    expect(map(machine, rootId, 0x7000, all, [0x7000]).status).toBe('ACCESS_DENIED');
    expect(unmap(machine, rootId, 0x40, 1).status).toBe('ACCESS_DENIED');
  });

  test('is for the parent of an active partition', () => {
    const machine = withPool();
    const { hv, root, childVp } = machine;
    const other = { ...machine, vp: childVp };
    expect(map(other, rootId, 0x100, 1, [0]).status).toBe('ACCESS_DENIED');
    expect(map(other, childId, 0, 1, [0]).status).toBe('ACCESS_DENIED');
    expect(map(machine, 99, 0x100, 1, [0]).status).toBe('INVALID_PARTITION_ID');
    const fresh = hv.addPartition({ parent: root });
    fresh.state = 'uninitialized';
    for (const answer of [
      map(machine, fresh.id, 0, 1, [0x40]),
      sparse(machine, fresh.id, 1, [0, 0x40]),
      unmap(machine, fresh.id, 0, 1),
      modify(machine, fresh.id, 1, [0]),
    ]) {
      expect(answer.status).toBe('INVALID_PARTITION_STATE');
    }
  });
});

describe('the other mapping calls', () => {
  test('a sparse list maps pair by pair', () => {
    const machine = withPool();
    const { root, child } = machine;
    expect(sparse(machine, childId, all, [0x180, 0x40, 0x90, 0x41])).toMatchObject({ reps: 2 });
    expect(pageOf(child, 0x180)).toBe(pageOf(root, 0x40));
    expect(pageOf(child, 0x90)).toBe(pageOf(root, 0x41));
  });

  test('unmapping passes over what is not mapped', () => {
    const machine = withPool();
    map(machine, childId, 0x100, all, [0x40]);
    expect(unmap(machine, childId, 0xff, 3)).toMatchObject({ status: 'SUCCESS', reps: 3 });
    expect(pageOf(machine.child, 0x100)).toBeUndefined();
    expect(unmap(machine, childId, 0x1000_0000, 1).status).toBe('INVALID_PARAMETER');
  });

  test('modifying changes rights and not pages', () => {
    const machine = withPool();
    const { child, root } = machine;
    map(machine, childId, 0x100, all, [0x40]);
    expect(modify(machine, childId, 1, [0x100, 0x102])).toMatchObject({
      status: 'OPERATION_DENIED',
      reps: 1,
    });
    expect(child.gpa.mappings.get(0x100)).toEqual({
      page: pageOf(root, 0x40),
      access: access.read,
    });
  });
});

describe('reading and writing guest memory', () => {
  const read = ({ hv, vp }: TestMachine, gpa: number | bigint, bytes: number, flags = 0) =>
    makeCall(hv, vp, { code: 0x53, input: pack(childId, bytes * 2 ** 32, gpa, flags) });
  const write = ({ hv, vp }: TestMachine, gpa: number, bytes: Uint8Array) => {
    const head = pack(childId, bytes.length * 2 ** 32, gpa, 0);
    return makeCall(hv, vp, { code: 0x54, input: pack(head, bytes) });
  };
  const result = ({ root }: TestMachine) => Number(word(root, outputGpa));

  test('moves up to 16 bytes', () => {
    const machine = testMachine();
    const { child, root } = machine;
    const bytes = Uint8Array.from({ length: 16 }, (_, index) => index + 1);
    expect(write(machine, 0x1ff0, bytes).status).toBe('SUCCESS');
    expect(result(machine)).toBe(0);
    expect(memory(child, 0x1ff0, 16)).toEqual(bytes);
    expect(read(machine, 0x1ff8, 8).status).toBe('SUCCESS');
    expect(memory(root, outputGpa + 8, 16)).toEqual(
      Uint8Array.of(...bytes.subarray(8), ...new Uint8Array(8)),
    );
  });

  test('tells what the processor would have met', () => {
    const machine = withPool();
    const { hv, childVp } = machine;
    const one = Uint8Array.of(1);
    write(machine, 0x77_0000, one);
    expect(result(machine)).toBe(1);
    map(machine, childId, 0x100, 0, [0x40]);
    read(machine, 0x10_0000, 1);
    expect(result(machine)).toBe(2);
    map(machine, childId, 0x100, 1, [0x40]);
    write(machine, 0x10_0000, one);
    expect(result(machine)).toBe(3);
    hv.writeMsr(childVp, msrIndex.GUEST_OS_ID, enabledPage(1));
    hv.writeMsr(childVp, msrIndex.HYPERCALL, enabledPage(3));
    write(machine, 0x3000, one);
    expect(result(machine)).toBe(4);
  });

  test('refuses no bytes, too many, a page crossing, the end of the space, odd caching', () => {
    const machine = testMachine();
    for (const [gpa, bytes, flags] of [
      [0x1000, 0, 0],
      [0x1000, 17, 0],
      [0x1ff8, 9, 0],
      [1n << 40n, 1, 0],
      [0x1000, 1, 2],
    ] as const) {
      expect(read(machine, gpa, bytes, flags).status).toBe('INVALID_PARAMETER');
    }
    const { hv, vp } = machine;
    const absent = pack(childId, 9 + 2 ** 32, 0x1000, 0);
    expect(makeCall(hv, vp, { code: 0x53, input: absent }).status).toBe('INVALID_VP_INDEX');
    const self = pack(rootId, 2 ** 32, 0x1000, 0);
    expect(makeCall(hv, vp, { code: 0x53, input: self }).status).toBe('ACCESS_DENIED');
  });
});

describe('marks of accessed and written pages', () => {
  const marks = ({ hv, vp, root }: TestMachine, gpn: number, count: number, flags = 0) => {
    const spec = { code: 0xc9, count, input: pack(childId, flags, gpn) };
    const { status } = finishCall(hv, vp, spec);
    return status === 'SUCCESS' ? [...memory(root, outputGpa, count)] : status;
  };
  const track = ({ hv, vp }: TestMachine, on: number) =>
    makeCall(hv, vp, { code: 0x45, input: pack(childId, 0x0005_0005, on) });

  test('are there once the property asks for them, and can be cleared by reading', () => {
    const machine = testMachine();
    const { child } = machine;
    expect(marks(machine, 0, 3)).toBe('OPERATION_DENIED');
    expect(track(machine, 1).status).toBe('SUCCESS');
    accessPage(child.gpa, 1, access.read);
    accessPage(child.gpa, 2, access.write);
    expect(marks(machine, 0, 3, 5)).toEqual([0, 1, 3]);
    expect(marks(machine, 0, 3, 8)).toEqual([0, 0, 0]);
    expect(marks(machine, 0, 3)).toEqual([2, 2, 2]);
    expect(track(machine, 0).status).toBe('SUCCESS');
    expect(marks(machine, 0, 3)).toBe('OPERATION_DENIED');
  });

  test('bytes of the output that no element fills stay as they were', () => {
    const machine = testMachine();
    track(machine, 1);
    pokeBytes(machine.root.gpa, outputGpa, Uint8Array.of(9, 9, 9, 9, 9));
    expect(marks(machine, 0, 3)).toEqual([0, 0, 0]);
    expect([...memory(machine.root, outputGpa, 5)]).toEqual([0, 0, 0, 9, 9]);
  });

  test('cannot be cleared and set at once, nor read of pages that are not mapped', () => {
    const machine = testMachine();
    track(machine, 1);
    expect(marks(machine, 0, 1, 3)).toBe('INVALID_PARAMETER');
    expect(marks(machine, 0, 1, 12)).toBe('INVALID_PARAMETER');
    expect(marks(machine, 0x50, 1)).toBe('OPERATION_DENIED');
  });
});
