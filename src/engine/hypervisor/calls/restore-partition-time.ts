import { reserved, struct, u32, u64Field } from '../../kernel/layout.ts';
import { defineValidatedCall } from '../defs/call.ts';
import { openvmmDefinitions } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Sets the clocks of a partition after it was restored. */
export const restorePartitionTime = defineValidatedCall({
  code: 0x0103,
  name: 'HvCallRestorePartitionTime',
  aka: ['HvRestorePartitionTime'],
  doc: 'Sets reference time and TSC of a partition, after it was restored or moved.',
  caller: 'any',
  kind: 'simple',
  source: openvmmDefinitions,
  statuses: {
    ACCESS_DENIED: 'The partition is neither the caller nor a child of it.',
    INVALID_PARTITION_ID: 'No partition has this id.',
  },
  input: struct(
    'HV_INPUT_RESTORE_PARTITION_TIME',
    {
      PartitionId: u64Field('Partition; all ones means the caller itself.'),
      TscSequence: u32('Sequence number of the reference TSC page.'),
      Reserved: reserved(4),
      ReferenceTimeIn100Ns: u64Field('Reference time, in units of 100 ns.'),
      Tsc: u64Field('Time stamp counter that belongs to it.'),
    },
    { aka: ['RestorePartitionTime'] },
  ),
  rules({ PartitionId }, ports) {
    const partition = ports.partitions.find(PartitionId, 'self-or-child');
    return typeof partition === 'number' ? partition : HvStatus.SUCCESS;
  },
});
