import { bitfield } from '../../kernel/bitfield.ts';
import { reserved, struct, u8, u16, u32, u64Field } from '../../kernel/layout.ts';
import { u64 } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import { childVp } from '../defs/child-vp.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';
import { inputVtl } from '../defs/vp-header.ts';

const statuses = {
  ACCESS_DENIED: 'The partition is not a child of the caller.',
  INVALID_PARTITION_ID: 'No partition has this id.',
  INVALID_PARTITION_STATE: 'The partition is not active.',
  INVALID_VP_INDEX: 'The partition has no such virtual processor.',
} as const;

const mapFlags = bitfield('HV_MAP_VP_STATE_PAGE_FLAGS', 8, {
  MapLocationProvided: { bits: 0, doc: 'The caller chooses the page.' },
  Reserved: { bits: [7, 1], doc: 'Reserved, must be zero.', reserved: true },
});

const pageTypes = { 0: 'registers', 1: 'intercept message' };
/** The page for SEV guests exists only with that hardware. */
const highestType = 1;

/** Shows a processor's registers or its intercept messages on a page of the parent. */
export const mapVpStatePage = defineCall({
  code: 0x00e1,
  name: 'HvCallMapVpStatePage',
  aka: ['HVCALL_MAP_VP_STATE_PAGE'],
  doc: 'Shows registers or intercept messages of a processor on a page of the caller.',
  caller: 'parent',
  source: tlfsCall('HvCallMapVpStatePage'),
  statuses: {
    ...statuses,
    INVALID_PARAMETER: 'No such type of page, or the place is outside memory.',
    OBJECT_IN_USE: 'The page is shown already, or the place is taken.',
  },
  input: struct(
    'HV_INPUT_MAP_VP_STATE_PAGE',
    {
      PartitionId: u64Field('Partition.'),
      VpIndex: u32('Processor.'),
      Type: u16('What is shown.', { values: pageTypes }),
      InputVtl: u8('Virtual trust level.', { bits: inputVtl }),
      Flags: u8('Whether the place is chosen.', { bits: mapFlags }),
      RequestedMapLocation: u64Field('Number of a page of the caller.'),
    },
    { aka: ['hv_input_map_vp_state_page'] },
  ),
  output: struct(
    'HV_OUTPUT_MAP_VP_STATE_PAGE',
    { MapLocation: u64Field('Number of the page at which it appears.') },
    { aka: ['hv_output_map_vp_state_page'] },
  ),
  handle({ PartitionId, VpIndex, Type, Flags, RequestedMapLocation }, ports, output) {
    const vp = childVp(ports, PartitionId, VpIndex);
    if (typeof vp === 'number') return vp;
    if (Type > highestType) return HvStatus.INVALID_PARAMETER;
    const isChosen = mapFlags.get(u64(Flags), 'MapLocationProvided') === 1;
    const place = isChosen ? RequestedMapLocation : undefined;
    const location = ports.processors.mapStatePage(vp, Type, place);
    if (typeof location === 'number') return location;
    output.MapLocation = location;
    return HvStatus.SUCCESS;
  },
});

/** Takes a state page away. */
export const unmapVpStatePage = defineCall({
  code: 0x00e2,
  name: 'HvCallUnmapVpStatePage',
  aka: ['HVCALL_UNMAP_VP_STATE_PAGE'],
  doc: 'Takes a page with the state of a processor away; the memory below reappears.',
  caller: 'parent',
  source: tlfsCall('HvCallUnmapVpStatePage'),
  statuses: { ...statuses, INVALID_PARAMETER: 'The caller has no such page.' },
  input: struct(
    'HV_INPUT_UNMAP_VP_STATE_PAGE',
    {
      PartitionId: u64Field('Partition.'),
      VpIndex: u32('Processor.'),
      Type: u16('What is shown.', { values: pageTypes }),
      InputVtl: u8('Virtual trust level.', { bits: inputVtl }),
      Reserved0: reserved(1),
    },
    { aka: ['hv_input_unmap_vp_state_page'] },
  ),
  handle({ PartitionId, VpIndex, Type }, ports) {
    const vp = childVp(ports, PartitionId, VpIndex);
    return typeof vp === 'number' ? vp : ports.processors.unmapStatePage(vp, Type);
  },
});
