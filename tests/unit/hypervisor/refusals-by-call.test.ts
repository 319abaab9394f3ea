/** What single calls refuse beside their targets, and the forms that few callers use. */
import { describe, expect, test } from 'vitest';
import { hvEvents } from '../../../src/engine/hypervisor/defs/events.ts';
import { pokeBytes } from '../../../src/engine/hypervisor/machine/memory.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import {
  deposit,
  execute,
  load,
  memory,
  outputGpa,
  pack,
  readOnlyGpn,
  type TestMachine,
  testMachine,
  unmappedGpn,
  word,
} from './support/machine.ts';
import { type Fields, named, self } from './support/named-call.ts';

const status = (name: string, fields: Fields, machine = testMachine()) => {
  const answer = named(machine, name, fields);
  return answer.status ?? answer.outcome;
};

describe('ports', () => {
  test.each(['0', '5'])('a connection has a kind: not %s', (type) => {
    const fields = connect(type, {});
    expect(status('ConnectPort', fields, open('1'))).toBe('INVALID_PARAMETER');
  });

  /** A port of the root that any partition may connect to. */
  function open(type: string, rest: Fields = {}): TestMachine {
    const machine = testMachine();
    deposit(machine.hv, machine.vp, 1, 0x10, 8);
    deposit(machine.hv, machine.vp, 2, 0x20, 4);
    const port = { PortPartition: self, PortId: '7', 'PortInfo.PortType': type };
    const fields = { ...port, 'PortInfo.TargetSint': '2', ...rest };
    expect(status('CreatePort', fields, machine)).toBe('SUCCESS');
    return machine;
  }
  const connect = (type: string, rest: Fields): Fields => ({
    ConnectionPartition: '2',
    ConnectionId: '9',
    PortPartition: self,
    PortId: '7',
    'ConnectionInfo.PortType': type,
    ...rest,
  });

  test('a port without a sender is open to any partition', () => {
    const machine = open('1');
    expect(machine.root.ports.get(7)?.sender).toBeUndefined();
    expect(status('ConnectPort', connect('1', {}), machine)).toBe('SUCCESS');
  });

  test('a connection has a trust level that exists', () => {
    const fields = connect('1', { ConnectionVtl: '3' });
    expect(status('ConnectPort', fields, open('1'))).toBe('INVALID_PARAMETER');
  });

  test.each<[string, Fields, string]>([
    ['on a page', {}, 'SUCCESS'],
    ['off a page', { 'ConnectionInfo.Address': '0x3010' }, 'INVALID_ALIGNMENT'],
    ['with a doorbell value', { 'ConnectionInfo.TriggerValue': '1' }, 'INVALID_PARAMETER'],
  ])('a monitor connection %s', (_, change, expected) => {
    const machine = open('3', { 'PortInfo.TargetSint': '0x3000' });
    const fields = connect('3', { 'ConnectionInfo.Address': '0x3000', ...change });
    expect(status('ConnectPort', fields, machine)).toBe(expected);
  });

  test('a property of a port that exists may be set, which the model leaves out', () => {
    const fields = { PartitionId: self, PortId: '7' };
    expect(status('SetPortProperty', fields, open('1'))).toBe('validated');
    const unknown = { ...fields, PropertyCode: '1' };
    expect(status('SetPortProperty', unknown, open('1'))).toBe('UNKNOWN_PROPERTY');
  });
});

