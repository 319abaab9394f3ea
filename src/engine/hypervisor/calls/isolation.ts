/** Calls of isolated partitions and of trust levels on the visibility of pages. */
import { bitfield } from '../../kernel/bitfield.ts';
import { bytesField, reserved, struct, u8, u16, u32, u64Field } from '../../kernel/layout.ts';
import { defineValidatedCall } from '../defs/call.ts';
import { openvmmDefinitions } from '../defs/source.ts';
import { checkInputVtl, inputVtl } from '../defs/vp-header.ts';

const shared = {
  caller: 'any',
  source: openvmmDefinitions,
  statuses: {},
  notSimulated: 'no isolation',
} as const;

const partition = u64Field('Partition; all ones means the caller itself.');
const pageElement = struct('HV_ISOLATED_PAGE_NUMBER', { GpaPage: u64Field('Page number.') });

/** Asks whether a trust level may touch a page in some way. */
export const checkSparseGpaPageVtlAccess = defineValidatedCall({
  ...shared,
  code: 0x00d4,
  name: 'HvCallCheckSparseGpaPageVtlAccess',
  doc: 'Asks whether a trust level may touch pages in some way.',
  kind: 'rep',
  statuses: { INVALID_PARAMETER: 'The trust level does not exist.' },
  input: struct(
    'HV_INPUT_CHECK_SPARSE_GPA_PAGE_VTL_ACCESS',
    {
      PartitionId: partition,
      TargetVtl: u8('Virtual trust level.', { bits: inputVtl }),
      DesiredAccess: u8('Rights that are asked about.'),
      Reserved: reserved(6),
    },
    { aka: ['CheckSparseGpaPageVtlAccess'] },
  ),
  structure: ({ TargetVtl }) => checkInputVtl(TargetVtl),
  element: pageElement,
  outputElement: struct(
    'HV_CHECK_SPARSE_GPA_PAGE_VTL_ACCESS_RESULT',
    {
      Result: u64Field('What was found.', {
        bits: bitfield('HV_CHECK_GPA_PAGE_VTL_ACCESS_RESULT', 64, {
          ResultCode: { bits: [7, 0], doc: 'Whether the access is allowed.' },
          DeniedAccess: { bits: [15, 8], doc: 'Rights that are missing.' },
          InterceptingVtl: { bits: [19, 16], doc: 'Trust level that is told.' },
          Reserved0: { bits: [31, 20], doc: 'Reserved.' },
          Reserved1: { bits: [63, 32], doc: 'Reserved.' },
        }),
      }),
    },
    { aka: ['CheckSparseGpaPageVtlAccessOutput'] },
  ),
});

const acceptAttributes = bitfield('HV_ACCEPT_PAGES_ATTRIBUTES', 32, {
  MemoryType: { bits: [5, 0], doc: 'Memory of the guest or of a device.' },
  HostVisibility: { bits: [7, 6], doc: 'Rights of the host.' },
  VtlSet: { bits: [10, 8], doc: 'Trust levels that get rights.' },
  Reserved: { bits: [31, 11], doc: 'Reserved, must be zero.', reserved: true },
});

/** Accepts pages that the host has given to an isolated partition. */
export const acceptGpaPages = defineValidatedCall({
  ...shared,
  code: 0x00d9,
  name: 'HvCallAcceptGpaPages',
  aka: ['HvAcceptGpaPages'],
  doc: 'Accepts pages that the host has given to an isolated partition.',
  kind: 'rep',
  input: struct(
    'HV_INPUT_ACCEPT_GPA_PAGES',
    {
      PartitionId: partition,
      PageAttributes: u32('What the pages shall be.', { bits: acceptAttributes }),
      VtlPermissionFrom1: u16('Rights that trust level 1 leaves.'),
      VtlPermissionFrom2: u16('Rights that trust level 2 leaves.'),
      GpaPageBase: u64Field('First page.'),
    },
    { aka: ['AcceptGpaPages'] },
  ),
  element: pageElement,
});

const visibility = bitfield('HV_MODIFY_HOST_VISIBILITY', 32, {
  HostVisibility: { bits: [1, 0], doc: '0: private, 3: shared with the host.' },
  Reserved: { bits: [31, 2], doc: 'Reserved, must be zero.', reserved: true },
});

/** Shares pages with the host, or makes them private. */
export const modifySparseGpaPageHostVisibility = defineValidatedCall({
  ...shared,
  code: 0x00db,
  name: 'HvCallModifySparseGpaPageHostVisibility',
  aka: ['HVCALL_MODIFY_SPARSE_GPA_PAGE_HOST_VISIBILITY', 'HvModifySparseGpaPageHostVisibility'],
  doc: 'Shares pages of an isolated partition with the host, or makes them private.',
  kind: 'rep',
  input: struct(
    'HV_INPUT_MODIFY_SPARSE_GPA_PAGE_HOST_VISIBILITY',
    {
      PartitionId: partition,
      HostVisibility: u32('How the pages shall be seen.', { bits: visibility }),
      Reserved: reserved(4),
    },
    { aka: ['ModifySparsePageVisibility'] },
  ),
  element: pageElement,
});

/** Asks whether pages are shared with the host. */
export const querySparseGpaPageHostVisibility = defineValidatedCall({
  ...shared,
  code: 0x011c,
  name: 'HvCallQuerySparseGpaPageHostVisibility',
  aka: ['HvQuerySparseGpaPageHostVisibility'],
  doc: 'Asks whether pages of an isolated partition are shared with the host.',
  kind: 'rep',
  input: struct(
    'HV_INPUT_QUERY_SPARSE_GPA_PAGE_HOST_VISIBILITY',
    { PartitionId: partition },
    { aka: ['QuerySparsePageVisibility'] },
  ),
  element: pageElement,
  outputElement: struct('HV_HOST_VISIBILITY_TYPE', {
    HostVisibility: u8('0: private, 3: shared with the host.'),
  }),
});

/** Asks for a signed report on an isolated virtual machine. */
export const vbsVmCallReport = defineValidatedCall({
  ...shared,
  code: 0xc001,
  name: 'HvCallVbsVmCallReport',
  aka: ['HvVbsVmCallReport'],
  doc: 'Asks for a signed report on a virtual machine that VBS isolates.',
  kind: 'simple',
  input: struct(
    'HV_INPUT_VBS_VM_REPORT',
    { ReportData: bytesField(64, 'Data of the caller that the report shall hold.') },
    { aka: ['VbsVmCallReport'] },
  ),
  output: struct(
    'HV_OUTPUT_VBS_VM_REPORT',
    { Report: bytesField(2048, 'The report.') },
    { aka: ['VbsVmCallReportOutput'] },
  ),
});
