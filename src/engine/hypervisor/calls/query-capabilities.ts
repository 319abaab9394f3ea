import { struct, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { extendedCapabilities } from '../defs/extended.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Tells which extended hypercalls the virtualization stack in the root answers. */
export const queryCapabilities = defineCall({
  code: 0x8001,
  name: 'HvExtCallQueryCapabilities',
  aka: ['HV_EXT_CALL_QUERY_CAPABILITIES', 'HvExtQueryCapabilities'],
  doc: 'Tells which extended hypercalls are there.',
  caller: 'any',
  privilege: 'EnableExtendedHypercalls',
  source: tlfsCall('HvExtCallQueryCapabilities'),
  statuses: { ACCESS_DENIED: 'The caller lacks EnableExtendedHypercalls.' },
  output: struct('HV_OUTPUT_EXT_QUERY_CAPABILITIES', {
    Capabilities: u64Field('One bit for each extended call.', { bits: extendedCapabilities }),
  }),
  handle(_input, ports, output) {
    output.Capabilities = ports.extended.capabilities();
    return HvStatus.SUCCESS;
  },
});
