import { struct, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';
import { statsHeader, statsIdentityOf, statsStatuses } from '../defs/stats-calls.ts';
import { HvStatus } from '../defs/status.ts';

/** Maps a page of counters where the caller likes. */
export const mapStatsPage2 = defineCall({
  code: 0x0131,
  name: 'HvCallMapStatsPage2',
  aka: ['HVCALL_MAP_STATS_PAGE2'],
  doc: 'Maps a page with counters of the hypervisor over a page of the caller.',
  caller: 'any',
  privilege: 'AccessStats',
  source: tlfsCall('HvCallMapStatsPage2'),
  statuses: {
    ...statsStatuses,
    OPERATION_DENIED: 'The caller has this page mapped already.',
    INSUFFICIENT_MEMORY: 'The pool of the caller holds too few pages.',
  },
  input: struct(
    'HV_INPUT_MAP_STATS_PAGE2',
    { ...statsHeader, MapLocation: u64Field('Number of a guest-physical page of the caller.') },
    { aka: ['hv_input_map_stats_page2'] },
  ),
  handle(input, ports) {
    const identity = statsIdentityOf(input, ports);
    if (typeof identity === 'number') return identity;
    const place = ports.stats.map(identity, input.MapLocation);
    return typeof place === 'number' ? place : HvStatus.SUCCESS;
  },
});
