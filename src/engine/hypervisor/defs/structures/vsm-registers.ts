/**
 * Registers of virtual secure mode.
 *
 * Source: TLFS, Virtual Secure Mode; Linux include/hyperv/hvgdk_mini.h; OpenVMM hvdef.
 */
import { word } from './word.ts';

/** The words. */
export const vsmWords = [
  word(
    64,
    'HV_REGISTER_VSM_PARTITION_CONFIG',
    ['hv_register_vsm_partition_config', 'HvRegisterVsmPartitionConfig'],
    'What a level decides for the levels below.',
    {
      EnableVtlProtection: [0, 0, 'Pages may be protected from lower levels.'],
      DefaultVtlProtectionMask: [4, 1, 'Rights of pages that nobody protected.'],
      ZeroMemoryOnReset: [5, 5, 'Memory is cleared at a reset.'],
      DenyLowerVtlStartup: [6, 6, 'Lower levels start no processors.'],
      InterceptAcceptance: [7, 7, 'Told when pages are accepted.'],
      InterceptEnableVtlProtection: [8, 8, 'Told when protection is switched on.'],
      InterceptVpStartup: [9, 9, 'Told when a processor starts.'],
      InterceptCpuidUnimplemented: [10, 10, 'Told of unknown CPUID leaves.'],
      InterceptUnrecoverableException: [11, 11, 'Told of triple faults.'],
      InterceptPage: [12, 12, 'Told through a page.'],
      ReservedZ: [63, 13, 'Reserved, must be zero.'],
    },
  ),
  word(
    64,
    'HV_REGISTER_VSM_CAPABILITIES',
    ['hv_register_vsm_capabilities'],
    'What the machine can do for trust levels.',
    {
      Dr6Shared: [0, 0, 'DR6 belongs to all levels.'],
      MbecVtlMask: [16, 1, 'Levels with separate execute rights for user mode.'],
      DenyLowerVtlStartup: [17, 17, 'Starting processors can be denied.'],
      SupervisorShadowStack: [18, 18, 'Shadow stacks can be protected.'],
      HardwareHvptAvailable: [19, 19, 'Paging protected by hardware.'],
      SoftwareHvptAvailable: [20, 20, 'Paging protected by software.'],
      HardwareHvptRangeBits: [26, 21, 'How far it reaches.'],
      InterceptPageAvailable: [27, 27, 'Intercepts through a page.'],
      ReturnActionAvailable: [28, 28, 'Actions on return.'],
      Reserved: [63, 29, 'Reserved.'],
    },
  ),
  word(
    64,
    'HV_REGISTER_VSM_CODE_PAGE_OFFSETS',
    ['hv_register_vsm_page_offsets'],
    'Where the code for changing the level lies in the hypercall page.',
    {
      VtlCallOffset: [11, 0, 'Code for calling the next level.'],
      VtlReturnOffset: [23, 12, 'Code for returning.'],
      ReservedZ: [63, 24, 'Reserved, must be zero.'],
    },
  ),
  word(64, 'HV_REGISTER_VSM_VINA', [], 'Interrupt that tells of an interrupt for a higher level.', {
    Vector: [7, 0, 'Vector.'],
    Enabled: [8, 8, 'It is wanted.'],
    AutoReset: [9, 9, 'Asserted again by itself.'],
    AutoEoi: [10, 10, 'Ends by itself.'],
    Reserved: [63, 11, 'Reserved.'],
  }),
  word(64, 'HV_REGISTER_VSM_PARTITION_STATUS', [], 'Levels of the partition.', {
    EnabledVtlSet: [15, 0, 'Levels that are enabled.'],
    MaximumVtl: [19, 16, 'Highest level.'],
    MbecEnabledVtlSet: [35, 20, 'Levels with separate execute rights.'],
    SupervisorShadowStackEnabledVtlSet: [39, 36, 'Levels with protected shadow stacks.'],
    Reserved: [63, 40, 'Reserved.'],
  }),
  word(64, 'HV_REGISTER_VSM_VP_STATUS', [], 'Levels of the processor.', {
    ActiveVtl: [3, 0, 'Level that runs.'],
    ActiveMbecEnabled: [4, 4, 'It has separate execute rights.'],
    ReservedZ0: [15, 5, 'Reserved, must be zero.'],
    EnabledVtlSet: [31, 16, 'Levels that are enabled.'],
    ReservedZ1: [63, 32, 'Reserved, must be zero.'],
  }),
  word(64, 'HV_REGISTER_VSM_VP_SECURE_VTL_CONFIG', [], 'One lower level of the processor.', {
    MbecEnabled: [0, 0, 'It has separate execute rights.'],
    TlbLocked: [1, 1, 'It waits until the lock on the TLB ends.'],
    SupervisorShadowStackEnabled: [2, 2, 'Its shadow stacks are protected.'],
    HardwareHvptEnabled: [3, 3, 'Its paging is protected by hardware.'],
    Reserved: [63, 4, 'Reserved.'],
  }),
  word(64, 'HV_REGISTER_VSM_WP_WAIT_FOR_TLB_LOCK', [], 'Waiting for the lock on the TLB.', {
    Wait: [0, 0, 'Wait until no other processor holds it.'],
    Reserved: [63, 1, 'Reserved.'],
  }),
];
