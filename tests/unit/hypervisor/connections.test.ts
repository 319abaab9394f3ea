/** Ports and connections: who may make them, what they may be, what happens when they go. */
import { describe, expect, test } from 'vitest';
import { hypercalls } from '../../../src/engine/hypervisor/calls/index.ts';
import { encodeText } from '../../../src/engine/hypervisor/defs/fields.ts';
import { msrIndex, sintBase } from '../../../src/engine/hypervisor/defs/msrs.ts';
import { sintRegister } from '../../../src/engine/hypervisor/defs/synic.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import {
  deposit,
  enabledPage,
  makeCall,
  type TestMachine,
  testMachine,
} from './support/machine.ts';

type Fields = Readonly<Record<string, string>>;
const self = '0xffffffffffffffff';
const anyVp = '0xffffffff';

/** Makes a call by name, with fields by path; the root calls unless told. */
function call({ hv, vp }: TestMachine, name: string, fields: Fields, by = vp): string | undefined {
  const found = hypercalls.find((candidate) => candidate.name === `HvCall${name}`);
  if (found?.input === undefined) throw new Error(`no call ${name}`);
  return makeCall(hv, by, { code: found.code, input: encodeText(found.input, fields) }).status;
}

const messagePort: Fields = {
  PortPartition: self,
  PortId: '7',
  ConnectionPartition: '2',
  'PortInfo.PortType': '1',
  'PortInfo.TargetSint': '2',
};
const eventPort: Fields = {
  ...messagePort,
  'PortInfo.PortType': '2',
  'PortInfo.FlagCount': '16',
};
const connection: Fields = {
  ConnectionPartition: '2',
  ConnectionId: '9',
  PortPartition: self,
  PortId: '7',
  'ConnectionInfo.PortType': '1',
};

/** Both pools hold pages, and the SynIC of the root is on with source 2 open. */
function machine(): TestMachine {
  const made = testMachine();
  const { hv, vp } = made;
  deposit(hv, vp, 1, 0x10, 8);
  deposit(hv, vp, 2, 0x20, 4);
  for (const [index, value] of [
    [msrIndex.SCONTROL, u64(1)],
    [msrIndex.SIMP, enabledPage(0x380)],
    [msrIndex.SIEFP, enabledPage(0x381)],
    [sintBase + 2, sintRegister.pack({ Vector: 0x40 })],
  ] as const) {
    hv.writeMsr(vp, index, value);
  }
  return made;
}

function connected(): TestMachine {
  const made = machine();
  expect(call(made, 'CreatePort', messagePort)).toBe('SUCCESS');
  expect(call(made, 'ConnectPort', connection)).toBe('SUCCESS');
  return made;
}

const post = (made: TestMachine, type = 1) =>
  call(
    made,
    'PostMessage',
    { ConnectionId: '9', MessageType: String(type), PayloadSize: '0' },
    made.childVp,
  );

