import { bitfield } from '../../kernel/bitfield.ts';
import { struct, u32, u64Field } from '../../kernel/layout.ts';
import { defineValidatedCall } from '../defs/call.ts';
import { childVp } from '../defs/child-vp.ts';
import { linuxHeader } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

const dispatchFlags = bitfield('HV_DISPATCH_VP_FLAGS', 32, {
  ClearInterceptSuspend: { bits: 0, doc: 'The intercept is dealt with.' },
  EnableCallerInterrupts: { bits: 1, doc: 'Interrupts of the caller end the run.' },
  SetCallerSpecCtrl: { bits: 2, doc: 'Set SPEC_CTRL of the caller afterwards.' },
  SkipVpSpecFlush: { bits: 3, doc: 'Do not flush speculation for the processor.' },
  SkipCallerSpecFlush: { bits: 4, doc: 'Do not flush speculation for the caller.' },
  SkipCallerUserSpecFlush: { bits: 5, doc: 'Do not flush speculation for its users.' },
  ScanInterruptInjection: { bits: 6, doc: 'Look for interrupts to inject.' },
  Reserved: { bits: [31, 7], doc: 'Reserved, must be zero.', reserved: true },
});

/** Runs a processor from the root, where the root schedules. */
export const dispatchVp = defineValidatedCall({
  code: 0x00c2,
  name: 'HvCallDispatchVp',
  aka: ['HVCALL_DISPATCH_VP'],
  doc: 'Runs a processor until something happens; guests of the model are run from outside.',
  caller: 'root',
  kind: 'simple',
  notSimulated: 'guests run from outside',
  source: linuxHeader('hvhdk.h'),
  statuses: {
    ACCESS_DENIED: 'The caller is not the root, or the partition is not its child.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_VP_INDEX: 'The partition has no such virtual processor.',
  },
  input: struct(
    'HV_INPUT_DISPATCH_VP',
    {
      PartitionId: u64Field('Partition.'),
      VpIndex: u32('Processor to run.'),
      Flags: u32('How to run it.', { bits: dispatchFlags }),
      TimeSlice: u64Field('Longest run, in units of 100 ns.'),
      SpecCtrl: u64Field('SPEC_CTRL for the caller.'),
    },
    { aka: ['hv_input_dispatch_vp'] },
  ),
  output: struct(
    'HV_OUTPUT_DISPATCH_VP',
    {
      DispatchState: u32('Blocked 1, ready 2.'),
      DispatchEvent: u32('Suspended 1, intercepted 2.'),
    },
    { aka: ['hv_output_dispatch_vp'] },
  ),
  rules({ PartitionId, VpIndex }, ports) {
    const vp = childVp(ports, PartitionId, VpIndex);
    return typeof vp === 'number' ? vp : HvStatus.SUCCESS;
  },
});
