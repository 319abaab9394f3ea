/** Partition properties: what can be set when, and what that changes. */
import { describe, expect, test } from 'vitest';
import { propertyTable } from '../../../src/engine/hypervisor/defs/properties.ts';
import {
  deposit,
  makeCall,
  memory,
  outputGpa,
  pack,
  type TestMachine,
  testMachine,
  word,
} from './support/machine.ts';

const self = 0xffff_ffff_ffff_ffffn;
const rootId = 1;
const childId = 2;
const code = {
  privileges: 0x1_0000,
  synthetic: 0x1_0001,
  reserve: 0x2_0001,
  cap: 0x2_0002,
  weight: 0x2_0003,
  referenceTime: 0x3_0005,
  debugChannel: 0x4_0000,
  tlbPages: 0x5_0000,
  msrAction: 0x5_0017,
  vendor: 0x6_0000,
  addressWidth: 0x6_0006,
  osId: 0x7_0000,
  vmm: 0x9_0007,
} as const;

type Word = number | bigint;
const set = ({ hv, vp }: TestMachine, id: Word, property: number, value: Word) =>
  makeCall(hv, vp, { code: 0x45, input: pack(id, property, value) }).status;
const get = ({ hv, vp, root }: TestMachine, id: Word, property: number) => {
  const { status } = makeCall(hv, vp, { code: 0x44, input: pack(id, property) });
  return status === 'SUCCESS' ? word(root, outputGpa) : status;
};
const setEx = ({ hv, vp }: TestMachine, id: Word, property: number, value: readonly Word[]) =>
  makeCall(hv, vp, {
    code: 0x10a,
    headerWords: value.length,
    input: pack(id, property, 0, ...value),
  }).status;

/** Partition 3, created and not initialized. */
function withFresh(): TestMachine & { readonly id: number } {
  const machine = testMachine();
  deposit(machine.hv, machine.vp, self, 0x10, 4);
  makeCall(machine.hv, machine.vp, { code: 0x40, input: new Uint8Array(56) });
  return { ...machine, id: Number(word(machine.root, outputGpa)) };
}

describe('when', () => {
  test('early properties are set before the partition is initialized and never after', () => {
    const machine = withFresh();
    for (const [property, value] of [
      [code.privileges, 0x1n],
      [code.synthetic, 0x3n],
      [code.addressWidth, 36n],
    ] as const) {
      expect(set(machine, machine.id, property, value)).toBe('SUCCESS');
      expect(set(machine, childId, property, value)).toBe('INVALID_PARTITION_STATE');
    }
    expect(machine.hv.partition(machine.id).gpa.widthBits).toBe(36);
    expect(machine.hv.partition(machine.id).privileges).toEqual({ lo: 1, hi: 0 });
  });

  test('the others are set while it is active', () => {
    const machine = withFresh();
    expect(set(machine, machine.id, code.weight, 50)).toBe('INVALID_PARTITION_STATE');
    expect(set(machine, childId, code.weight, 50)).toBe('SUCCESS');
    expect(get(machine, childId, code.weight)).toBe(50n);
    expect(get(machine, machine.id, code.weight)).toBe('INVALID_PARTITION_STATE');
  });

  test('a call that ends the partition ends its properties', () => {
    const machine = testMachine();
    machine.child.state = 'finalized';
    expect(set(machine, childId, code.weight, 50)).toBe('INVALID_PARTITION_STATE');
    expect(get(machine, childId, code.weight)).toBe('INVALID_PARTITION_STATE');
  });
});

describe('who', () => {
  test('the parent, and the root for itself', () => {
    const machine = testMachine();
    const other = { ...machine, vp: machine.childVp };
    expect(get(machine, self, code.addressWidth)).toBe(40n);
    expect(set(other, childId, code.weight, 50)).toBe('ACCESS_DENIED');
    expect(set(other, rootId, code.weight, 50)).toBe('ACCESS_DENIED');
    expect(get(machine, 99, code.weight)).toBe('INVALID_PARTITION_ID');
    expect(get(machine, childId, 0x1234)).toBe('UNKNOWN_PROPERTY');
    expect(set(machine, childId, 0x1234, 0)).toBe('UNKNOWN_PROPERTY');
  });
});