describe('creating a port', () => {
  test('takes a page of the owner and makes the port', () => {
    const made = machine();
    const used = made.root.pool.used.length;
    expect(call(made, 'CreatePort', messagePort)).toBe('SUCCESS');
    expect(made.root.ports.get(7)).toMatchObject({ kind: 'message', targetSint: 2, targetVp: 0 });
    expect(made.root.pool.used.length).toBe(used + 1);
  });

  test.each<[string, Fields, string]>([
    ['an unknown kind', { 'PortInfo.PortType': '5' }, 'INVALID_PARAMETER'],
    ['no kind', { 'PortInfo.PortType': '0' }, 'INVALID_PARAMETER'],
    ['source 0', { 'PortInfo.TargetSint': '0' }, 'INVALID_PARAMETER'],
    ['source 16', { 'PortInfo.TargetSint': '16' }, 'INVALID_PARAMETER'],
    ['a processor that is not there', { 'PortInfo.TargetVp': '5' }, 'INVALID_VP_INDEX'],
    ['flags of a message port', { 'PortInfo.FlagCount': '1' }, 'INVALID_PARAMETER'],
    ['an id of more than 24 bits', { PortId: '0x1000007' }, 'INVALID_PORT_ID'],
    ['a sender that is not there', { ConnectionPartition: '77' }, 'INVALID_PARTITION_ID'],
    ['an owner that is not there', { PortPartition: '77' }, 'INVALID_PARTITION_ID'],
    ['a trust level without number', { PortVtl: '3' }, 'INVALID_PARAMETER'],
    ['a monitor that is not page aligned', monitor('0x10'), 'INVALID_ALIGNMENT'],
  ])('with %s is refused', (_, change, status) => {
    const made = machine();
    expect(call(made, 'CreatePort', { ...messagePort, ...change })).toBe(status);
    expect(made.root.ports.size).toBe(0);
  });

  test.each<[string, Fields, string]>([
    ['without flags', { 'PortInfo.FlagCount': '0' }, 'INVALID_PARAMETER'],
    ['with all flags', { 'PortInfo.FlagCount': '2048' }, 'SUCCESS'],
    ['with flags behind the last', { 'PortInfo.BaseFlagNumber': '2033' }, 'INVALID_PARAMETER'],
    ['up to the last flag', { 'PortInfo.BaseFlagNumber': '2032' }, 'SUCCESS'],
  ])('for events %s', (_, change, status) => {
    expect(call(machine(), 'CreatePort', { ...eventPort, ...change })).toBe(status);
  });

  test('an id is used once at a time', () => {
    const made = machine();
    expect(call(made, 'CreatePort', messagePort)).toBe('SUCCESS');
    expect(call(made, 'CreatePort', messagePort)).toBe('INVALID_PORT_ID');
    expect(call(made, 'DeletePort', { PortPartition: self, PortId: '7' })).toBe('SUCCESS');
    expect(call(made, 'CreatePort', messagePort)).toBe('SUCCESS');
  });

  test('needs memory in the pool of the owner', () => {
    expect(call(testMachine(), 'CreatePort', messagePort)).toBe('INSUFFICIENT_MEMORY');
  });

  test('the older form never serves a partition that sends to itself', () => {
    const made = machine();
    const old = {
      PortPartition: self,
      PortId: '7',
      'PortTypeInfo.PortType': '1',
      'PortTypeInfo.TargetSint': '2',
    };
    const create = (sender: string) =>
      call(made, 'CreatePortDeprecated', { ...old, ConnectionPartition: sender });
    expect(create('1')).toBe('INVALID_PARTITION_ID');
    expect(create('0')).toBe('INVALID_PARTITION_ID');
    expect(create('2')).toBe('SUCCESS');
  });
});

function monitor(address: string): Fields {
  return { 'PortInfo.PortType': '3', 'PortInfo.TargetSint': address };
}

