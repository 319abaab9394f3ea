import { nested, padding, reserved, struct, u8, u32, u64Field } from '../../kernel/layout.ts';
import { type U64, u64IsZero } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import { type PortRequest, portId, portInfo, readPortInfo } from '../defs/connections.ts';
import type { Partition } from '../defs/model.ts';
import type { HypercallPorts } from '../defs/ports.ts';
import { proximityField } from '../defs/proximity.ts';
import { tlfsCall, tlfsPdf } from '../defs/source.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';

const statuses = {
  ACCESS_DENIED: 'The caller lacks CreatePort, or the owner is neither the caller nor its child.',
  INVALID_PARTITION_ID: 'No partition has one of the ids.',
  INVALID_PARTITION_STATE: 'One of the partitions is not active.',
  INVALID_PORT_ID: 'The id is in use, or its upper 8 bits are not zero.',
  INVALID_VP_INDEX: 'No processor has this index, and it does not mean any processor.',
  INVALID_PARAMETER:
    'The kind, the source, the event flags or a trust level cannot be, or a field is not zero.',
  INVALID_ALIGNMENT: 'The page of a monitor port is not page aligned.',
  INSUFFICIENT_MEMORY: 'The pool of the owner holds too few pages.',
} as const;

/** Trust levels that have a number. */
const vtlMax = 2;

/** The partition that may connect to the port; without an id any may. */
function senderOf(id: U64, ports: HypercallPorts): Partition | undefined | HvStatusCode {
  if (u64IsZero(id)) return undefined;
  const sender = ports.partitions.find(id, 'any');
  if (typeof sender === 'number') return sender;
  return sender.state === 'active' ? sender : HvStatus.INVALID_PARTITION_STATE;
}

/** Creates a port of a kind in a partition, for a partition that is to send. */
function create(
  ports: HypercallPorts,
  partitions: { readonly owner: U64; readonly sender: U64; readonly mayBeSame: boolean },
  id: number,
  rest: Pick<PortRequest, 'vtl' | 'minConnectionVtl'>,
  info: Parameters<typeof readPortInfo>[0],
): HvStatusCode {
  const owner = ports.partitions.find(partitions.owner, 'self-or-child');
  if (typeof owner === 'number') return owner;
  const sender = senderOf(partitions.sender, ports);
  if (typeof sender === 'number') return sender;
  if (owner.state !== 'active') return HvStatus.INVALID_PARTITION_STATE;
  if (sender === owner && !partitions.mayBeSame) return HvStatus.INVALID_PARTITION_ID;
  const target = readPortInfo(info);
  if (typeof target === 'number') return target;
  if (rest.vtl > vtlMax || rest.minConnectionVtl > vtlMax) return HvStatus.INVALID_PARAMETER;
  return ports.connections.createPort(owner, { id, sender, ...rest, ...target });
}

/** Opens the receiving end of messages, events or doorbells. */
export const createPort = defineCall({
  code: 0x0095,
  name: 'HvCallCreatePort',
  aka: ['HVCALL_CREATE_PORT'],
  doc: 'Creates a port: the receiving end of messages, events or doorbells.',
  caller: 'parent or root',
  privilege: 'CreatePort',
  source: tlfsCall('HvCallCreatePort'),
  statuses,
  input: struct(
    'HV_INPUT_CREATE_PORT',
    {
      PortPartition: u64Field('Partition that receives and owns the port.'),
      PortId: u32('Id of the new port.', { bits: portId }),
      PortVtl: u8('Trust level of the port.'),
      MinConnectionVtl: u8('Lowest trust level from which one may connect.'),
      ReservedZ0: reserved(2),
      ConnectionPartition: u64Field('Partition that may connect; 0 for any.'),
      PortInfo: nested(portInfo, 'Kind and target.'),
      ProximityDomainInfo: proximityField(),
    },
    { aka: ['hv_input_create_port'] },
  ),
  handle(input, ports) {
    const partitions = { owner: input.PortPartition, sender: input.ConnectionPartition };
    const levels = { vtl: input.PortVtl, minConnectionVtl: input.MinConnectionVtl };
    const { PortId, PortInfo } = input;
    return create(ports, { ...partitions, mayBeSame: true }, PortId, levels, PortInfo);
  },
});

/** The older form: without trust levels, and never for a partition itself. */
export const createPortDeprecated = defineCall({
  code: 0x0057,
  name: 'HvCallCreatePortDeprecated',
  aka: ['HvCreatePort'],
  doc: 'Creates a port, in the form that HvCallCreatePort has replaced.',
  caller: 'parent or root',
  privilege: 'CreatePort',
  source: tlfsPdf('2.0A', '14.9.1 HvCreatePort'),
  statuses: {
    ...statuses,
    INVALID_PARTITION_ID: 'No partition has one of the ids, or both are the same partition.',
  },
  input: struct('HV_INPUT_CREATE_PORT_DEPRECATED', {
    PortPartition: u64Field('Partition that receives and owns the port.'),
    PortId: u32('Id of the new port.', { bits: portId }),
    Padding: padding(4),
    ConnectionPartition: u64Field('Partition that may connect.'),
    PortTypeInfo: nested(portInfo, 'Kind and target.'),
  }),
  handle({ PortPartition, ConnectionPartition, PortId, PortTypeInfo }, ports) {
    if (u64IsZero(ConnectionPartition)) return HvStatus.INVALID_PARTITION_ID;
    const partitions = { owner: PortPartition, sender: ConnectionPartition, mayBeSame: false };
    return create(ports, partitions, PortId, { vtl: 0, minConnectionVtl: 0 }, PortTypeInfo);
  },
});
