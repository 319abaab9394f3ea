/** Interrupts that a call asserts, aims or moves: destinations, vectors and sets of processors. */
import { describe, expect, test } from 'vitest';
import { addVp } from '../../../src/engine/hypervisor/machine/state.ts';
import { outputGpa, type TestMachine, testMachine, word } from './support/machine.ts';
import { type Fields, named, self } from './support/named-call.ts';

describe('HvCallAssertVirtualInterrupt', () => {
  const fixed: Fields = { TargetPartition: '2', RequestedVector: '64' };

  test('a destination fits into 32 bits', () => {
    const fields = { ...fixed, DestinationAddress: '0x100000000' };
    expect(named(testMachine(), 'AssertVirtualInterrupt', fields).status).toBe('INVALID_PARAMETER');
  });

  test.each([
    ['one that the partition lacks', '1', 'INVALID_VTL_STATE'],
    ['one without a number', '16', 'INVALID_VTL_STATE'],
  ])('a trust level is refused: %s', (_, TargetVtl, status) => {
    const machine = testMachine();
    expect(named(machine, 'AssertVirtualInterrupt', { ...fixed, TargetVtl }).status).toBe(status);
    expect(machine.childVp.pendingVectors).toHaveLength(0);
  });

  test('a trust level that the partition has is taken', () => {
    const machine = testMachine();
    machine.child.vtl.enabled = 3;
    const fields = { ...fixed, TargetVtl: '1' };
    expect(named(machine, 'AssertVirtualInterrupt', fields).status).toBe('SUCCESS');
  });
});

describe('HvCallSetVirtualInterruptTarget', () => {
  const aimed: Fields = { PartitionId: '2', InterruptId: '64', VpIndex: '1' };

  test('keeps the processor and the level', () => {
    const machine = testMachine();
    expect(named(machine, 'SetVirtualInterruptTarget', aimed).status).toBe('SUCCESS');
    expect(machine.child.interruptTargets.get(64)).toEqual({ vpIndex: 1, vtl: 0 });
  });

  test.each<[string, Fields, string]>([
    ['vector 15', { InterruptId: '15' }, 'INVALID_PARAMETER'],
    ['vector 256', { InterruptId: '256' }, 'INVALID_PARAMETER'],
    ['a level that the processor lacks', { Vtl: '1' }, 'INVALID_VTL_STATE'],
    ['a level without a number', { Vtl: '16' }, 'INVALID_VTL_STATE'],
  ])('%s is refused', (_, change, status) => {
    const machine = testMachine();
    const fields = { ...aimed, ...change };
    expect(named(machine, 'SetVirtualInterruptTarget', fields).status).toBe(status);
    expect(machine.child.interruptTargets.size).toBe(0);
  });
});

describe('HvCallGetVpSetFromMda', () => {
  /** A child with processors in both halves of banks and in the last bank. */
  function crowd(): TestMachine {
    const machine = testMachine();
    for (const index of [2, 33, 70, 2047]) addVp(machine.hv.machine, machine.child, index);
    return machine;
  }
  const ask = (machine: TestMachine, address: number, mode: number): string | undefined =>
    named(machine, 'GetVpSetFromMda', {
      TargetPartition: '2',
      DestinationAddress: String(address),
      LogicalDestinationMode: String(mode),
    }).status;
  const set = ({ root }: TestMachine) =>
    [0, 8, 16, 24].map((offset) => word(root, outputGpa + offset));

  test.each([
    ['the lower half of a bank', 2, [0n, 1n, 4n, 0n]],
    ['the upper half of a bank', 33, [0n, 1n, 2n ** 33n, 0n]],
    ['a later bank, which lies first', 70, [0n, 2n, 64n, 0n]],
    ['the last processor', 2047, [0n, 2n ** 31n, 2n ** 63n, 0n]],
    ['nobody', 9, [0n, 0n, 0n, 0n]],
  ])('an APIC id names one processor: %s', (_, address, expected) => {
    const machine = crowd();
    expect(ask(machine, address, 0)).toBe('SUCCESS');
    expect(set(machine)).toEqual(expected);
  });

  test('a set names several of the first eight', () => {
    const machine = crowd();
    expect(ask(machine, 0b1110, 1)).toBe('SUCCESS');
    expect(set(machine)).toEqual([0n, 1n, 6n, 0n]);
  });

  test.each<[string, Fields]>([
    ['an address of more than 32 bits', { DestinationAddress: '0x100000000' }],
    ['a mode that is neither 0 nor 1', { LogicalDestinationMode: '2' }],
  ])('%s is refused', (_, fields) => {
    const status = named(testMachine(), 'GetVpSetFromMda', { TargetPartition: '2', ...fields });
    expect(status.status).toBe('INVALID_PARAMETER');
  });
});

describe('HvCallRetargetDeviceInterrupt', () => {
  const mask: Fields = { PartitionId: self, Vector: '64', MaskOrFormat: '1' };
  const sparse: Fields = { PartitionId: '2', Vector: '64', Flags: '2' };
  const move = (fields: Fields, header: readonly number[] = []) => {
    const { outcome, status } = named(testMachine(), 'RetargetDeviceInterrupt', fields, { header });
    return status ?? outcome;
  };

  test.each<[string, Fields, readonly number[], string]>([
    ['a mask of processors that exist', mask, [], 'validated'],
    ['an empty mask', { ...mask, MaskOrFormat: '0' }, [], 'INVALID_PARAMETER'],
    ['a processor that is not there', { ...mask, MaskOrFormat: '2' }, [], 'INVALID_PARAMETER'],
    ['a mask with words behind it', mask, [1], 'INVALID_HYPERCALL_INPUT'],
    ['vector 15', { ...mask, Vector: '15' }, [], 'INVALID_PARAMETER'],
    ['vector 256', { ...mask, Vector: '256' }, [], 'INVALID_PARAMETER'],
    ['a sparse set of one bank', sparse, [1, 3], 'validated'],
    ['a sparse set with a stranger', sparse, [1, 4], 'INVALID_PARAMETER'],
    ['a set without its bank', sparse, [1], 'INVALID_HYPERCALL_INPUT'],
    ['a set without its mask', sparse, [], 'INVALID_HYPERCALL_INPUT'],
    ['a set of all', { ...sparse, MaskOrFormat: '1' }, [], 'INVALID_PARAMETER'],
    ['an unknown format', { ...sparse, MaskOrFormat: '0x100000000' }, [], 'INVALID_PARAMETER'],
  ])('%s', (_, fields, header, expected) => {
    expect(move(fields, header)).toBe(expected);
  });
});
