/**
 * Enlightened VMCS and VMCB: the control structures of a nested hypervisor as plain memory.
 *
 * Source: TLFS, Nested Virtualization; Linux include/hyperv/hvgdk_mini.h. The fields mean what the
 * processor manuals say of the field of the same name.
 */
import { padding, struct, u16, u32, u64Field } from '../../../kernel/layout.ts';
import { bitsOf, word } from './word.ts';

const integers = { 2: u16, 4: u32, 8: u64Field } as const;
type Width = keyof typeof integers;

const readable = (name: string) => name.replaceAll(/([a-z])([A-Z0-9])/g, '$1 $2');

/** Fields of one width in a row. */
const fields = (sizeBytes: Width, names: string) =>
  Object.fromEntries(
    names.split(' ').map((name) => [name, integers[sizeBytes](`VMCS field ${readable(name)}.`)]),
  );

const enlightenments = {
  NestedFlushHypercall: [0, 0, 'Flushes are made by hypercall.'],
  MsrBitmap: [1, 1, 'The bitmap of MSRs is read again only when it changed.'],
  EnlightenedNptTlb: [2, 2, 'Changes of the nested tables need a flush by hypercall.'],
  Reserved: [31, 3, 'Reserved.'],
} as const;

const vmcsEnlightenments = {
  NestedFlushHypercall: enlightenments.NestedFlushHypercall,
  MsrBitmap: enlightenments.MsrBitmap,
  Reserved: [31, 2, 'Reserved.'],
} as const;

/** HV_ENLIGHTENED_VMCS: 1,024 bytes that replace VMREAD and VMWRITE. */
const enlightenedVmcs = struct(
  'HV_ENLIGHTENED_VMCS',
  {
    ...fields(4, 'RevisionId Abort'),
    ...fields(2, 'HostEsSelector HostCsSelector HostSsSelector HostDsSelector HostFsSelector'),
    ...fields(2, 'HostGsSelector HostTrSelector'),
    Padding16_1: padding(2),
    ...fields(8, 'HostIa32Pat HostIa32Efer HostCr0 HostCr3 HostCr4 HostIa32SysenterEsp'),
    ...fields(8, 'HostIa32SysenterEip HostRip'),
    ...fields(4, 'HostIa32SysenterCs PinBasedVmExecControl VmExitControls SecondaryVmExecControl'),
    ...fields(8, 'IoBitmapA IoBitmapB MsrBitmap'),
    ...fields(2, 'GuestEsSelector GuestCsSelector GuestSsSelector GuestDsSelector GuestFsSelector'),
    ...fields(2, 'GuestGsSelector GuestLdtrSelector GuestTrSelector'),
    ...fields(4, 'GuestEsLimit GuestCsLimit GuestSsLimit GuestDsLimit GuestFsLimit GuestGsLimit'),
    ...fields(4, 'GuestLdtrLimit GuestTrLimit GuestGdtrLimit GuestIdtrLimit GuestEsArBytes'),
    ...fields(4, 'GuestCsArBytes GuestSsArBytes GuestDsArBytes GuestFsArBytes GuestGsArBytes'),
    ...fields(4, 'GuestLdtrArBytes GuestTrArBytes'),
    ...fields(8, 'GuestEsBase GuestCsBase GuestSsBase GuestDsBase GuestFsBase GuestGsBase'),
    ...fields(8, 'GuestLdtrBase GuestTrBase GuestGdtrBase GuestIdtrBase'),
    Padding64_1: padding(24),
    ...fields(8, 'VmExitMsrStoreAddr VmExitMsrLoadAddr VmEntryMsrLoadAddr Cr3TargetValue0'),
    ...fields(8, 'Cr3TargetValue1 Cr3TargetValue2 Cr3TargetValue3'),
    ...fields(4, 'PageFaultErrorCodeMask PageFaultErrorCodeMatch Cr3TargetCount'),
    ...fields(4, 'VmExitMsrStoreCount VmExitMsrLoadCount VmEntryMsrLoadCount'),
    ...fields(8, 'TscOffset VirtualApicPageAddr VmcsLinkPointer GuestIa32Debugctl GuestIa32Pat'),
    ...fields(8, 'GuestIa32Efer GuestPdptr0 GuestPdptr1 GuestPdptr2 GuestPdptr3'),
    ...fields(8, 'GuestPendingDbgExceptions GuestSysenterEsp GuestSysenterEip'),
    ...fields(4, 'GuestActivityState GuestSysenterCs'),
    ...fields(8, 'Cr0GuestHostMask Cr4GuestHostMask Cr0ReadShadow Cr4ReadShadow GuestCr0 GuestCr3'),
    ...fields(8, 'GuestCr4 GuestDr7 HostFsBase HostGsBase HostTrBase HostGdtrBase HostIdtrBase'),
    ...fields(8, 'HostRsp EptPointer'),
    ...fields(2, 'VirtualProcessorId'),
    Padding16_2: padding(6),
    Padding64_2: padding(40),
    ...fields(8, 'GuestPhysicalAddress'),
    ...fields(4, 'VmInstructionError VmExitReason VmExitIntrInfo VmExitIntrErrorCode'),
    ...fields(4, 'IdtVectoringInfoField IdtVectoringErrorCode VmExitInstructionLen'),
    ...fields(4, 'VmxInstructionInfo'),
    ...fields(8, 'ExitQualification ExitIoInstructionEcx ExitIoInstructionEsi'),
    ...fields(
      8,
      'ExitIoInstructionEdi ExitIoInstructionEip GuestLinearAddress GuestRsp GuestRflags',
    ),
    ...fields(4, 'GuestInterruptibilityInfo CpuBasedVmExecControl ExceptionBitmap VmEntryControls'),
    ...fields(4, 'VmEntryIntrInfoField VmEntryExceptionErrorCode VmEntryInstructionLen'),
    ...fields(4, 'TprThreshold'),
    ...fields(8, 'GuestRip'),
    HvCleanFields: u32('Groups of fields that did not change since the last entry.'),
    Padding32_1: padding(4),
    HvSyntheticControls: u32('Controls that the processor does not have.'),
    HvEnlightenmentsControl: u32('What the hypervisor below may leave out.', {
      bits: bitsOf('HV_VMCS_ENLIGHTENMENTS_CONTROL', 32, vmcsEnlightenments),
    }),
    HvVpId: u32('Number of the nested processor.'),
    Padding32_2: padding(4),
    HvVmId: u64Field('Number of the nested machine.'),
    PartitionAssistPage: u64Field('Page by which the two hypervisors speak.'),
    Padding64_4: padding(32),
    ...fields(8, 'GuestBndcfgs GuestIa32PerfGlobalCtrl GuestIa32SCet GuestSsp'),
    ...fields(8, 'GuestIa32IntSspTableAddr GuestIa32LbrCtl'),
    Padding64_5: padding(16),
    ...fields(8, 'XssExitBitmap EnclsExitingBitmap HostIa32PerfGlobalCtrl TscMultiplier'),
    ...fields(8, 'HostIa32SCet HostSsp HostIa32IntSspTableAddr'),
    Padding64_6: padding(8),
  },
  { aka: ['hv_enlightened_vmcs'] },
);

