/**
 * Features of processors and of the interface, as properties of a partition and as CPUID reports
 * them.
 *
 * Source: TLFS, Feature and Interface Discovery; Linux include/hyperv/hvhdk.h; OpenVMM hvdef.
 */
import { nested, struct, u32, u64Field } from '../../../kernel/layout.ts';
import { bitsOf, flags, word } from './word.ts';

const words = (text: string): string[] => text.split(/\s+/);

const bank0 = words(`Sse3 LahfSahf Ssse3 Sse4_1 Sse4_2 Sse4a Xop PopCnt Cmpxchg16b AltMovCr8 Lzcnt
  MisAlignSse MmxExt Amd3DNow ExtendedAmd3DNow Page1Gb Aes Pclmulqdq Pcid Fma4 F16c RdRand
  RdWrFsGs Smep EnhancedFastString Bmi1 Bmi2 HleDeprecated RtmDeprecated Movbe Npiep1
  DepX87FpuSave RdSeed Adx IntelPrefetch Smap Hle Rtm Rdtscp Clflushopt Clwb Sha
  X87PointersSaved Invpcid Ibrs Stibp Ibpb UnrestrictedGuest Mdd FastShortRepMov L1dCacheFlush
  RdclNo IbrsAll SkipL1df SsbNo RsbANo VirtSpecCtrl RdPid Umip MbsNo MbClear TaaNo TsxCtrl`);

const bank1 = words(`AcountMcount TscInvariant ClZero Rdpru La57 Mbec NestedVirt Psfd CetSs CetIbt
  VmxExceptionInject Enqcmd UmwaitTpause Movdiri Movdir64b Cldemote Serialize TscDeadlineTmr
  TscAdjust FzlRepMovsb FsRepStosb FsRepCmpsb`);

const feature = 'Processor feature';

const processorFeatures = struct(
  'HV_PARTITION_PROCESSOR_FEATURES',
  {
    Bank0: u64Field('First word of features.', {
      bits: bitsOf('HV_PARTITION_PROCESSOR_FEATURES_BANK0', 64, {
        ...flags(bank0, feature),
        Reserved: [63, 63, 'Reserved.'],
      }),
    }),
    Bank1: u64Field('Second word of features.', {
      bits: bitsOf('HV_PARTITION_PROCESSOR_FEATURES_BANK1', 64, {
        ...flags(bank1, feature),
        Reserved: [63, 22, 'Reserved.'],
      }),
    }),
  },
  { aka: ['hv_partition_processor_features'] },
);

const xsave = {
  ...flags(words('Xsave Xsaveopt Avx'), feature),
  Reserved: [63, 3, 'Reserved.'],
} as const;

const synthetic = {
  ...flags(
    words(`HypervisorPresent Hv1 AccessVpRunTimeReg AccessPartitionReferenceCounter AccessSynicRegs
      AccessSyntheticTimerRegs AccessIntrCtrlRegs AccessHypercallRegs AccessVpIndex
      AccessPartitionReferenceTsc AccessGuestIdleReg AccessFrequencyRegs ReservedZ12 ReservedZ13
      ReservedZ14 EnableExtendedGvaRangesForFlushVirtualAddressList ReservedZ16 ReservedZ17
      FastHypercallOutput ReservedZ19 StartVirtualProcessor ReservedZ21 DirectSyntheticTimers
      ReservedZ23 ExtendedProcessorMasks TbFlushHypercalls SyntheticClusterIpi NotifyLongSpinWait
      QueryNumaDistance SignalEvents RetargetDeviceInterrupt RestoreTime EnlightenedVmcs`),
    'Feature of the interface',
  ),
  Reserved: [63, 33, 'Reserved.'],
} as const;

