import { struct, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';

/** Removes a partition that is finalized, or was never initialized, and has an empty pool. */
export const deletePartition = defineCall({
  code: 0x0043,
  name: 'HvCallDeletePartition',
  aka: ['HVCALL_DELETE_PARTITION', 'HvDeletePartition'],
  doc: 'Removes a partition whose pool is drained.',
  caller: 'parent',
  source: tlfsCall('HvCallDeletePartition'),
  statuses: {
    ACCESS_DENIED: 'The partition is not a child of the caller.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    OPERATION_DENIED: 'The pool of the partition still holds pages: withdraw them first.',
    INVALID_PARTITION_STATE: 'The partition is active or being finalized.',
  },
  input: struct(
    'HV_INPUT_DELETE_PARTITION',
    { PartitionId: u64Field('The partition to remove.') },
    { aka: ['hv_input_delete_partition'] },
  ),
  handle({ PartitionId }, ports) {
    const target = ports.partitions.find(PartitionId, 'child');
    return typeof target === 'number' ? target : ports.partitions.remove(target);
  },
});