describe('connecting', () => {
  test('gives the sender a way to the port', () => {
    const made = connected();
    expect(post(made)).toBe('SUCCESS');
    expect([...made.vp.pendingVectors]).toEqual([0x40]);
  });

  test.each<[string, Fields, string]>([
    ['another kind', { 'ConnectionInfo.PortType': '2' }, 'INVALID_PARAMETER'],
    ['a port that is not there', { PortId: '8' }, 'INVALID_PORT_ID'],
    ['another sender than meant', { ConnectionPartition: '1' }, 'INVALID_PARTITION_ID'],
    ['an id of more than 24 bits', { ConnectionId: '0x1000000' }, 'INVALID_CONNECTION_ID'],
    ['an address on a message', { 'ConnectionInfo.Address': '0x1000' }, 'INVALID_PARAMETER'],
    ['a port partition that is not there', { PortPartition: '77' }, 'INVALID_PARTITION_ID'],
  ])('with %s is refused', (_, change, status) => {
    const made = machine();
    call(made, 'CreatePort', messagePort);
    expect(call(made, 'ConnectPort', { ...connection, ...change })).toBe(status);
    expect(made.child.connections.size).toBe(0);
  });

  test('a port has one connection, a connection id one port', () => {
    const made = connected();
    const other = { ...connection, ConnectionId: '10' };
    expect(call(made, 'ConnectPort', other)).toBe('INVALID_PORT_ID');
    call(made, 'CreatePort', { ...messagePort, PortId: '8' });
    expect(call(made, 'ConnectPort', { ...connection, PortId: '8' })).toBe('INVALID_CONNECTION_ID');
  });

  test('a trust level below that of the port is denied', () => {
    const made = machine();
    call(made, 'CreatePort', { ...messagePort, MinConnectionVtl: '1' });
    expect(call(made, 'ConnectPort', connection)).toBe('ACCESS_DENIED');
    expect(call(made, 'ConnectPort', { ...connection, ConnectionVtl: '1' })).toBe('SUCCESS');
  });

  test.each<[string, Fields, string]>([
    ['a byte at the end of a page', doorbell('0x1fff', '1'), 'SUCCESS'],
    ['a word across a page', doorbell('0x1fff', '2'), 'INVALID_PARAMETER'],
    ['any value of any width', doorbell('0x1000', '0x80000000'), 'SUCCESS'],
    ['a width that is not known', doorbell('0x1000', '5'), 'INVALID_PARAMETER'],
  ])('a doorbell rung by %s', (_, change, status) => {
    const made = machine();
    call(made, 'CreatePort', { ...messagePort, 'PortInfo.PortType': '4' });
    expect(call(made, 'ConnectPort', { ...connection, ...change })).toBe(status);
  });

  test('breaking it leaves what was sent, and frees port and page', () => {
    const made = connected();
    expect([post(made, 1), post(made, 2)]).toEqual(['SUCCESS', 'SUCCESS']);
    const end = { ConnectionPartition: '2', ConnectionId: '9' };
    expect(call(made, 'DisconnectPort', { ...end, Flags: '1' })).toBe('INVALID_CONNECTION_ID');
    expect(call(made, 'DisconnectPort', end)).toBe('SUCCESS');
    expect(call(made, 'DisconnectPort', end)).toBe('INVALID_CONNECTION_ID');
    expect(made.vp.synic.queues[2]?.length).toBe(1);
    expect(made.child.pool.used.length).toBe(0);
    expect(call(made, 'ConnectPort', connection)).toBe('SUCCESS');
  });
});

function doorbell(address: string, flags: string): Fields {
  return {
    'ConnectionInfo.PortType': '4',
    'ConnectionInfo.Address': address,
    'ConnectionInfo.Flags': flags,
  };
}

describe('deleting a port', () => {
  const end = { PortPartition: self, PortId: '7' };

  test('throws its waiting messages away and makes its connection useless', () => {
    const made = connected();
    for (const type of [1, 2, 3]) post(made, type);
    expect(made.vp.synic.queues[2]?.length).toBe(2);
    const used = made.root.pool.used.length;
    expect(call(made, 'DeletePort', end)).toBe('SUCCESS');
    expect(made.vp.synic.queues[2]?.length).toBe(0);
    expect(made.root.pool.used.length).toBe(used - 1);
    expect(post(made)).toBe('INVALID_PORT_ID');
    expect(call(made, 'DeletePort', end)).toBe('INVALID_PORT_ID');
  });

  test('leaves messages of other ports to the same source', () => {
    const made = connected();
    call(made, 'CreatePort', { ...messagePort, PortId: '8' });
    call(made, 'ConnectPort', { ...connection, ConnectionId: '10', PortId: '8' });
    const other = { ConnectionId: '10', MessageType: '5' };
    post(made, 1);
    post(made, 2);
    expect(call(made, 'PostMessage', other, made.childVp)).toBe('SUCCESS');
    call(made, 'DeletePort', end);
    expect(made.vp.synic.queues[2]?.map(({ messageType }) => messageType)).toEqual([5]);
  });

  test('a child may not touch ports of its parent', () => {
    const made = connected();
    made.child.privileges = made.root.privileges;
    const parents = { PortPartition: '1', PortId: '7' };
    expect(call(made, 'DeletePort', parents, made.childVp)).toBe('ACCESS_DENIED');
  });
});

