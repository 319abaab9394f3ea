import { padding, struct, u64Field } from '../../kernel/layout.ts';
import { defineRepCall } from '../defs/call.ts';
import { mapFlagsField, readMapFlags } from '../defs/gpa-map.ts';
import { mapStatuses } from '../defs/map-statuses.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Maps pages of the caller into any pages of a partition. */
export const mapSparseGpaPages = defineRepCall({
  code: 0x006e,
  name: 'HvCallMapSparseGpaPages',
  aka: ['HVCALL_MAP_SPARSE_GPA_PAGES', 'HvMapSparseGpaPages'],
  doc: 'Maps pages of the caller into guest-physical pages of a partition, pair by pair.',
  caller: 'parent or root',
  source: tlfsCall('HvCallMapSparseGpaPages'),
  statuses: mapStatuses,
  input: struct('HV_INPUT_MAP_SPARSE_GPA_PAGES', {
    TargetPartitionId: u64Field('Partition that gets the pages.'),
    MapFlags: mapFlagsField(),
    Padding: padding(4),
  }),
  element: struct('HV_GPA_MAPPING', {
    TargetGpaPageNumber: u64Field('Number of a guest-physical page of that partition.'),
    SourceGpaPageNumber: u64Field('Number of a guest-physical page of the caller.'),
  }),
  begin({ TargetPartitionId, MapFlags }, ports) {
    const target = ports.partitions.find(TargetPartitionId, 'child-or-root-itself');
    if (typeof target === 'number') return target;
    const request = readMapFlags(MapFlags);
    if (typeof request === 'number') return request;
    return target.state === 'active' ? { target, request } : HvStatus.INVALID_PARTITION_STATE;
  },
  each: ({ target, request }, { TargetGpaPageNumber, SourceGpaPageNumber }, ports) =>
    ports.memory.map(target, { source: SourceGpaPageNumber, target: TargetGpaPageNumber }, request),
});
