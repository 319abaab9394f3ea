/**
 * Messages of the hypervisor that tell something and ask nothing.
 *
 * Source: TLFS, Inter-Partition Communication; Linux include/hyperv/hvhdk.h.
 */
import { bytesField, padding, struct, u8, u16, u32, u64Field } from '../../../kernel/layout.ts';
import { word } from './word.ts';

const vpIndex = u32('Processor.');

/** The payloads and their parts. */
export const noticeStructures = [
  struct(
    'HV_X64_APIC_EOI_MESSAGE',
    { VpIndex: vpIndex, InterruptVector: u32('Vector that ended.') },
    { aka: ['hv_x64_apic_eoi_message', 'HvX64ApicEoiMessage'] },
  ),
  struct(
    'HV_OPAQUE_INTERCEPT_MESSAGE',
    { VpIndex: vpIndex },
    { aka: ['hv_opaque_intercept_message'] },
  ),
  struct(
    'HV_X64_INVALID_VP_REGISTER_MESSAGE',
    { VpIndex: vpIndex, Reserved: padding(4, 'Reserved.') },
    { aka: ['hv_x64_invalid_vp_register_message', 'HvInvalidVpRegisterMessage'] },
  ),
  struct(
    'HV_X64_UNSUPPORTED_FEATURE_MESSAGE',
    {
      VpIndex: vpIndex,
      FeatureCode: u32('Feature that is not there.'),
      FeatureParameter: u64Field('What was asked of it.'),
    },
    { aka: ['hv_x64_unsupported_feature_message'] },
  ),
  struct(
    'HV_VP_SIGNAL_BITSET_SCHEDULER_MESSAGE',
    {
      PartitionId: u64Field('Partition.'),
      OverflowCount: u32('Signals that did not fit.'),
      VpCount: u16('Processors in the set.'),
      Reserved: padding(2, 'Reserved.'),
      VpBitset: bytesField(144, 'Set of processors that have work.'),
    },
    { aka: ['hv_vp_signal_bitset_scheduler_message'] },
  ),
  struct(
    'HV_VP_SIGNAL_PAIR_SCHEDULER_MESSAGE',
    {
      OverflowCount: u32('Signals that did not fit.'),
      VpCount: u8('Processors in the list.'),
      Reserved1: padding(3, 'Reserved.'),
      PartitionIds: bytesField(152, 'Partition of each of up to 19 processors.'),
      VpIndexes: bytesField(76, 'Index of each of them.'),
      Reserved2: padding(4, 'Reserved.'),
    },
    { aka: ['hv_vp_signal_pair_scheduler_message'] },
  ),
  word(8, 'HV_X64_IO_PORT_ACCESS_INFO', ['hv_x64_io_port_access_info'], 'How a port is touched.', {
    AccessSize: [2, 0, 'Bytes.'],
    StringOp: [3, 3, 'A string instruction.'],
    RepPrefix: [4, 4, 'It is repeated.'],
    Reserved: [7, 5, 'Reserved.'],
  }),
  word(8, 'HV_X64_EXCEPTION_INFO', ['hv_x64_exception_info'], 'What is known of an exception.', {
    ErrorCodeValid: [0, 0, 'There is an error code.'],
    SoftwareException: [1, 1, 'An instruction asked for it.'],
    Reserved: [7, 2, 'Reserved.'],
  }),
  word(8, 'HV_X64_MEMORY_ACCESS_INFO', ['hv_x64_memory_access_info'], 'What is known of a page.', {
    GvaValid: [0, 0, 'The virtual address counts.'],
    GvaGpaValid: [1, 1, 'It belongs to the physical address.'],
    HypercallOutputPending: [2, 2, 'A hypercall wants to write its output there.'],
    TlbLockedNoOverlay: [3, 3, 'The TLB is locked.'],
    Reserved: [7, 4, 'Reserved.'],
  }),
  word(16, 'HV_X64_VP_EXECUTION_STATE', ['hv_x64_vp_execution_state'], 'How a processor runs.', {
    Cpl: [1, 0, 'Privilege level.'],
    Cr0Pe: [2, 2, 'Protected mode.'],
    Cr0Am: [3, 3, 'Alignment checks.'],
    EferLma: [4, 4, 'Long mode.'],
    DebugActive: [5, 5, 'Debug registers are active.'],
    InterruptionPending: [6, 6, 'An interruption is being delivered.'],
    Vtl: [10, 7, 'Trust level.'],
    EnclaveMode: [11, 11, 'Inside an enclave.'],
    InterruptShadow: [12, 12, 'Interrupts are held back for one instruction.'],
    VirtualizationFaultActive: [13, 13, 'A virtualization fault is being delivered.'],
    Reserved: [15, 14, 'Reserved.'],
  }),
];
