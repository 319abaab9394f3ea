import { struct, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';

/** Takes a partition apart in steps; the call continues until only its pool is left. */
export const finalizePartition = defineCall({
  code: 0x0042,
  name: 'HvCallFinalizePartition',
  aka: ['HVCALL_FINALIZE_PARTITION', 'HvFinalizePartition'],
  doc: 'Stops a partition and takes it apart, in as many steps as that needs.',
  caller: 'parent',
  source: tlfsCall('HvCallFinalizePartition'),
  statuses: {
    ACCESS_DENIED: 'The partition is not a child of the caller.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    OPERATION_DENIED: 'The partition still has children of its own.',
    INVALID_PARTITION_STATE: 'The partition is neither active nor being finalized.',
  },
  input: struct(
    'HV_INPUT_FINALIZE_PARTITION',
    { PartitionId: u64Field('The partition to take apart.') },
    { aka: ['hv_input_finalize_partition'] },
  ),
  handle({ PartitionId }, ports) {
    const target = ports.partitions.find(PartitionId, 'child');
    return typeof target === 'number' ? target : ports.partitions.finalize(target);
  },
});
