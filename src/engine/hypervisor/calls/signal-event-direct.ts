import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { padding, struct, u8, u16, u32, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { targetSource } from '../defs/direct.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Sets an event flag of a processor without a port. */
export const signalEventDirect = defineCall({
  code: 0x00c0,
  name: 'HvCallSignalEventDirect',
  aka: ['HVCALL_SIGNAL_EVENT_DIRECT', 'HvSignalEventDirect'],
  doc: 'Sets an event flag of a processor of the caller or a child, without port or connection.',
  caller: 'parent or root',
  source: tlfsCall('HvCallSignalEventDirect'),
  statuses: {
    ACCESS_DENIED: 'The partition is neither the caller nor a child of it.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_VP_INDEX: 'The partition has no such processor.',
    INVALID_PARAMETER: 'The source is not 0 to 15, the flag not below 2,048, or the level not on.',
    INVALID_SYNIC_STATE: 'The SynIC or its event flags page is off, or the source is masked.',
  },
  input: struct(
    'HV_INPUT_SIGNAL_EVENT_DIRECT',
    {
      TargetPartition: u64Field('Partition; all ones means the caller itself.'),
      TargetVp: u32('Processor that receives.'),
      TargetVtl: u8('Trust level that receives.'),
      TargetSint: u8('Source that receives, 0 to 15.'),
      FlagNumber: u16('Flag of that source, 0 to 2047.'),
    },
    { aka: ['hv_input_signal_event_direct', 'SignalEventDirect'] },
  ),
  output: struct(
    'HV_OUTPUT_SIGNAL_EVENT_DIRECT',
    { NewlySignaled: u8('1 when the flag was clear before.'), Reserved: padding(7, 'Reserved.') },
    { aka: ['hv_output_signal_event_direct', 'SignalEventDirectOutput'] },
  ),
  handle({ TargetPartition, TargetVp, TargetVtl, TargetSint, FlagNumber }, ports, output) {
    const target = { id: TargetPartition, vp: TargetVp, vtl: TargetVtl, sint: TargetSint };
    const vp = targetSource(target, ports);
    if (typeof vp === 'number') return vp;
    if (FlagNumber >= hypervisorFacts.eventFlags.value) return HvStatus.INVALID_PARAMETER;
    const answer = ports.synic.signalDirect(vp, TargetSint, FlagNumber);
    if (typeof answer === 'number') return answer;
    output.NewlySignaled = answer ? 1 : 0;
    return HvStatus.SUCCESS;
  },
});
