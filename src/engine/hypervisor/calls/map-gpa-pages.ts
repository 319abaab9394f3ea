import { padding, struct, u64Field } from '../../kernel/layout.ts';
import { u64Add, u64FromNumber } from '../../kernel/u64.ts';
import { defineRepCall } from '../defs/call.ts';
import { gpaPageElement, largePagePages, mapFlagsField, readMapFlags } from '../defs/gpa-map.ts';
import { mapStatuses } from '../defs/map-statuses.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Maps pages of the caller into consecutive pages of a partition. */
export const mapGpaPages = defineRepCall({
  code: 0x004b,
  name: 'HvCallMapGpaPages',
  aka: ['HVCALL_MAP_GPA_PAGES', 'HvMapGpaPages'],
  doc: 'Maps pages of the caller into consecutive guest-physical pages of a partition.',
  caller: 'parent or root',
  source: tlfsCall('HvCallMapGpaPages'),
  statuses: mapStatuses,
  input: struct(
    'HV_INPUT_MAP_GPA_PAGES',
    {
      TargetPartitionId: u64Field('Partition that gets the pages.'),
      TargetGpaBase: u64Field('Number of the first guest-physical page in that partition.'),
      MapFlags: mapFlagsField(),
      Padding: padding(4),
    },
    { aka: ['hv_input_map_gpa_pages'] },
  ),
  element: gpaPageElement('Number of a guest-physical page of the caller.'),
  begin({ TargetPartitionId, TargetGpaBase: base, MapFlags }, ports) {
    const target = ports.partitions.find(TargetPartitionId, 'child-or-root-itself');
    if (typeof target === 'number') return target;
    const request = readMapFlags(MapFlags);
    if (typeof request === 'number') return request;
    return target.state === 'active' ? { target, base, request } : HvStatus.INVALID_PARTITION_STATE;
  },
  each({ target, base, request }, { GpaPage }, ports, _output, { index }) {
    const pages = request.isLarge ? largePagePages : 1;
    const at = u64Add(base, u64FromNumber(index * pages));
    return ports.memory.map(target, { source: GpaPage, target: at }, request);
  },
});
