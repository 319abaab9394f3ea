import { reserved, struct, u32 } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Tells the scheduler that a processor has been spinning; a hint that changes no state here. */
export const notifyLongSpinWait = defineCall({
  code: 0x0008,
  name: 'HvCallNotifyLongSpinWait',
  aka: ['HVCALL_NOTIFY_LONG_SPIN_WAIT', 'HvNotifyLongSpinWait'],
  doc: 'Tells the hypervisor that the processor has been waiting for a lock for long.',
  caller: 'any',
  source: tlfsCall('HvCallNotifyLongSpinWait'),
  statuses: {},
  input: struct('HV_INPUT_NOTIFY_LONG_SPIN_WAIT', {
    SpinCount: u32('How often the processor has tried in vain.'),
    RsvdZ: reserved(4),
  }),
  handle: () => HvStatus.SUCCESS,
});
