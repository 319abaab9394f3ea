import { reserved, struct, u64Field } from '../../kernel/layout.ts';
import { defineRepCall } from '../defs/call.ts';
import { gpaPageElement, mapFlagsField, readMapFlags } from '../defs/gpa-map.ts';
import { mapStatuses } from '../defs/map-statuses.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Changes the rights of pages that are mapped already. */
export const modifySparseGpaPages = defineRepCall({
  code: 0x0090,
  name: 'HvCallModifySparseGpaPages',
  aka: ['HVCALL_MODIFY_SPARSE_GPA_PAGES'],
  doc: 'Changes rights and marks of guest-physical pages that are mapped already.',
  caller: 'parent or root',
  source: tlfsCall('HvCallModifySparseGpaPages'),
  statuses: {
    ACCESS_DENIED: 'The partition is neither a child of the caller nor the root itself.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARAMETER: mapStatuses.INVALID_PARAMETER,
    OPERATION_DENIED: mapStatuses.OPERATION_DENIED,
    INVALID_PARTITION_STATE: 'The partition is not active.',
    FEATURE_UNAVAILABLE: mapStatuses.FEATURE_UNAVAILABLE,
  },
  input: struct('HV_INPUT_MODIFY_SPARSE_GPA_PAGES', {
    TargetPartitionId: u64Field('Partition whose pages change.'),
    MapFlags: mapFlagsField(),
    Rsvdz: reserved(4),
  }),
  element: gpaPageElement('Number of a guest-physical page of that partition.'),
  begin({ TargetPartitionId, MapFlags }, ports) {
    const target = ports.partitions.find(TargetPartitionId, 'child-or-root-itself');
    if (typeof target === 'number') return target;
    const request = readMapFlags(MapFlags);
    if (typeof request === 'number') return request;
    return target.state === 'active' ? { target, request } : HvStatus.INVALID_PARTITION_STATE;
  },
  each: ({ target, request }, { GpaPage }, ports) => ports.memory.modify(target, GpaPage, request),
});
