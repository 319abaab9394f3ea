import { struct } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';
import { statsHeader, statsIdentityOf, statsStatuses } from '../defs/stats-calls.ts';

/** Takes a page of counters away; the memory below reappears. */
export const unmapStatsPage = defineCall({
  code: 0x006d,
  name: 'HvCallUnmapStatsPage',
  aka: ['HVCALL_UNMAP_STATS_PAGE', 'HvUnmapStatsPage'],
  doc: 'Takes a page with counters of the hypervisor away again.',
  caller: 'any',
  privilege: 'AccessStats',
  source: tlfsCall('HvCallUnmapStatsPage'),
  statuses: { ...statsStatuses, OPERATION_DENIED: 'The caller has no such page mapped.' },
  input: struct('HV_INPUT_UNMAP_STATS_PAGE', statsHeader, { aka: ['hv_input_unmap_stats_page'] }),
  handle(input, ports) {
    const identity = statsIdentityOf(input, ports);
    return typeof identity === 'number' ? identity : ports.stats.unmap(identity);
  },
});
