import { struct, u64Field } from '../../kernel/layout.ts';
import { u64FromNumber } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import { tlfsPdf } from '../defs/source.ts';
import { statsHeader, statsIdentityOf, statsStatuses } from '../defs/stats-calls.ts';
import { HvStatus } from '../defs/status.ts';

/** Maps a page of counters where the hypervisor likes. */
export const mapStatsPage = defineCall({
  code: 0x006c,
  name: 'HvCallMapStatsPage',
  aka: ['HVCALL_MAP_STATS_PAGE', 'HvMapStatsPage'],
  doc: 'Maps a page with counters of the hypervisor and tells where it lies.',
  caller: 'any',
  privilege: 'AccessStats',
  source: tlfsPdf('2.0A', 'HvMapStatsPage'),
  statuses: {
    ...statsStatuses,
    OPERATION_DENIED: 'The caller has this page mapped already.',
    INSUFFICIENT_MEMORY: 'The pool of the caller holds too few pages.',
  },
  input: struct('HV_INPUT_MAP_STATS_PAGE', statsHeader, { aka: ['hv_input_map_stats_page'] }),
  output: struct(
    'HV_OUTPUT_MAP_STATS_PAGE',
    { MapLocation: u64Field('Number of the guest-physical page of the caller.') },
    { aka: ['hv_output_map_stats_page'] },
  ),
  handle(input, ports, output) {
    const identity = statsIdentityOf(input, ports);
    if (typeof identity === 'number') return identity;
    const place = ports.stats.map(identity, undefined);
    if (typeof place === 'number') return place;
    output.MapLocation = u64FromNumber(place.gpn);
    return HvStatus.SUCCESS;
  },
});