describe('intercepts', () => {
  const words = (...values: readonly number[]): string => {
    const view = new DataView(new ArrayBuffer(44));
    for (const [index, value] of values.entries()) view.setUint32(4 * index, value, true);
    return Array.from(new Uint8Array(view.buffer), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join('');
  };
  const result = (type: string, parameters: string): Fields => ({
    PartitionId: '2',
    VpIndex: '0',
    InterceptType: type,
    Parameters: parameters,
  });

  test.each([
    ['an MSR that faults', '12', words(0x1b, 3, 0), 'SUCCESS'],
    ['an MSR that reads as zero', '12', words(0x1b, 1, 1), 'SUCCESS'],
    ['an MSR with an unknown action', '12', words(0x1b, 1, 2), 'INVALID_PARAMETER'],
    ['an MSR that is executed', '12', words(0x1b, 4, 0), 'INVALID_PARAMETER'],
    ['one subleaf of CPUID', '2', words(4, 1, 1), 'SUCCESS'],
    ['a port', '0', words(0x60), 'INVALID_PARAMETER'],
  ])('an answer is registered for %s', (_, type, parameters, expected) => {
    const machine = testMachine();
    deposit(machine.hv, machine.vp, 2, 0x20, 4);
    expect(status('RegisterInterceptResult', result(type, parameters), machine)).toBe(expected);
    expect(machine.child.intercepts.results.size).toBe(expected === 'SUCCESS' ? 1 : 0);
  });

  test.each([
    ['0x12', 'validated'],
    ['0x11', 'INVALID_PARAMETER'],
  ])('HvCallInstallInterceptEx watches registers alone: type %s', (type, expected) => {
    const fields = { PartitionId: '2', InterceptType: type };
    const elements = [new Uint8Array(128)];
    const answer = named(testMachine(), 'InstallInterceptEx', fields, { elements });
    expect(answer.status ?? answer.outcome).toBe(expected);
  });
});

describe('trust levels', () => {
  const protect = (machine: TestMachine, partition: string) =>
    named(
      machine,
      'ModifyVtlProtectionMask',
      { TargetPartitionId: partition, MapFlags: '1' },
      { elements: [pack(1)] },
    ).status;

  test('a partition with one level has nobody who could protect', () => {
    expect(protect(testMachine(), self)).toBe('INVALID_VTL_STATE');
  });

  test('a partition protects its pages from a level above', () => {
    const machine = testMachine();
    machine.root.vtl.enabled = 3;
    expect(protect(machine, self)).toBe('ACCESS_DENIED');
    machine.vp.vtl.active = 1;
    expect(protect(machine, self)).toBe('SUCCESS');
  });

  test('a parent protects pages of its child from any level', () => {
    const machine = testMachine();
    machine.child.vtl.enabled = 3;
    expect(protect(machine, '2')).toBe('SUCCESS');
  });

  test('HvCallVtlCall is a fault for a caller without AccessVsm', () => {
    const { hv, vp, root } = testMachine();
    root.privileges = u64(0);
    load(vp, { code: 0x11 });
    expect(execute(hv, vp).outcome).toBe('#UD');
  });
});

describe('the state of a processor', () => {
  const simType = '0x80000002';
  const state = (name: string, type: string, header: readonly number[], machine: TestMachine) =>
    named(machine, name, { PartitionId: '2', VpIndex: '0', Type: type }, { header }).status;

  test('the message page is copied out and in', () => {
    const machine = testMachine();
    pokeBytes(machine.root.gpa, 0x5000, pack(0x1234));
    expect(state('SetVpState', simType, [5], machine)).toBe('SUCCESS');
    expect(state('GetVpState', simType, [6], machine)).toBe('SUCCESS');
    expect(word(machine.root, 0x6000)).toBe(0x1234n);
  });

  test.each([
    ['without a page', simType, [], 'INVALID_PARAMETER'],
    ['with two pages', simType, [5, 6], 'INVALID_PARAMETER'],
    ['to a page that is not mapped', simType, [unmappedGpn], 'INVALID_PARAMETER'],
    ['to a page that may only be read', simType, [readOnlyGpn], 'INVALID_PARAMETER'],
    ['timers to a page', '4', [5], 'INVALID_PARAMETER'],
    ['timers to the output', '4', [], 'SUCCESS'],
    ['of an unknown kind', '9', [5], 'FEATURE_UNAVAILABLE'],
  ])('is copied out %s', (_, type, header, expected) => {
    expect(state('GetVpState', type, header, testMachine())).toBe(expected);
  });
});

describe('single calls', () => {
  test('HvCallDispatchVp ends at a child that could run', () => {
    expect(status('DispatchVp', { PartitionId: '2', VpIndex: '1' })).toBe('validated');
  });

  test.each([
    ['3', 'validated'],
    ['47', 'validated'],
    ['4', 'UNKNOWN_PROPERTY'],
  ])('property %s of the machine is set: %s', (PropertyId, expected) => {
    expect(status('SetSystemProperty', { PropertyId })).toBe(expected);
  });

  test.each([
    ['15', 'SUCCESS', 3n],
    ['47', 'SUCCESS', 0n],
    ['3', 'UNKNOWN_PROPERTY', 0n],
  ])('property %s of the machine is read: %s', (PropertyId, expected, value) => {
    const machine = testMachine();
    expect(status('GetSystemProperty', { PropertyId }, machine)).toBe(expected);
    expect(word(machine.root, outputGpa)).toBe(value);
  });

  test('a page of counters is mapped once', () => {
    const machine = testMachine();
    deposit(machine.hv, machine.vp, 1, 0x10, 8);
    const fields = { StatsType: '1' };
    expect(status('MapStatsPage', fields, machine)).toBe('SUCCESS');
    expect(status('MapStatsPage', fields, machine)).toBe('OPERATION_DENIED');
  });

  test('rights that no processor has are refused', () => {
    const fields = { TargetPartitionId: '2', MapFlags: '2' };
    const answer = named(testMachine(), 'ModifySparseGpaPages', fields, { elements: [pack(1)] });
    expect(answer.status).toBe('INVALID_PARAMETER');
  });

  test('HvCallWriteGpa stays inside the address space', () => {
    const access = { PartitionId: '2', ByteCount: '1', BaseGpa: '0x8000000000000000' };
    expect(status('WriteGpa', access)).toBe('INVALID_PARAMETER');
  });

  test('HvCallTranslateVirtualAddress tells of a page that the hypervisor lays over', () => {
    const machine = testMachine();
    machine.hv.writeMsr(machine.childVp, 0x4000_0000, u64(1));
    machine.hv.writeMsr(machine.childVp, 0x4000_0001, u64(0x5001));
    const flags = { PartitionId: '2', ControlFlags: '0x41', GvaPage: '5' };
    expect(status('TranslateVirtualAddress', flags, machine)).toBe('SUCCESS');
    expect(memory(machine.root, outputGpa + 5, 1)[0]).toBe(1);
  });

  test.each([
    ['all by its flag, with an empty set', '1', '0', 'SUCCESS', 1],
    ['all by the format', '0', '1', 'SUCCESS', 1],
    ['nobody by an empty set', '0', '0', 'SUCCESS', 0],
    ['nobody in a format that does not exist', '0', '2', 'INVALID_PARAMETER', 0],
  ])('HvCallFlushVirtualAddressSpaceEx reaches %s', (_, Flags, Format, expected, flushes) => {
    const machine = testMachine();
    expect(status('FlushVirtualAddressSpaceEx', { Flags, Format }, machine)).toBe(expected);
    const kinds = machine.hv.trace.records().map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === hvEvents.kind.tlbFlushAll)).toHaveLength(flushes);
  });
});