describe('any processor', () => {
  test('takes the first one that can receive', () => {
    const made = machine();
    const { hv, child } = made;
    const second = hv.vp(child.id, 1);
    for (const [index, value] of [
      [msrIndex.SCONTROL, u64(1)],
      [msrIndex.SIMP, enabledPage(8)],
      [sintBase + 2, sintRegister.pack({ Vector: 0x50 })],
    ] as const) {
      hv.writeMsr(second, index, value);
    }
    const port = { ...messagePort, PortPartition: '2', 'PortInfo.TargetVp': anyVp };
    expect(call(made, 'CreatePort', { ...port, ConnectionPartition: '1' })).toBe('SUCCESS');
    const way = { ...connection, ConnectionPartition: self, PortPartition: '2' };
    expect(call(made, 'ConnectPort', way)).toBe('SUCCESS');
    const sent = { ConnectionId: '9', MessageType: '1' };
    expect(call(made, 'PostMessage', sent)).toBe('SUCCESS');
    expect([...second.pendingVectors]).toEqual([0x50]);
    hv.writeMsr(second, msrIndex.SCONTROL, u64(0));
    expect(call(made, 'PostMessage', sent)).toBe('INVALID_SYNIC_STATE');
  });
});

describe('properties', () => {
  const asked = { PartitionId: self, PortId: '7' };

  test('a port counts what it accepted', () => {
    const made = connected();
    for (const type of [1, 2, 3]) post(made, type);
    expect(call(made, 'GetPortProperty', asked)).toBe('SUCCESS');
    expect(made.root.ports.get(7)?.posts).toBe(3);
  });

  test.each<[Fields, string]>([
    [{ PropertyCode: '1' }, 'UNKNOWN_PROPERTY'],
    [{ PortId: '8' }, 'INVALID_PORT_ID'],
    [{ PartitionId: '77' }, 'INVALID_PARTITION_ID'],
  ])('%j is refused', (change, status) => {
    const made = connected();
    expect(call(made, 'GetPortProperty', { ...asked, ...change })).toBe(status);
    expect(call(made, 'SetPortProperty', { ...asked, ...change })).toBe(status);
  });
});

describe('without a port', () => {
  const event = { TargetPartition: self, TargetSint: '2', FlagNumber: '9' };

  test('an event is signalled once until the flag is cleared', () => {
    const made = machine();
    expect(call(made, 'SignalEventDirect', event)).toBe('SUCCESS');
    expect([...made.vp.pendingVectors]).toEqual([0x40]);
    made.vp.pendingVectors.clear();
    expect(call(made, 'SignalEventDirect', event)).toBe('SUCCESS');
    expect(made.vp.pendingVectors.size).toBe(0);
  });

  test.each<[Fields, string]>([
    [{ TargetSint: '16' }, 'INVALID_PARAMETER'],
    [{ FlagNumber: '2048' }, 'INVALID_PARAMETER'],
    [{ TargetVtl: '1' }, 'INVALID_PARAMETER'],
    [{ TargetVp: '3' }, 'INVALID_VP_INDEX'],
    [{ TargetPartition: '77' }, 'INVALID_PARTITION_ID'],
    [{ TargetSint: '5' }, 'INVALID_SYNIC_STATE'],
  ])('an event with %j is refused', (change, status) => {
    expect(call(machine(), 'SignalEventDirect', { ...event, ...change })).toBe(status);
  });

  test('a message arrives as it was written, and waits while the slot is full', () => {
    const made = machine();
    const header = '01 00 00 00 02 00 00 00 2a 00 00 00 00 00 00 00 aa bb';
    const sent = { PartitionId: self, SintIndex: '2', Message: header };
    const answers = Array.from({ length: 18 }, () => call(made, 'PostMessageDirect', sent));
    expect(answers.slice(0, 17).every((status) => status === 'SUCCESS')).toBe(true);
    expect(answers[17]).toBe('INSUFFICIENT_BUFFERS');
    expect(made.vp.synic.queues[2]?.[0]).toMatchObject({ messageType: 1, origin: 0x2a });
    const empty = { ...sent, Message: '00' };
    expect(call(made, 'PostMessageDirect', empty)).toBe('INVALID_PARAMETER');
  });
});
