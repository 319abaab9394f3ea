/** Two calls by which the root watches and parks the logical processors. */
import { reserved, struct, u32, u64Field } from '../../kernel/layout.ts';
import { defineValidatedCall } from '../defs/call.ts';
import { tlfsPdf } from '../defs/source.ts';

/** Asks how long a logical processor ran and how much of it the hypervisor took itself. */
export const getLogicalProcessorRunTime = defineValidatedCall({
  code: 0x0004,
  name: 'HvCallGetLogicalProcessorRunTime',
  aka: ['HVCALL_GET_LOGICAL_PROCESSOR_RUN_TIME', 'HvGetLogicalProcessorRunTime'],
  doc: 'Tells how long a logical processor ran, and how long in the hypervisor.',
  caller: 'any',
  privilege: 'CpuManagement',
  kind: 'simple',
  notSimulated: 'no logical processors',
  source: tlfsPdf('2.0A', 'HvGetLogicalProcessorRunTime'),
  statuses: { ACCESS_DENIED: 'The caller lacks CpuManagement.' },
  input: struct(
    'HV_INPUT_GET_LOGICAL_PROCESSOR_RUN_TIME',
    { LpIndex: u32('Logical processor.') },
    { aka: ['hv_input_get_logical_processor_run_time'] },
  ),
  output: struct(
    'HV_OUTPUT_GET_LOGICAL_PROCESSOR_RUN_TIME',
    {
      GlobalTime: u64Field('Time since the start, in units of 100 ns.'),
      LocalRunTime: u64Field('Time in which the processor was not idle.'),
      RsvdZ: reserved(8),
      HypervisorTime: u64Field('Time in which it ran the hypervisor.'),
    },
    { aka: ['hv_output_get_logical_processor_run_time'] },
  ),
});

/** Tells the hypervisor which processors the root keeps parked to save energy. */
export const parkedVirtualProcessors = defineValidatedCall({
  code: 0x0009,
  name: 'HvCallParkedVirtualProcessors',
  aka: ['HvParkLogicalProcessors'],
  doc: 'Tells which processors the caller keeps parked.',
  caller: 'any',
  privilege: 'CpuManagement',
  kind: 'simple',
  notSimulated: 'no logical processors',
  source: tlfsPdf('2.0A', 'HvParkLogicalProcessors'),
  statuses: { ACCESS_DENIED: 'The caller lacks CpuManagement.' },
  input: struct('HV_INPUT_PARKED_VIRTUAL_PROCESSORS', {
    ProcessorMask: u64Field('One bit for each of the processors 0 to 63.'),
  }),
});
