import { bitfield } from '../../kernel/bitfield.ts';
import { struct, u32, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { connectionId } from '../defs/connections.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

const disconnectFlags = bitfield('HV_DISCONNECT_PORT_FLAGS', 32, {
  IsDoorbell: { bits: 0, doc: 'The connection is a doorbell.' },
  Reserved: { bits: [31, 1], doc: 'Reserved, must be zero.', reserved: true },
});

/** Breaks a connection; messages that were accepted still arrive. */
export const disconnectPort = defineCall({
  code: 0x005b,
  name: 'HvCallDisconnectPort',
  aka: ['HVCALL_DISCONNECT_PORT', 'HvDisconnectPort'],
  doc: 'Breaks a connection; what was sent through it still arrives.',
  caller: 'parent or root',
  privilege: 'ConnectPort',
  source: tlfsCall('HvCallDisconnectPort'),
  statuses: {
    ACCESS_DENIED:
      'The caller lacks ConnectPort, or the sender is neither the caller nor its child.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_CONNECTION_ID: 'The partition has no such connection, or no such doorbell.',
    INVALID_PARAMETER: 'A reserved flag is set.',
  },
  input: struct(
    'HV_INPUT_DISCONNECT_PORT',
    {
      ConnectionPartition: u64Field('Partition that owns the connection.'),
      ConnectionId: u32('Id of the connection.', { bits: connectionId }),
      Flags: u32('What kind of connection it is.', { bits: disconnectFlags }),
    },
    { aka: ['hv_input_disconnect_port'] },
  ),
  handle({ ConnectionPartition, ConnectionId, Flags }, ports) {
    const sender = ports.partitions.find(ConnectionPartition, 'self-or-child');
    if (typeof sender === 'number') return sender;
    if (sender.state !== 'active') return HvStatus.INVALID_PARTITION_STATE;
    return ports.connections.disconnect(sender, ConnectionId, (Flags & 1) === 1);
  },
});