describe('what', () => {
  test('every property but the banked one can be asked for, and has its first value', () => {
    const machine = testMachine();
    for (const { code: property, words, name } of propertyTable) {
      const answer = get(machine, childId, property);
      if (words === 1) expect(typeof answer, name).toBe('bigint');
      else expect(answer, name).toBe('UNKNOWN_PROPERTY');
    }
    expect(get(machine, childId, code.weight)).toBe(100n);
    expect(get(machine, childId, code.cap)).toBe(0x1_0000n);
    expect(get(machine, childId, code.vendor)).toBe(1n);
  });

  test('values out of range and undefined bits are refused', () => {
    const machine = withFresh();
    expect(set(machine, childId, code.weight, 0)).toBe('PROPERTY_VALUE_OUT_OF_RANGE');
    expect(set(machine, childId, code.weight, 10_001)).toBe('PROPERTY_VALUE_OUT_OF_RANGE');
    expect(set(machine, childId, code.weight, 1n << 32n)).toBe('PROPERTY_VALUE_OUT_OF_RANGE');
    expect(set(machine, childId, code.msrAction, 2)).toBe('PROPERTY_VALUE_OUT_OF_RANGE');
    expect(set(machine, machine.id, code.synthetic, 1n << 40n)).toBe('INVALID_PARAMETER');
    expect(set(machine, machine.id, code.privileges, 1n << 16n)).toBe('INVALID_PARAMETER');
  });

  test('managing processors stays with the root', () => {
    const machine = withFresh();
    expect(set(machine, machine.id, code.privileges, 1n << 44n)).toBe(
      'PROPERTY_VALUE_OUT_OF_RANGE',
    );
  });

  test('what can only be read cannot be set', () => {
    const machine = testMachine();
    for (const property of [code.vendor, code.osId, code.referenceTime]) {
      expect(set(machine, childId, property, 1)).toBe('PROPERTY_VALUE_OUT_OF_RANGE');
    }
  });

  test('all reserves together are one whole, and no reserve is above its cap', () => {
    const machine = testMachine();
    machine.hv.addPartition({ parent: machine.root });
    expect(set(machine, childId, code.reserve, 0x8000)).toBe('SUCCESS');
    expect(set(machine, 3, code.reserve, 0x8001)).toBe('PROPERTY_VALUE_OUT_OF_RANGE');
    expect(set(machine, 3, code.reserve, 0x8000)).toBe('SUCCESS');
    expect(set(machine, childId, code.cap, 0x7fff)).toBe('PROPERTY_VALUE_OUT_OF_RANGE');
    expect(set(machine, childId, code.cap, 0x8000)).toBe('SUCCESS');
  });

  test('a debug channel is used once; 0 is no channel', () => {
    const machine = testMachine();
    machine.hv.addPartition({ parent: machine.root });
    expect(set(machine, childId, code.debugChannel, 5)).toBe('SUCCESS');
    expect(set(machine, 3, code.debugChannel, 5)).toBe('OBJECT_IN_USE');
    expect(set(machine, childId, code.debugChannel, 0)).toBe('SUCCESS');
    expect(set(machine, 3, code.debugChannel, 0)).toBe('SUCCESS');
  });

  test('a larger virtual TLB takes pages of the pool, a smaller one gives them back', () => {
    const machine = testMachine();
    const { hv, vp, child } = machine;
    expect(set(machine, childId, code.tlbPages, 3)).toBe('INSUFFICIENT_MEMORY');
    deposit(hv, vp, childId, 0x10, 3);
    expect(set(machine, childId, code.tlbPages, 3)).toBe('SUCCESS');
    expect(child.pool.used.length).toBe(3);
    expect(set(machine, childId, code.tlbPages, 1)).toBe('SUCCESS');
    expect([child.pool.free.length, child.pool.used.length]).toEqual([2, 1]);
  });
});

describe('the extended calls', () => {
  const getEx = ({ hv, vp, root }: TestMachine, property: number, argument = 0) => {
    const { status } = makeCall(hv, vp, { code: 0x101, input: pack(childId, property, argument) });
    return status === 'SUCCESS' ? [word(root, outputGpa), word(root, outputGpa + 8)] : status;
  };

  test('take and give values of any size', () => {
    const machine = withFresh();
    expect(setEx(machine, machine.id, code.vmm, [1, 0x11])).toBe('SUCCESS');
    expect(setEx(machine, childId, code.weight, [7])).toBe('SUCCESS');
    expect(getEx(machine, code.weight)).toEqual([7n, 0n]);
    expect(getEx(machine, code.vmm)).toEqual([1n, 0n]);
    expect(memory(machine.root, outputGpa + 16, 4056).every((byte) => byte === 0)).toBe(true);
  });

  test('refuse a value of another size, an argument, and a wrong number of banks', () => {
    const machine = withFresh();
    expect(setEx(machine, childId, code.weight, [7, 0])).toBe('INVALID_HYPERCALL_INPUT');
    expect(setEx(machine, childId, code.weight, [])).toBe('INVALID_HYPERCALL_INPUT');
    expect(setEx(machine, machine.id, code.vmm, [2, 1])).toBe('INVALID_PARAMETER');
    expect(setEx(machine, machine.id, code.vmm, [1, 8])).toBe('INVALID_PARAMETER');
    expect(setEx(machine, childId, code.vmm, [1, 1])).toBe('INVALID_PARTITION_STATE');
    expect(getEx(machine, code.weight, 1)).toBe('INVALID_PARAMETER');
    expect(set(machine, machine.id, code.vmm, 1)).toBe('UNKNOWN_PROPERTY');
  });
});