/** The structures of nested virtualization. */
export const nestedStructures = [
  enlightenedVmcs,
  word(32, 'HV_ENLIGHTENMENTS_CONTROL', ['hv_enlightenments_control'], 'Wishes.', enlightenments),
  struct(
    'HV_SVM_ENLIGHTENED_VMCB_FIELDS',
    {
      EnlightenmentsControl: u32('What the hypervisor below may leave out.', {
        bits: bitsOf('HV_VMCB_ENLIGHTENMENTS_CONTROL', 32, enlightenments),
      }),
      VpId: u32('Number of the nested processor.'),
      VmId: u64Field('Number of the nested machine.'),
      PartitionAssistPage: u64Field('Page by which the two hypervisors speak.'),
      Reserved: padding(8, 'Reserved.'),
    },
    { aka: ['hv_vmcb_enlightenments'] },
  ),
  struct(
    'HV_PARTITION_ASSIST_PAGE',
    { TlbLockCount: u32('How often the TLB is locked.') },
    { aka: ['hv_partition_assist_pg'] },
  ),
  struct(
    'HV_NESTED_ENLIGHTENMENTS_CONTROL',
    {
      Features: u32('What the nested guest may use.', {
        bits: bitsOf('HV_NESTED_ENLIGHTENMENTS_FEATURES', 32, {
          DirectHypercall: [0, 0, 'It may call the hypervisor below.'],
          Reserved: [31, 1, 'Reserved.'],
        }),
      }),
      HypercallControls: u32('Which calls.', {
        bits: bitsOf('HV_NESTED_HYPERCALL_CONTROLS', 32, {
          InterPartitionCommunication: [0, 0, 'Messages and events.'],
          Reserved: [31, 1, 'Reserved.'],
        }),
      }),
    },
    { aka: ['hv_nested_enlightenments_control'] },
  ),
];
