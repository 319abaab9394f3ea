/** Memory of children as the virtualization stack in the root holds it. */
import { bitfield } from '../../kernel/bitfield.ts';
import { reserved, struct, u32, u64Field } from '../../kernel/layout.ts';
import { defineValidatedCall } from '../defs/call.ts';
import { gpaPageRange } from '../defs/page-range.ts';
import { linuxHeader, openvmmDefinitions, tlfsPdf } from '../defs/source.ts';

const rootOnly = {
  caller: 'root',
  kind: 'simple',
  layout: 'unpublished',
  source: tlfsPdf('6.0b', 'appendix A'),
  statuses: { ACCESS_DENIED: 'The caller is not the root partition.' },
} as const;

/** Clears the memory of a partition. */
export const scrubPartition = defineValidatedCall({
  ...rootOnly,
  code: 0x008d,
  name: 'HvCallScrubPartition',
  doc: 'Clears the memory of a partition.',
});

/** Tells which machine pages are behind pages of a partition. */
export const getSpaPageList = defineValidatedCall({
  ...rootOnly,
  code: 0x0097,
  name: 'HvCallGetSpaPageList',
  doc: 'Tells which machine pages are behind pages of a partition.',
});

const hostAccess = bitfield('HV_SPARSE_SPA_HOST_ACCESS', 32, {
  HostAccess: { bits: [1, 0], doc: 'Rights that the host takes or gives back.' },
  Reserved: { bits: [31, 2], doc: 'Reserved, must be zero.', reserved: true },
});

const onHostAccess = {
  notSimulated: 'no isolation',
  caller: 'parent',
  kind: 'rep',
  source: linuxHeader('hvhdk.h'),
  statuses: {},
  input: struct(
    'HV_INPUT_MODIFY_SPARSE_SPA_PAGE_HOST_ACCESS',
    {
      HostAccess: u32('Rights of the host.', { bits: hostAccess }),
      Flags: u32('Options of the change.'),
      PartitionId: u64Field('Partition whose pages they are.'),
    },
    { aka: ['hv_input_modify_sparse_spa_page_host_access'] },
  ),
  element: struct('HV_SPA_PAGE_NUMBER', { SpaPage: u64Field('Number of a machine page.') }),
} as const;

/** Takes the right to touch machine pages of an isolated partition. */
export const acquireSparseSpaPageHostAccess = defineValidatedCall({
  ...onHostAccess,
  code: 0x00d7,
  name: 'HvCallAcquireSparseSpaPageHostAccess',
  aka: ['HVCALL_ACQUIRE_SPARSE_SPA_PAGE_HOST_ACCESS'],
  doc: 'Takes the right to touch machine pages of an isolated partition.',
});

/** Gives the right to touch machine pages of an isolated partition back. */
export const releaseSparseSpaPageHostAccess = defineValidatedCall({
  ...onHostAccess,
  code: 0x00d8,
  name: 'HvCallReleaseSparseSpaPageHostAccess',
  aka: ['HVCALL_RELEASE_SPARSE_SPA_PAGE_HOST_ACCESS'],
  doc: 'Gives the right to touch machine pages of an isolated partition back.',
});

const pinned = {
  notSimulated: 'no devices',
  caller: 'any',
  kind: 'rep',
  source: openvmmDefinitions,
  statuses: {},
  input: struct(
    'HV_INPUT_PIN_GPA_PAGE_RANGES',
    { Reserved: reserved(8) },
    { aka: ['PinUnpinGpaPageRangesHeader'] },
  ),
  element: gpaPageRange,
} as const;

/** Keeps ranges of memory where they are. */
export const pinGpaPageRanges = defineValidatedCall({
  ...pinned,
  code: 0x0112,
  name: 'HvCallPinGpaPageRanges',
  doc: 'Keeps ranges of memory where they are, so that a device may reach them.',
});

/** Lets ranges of memory be moved again. */
export const unpinGpaPageRanges = defineValidatedCall({
  ...pinned,
  code: 0x0113,
  name: 'HvCallUnpinGpaPageRanges',
  doc: 'Lets ranges of memory that were pinned be moved again.',
});
