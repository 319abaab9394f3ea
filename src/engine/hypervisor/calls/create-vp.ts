import { reserved, struct, u8, u32, u64Field } from '../../kernel/layout.ts';
import { u64IsZero } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import { proximityField } from '../defs/proximity.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Creates a virtual processor of a child, suspended and in its state at reset. */
export const createVp = defineCall({
  code: 0x004e,
  name: 'HvCallCreateVp',
  aka: ['HVCALL_CREATE_VP', 'HvCreateVp'],
  doc: 'Creates a virtual processor: suspended, in its state at reset.',
  caller: 'parent',
  source: tlfsCall('HvCallCreateVp'),
  statuses: {
    ACCESS_DENIED: 'The partition is not a child of the caller.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_VP_INDEX: 'The processor exists already, or the index is too large.',
    INVALID_PARAMETER: 'Flags or a subnode are given, or the proximity domain is wrong.',
    INSUFFICIENT_MEMORY: 'The pool of the partition holds too few pages: deposit and retry.',
    OPERATION_DENIED: 'Its share of processor time would exceed what there is.',
    NO_RESOURCES: 'Something else has run out.',
  },
  input: struct(
    'HV_INPUT_CREATE_VP',
    {
      PartitionId: u64Field('Partition that gets the processor.'),
      VpIndex: u32('Index of the new processor.'),
      ReservedZ0: reserved(3),
      SubnodeType: u8('Part of a node that it should run on; 0 leaves the choice.'),
      SubnodeId: u64Field('Number of that part.'),
      ProximityDomainInfo: proximityField(),
      Flags: u64Field('Must be zero.'),
    },
    { aka: ['hv_create_vp'] },
  ),
  structure: ({ Flags, SubnodeType, SubnodeId }) =>
    u64IsZero(Flags) && SubnodeType === 0 && u64IsZero(SubnodeId)
      ? HvStatus.SUCCESS
      : HvStatus.INVALID_PARAMETER,
  handle({ PartitionId, VpIndex }, ports) {
    const partition = ports.partitions.find(PartitionId, 'child');
    if (typeof partition === 'number') return partition;
    if (partition.state !== 'active') return HvStatus.INVALID_PARTITION_STATE;
    return ports.processors.create(partition, VpIndex);
  },
});
