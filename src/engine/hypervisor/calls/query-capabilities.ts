import { bitfield } from '../../kernel/bitfield.ts';
import { struct, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

const capabilities = bitfield('HV_EXT_CAPABILITIES', 64, {
  BootZeroedMemory: { bits: 0, doc: 'HvExtCallGetBootZeroedMemory answers.' },
  MemoryHeatHint: { bits: 1, doc: 'HvExtCallMemoryHeatHint answers.' },
  EpfSetup: { bits: 2, doc: 'HvExtCallEpfSetup answers.' },
  Reserved1: { bits: 3, doc: 'Reserved.' },
  MemoryHeatHintAsync: { bits: 4, doc: 'HvExtCallMemoryHeatHintAsync answers.' },
  Reserved2: { bits: [63, 5], doc: 'Reserved.' },
});

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
    Capabilities: u64Field('One bit for each extended call.', { bits: capabilities }),
  }),
  handle(_input, ports, output) {
    output.Capabilities = ports.extended.capabilities();
    return HvStatus.SUCCESS;
  },
});
