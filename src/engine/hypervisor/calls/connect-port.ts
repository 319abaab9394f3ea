import { nested, padding, reserved, struct, u8, u32, u64Field } from '../../kernel/layout.ts';
import { type U64, u64Zero } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import {
  type ConnectionRequest,
  connectionId,
  connectionInfo,
  portId,
  readConnectionInfo,
} from '../defs/connections.ts';
import type { HypercallPorts } from '../defs/ports.ts';
import { proximityField } from '../defs/proximity.ts';
import { tlfsCall, tlfsPdf } from '../defs/source.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';

const statuses = {
  ACCESS_DENIED:
    'The caller lacks ConnectPort, the sender is neither the caller nor its child, or its trust ' +
    'level is too low for the port.',
  INVALID_PARTITION_ID: 'No partition has one of the ids, or the port is meant for another sender.',
  INVALID_PARTITION_STATE: 'One of the partitions is not active.',
  INVALID_CONNECTION_ID: 'The id is in use, or its upper 8 bits are not zero.',
  INVALID_PORT_ID: 'There is no such port, or it is connected already.',
  INVALID_PARAMETER: 'The kind is not that of the port, or what goes with it cannot be.',
  INVALID_ALIGNMENT: 'The page of a monitor connection is not page aligned.',
  INSUFFICIENT_MEMORY: 'The pool of the sender holds too few pages.',
} as const;

/** Trust levels that have a number. */
const vtlMax = 2;

function connect(
  ports: HypercallPorts,
  partitions: { readonly sender: U64; readonly owner: U64 },
  request: Pick<ConnectionRequest, 'id' | 'portId' | 'vtl'>,
  info: Parameters<typeof readConnectionInfo>[0],
): HvStatusCode {
  const sender = ports.partitions.find(partitions.sender, 'self-or-child');
  if (typeof sender === 'number') return sender;
  const owner = ports.partitions.find(partitions.owner, 'any');
  if (typeof owner === 'number') return owner;
  if (sender.state !== 'active' || owner.state !== 'active') {
    return HvStatus.INVALID_PARTITION_STATE;
  }
  const target = readConnectionInfo(info);
  if (typeof target === 'number') return target;
  if (request.vtl > vtlMax) return HvStatus.INVALID_PARAMETER;
  return ports.connections.connect(sender, owner, { ...request, ...target });
}

/** Makes the sending end that belongs to a port. */
export const connectPort = defineCall({
  code: 0x0096,
  name: 'HvCallConnectPort',
  aka: ['HVCALL_CONNECT_PORT'],
  doc: 'Connects a partition to a port, so that it can send.',
  caller: 'parent or root',
  privilege: 'ConnectPort',
  source: tlfsCall('HvCallConnectPort'),
  statuses,
  input: struct(
    'HV_INPUT_CONNECT_PORT',
    {
      ConnectionPartition: u64Field('Partition that sends and owns the connection.'),
      ConnectionId: u32('Id of the new connection.', { bits: connectionId }),
      ConnectionVtl: u8('Trust level of the connection.'),
      ReservedZ0: reserved(1),
      ReservedZ1: reserved(2),
      PortPartition: u64Field('Partition that owns the port.'),
      PortId: u32('Id of the port.', { bits: portId }),
      ReservedZ2: reserved(4),
      ConnectionInfo: nested(connectionInfo, 'Kind, and which writes ring a doorbell.'),
      ProximityDomainInfo: proximityField(),
    },
    { aka: ['hv_input_connect_port'] },
  ),
  handle(input, ports) {
    const partitions = { sender: input.ConnectionPartition, owner: input.PortPartition };
    const request = { id: input.ConnectionId, portId: input.PortId, vtl: input.ConnectionVtl };
    return connect(ports, partitions, request, input.ConnectionInfo);
  },
});

/** The older form: without trust levels and doorbells. */
export const connectPortDeprecated = defineCall({
  code: 0x0059,
  name: 'HvCallConnectPortDeprecated',
  aka: ['HvConnectPort'],
  doc: 'Connects a partition to a port, in the form that HvCallConnectPort has replaced.',
  caller: 'parent or root',
  privilege: 'ConnectPort',
  source: tlfsPdf('2.0A', '14.9.3 HvConnectPort'),
  statuses,
  input: struct('HV_INPUT_CONNECT_PORT_DEPRECATED', {
    ConnectionPartition: u64Field('Partition that sends and owns the connection.'),
    ConnectionId: u32('Id of the new connection.', { bits: connectionId }),
    Padding: padding(4),
    PortPartition: u64Field('Partition that owns the port.'),
    PortId: u32('Id of the port.', { bits: portId }),
    Padding2: padding(4),
    PortType: u32('Kind of port.'),
    Padding3: padding(4),
  }),
  handle({ ConnectionPartition, ConnectionId, PortPartition, PortId, PortType }, ports) {
    const partitions = { sender: ConnectionPartition, owner: PortPartition };
    const plain = { Address: u64Zero, TriggerValue: u64Zero, Flags: u64Zero };
    const request = { id: ConnectionId, portId: PortId, vtl: 0 };
    return connect(ports, partitions, request, { PortType, ...plain });
  },
});
