/**
 * Whose counters a statistics page shows.
 * Source: TLFS, HV_STATS_OBJECT_TYPE and HV_STATS_OBJECT_IDENTITY; Linux, include/hyperv/hvhdk.h.
 */
import { reserved, struct, u8, u32, u64Field } from '../../kernel/layout.ts';

/** HV_STATS_OBJECT_TYPE. */
export const statsObject = {
  hypervisor: 1,
  logicalProcessor: 2,
  partition: 0x1_0001,
  vp: 0x1_0002,
} as const;

/** HV_STATS_AREA_TYPE: for whom the counters are. The highest is for the hypervisor itself. */
export const statsAreaMax = 2;

/** The type field that the calls share. */
export const statsTypeField = () =>
  u32('What is counted.', {
    values: {
      [statsObject.hypervisor]: 'HvStatsObjectHypervisor',
      [statsObject.logicalProcessor]: 'HvStatsObjectLogicalProcessor',
      [statsObject.partition]: 'HvStatsObjectPartition',
      [statsObject.vp]: 'HvStatsObjectVp',
    },
  });

/** HV_STATS_OBJECT_IDENTITY, in the form that has all members. */
export const statsIdentity = struct(
  'HV_STATS_OBJECT_IDENTITY',
  {
    ObjectId: u64Field('Id of the partition, or number of the logical processor; else zero.'),
    VpIndex: u32('Virtual processor, for its counters; else zero.'),
    ReservedZ2: reserved(2),
    ReservedZ3: reserved(1),
    StatsAreaType: u8('For whom the counters are: 0 itself, 1 its parent, 2 internal.'),
  },
  { aka: ['hv_stats_object_identity'] },
);

/**
 * Where the model writes a counter in the page, by number. Only these few are counted; all others
 * stay zero. Source: Linux, drivers/hv/mshv_root_hv_call.c and its list of counters.
 */
export const statsCounter = {
  partitionVirtualProcessors: 1,
  partitionDepositedPages: 5,
  partitionGpaPages: 6,
} as const;
