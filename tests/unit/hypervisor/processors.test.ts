/** Calls between the processors of one partition: interrupts, flushes, and who is who. */
import { describe, expect, test } from 'vitest';
import { hvEvents } from '../../../src/engine/hypervisor/defs/events.ts';
import { makeCall, outputGpa, pack, testMachine, word } from './support/machine.ts';

const self = 0xffff_ffff_ffff_ffffn;
const names = { ipi: 0x0b, ipiEx: 0x15, flush: 0x02, spin: 0x08, whoHas: 0x9a } as const;

/** A machine whose child has processors 0 and 1, and a call of that child. */
function childOf() {
  const machine = testMachine();
  const { hv, childVp } = machine;
  const call = (
    code: number,
    input: Uint8Array,
    more: { headerWords?: number; count?: number } = {},
  ) => makeCall(hv, childVp, { code, input, ...more }).status;
  const vectors = (index: number) => [...hv.vp(machine.child.id, index).pendingVectors];
  return { ...machine, call, vectors };
}

describe('interrupts between processors', () => {
  test('reach those of the mask that exist', () => {
    const { call, vectors } = childOf();
    expect(call(names.ipi, pack(0x40, 0b1110))).toBe('SUCCESS');
    expect([vectors(0), vectors(1)]).toEqual([[], [0x40]]);
  });

  test('reach those of a sparse set', () => {
    const { call, vectors } = childOf();
    expect(call(names.ipiEx, pack(0x41, 0, 1, 0b11), { headerWords: 1 })).toBe('SUCCESS');
    expect([vectors(0), vectors(1)]).toEqual([[0x41], [0x41]]);
  });

  test.each([
    [0x0f, 'INVALID_PARAMETER'],
    [0x10, 'SUCCESS'],
    [0xff, 'SUCCESS'],
    [0x100, 'INVALID_PARAMETER'],
  ])('with vector %i end with %s', (vector, status) => {
    const { call } = childOf();
    expect(call(names.ipi, pack(vector, 1))).toBe(status);
    expect(call(names.ipiEx, pack(vector, 1, 0))).toBe(status);
  });

  test('need a trust level that exists', () => {
    const { call } = childOf();
    const withVtl = (vtl: bigint) => call(names.ipi, pack((vtl << 32n) | 0x40n, 1));
    expect(withVtl(0x12n)).toBe('SUCCESS');
    expect(withVtl(0x0fn)).toBe('SUCCESS');
    expect(withVtl(0x13n)).toBe('INVALID_PARAMETER');
    expect(withVtl(0x20n)).toBe('INVALID_PARAMETER');
  });
});

describe('flushing an address space', () => {
  const flushed = (mask: number, flags: number) => {
    const { call, hv } = childOf();
    hv.trace.clear();
    expect(call(names.flush, pack(0x1000, flags, mask))).toBe('SUCCESS');
    const kind = hvEvents.kind.tlbFlushAll;
    return hv.trace.records().flatMap((record) => (record.kind === kind ? [record.a] : []));
  };

  test('names processors by a mask, or all of them', () => {
    expect(flushed(0b10, 2)).toEqual([1]);
    expect(flushed(0, 3)).toEqual([0, 1]);
  });

  test('of nobody flushes nobody', () => {
    expect(flushed(0, 2)).toEqual([]);
  });
});

describe('which processor has an APIC id', () => {
  test('answers one index for each id, and stops at one that nobody has', () => {
    const { hv, vp, root, child } = testMachine();
    const ask = (partition: number | bigint, first: number, second: number) =>
      makeCall(hv, vp, {
        code: names.whoHas,
        count: 2,
        input: pack(partition, 0, (BigInt(second) << 32n) | BigInt(first)),
      });
    expect(ask(child.id, 1, 0)).toMatchObject({ status: 'SUCCESS', reps: 2 });
    expect(word(root, outputGpa)).toBe(1n);
    expect(ask(child.id, 0, 7)).toMatchObject({ status: 'INVALID_PARAMETER', reps: 1 });
    expect(ask(self, 0, 0)).toMatchObject({ status: 'SUCCESS', reps: 2 });
    expect(ask(99, 0, 0)).toMatchObject({ status: 'INVALID_PARTITION_ID', reps: 0 });
  });

  test('is not for partitions that are not active, nor for strangers', () => {
    const { hv, child, childVp, root, vp } = testMachine();
    const ask = (caller: typeof vp, partition: number) =>
      makeCall(hv, caller, { code: names.whoHas, count: 1, input: pack(partition, 0, 0) }).status;
    expect(ask(childVp, root.id)).toBe('ACCESS_DENIED');
    child.state = 'finalizing';
    expect(ask(vp, child.id)).toBe('INVALID_PARTITION_STATE');
  });
});

test('a long spin wait is a hint that changes nothing', () => {
  const { call, vectors } = childOf();
  expect(call(names.spin, pack(1000))).toBe('SUCCESS');
  expect(vectors(0)).toEqual([]);
  expect(call(names.spin, pack(1n << 32n))).toBe('INVALID_PARAMETER');
});
