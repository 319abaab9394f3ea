import { struct, u32 } from '../../kernel/layout.ts';
import { defineValidatedCall } from '../defs/call.ts';
import { linuxHeader } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** HV_PARTITION_EVENT: what the root may tell. */
const events: Readonly<Record<number, string>> = {
  2: 'The root has crashed',
  4: 'All logical processors are started',
};

/** Tells the hypervisor of an event in the root. */
export const notifyPartitionEvent = defineValidatedCall({
  code: 0x0087,
  name: 'HvCallNotifyPartitionEvent',
  aka: ['HVCALL_NOTIFY_PARTITION_EVENT'],
  doc: 'Tells the hypervisor of an event in the root: a crash, or that all processors run.',
  caller: 'root',
  privilege: 'CpuManagement',
  kind: 'simple',
  notSimulated: 'ends the machine',
  source: linuxHeader('hvhdk.h'),
  statuses: {
    ACCESS_DENIED: 'The caller is not the root or lacks CpuManagement.',
    INVALID_PARAMETER: 'No such event.',
  },
  input: struct(
    'HV_INPUT_NOTIFY_PARTITION_EVENT',
    {
      Event: u32('Event.', { values: events }),
      Input: u32('For a crash: what shall be done for the dump.'),
    },
    { aka: ['hv_input_notify_partition_event'] },
  ),
  rules: ({ Event }) =>
    events[Event] === undefined ? HvStatus.INVALID_PARAMETER : HvStatus.SUCCESS,
});
