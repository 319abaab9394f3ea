/** Calls about virtual trust levels. */
import { bitfield } from '../../kernel/bitfield.ts';
import { reserved, struct, u8, u32, u64Field } from '../../kernel/layout.ts';
import { u64 } from '../../kernel/u64.ts';
import { defineCall, defineRepCall, defineValidatedCall, vtlCallEnd } from '../defs/call.ts';
import { activePartition } from '../defs/child-vp.ts';
import { hasPrivilege } from '../defs/privileges.ts';
import { tlfsCall, tlfsPdf } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';
import { checkLevel, vpContextHeader } from '../defs/vp-context.ts';
import { inputVtl } from '../defs/vp-header.ts';

const partitionStatuses = {
  INVALID_PARTITION_ID: 'No partition has this id.',
  INVALID_PARTITION_STATE: 'The partition is not active.',
} as const;

const protectionFlags = bitfield('HV_VTL_PROTECTION_FLAGS', 32, {
  Readable: { bits: 0, doc: 'The lower level may read.' },
  Writable: { bits: 1, doc: 'It may write.' },
  KernelExecutable: { bits: 2, doc: 'Its kernel may execute.' },
  UserExecutable: { bits: 3, doc: 'Its users may execute.' },
  Reserved: { bits: [31, 4], doc: 'Reserved, must be zero.', reserved: true },
});

/** Decides what the level below may do with pages. */
export const modifyVtlProtectionMask = defineRepCall({
  code: 0x000c,
  name: 'HvCallModifyVtlProtectionMask',
  aka: ['HvModifyVtlProtectionMask'],
  doc: 'Sets what a lower trust level may do with pages, one per list element.',
  caller: 'any',
  privilege: 'AccessVsm',
  source: tlfsCall('HvCallModifyVtlProtectionMask'),
  statuses: {
    ...partitionStatuses,
    ACCESS_DENIED: 'The caller lacks AccessVsm, or does not run in a level above the one named.',
    INVALID_PARAMETER: 'The page is not memory, or a flag has no meaning.',
    INVALID_VTL_STATE: 'The partition has no level that could protect.',
  },
  input: struct(
    'HV_INPUT_MODIFY_VTL_PROTECTION_MASK',
    {
      TargetPartitionId: u64Field('Partition; all ones means the caller itself.'),
      MapFlags: u32('Rights that are left.', { bits: protectionFlags }),
      TargetVtl: u8('Level whose rights are meant.', { bits: inputVtl }),
      RsvdZ: reserved(3),
    },
    { aka: ['ModifyVtlProtectionMask'] },
  ),
  element: struct('HV_VTL_PROTECTION_ELEMENT', { GpaPageNumber: u64Field('Page.') }),
  begin({ TargetPartitionId, MapFlags, TargetVtl }, ports) {
    const partition = activePartition(ports, TargetPartitionId, 'self-or-child');
    if (typeof partition === 'number') return partition;
    if (partition.vtl.enabled === 1) return HvStatus.INVALID_VTL_STATE;
    const target = inputVtl.get(u64(TargetVtl), 'TargetVtl');
    const isOwn = partition === ports.caller;
    if (isOwn && ports.vp.vtl.active <= target) return HvStatus.ACCESS_DENIED;
    return { partition, rights: MapFlags };
  },
  each: ({ partition, rights }, { GpaPageNumber }, ports) =>
    ports.processors.vtl.protect(partition, GpaPageNumber, rights),
});

const enableFlags = bitfield('HV_ENABLE_PARTITION_VTL_FLAGS', 8, {
  EnableMbec: { bits: 0, doc: 'Execute rights of kernel and users are apart.' },
  EnableSupervisorShadowStack: { bits: 1, doc: 'Shadow stacks of the kernel are protected.' },
  Reserved: { bits: [7, 2], doc: 'Reserved, must be zero.', reserved: true },
});

