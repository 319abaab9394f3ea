import { reserved, struct, u32, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { childVp } from '../defs/child-vp.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Deletes a virtual processor of a child. */
export const deleteVp = defineCall({
  code: 0x004f,
  name: 'HvCallDeleteVp',
  aka: ['HVCALL_DELETE_VP', 'HvDeleteVp'],
  doc: 'Deletes a virtual processor; its pages return to the pool.',
  caller: 'parent',
  source: tlfsCall('HvCallDeleteVp'),
  statuses: {
    ACCESS_DENIED: 'The partition is not a child of the caller.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_VP_INDEX: 'The partition has no such virtual processor.',
  },
  input: struct(
    'HV_INPUT_DELETE_VP',
    {
      PartitionId: u64Field('Partition.'),
      VpIndex: u32('Processor to delete.'),
      Reserved: reserved(4),
    },
    { aka: ['hv_input_delete_vp'] },
  ),
  handle({ PartitionId, VpIndex }, ports) {
    const vp = childVp(ports, PartitionId, VpIndex);
    if (typeof vp === 'number') return vp;
    ports.processors.delete(vp);
    return HvStatus.SUCCESS;
  },
});
