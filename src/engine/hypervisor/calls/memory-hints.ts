/** Extended calls by which a guest helps its host to place memory. */
import { bitfield } from '../../kernel/bitfield.ts';
import { struct, u64Field } from '../../kernel/layout.ts';
import { defineValidatedCall } from '../defs/call.ts';
import { extendedStatuses, requireCapability } from '../defs/extended.ts';
import { gpaPageRange } from '../defs/page-range.ts';
import { linuxHeader, tlfs } from '../defs/source.ts';

const shared = {
  caller: 'any',
  privilege: 'EnableExtendedHypercalls',
  statuses: extendedStatuses,
} as const;

const unpublished = {
  ...shared,
  kind: 'simple',
  layout: 'unpublished',
  source: tlfs('hypercalls/overview', 'Hypercall Reference'),
} as const;

const heat = bitfield('HV_MEMORY_HINT', 64, {
  HeatType: { bits: [1, 0], doc: '0: cold, 1: hot, 2: cold and no longer needed.' },
  Reserved: { bits: [63, 2], doc: 'Reserved, must be zero.', reserved: true },
});

/** Tells the host which memory is used much and which is not. */
export const memoryHeatHint = defineValidatedCall({
  ...shared,
  notSimulated: 'no memory hints',
  code: 0x8003,
  name: 'HvExtCallMemoryHeatHint',
  aka: ['HV_EXT_CALL_MEMORY_HEAT_HINT'],
  doc: 'Tells the host which memory is used much, which little and which no longer.',
  kind: 'rep',
  source: linuxHeader('hvgdk_mini.h'),
  input: struct(
    'HV_MEMORY_HINT',
    { Hint: u64Field('How much the ranges are used.', { bits: heat }) },
    { aka: ['hv_memory_hint'] },
  ),
  element: gpaPageRange,
  rules: (_input, ports) => requireCapability(ports, 'MemoryHeatHint'),
});

/** Sets up faults that the guest takes while its host still fetches the page. */
export const epfSetup = defineValidatedCall({
  ...unpublished,
  code: 0x8004,
  name: 'HvExtCallEpfSetup',
  aka: ['HV_EXT_CALL_EPF_SETUP'],
  doc: 'Sets up enlightened page faults: the guest may do something else meanwhile.',
  rules: (_input, ports) => requireCapability(ports, 'EpfSetup'),
});

/** Like the hint, without waiting for the host. */
export const memoryHeatHintAsync = defineValidatedCall({
  ...unpublished,
  code: 0x8006,
  name: 'HvExtCallMemoryHeatHintAsync',
  aka: ['HV_EXT_CALL_MEMORY_HEAT_HINT_ASYNC'],
  doc: 'Tells the host which memory is used much, without waiting for it.',
  rules: (_input, ports) => requireCapability(ports, 'MemoryHeatHintAsync'),
});
