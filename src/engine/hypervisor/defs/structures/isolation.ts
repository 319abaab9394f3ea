/**
 * Structures of partitions that the hardware isolates (AMD SEV-SNP).
 *
 * Source: Linux include/hyperv/hvhdk.h; AMD SEV-SNP firmware ABI for the parts of the processor.
 */
import {
  bytesField,
  nested,
  padding,
  reserved,
  struct,
  u8,
  u32,
  u64Field,
} from '../../../kernel/layout.ts';
import { bitsOf, word } from './word.ts';

const policy = u64Field('What the owner allows.', {
  bits: bitsOf('HV_SNP_GUEST_POLICY', 64, {
    MinorVersion: [7, 0, 'Lowest minor version of the firmware.'],
    MajorVersion: [15, 8, 'Lowest major version of the firmware.'],
    SmtAllowed: [16, 16, 'Two threads of a core may run it.'],
    VmplsRequired: [17, 17, 'Privilege levels inside the guest are needed.'],
    MigrationAgentAllowed: [18, 18, 'It may be moved.'],
    DebugAllowed: [19, 19, 'It may be debugged.'],
    Reserved: [63, 20, 'Reserved.'],
  }),
});

/** The block by which its owner knows the guest. */
const idBlock = struct(
  'HV_SNP_ID_BLOCK',
  {
    LaunchDigest: bytesField(48, 'Hash of the memory at the start.'),
    FamilyId: bytesField(16, 'Family of the image.'),
    ImageId: bytesField(16, 'Image.'),
    Version: u32('Version of the block.'),
    GuestSvn: u32('Security version of the guest.'),
    Policy: policy,
  },
  { aka: ['hv_snp_id_block'] },
);

const cpuidLeaf = struct(
  'HV_PSP_CPUID_LEAF',
  {
    EaxIn: u32('Leaf.'),
    EcxIn: u32('Subleaf.'),
    XfemIn: u64Field('XCR0 for which it holds.'),
    XssIn: u64Field('IA32_XSS for which it holds.'),
    EaxOut: u32('EAX.'),
    EbxOut: u32('EBX.'),
    EcxOut: u32('ECX.'),
    EdxOut: u32('EDX.'),
    ReservedZ: reserved(8),
  },
  { aka: ['hv_psp_cpuid_leaf'] },
);

/** The structures of isolation. */
export const isolationStructures = [
  struct('HV_SNP_GUEST_POLICY', { Policy: policy }, { aka: ['hv_snp_guest_policy'] }),
  idBlock,
  struct(
    'HV_SNP_ID_AUTH_INFO',
    {
      IdKeyAlgorithm: u32('Algorithm of the key of the block.'),
      AuthKeyAlgorithm: u32('Algorithm of the key of the author.'),
      Reserved0: padding(56, 'Reserved.'),
      IdBlockSignature: bytesField(512, 'Signature of the block.'),
      IdKey: bytesField(1028, 'Key of the block.'),
      Reserved1: padding(60, 'Reserved.'),
      IdKeySignature: bytesField(512, 'Signature of that key.'),
      AuthorKey: bytesField(1028, 'Key of the author.'),
    },
    { aka: ['hv_snp_id_auth_info'] },
  ),
  cpuidLeaf,
  struct(
    'HV_PSP_CPUID_PAGE',
    {
      Count: u32('Leaves in the page.'),
      ReservedZ1: reserved(4),
      ReservedZ2: reserved(8),
      FirstLeaf: nested(cpuidLeaf, 'First leaf.'),
      OtherLeaves: bytesField(3024, 'Sixty-three more leaves.'),
    },
    { aka: ['hv_psp_cpuid_page'] },
  ),
  struct(
    'HV_INPUT_IMPORT_ISOLATED_PAGES',
    {
      PartitionId: u64Field('Partition that gets them.'),
      PageType: u32('What they hold.'),
      PageSize: u32('Small or large pages.'),
    },
    { aka: ['hv_input_import_isolated_pages'] },
  ),
  struct(
    'HV_INPUT_ISSUE_PSP_GUEST_REQUEST',
    {
      PartitionId: u64Field('Partition that asks.'),
      RequestPage: u64Field('Page with its question.'),
      ResponsePage: u64Field('Page for the answer.'),
    },
    { aka: ['hv_input_issue_psp_guest_request'] },
  ),
  struct(
    'HV_PSP_LAUNCH_FINISH_FLAGS',
    {
      IdBlockEnabled: u8('The block is there.'),
      AuthorKeyEnabled: u8('The key of the author is there.'),
    },
    { aka: [] },
  ),
  word(64, 'HV_SEV_VMGEXIT_OFFLOAD', ['hv_sev_vmgexit_offload'], 'Exits done below the parent.', {
    NaeRdtsc: [0, 0, 'RDTSC.'],
    NaeCpuid: [1, 1, 'CPUID.'],
    NaeReservedIoPort: [2, 2, 'Reserved I/O ports.'],
    NaeRdmsr: [3, 3, 'RDMSR.'],
    NaeWrmsr: [4, 4, 'WRMSR.'],
    NaeVmmcall: [5, 5, 'VMMCALL.'],
    NaeWbinvd: [6, 6, 'WBINVD.'],
    NaeSnpPageStateChange: [7, 7, 'Change of the state of pages.'],
    Reserved0: [31, 8, 'Reserved.'],
    MsrCpuid: [32, 32, 'CPUID through the GHCB MSR.'],
    MsrSnpPageStateChange: [33, 33, 'Change of a page through the GHCB MSR.'],
    Reserved1: [63, 34, 'Reserved.'],
  }),
  word(
    64,
    'HV_PARTITION_ISOLATION_PROPERTIES',
    ['hv_partition_isolation_properties'],
    'How a partition is isolated.',
    {
      IsolationType: [4, 0, 'By nobody, VBS, SNP or TDX.'],
      IsolationHostType: [6, 5, 'Whether the host is trusted.'],
      ReservedZ: [11, 7, 'Reserved, must be zero.'],
      SharedGpaBoundaryPageNumber: [63, 12, 'From which page on memory is shared.'],
    },
  ),
];