/** What a partition's creator chooses. */
export const featureStructures = [
  processorFeatures,
  word(
    64,
    'HV_PARTITION_PROCESSOR_XSAVE_FEATURES',
    ['hv_partition_processor_xsave_features'],
    'Extended state that the processor has.',
    xsave,
  ),
  struct(
    'HV_PARTITION_CREATION_PROPERTIES',
    {
      DisabledProcessorFeatures: nested(processorFeatures, 'Features that the partition lacks.'),
      DisabledProcessorXsaveFeatures: u64Field('Extended state that it lacks.', {
        bits: bitsOf('HV_PARTITION_PROCESSOR_XSAVE_FEATURES', 64, xsave),
      }),
    },
    { aka: ['hv_partition_creation_properties'] },
  ),
  word(
    64,
    'HV_PARTITION_SYNTHETIC_PROCESSOR_FEATURES',
    ['hv_partition_synthetic_processor_features'],
    'Features of the interface that the partition gets.',
    synthetic,
  ),
  struct(
    'HV_PARTITION_PROPERTY_VMM_CAPABILITIES',
    {
      Banks: u64Field('How many words follow.', {
        bits: bitsOf('HV_VMM_CAPABILITY_BANKS', 64, {
          BankCount: [15, 0, 'Words that follow.'],
          Reserved: [63, 16, 'Reserved.'],
        }),
      }),
      Bank0: u64Field('What the stack in the root can do.', {
        bits: bitsOf('HV_VMM_CAPABILITIES', 64, {
          MapGpaPreserveAdjustable: [0, 0, 'Mappings may stay adjustable.'],
          VmmCanProvideOverlayGpfn: [1, 1, 'It may choose where overlay pages lie.'],
          VpAffinityProperty: [2, 2, 'Processors may be bound.'],
          ReservedBit3: [3, 3, 'Reserved.'],
          AssignableSyntheticProcFeatures: [4, 4, 'Features of the interface can be chosen.'],
          ReservedBit5: [5, 5, 'Reserved.'],
          VmmEnableIntegratedScheduler: [6, 6, 'It may use the integrated scheduler.'],
          Reserved: [63, 7, 'Reserved.'],
        }),
      }),
    },
    { aka: [] },
  ),
];

const leaf = (name: string, eax: string, ebx: string, ecx: string, edx: string) =>
  struct(name, { Eax: u32(eax), Ebx: u32(ebx), Ecx: u32(ecx), Edx: u32(edx) });

const registersUnused = 'Reserved.';

/** Results of the CPUID leaves from 0x40000000 on. */
export const cpuidStructures = [
  leaf(
    'HV_VENDOR_AND_MAX_FUNCTION',
    'Highest leaf.',
    'Vendor, first part: "Micr".',
    'Vendor, second part: "osof".',
    'Vendor, third part: "t Hv".',
  ),
  leaf(
    'HV_HYPERVISOR_INTERFACE_INFO',
    'Interface: "Hv#1".',
    registersUnused,
    registersUnused,
    registersUnused,
  ),
  struct(
    'HV_HYPERVISOR_VERSION_INFO',
    {
      BuildNumber: u32('Build.'),
      Version: u32('Version.', {
        bits: bitsOf('HV_HYPERVISOR_VERSION', 32, {
          MinorVersion: [15, 0, 'Minor version.'],
          MajorVersion: [31, 16, 'Major version.'],
        }),
      }),
      ServicePack: u32('Service pack.'),
      Service: u32('Service.', {
        bits: bitsOf('HV_HYPERVISOR_SERVICE', 32, {
          ServiceNumber: [23, 0, 'Number of the service.'],
          ServiceBranch: [31, 24, 'Branch of the service.'],
        }),
      }),
    },
    { aka: ['hv_hypervisor_version_info'] },
  ),
  leaf(
    'HV_X64_HYPERVISOR_FEATURES',
    'Lower half of the privilege mask.',
    'Upper half of the privilege mask.',
    'Power management.',
    'Features of the interface.',
  ),
  leaf(
    'HV_X64_ENLIGHTENMENT_INFORMATION',
    'What a guest should use.',
    'Spins before it calls HvCallNotifyLongSpinWait.',
    'Width of physical addresses.',
    registersUnused,
  ),
  leaf(
    'HV_IMPLEMENTATION_LIMITS',
    'Most virtual processors.',
    'Most logical processors.',
    'Most interrupt vectors for remapping.',
    registersUnused,
  ),
  leaf(
    'HV_X64_HYPERVISOR_HARDWARE_FEATURES',
    'Features of the hardware that are in use.',
    'Width of device domains.',
    registersUnused,
    registersUnused,
  ),
  leaf(
    'HV_X64_CPU_MANAGEMENT_FEATURES',
    'What the root may do with processors.',
    'Reserved for the root.',
    registersUnused,
    registersUnused,
  ),
  leaf(
    'HV_X64_SHARED_VIRTUAL_MEMORY_FEATURES',
    'Whether devices share address spaces, and how many.',
    registersUnused,
    registersUnused,
    registersUnused,
  ),
  leaf(
    'HV_X64_NESTED_FEATURES',
    'Versions of the enlightened VMCS and features of nesting.',
    'More features of nesting.',
    registersUnused,
    registersUnused,
  ),
];
