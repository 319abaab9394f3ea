import { padding, struct, u32, u64Field } from '../../kernel/layout.ts';
import { u64, u64Add, u64FromNumber } from '../../kernel/u64.ts';
import { defineRepCall } from '../defs/call.ts';
import { largePagePages, unmapFlags } from '../defs/gpa-map.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Removes consecutive mappings of a partition; the pages stay with the parent. */
export const unmapGpaPages = defineRepCall({
  code: 0x004c,
  name: 'HvCallUnmapGpaPages',
  aka: ['HVCALL_UNMAP_GPA_PAGES', 'HvUnmapGpaPages'],
  doc: 'Removes the mappings of consecutive guest-physical pages, one for each repetition.',
  caller: 'parent',
  source: tlfsCall('HvCallUnmapGpaPages'),
  statuses: {
    ACCESS_DENIED: 'The partition is not a child of the caller; the root keeps its own pages.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARAMETER:
      'A page lies outside the address space, a flag is reserved, or a large page is not aligned.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    OBJECT_IN_USE: 'A page is deposited in a pool, so its mappings are frozen.',
  },
  input: struct(
    'HV_INPUT_UNMAP_GPA_PAGES',
    {
      TargetPartitionId: u64Field('Partition that loses the pages.'),
      TargetGpaBase: u64Field('Number of the first guest-physical page in that partition.'),
      UnmapFlags: u32('How to unmap.', { bits: unmapFlags }),
      Padding: padding(4),
    },
    { aka: ['hv_input_unmap_gpa_pages'] },
  ),
  begin({ TargetPartitionId, TargetGpaBase: base, UnmapFlags }, ports) {
    const target = ports.partitions.find(TargetPartitionId, 'child');
    if (typeof target === 'number') return target;
    const isLarge = unmapFlags.get(u64(UnmapFlags), 'LargePage') === 1;
    return target.state === 'active' ? { target, base, isLarge } : HvStatus.INVALID_PARTITION_STATE;
  },
  each({ target, base, isLarge }, _element, ports, _output, { index }) {
    const pages = isLarge ? largePagePages : 1;
    const at = u64Add(base, u64FromNumber(index * pages));
    return ports.memory.unmap(target, at, isLarge);
  },
});
