import { struct, u64Field } from '../../kernel/layout.ts';
import { u64 } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import { proximityField } from '../defs/proximity.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Tells how many pages a pool holds and how many of them are in use. */
export const getMemoryBalance = defineCall({
  code: 0x004a,
  name: 'HvCallGetMemoryBalance',
  aka: ['HvGetMemoryBalance'],
  doc: 'Counts the free and the used pages of a memory pool.',
  caller: 'parent or root',
  privilege: 'AccessMemoryPool',
  source: tlfsCall('HvCallGetMemoryBalance'),
  statuses: {
    ACCESS_DENIED: 'Neither a child of the caller nor the root asking for itself.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARAMETER: 'The proximity domain is wrong.',
  },
  input: struct('HV_INPUT_GET_MEMORY_BALANCE', {
    PartitionId: u64Field('Partition whose pool is counted.'),
    ProximityDomainInfo: proximityField(),
  }),
  output: struct('HV_OUTPUT_GET_MEMORY_BALANCE', {
    PagesAvailable: u64Field('Pages that are free.'),
    PagesInUse: u64Field('Pages that hold objects of the hypervisor.'),
  }),
  handle({ PartitionId }, ports, output) {
    const target = ports.partitions.find(PartitionId, 'child-or-root-itself');
    if (typeof target === 'number') return target;
    output.PagesAvailable = u64(target.pool.free.length);
    output.PagesInUse = u64(target.pool.used.length);
    return HvStatus.SUCCESS;
  },
});
