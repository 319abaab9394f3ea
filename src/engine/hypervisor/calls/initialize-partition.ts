import { struct, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';

/** Makes a new partition active, using pages of its pool. */
export const initializePartition = defineCall({
  code: 0x0041,
  name: 'HvCallInitializePartition',
  aka: ['HVCALL_INITIALIZE_PARTITION', 'HvInitializePartition'],
  doc: 'Makes a new partition active, if its pool holds enough pages.',
  caller: 'parent',
  source: tlfsCall('HvCallInitializePartition'),
  statuses: {
    ACCESS_DENIED: 'The partition is not a child of the caller.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is already initialized.',
    INSUFFICIENT_MEMORY: 'The pool of the partition holds too few pages: deposit and retry.',
    NO_RESOURCES: 'Something else has run out.',
  },
  input: struct(
    'HV_INPUT_INITIALIZE_PARTITION',
    { PartitionId: u64Field('The new partition.') },
    { aka: ['hv_input_initialize_partition'] },
  ),
  handle({ PartitionId }, ports) {
    const target = ports.partitions.find(PartitionId, 'child');
    return typeof target === 'number' ? target : ports.partitions.initialize(target);
  },
});