/** Allows a partition to use a trust level. */
export const enablePartitionVtl = defineCall({
  code: 0x000d,
  name: 'HvCallEnablePartitionVtl',
  aka: ['HvEnablePartitionVtl'],
  doc: 'Allows a partition to use a trust level.',
  caller: 'any',
  privilege: 'AccessVsm',
  source: tlfsCall('HvCallEnablePartitionVtl'),
  statuses: {
    ...partitionStatuses,
    ACCESS_DENIED: 'The caller lacks AccessVsm, or the partition is neither itself nor its child.',
    INVALID_PARAMETER: 'The level is not 1, the only one that can be enabled.',
    VTL_ALREADY_ENABLED: 'The partition has the level already.',
  },
  input: struct(
    'HV_INPUT_ENABLE_PARTITION_VTL',
    {
      TargetPartitionId: u64Field('Partition; all ones means the caller itself.'),
      TargetVtl: u8('Level.'),
      Flags: u8('What comes with it.', { bits: enableFlags }),
      RsvdZ: reserved(6),
    },
    { aka: ['EnablePartitionVtl'] },
  ),
  handle({ TargetPartitionId, TargetVtl }, ports) {
    const partition = activePartition(ports, TargetPartitionId, 'self-or-child');
    if (typeof partition === 'number') return partition;
    return ports.processors.vtl.enable(partition, TargetVtl);
  },
});

const unpublished = {
  caller: 'any',
  privilege: 'AccessVsm',
  kind: 'simple',
  layout: 'unpublished',
  source: tlfsPdf('6.0b', 'appendix A'),
  statuses: { ACCESS_DENIED: 'The caller lacks AccessVsm.' },
} as const;

/** Takes a trust level away from a partition. */
export const disablePartitionVtl = defineValidatedCall({
  ...unpublished,
  code: 0x000e,
  name: 'HvCallDisablePartitionVtl',
  doc: 'Takes a trust level away from a partition.',
});

/** Makes a trust level ready on a processor. */
export const enableVpVtl = defineCall({
  code: 0x000f,
  name: 'HvCallEnableVpVtl',
  aka: ['HVCALL_ENABLE_VP_VTL', 'HvX64EnableVpVtl'],
  doc: 'Makes a trust level ready on a processor, with the registers it begins with.',
  caller: 'any',
  privilege: 'AccessVsm',
  source: tlfsCall('HvCallEnableVpVtl'),
  statuses: {
    ...partitionStatuses,
    ACCESS_DENIED: 'The caller lacks AccessVsm, or another processor has the level and must ask.',
    INVALID_VP_INDEX: 'The partition has no such virtual processor.',
    INVALID_PARAMETER: 'The level is not 1, the only one that can be enabled.',
    INVALID_VTL_STATE: 'The partition may not use the level yet.',
    VTL_ALREADY_ENABLED: 'The processor has the level already.',
    INVALID_REGISTER_VALUE: 'No processor can run with these control registers.',
  },
  input: vpContextHeader('HV_INPUT_ENABLE_VP_VTL', ['hv_enable_vp_vtl', 'EnableVpVtlX64']),
  structure: ({ TargetVtl }) => checkLevel(TargetVtl),
  handle({ PartitionId, VpIndex, TargetVtl, VpContext }, ports) {
    const partition = activePartition(ports, PartitionId, 'self-or-child');
    if (typeof partition === 'number') return partition;
    const vp = ports.partitions.findVp(partition, VpIndex);
    if (typeof vp === 'number') return vp;
    return ports.processors.vtl.enableVp(vp, TargetVtl & 0xf, VpContext);
  },
});

/** Takes a trust level away from a processor. */
export const disableVpVtl = defineValidatedCall({
  ...unpublished,
  code: 0x0010,
  name: 'HvCallDisableVpVtl',
  doc: 'Takes a trust level away from a processor.',
});

/** Enters the trust level above. */
export const vtlCall = defineCall({
  code: 0x0011,
  name: 'HvCallVtlCall',
  aka: ['HvVtlCall'],
  doc: 'Changes to the trust level above; a fault when there is none.',
  caller: 'any',
  source: tlfsCall('HvCallVtlCall'),
  statuses: {},
  handle(_input, ports) {
    const isAllowed = hasPrivilege(ports.caller.privileges, 'AccessVsm');
    return isAllowed ? vtlCallEnd[ports.processors.vtl.call()] : vtlCallEnd.fault;
  },
});

/** Returns to the trust level below. */
export const vtlReturn = defineCall({
  code: 0x0012,
  name: 'HvCallVtlReturn',
  aka: ['HvVtlReturn'],
  doc: 'Returns to the trust level below; a fault when there is none.',
  caller: 'any',
  source: tlfsCall('HvCallVtlReturn'),
  statuses: {},
  handle: (_input, ports) => vtlCallEnd[ports.processors.vtl.return()],
});
