import { padding, struct, u32, u64Field } from '../../kernel/layout.ts';
import { type U64, u64 } from '../../kernel/u64.ts';
import { defineCall, defineValidatedCall } from '../defs/call.ts';
import { portId } from '../defs/connections.ts';
import type { Port } from '../defs/model.ts';
import type { HypercallPorts } from '../defs/ports.ts';
import { tlfsPdf } from '../defs/source.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';

/** The one property that the specification lists. */
const postCount = 0;
const propertyNames = { [postCount]: 'Post count' };

const statuses = {
  ACCESS_DENIED: 'The caller lacks CreatePort, or the owner is neither the caller nor its child.',
  INVALID_PARTITION_ID: 'No partition has this id.',
  INVALID_PARTITION_STATE: 'The partition is not active.',
  INVALID_PORT_ID: 'The partition has no such port.',
  UNKNOWN_PROPERTY: 'There is no such property.',
} as const;

const header = {
  PartitionId: u64Field('Partition that owns the port.'),
  PortId: u32('Id of the port.', { bits: portId }),
  Padding: padding(4),
  PropertyCode: u32('Which property.', { values: propertyNames }),
  Padding2: padding(4),
};
const value = { PropertyValue: u64Field('Value of the property.') };

/** The port that a call names, if it may and the property exists. */
function namedPort(
  input: { readonly PartitionId: U64; readonly PortId: number; readonly PropertyCode: number },
  ports: HypercallPorts,
): Port | HvStatusCode {
  const owner = ports.partitions.find(input.PartitionId, 'self-or-child');
  if (typeof owner === 'number') return owner;
  if (owner.state !== 'active') return HvStatus.INVALID_PARTITION_STATE;
  const port = owner.ports.get(input.PortId);
  if (port === undefined) return HvStatus.INVALID_PORT_ID;
  return input.PropertyCode === postCount ? port : HvStatus.UNKNOWN_PROPERTY;
}

/** Tells how often a port was used. */
export const getPortProperty = defineCall({
  code: 0x005a,
  name: 'HvCallGetPortProperty',
  aka: ['HvGetPortProperty'],
  doc: 'Gives a property of a port: how many messages or events it has accepted.',
  caller: 'parent or root',
  privilege: 'CreatePort',
  source: tlfsPdf('2.0A', '14.9.5 HvGetPortProperty'),
  statuses,
  input: struct('HV_INPUT_GET_PORT_PROPERTY', header),
  output: struct('HV_OUTPUT_GET_PORT_PROPERTY', value),
  handle(input, ports, output) {
    const port = namedPort(input, ports);
    if (typeof port === 'number') return port;
    output.PropertyValue = u64(port.posts);
    return HvStatus.SUCCESS;
  },
});

/** What setting the count would mean is not published, so nothing is set. */
export const setPortProperty = defineValidatedCall({
  code: 0x0070,
  name: 'HvCallSetPortProperty',
  aka: ['HvSetPortProperty'],
  doc: 'Sets a property of a port.',
  caller: 'parent or root',
  privilege: 'CreatePort',
  kind: 'simple',
  source: tlfsPdf('2.0A', '14.9.6 HvSetPortProperty'),
  statuses,
  input: struct('HV_INPUT_SET_PORT_PROPERTY', { ...header, ...value }),
  output: struct('HV_OUTPUT_SET_PORT_PROPERTY', value),
  rules(input, ports) {
    const port = namedPort(input, ports);
    return typeof port === 'number' ? port : HvStatus.SUCCESS;
  },
});
