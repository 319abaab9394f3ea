/** The partition and the processor that a call names must exist and be the caller's to touch. */
import { describe, expect, test } from 'vitest';
import { testMachine } from './support/machine.ts';
import { type Fields, named } from './support/named-call.ts';

/** Name, field of the partition, further fields, elements asked for. */
type Row = readonly [name: string, field: string, rest: Fields, count?: number];

const port = { 'PortInfo.PortType': '1', 'PortInfo.TargetSint': '2' };
const old = { 'PortTypeInfo.PortType': '1', 'PortTypeInfo.TargetSint': '2' };
const connection = { PortPartition: '1', 'ConnectionInfo.PortType': '1' };
const counters = { StatsType: '0x10001' };
const vtl = { TargetVtl: '1' };

/** Calls that name a partition which must be active. */
const byPartition: readonly Row[] = [
  ['AssertVirtualInterrupt', 'TargetPartition', {}],
  ['AssertVirtualInterruptDeprecated', 'TargetPartition', {}],
  ['ClearVirtualInterrupt', 'DestinationPartition', {}],
  ['SetVirtualInterruptTarget', 'PartitionId', { InterruptId: '64' }],
  ['ConnectPort', 'ConnectionPartition', connection],
  ['ConnectPortDeprecated', 'ConnectionPartition', { PortPartition: '1', PortType: '1' }],
  ['CreatePort', 'PortPartition', port],
  ['CreatePortDeprecated', 'PortPartition', { ConnectionPartition: '1', ...old }],
  ['DeletePort', 'PortPartition', {}],
  ['DisconnectPort', 'ConnectionPartition', {}],
  ['GetPortProperty', 'PartitionId', {}],
  ['SetPortProperty', 'PartitionId', {}],
  ['DispatchVp', 'PartitionId', {}],
  ['GetGpaPagesAccessStates', 'PartitionId', {}, 1],
  ['GetVpSetFromMda', 'TargetPartition', {}],
  ['InstallIntercept', 'PartitionId', {}],
  ['InstallInterceptEx', 'PartitionId', { InterceptType: '0x12' }, 1],
  ['RegisterInterceptResult', 'PartitionId', { InterceptType: '2' }],
  ['UnregisterInterceptResult', 'PartitionId', { InterceptType: '2' }],
  ['MapStatsPage', 'ObjectIdentity.ObjectId', counters],
  ['ModifySparseGpaPages', 'TargetPartitionId', {}, 1],
  ['RetargetDeviceInterrupt', 'PartitionId', { Vector: '64', MaskOrFormat: '1' }],
  ['ModifyVtlProtectionMask', 'TargetPartitionId', {}, 1],
  ['EnablePartitionVtl', 'TargetPartitionId', vtl],
  ['EnableVpVtl', 'PartitionId', vtl],
  ['GetVpState', 'PartitionId', { Type: '4' }],
  ['SetVpState', 'PartitionId', { Type: '4' }],
  ['ReadGpa', 'PartitionId', { ByteCount: '1' }],
  ['WriteGpa', 'PartitionId', { ByteCount: '1' }],
  ['TranslateVirtualAddress', 'PartitionId', { ControlFlags: '1' }],
];

/** Those that name one of its processors too. */
const byProcessor = byPartition.filter(([name]) =>
  [
    'SetVirtualInterruptTarget',
    'DispatchVp',
    'RegisterInterceptResult',
    'UnregisterInterceptResult',
    'EnableVpVtl',
    'GetVpState',
    'SetVpState',
    'ReadGpa',
    'WriteGpa',
    'TranslateVirtualAddress',
  ].includes(name),
);

function answer([name, field, rest, count = 0]: Row, id: string, state?: 'finalized'): unknown {
  const machine = testMachine();
  machine.hv.addPartition({ parent: machine.child, ramPages: 4 });
  if (state !== undefined) machine.child.state = state;
  return named(machine, name, { ...rest, [field]: id }, { count }).status;
}

describe.each(byPartition.map((row) => [row[0], row] as const))('HvCall%s', (_, row) => {
  test('names a partition that exists', () => {
    expect(answer(row, '77')).toBe('INVALID_PARTITION_ID');
  });

  test('does not reach a child of a child', () => {
    expect(answer(row, '3')).toBe('ACCESS_DENIED');
  });

  test('names a partition that is active', () => {
    expect(answer(row, '2', 'finalized')).toBe('INVALID_PARTITION_STATE');
  });
});

test.each(byProcessor.map((row) => [row[0], row] as const))(
  'HvCall%s names a processor that the partition has',
  (_, [name, field, rest]) => {
    expect(answer([name, field, { ...rest, VpIndex: '9' }], '2')).toBe('INVALID_VP_INDEX');
  },
);

test.each([
  ['CreatePort', { PortPartition: '1', ConnectionPartition: '2', ...port }],
  ['ConnectPort', { ConnectionPartition: '1', ...connection, PortPartition: '2' }],
] as const)('HvCall%s needs both partitions active', (name, fields) => {
  const machine = testMachine();
  machine.child.state = 'finalized';
  expect(named(machine, name, fields).status).toBe('INVALID_PARTITION_STATE');
});
