import { struct, u64Field } from '../../kernel/layout.ts';
import { defineRepCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Gives pages of the caller to the pool of a partition. */
export const depositMemory = defineRepCall({
  code: 0x0048,
  name: 'HvCallDepositMemory',
  aka: ['HVCALL_DEPOSIT_MEMORY', 'HvDepositMemory'],
  doc: 'Gives pages of the caller to the memory pool of a partition.',
  caller: 'parent or root',
  privilege: 'AccessMemoryPool',
  source: tlfsCall('HvCallDepositMemory'),
  statuses: {
    ACCESS_DENIED: 'Neither a child of the caller nor the root depositing to itself.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is being torn down.',
    OPERATION_DENIED:
      'A page is not mapped with all rights, another partition can reach it, or it is deposited.',
    OBJECT_IN_USE: 'A page serves another purpose.',
  },
  input: struct(
    'HV_INPUT_DEPOSIT_MEMORY',
    { PartitionId: u64Field('Partition whose pool gets the pages.') },
    { aka: ['hv_deposit_memory'] },
  ),
  element: struct('HV_DEPOSIT_MEMORY_ELEMENT', {
    GpaPage: u64Field('Number of a guest-physical page of the caller.'),
  }),
  begin({ PartitionId }, ports) {
    const target = ports.partitions.find(PartitionId, 'child-or-root-itself');
    if (typeof target === 'number') return target;
    const isOpen = target.state === 'uninitialized' || target.state === 'active';
    return isOpen ? target : HvStatus.INVALID_PARTITION_STATE;
  },
  each: (target, { GpaPage }, ports) => ports.memory.deposit(target, GpaPage),
});
