import { reserved, struct, u32, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { portId } from '../defs/connections.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Closes a port; messages that wait for a slot are lost with its buffers. */
export const deletePort = defineCall({
  code: 0x0058,
  name: 'HvCallDeletePort',
  aka: ['HVCALL_DELETE_PORT', 'HvDeletePort'],
  doc: 'Deletes a port with all messages that wait in it; its connection becomes useless.',
  caller: 'parent or root',
  privilege: 'CreatePort',
  source: tlfsCall('HvCallDeletePort'),
  statuses: {
    ACCESS_DENIED: 'The caller lacks CreatePort, or the owner is neither the caller nor its child.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_PORT_ID: 'The partition has no such port.',
  },
  input: struct(
    'HV_INPUT_DELETE_PORT',
    {
      PortPartition: u64Field('Partition that owns the port.'),
      PortId: u32('Id of the port.', { bits: portId }),
      Reserved: reserved(4),
    },
    { aka: ['hv_input_delete_port'] },
  ),
  handle({ PortPartition, PortId }, ports) {
    const owner = ports.partitions.find(PortPartition, 'self-or-child');
    if (typeof owner === 'number') return owner;
    if (owner.state !== 'active') return HvStatus.INVALID_PARTITION_STATE;
    return ports.connections.deletePort(owner, PortId);
  },
});
