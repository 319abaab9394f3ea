import { struct, u64Field } from '../../kernel/layout.ts';
import { u64FromNumber } from '../../kernel/u64.ts';
import { defineRepCall } from '../defs/call.ts';
import { proximityField } from '../defs/proximity.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Takes free pages back out of the pool of a partition. */
export const withdrawMemory = defineRepCall({
  code: 0x0049,
  name: 'HvCallWithdrawMemory',
  aka: ['HVCALL_WITHDRAW_MEMORY', 'HvWithdrawMemory'],
  doc: 'Takes free pages out of a memory pool; each is zeroed and back at its old place.',
  caller: 'parent or root',
  privilege: 'AccessMemoryPool',
  source: tlfsCall('HvCallWithdrawMemory'),
  statuses: {
    ACCESS_DENIED: 'Neither a child of the caller nor the root withdrawing from itself.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARAMETER: 'The proximity domain is wrong.',
    NO_RESOURCES: 'The pool has no free page left: how a loop that drains it ends.',
  },
  input: struct(
    'HV_INPUT_WITHDRAW_MEMORY',
    {
      PartitionId: u64Field('Partition whose pool gives the pages.'),
      ProximityDomainInfo: proximityField(),
    },
    { aka: ['hv_input_withdraw_memory'] },
  ),
  outputElement: struct('HV_WITHDRAW_MEMORY_ELEMENT', {
    GpaPage: u64Field('Number of the guest-physical page that the caller has again.'),
  }),
  begin: ({ PartitionId }, ports) => ports.partitions.find(PartitionId, 'child-or-root-itself'),
  each(target, _element, ports, output) {
    const page = ports.memory.withdraw(target);
    if (typeof page === 'number') return page;
    output.GpaPage = u64FromNumber(page.gpn);
    return HvStatus.SUCCESS;
  },
});
