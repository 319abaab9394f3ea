import { struct, u64Field } from '../../kernel/layout.ts';
import { u64, u64Equal, u64IsZero } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Lists the children of a partition, one for each call. */
export const getNextChildPartition = defineCall({
  code: 0x0047,
  name: 'HvCallGetNextChildPartition',
  aka: ['HvGetNextChildPartition'],
  doc: 'Gives the child that follows another one; 0 starts the list, and 0 ends it.',
  caller: 'parent',
  source: tlfsCall('HvCallGetNextChildPartition'),
  statuses: {
    ACCESS_DENIED: 'The partition is neither the caller nor a child of it.',
    INVALID_PARTITION_ID:
      'No partition has this id, or the previous child is none of its children.',
  },
  input: struct('HV_INPUT_GET_NEXT_CHILD_PARTITION', {
    ParentPartitionId: u64Field('Partition whose children are listed.'),
    PreviousChildPartitionId: u64Field('The child that was given last, or 0 for the first one.'),
  }),
  output: struct('HV_OUTPUT_GET_NEXT_CHILD_PARTITION', {
    NextChildPartitionId: u64Field('The next child, or 0 after the last one.'),
  }),
  handle({ ParentPartitionId, PreviousChildPartitionId: previous }, ports, output) {
    const parent = ports.partitions.find(ParentPartitionId, 'self-or-child');
    if (typeof parent === 'number') return parent;
    const ids = ports.partitions.childrenOf(parent);
    const at = ids.findIndex((id) => u64Equal(u64(id), previous));
    if (at < 0 && !u64IsZero(previous)) return HvStatus.INVALID_PARTITION_ID;
    output.NextChildPartitionId = u64(ids[at + 1] ?? 0);
    return HvStatus.SUCCESS;
  },
});
