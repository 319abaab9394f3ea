/** Statistics pages: whose, where, and what they show. */
import { describe, expect, test } from 'vitest';
import {
  deposit,
  finishCall,
  makeCall,
  outputGpa,
  pack,
  type TestMachine,
  testMachine,
  word,
} from './support/machine.ts';

const object = { hypervisor: 1, processor: 2, partition: 0x1_0001, vp: 0x1_0002 } as const;
const childId = 2;
const self = 0xffff_ffff_ffff_ffffn;
const gpn = 0x380;

interface Wanted {
  readonly type?: number;
  readonly id?: number | bigint;
  readonly vp?: number;
  readonly area?: number;
}

const block = ({ type = object.partition, id = childId, vp = 0, area = 0 }: Wanted) =>
  pack(type, id, BigInt(vp) | (BigInt(area) << 56n));

/** A machine whose root has pages in its pool. */
function withPool(pages = 3): TestMachine {
  const machine = testMachine();
  if (pages > 0) deposit(machine.hv, machine.vp, self, 0x10, pages);
  return machine;
}

const map = ({ hv, vp }: TestMachine, wanted: Wanted, at: number | bigint = gpn) =>
  makeCall(hv, vp, { code: 0x131, input: pack(block(wanted), at) }).status;
const unmap = ({ hv, vp }: TestMachine, wanted: Wanted) =>
  makeCall(hv, vp, { code: 0x6d, input: block(wanted) }).status;

describe('a statistics page', () => {
  test('covers a page of the caller, read-only, until it is unmapped', () => {
    const machine = withPool();
    const { root } = machine;
    expect(map(machine, {})).toBe('SUCCESS');
    expect(root.gpa.overlays.get(gpn)?.[0]).toMatchObject({ kind: 'statistics', access: 1 });
    expect([root.pool.free.length, root.pool.used.length]).toEqual([2, 1]);
    expect(unmap(machine, {})).toBe('SUCCESS');
    expect(root.gpa.overlays.has(gpn)).toBe(false);
    expect(root.pool.used.length).toBe(0);
    expect(unmap(machine, {})).toBe('OPERATION_DENIED');
  });

  test('is put behind all memory when the caller leaves the place to the hypervisor', () => {
    const machine = withPool();
    const { hv, vp, root } = machine;
    expect(makeCall(hv, vp, { code: 0x6c, input: block({}) }).status).toBe('SUCCESS');
    const place = Number(word(root, outputGpa));
    expect(root.gpa.mappings.has(place)).toBe(false);
    expect(root.gpa.overlays.get(place)?.[0]?.kind).toBe('statistics');
  });

  test('follows what it counts', () => {
    const machine = withPool();
    const { hv, vp, root } = machine;
    map(machine, {});
    const counters = () => [1, 5, 6].map((index) => Number(word(root, gpn * 4096 + 8 * index)));
    expect(counters()).toEqual([2, 0, 16]);
    deposit(hv, vp, childId, 0x20, 2);
    finishCall(hv, vp, { code: 0x4b, count: 1, input: pack(childId, 0x100, 3, 0x40) });
    expect(counters()).toEqual([2, 2, 17]);
  });

  test('is there once for each object and area', () => {
    const machine = withPool();
    expect(map(machine, {})).toBe('SUCCESS');
    expect(map(machine, {}, gpn + 1)).toBe('OPERATION_DENIED');
    expect(map(machine, { area: 1 }, gpn + 1)).toBe('SUCCESS');
    expect(map(machine, { type: object.vp, vp: 1 }, gpn + 2)).toBe('SUCCESS');
    expect(map(machine, { type: object.vp }, gpn + 3)).toBe('INSUFFICIENT_MEMORY');
  });

  test('goes when the partition that it counts ends', () => {
    const machine = withPool();
    const { hv, vp, root } = machine;
    map(machine, {});
    finishCall(hv, vp, { code: 0x42, fast: true, input: pack(childId) });
    expect(root.gpa.overlays.has(gpn)).toBe(false);
    expect(root.pool.free.length).toBe(3);
  });

  test('shows a partition to itself and its parent, the machine to the root only', () => {
    const machine = withPool();
    const child = { ...machine, vp: machine.childVp };
    machine.child.privileges = machine.root.privileges;
    expect(map(machine, { type: object.hypervisor, id: 0 })).toBe('SUCCESS');
    expect(map(machine, { type: object.processor, id: 0 }, gpn + 1)).toBe('SUCCESS');
    expect(map(child, { type: object.hypervisor, id: 0 }, 1)).toBe('ACCESS_DENIED');
    expect(map(child, { id: 1 }, 1)).toBe('ACCESS_DENIED');
    deposit(machine.hv, machine.vp, childId, 0x20, 1);
    expect(map(child, { id: self }, 1)).toBe('SUCCESS');
  });

  test('is refused for what is not there', () => {
    const machine = withPool();
    expect(map(machine, { type: 3 })).toBe('INVALID_PARAMETER');
    expect(map(machine, { area: 3 })).toBe('INVALID_PARAMETER');
    expect(map(machine, { vp: 1 })).toBe('INVALID_PARAMETER');
    expect(map(machine, { type: object.processor, id: 9 })).toBe('INVALID_PARAMETER');
    expect(map(machine, { type: object.hypervisor, id: 9 })).toBe('INVALID_PARAMETER');
    expect(map(machine, { type: object.vp, vp: 9 })).toBe('INVALID_VP_INDEX');
    expect(map(machine, { id: 99 })).toBe('INVALID_PARTITION_ID');
    expect(map(machine, {}, 1n << 28n)).toBe('INVALID_PARAMETER');
    expect(map(machine, {}, 1n << 60n)).toBe('INVALID_PARAMETER');
    machine.child.state = 'finalized';
    expect(map(machine, {})).toBe('INVALID_PARTITION_STATE');
  });
});
