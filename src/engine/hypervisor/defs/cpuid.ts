/**
 * CPUID leaves 0x40000000 to 0x4000000A: what a guest is told about its hypervisor.
 *
 * One table: every field with its register, its bits, what it means and what this model answers.
 * Bits that are not listed are reserved and answer 0. Source: TLFS, Feature and Interface
 * Discovery; leaves 0x40000007 and 0x40000008 are in TLFS 6.0b only.
 */

import type { Source } from '../../facts/basis.ts';
import type { U64 } from '../../kernel/u64.ts';
import { tlfs, tlfsPdf } from './source.ts';

/** A register in which CPUID answers. */
export type CpuidRegister = 'eax' | 'ebx' | 'ecx' | 'edx';

/** What the answers depend on: the partition that asks, and the limits of the model. */
export interface CpuidSubject {
  readonly privileges: U64;
  readonly featuresEdx: number;
  readonly virtualProcessors: number;
  readonly logicalProcessors: number;
}

/** One field of a leaf. */
export interface CpuidField {
  readonly register: CpuidRegister;
  readonly high: number;
  readonly low: number;
  readonly name: string;
  readonly doc: string;
  /** What the field holds; never more than its bits can. */
  readonly value: (subject: CpuidSubject) => number;
}

/** One leaf. */
export interface CpuidLeaf {
  readonly leaf: number;
  readonly name: string;
  /** True for a leaf that answers 0 to every partition but the root. */
  readonly rootOnly: boolean;
  readonly fields: readonly CpuidField[];
  readonly source: Source;
}

type Value = number | CpuidField['value'];

const field = (
  register: CpuidRegister,
  [high, low]: readonly [number, number],
  name: string,
  doc: string,
  value: Value = 0,
): CpuidField => ({
  register,
  high,
  low,
  name,
  doc,
  value: typeof value === 'number' ? () => value : value,
});

const whole = (register: CpuidRegister, name: string, doc: string, value: Value = 0) =>
  field(register, [31, 0], name, doc, value);

const bit = (register: CpuidRegister, index: number, name: string, doc: string, value: Value = 0) =>
  field(register, [index, index], name, doc, value);

/** A bit of leaf 0x40000003 EDX: the partition says whether it has the feature. */
const feature = (index: number, name: string, doc: string) =>
  bit('edx', index, name, doc, ({ featuresEdx }) => (featuresEdx >>> index) & 1);

const discovery = (anchor: string, title: string) => tlfs(`feature-discovery#${anchor}`, title);

const leaf = (
  number: number,
  name: string,
  fields: readonly CpuidField[],
  options: { readonly rootOnly?: true; readonly source?: Source } = {},
): CpuidLeaf => ({
  leaf: number,
  name,
  rootOnly: options.rootOnly ?? false,
  fields,
  source:
    options.source ?? discovery('hypervisor-cpuid-leaf-range---0x40000000', 'Feature Discovery'),
});

/** First and last leaf of the hypervisor. */
export const cpuidRange = { first: 0x4000_0000, last: 0x4000_000a } as const;

const pdf = tlfsPdf('6.0b', '2.4 Hypervisor CPUID Leaves');

/** The table. */
export const cpuidLeaves: readonly CpuidLeaf[] = [
  leaf(0x4000_0000, 'Leaf range and vendor', [
    whole('eax', 'MaxLeaf', 'Highest leaf of the hypervisor.', cpuidRange.last),
    whole('ebx', 'VendorB', '"Micr".', 0x7263_694d),
    whole('ecx', 'VendorC', '"osof".', 0x666f_736f),
    whole('edx', 'VendorD', '"t Hv".', 0x7648_2074),
  ]),
  leaf(0x4000_0001, 'Interface', [
    whole('eax', 'InterfaceSignature', '"Hv#1": the interface of this specification.', 0x3123_7648),
  ]),
  leaf(0x4000_0002, 'Version', [
    whole('eax', 'BuildNumber', 'Build; 26100 is Windows Server 2025.', 26_100),
    field('ebx', [31, 16], 'MajorVersion', 'Major version.', 10),
    field('ebx', [15, 0], 'MinorVersion', 'Minor version.'),
    whole('ecx', 'ServicePack', 'Service pack.'),
    field('edx', [31, 24], 'ServiceBranch', 'Service branch.'),
    field('edx', [23, 0], 'ServiceNumber', 'Service number.'),
  ]),
  leaf(0x4000_0003, 'Features', [
    whole('eax', 'PrivilegesLow', 'Privileges 31 to 0.', ({ privileges }) => privileges.lo),
    whole('ebx', 'PrivilegesHigh', 'Privileges 63 to 32.', ({ privileges }) => privileges.hi),
    bit('ecx', 5, 'InvariantMperf', 'The performance counter MPERF is invariant.'),
    bit('ecx', 6, 'SupervisorShadowStack', 'Supervisor shadow stacks can be used.'),
    bit('ecx', 7, 'ArchitecturalPmu', 'The architectural performance counters can be used.'),
    bit('ecx', 8, 'ExceptionTrapIntercept', 'Exceptions can be intercepted as traps.'),
    feature(0, 'MwaitDeprecated', 'No longer used; once meant MWAIT.'),
    feature(1, 'GuestDebugging', 'Guests can be debugged.'),
    feature(2, 'PerformanceMonitor', 'Performance can be monitored.'),
    feature(3, 'CpuDynamicPartitioning', 'Processors may come and go.'),
    feature(4, 'XmmHypercallInput', 'XMM registers carry input of fast hypercalls.'),
    feature(5, 'GuestIdle', 'There is a virtual idle state.'),
    feature(6, 'HypervisorSleep', 'There is a hypervisor sleep state.'),
    feature(7, 'NumaDistance', 'Distances between NUMA nodes can be asked for.'),
    feature(8, 'TimerFrequencies', 'The timer frequencies can be read.'),
    feature(9, 'SyntheticMachineCheck', 'Machine checks can be injected.'),
    feature(10, 'GuestCrashMsrs', 'The crash MSRs are there.'),
    feature(11, 'DebugMsrs', 'The debug MSRs are there.'),
    feature(12, 'Npiep', 'Some instructions can be kept from user mode.'),
    feature(13, 'DisableHypervisor', 'The hypervisor can be switched off.'),
    feature(14, 'ExtendedGvaRanges', 'Flush lists may have extended ranges.'),
    feature(15, 'XmmHypercallOutput', 'XMM registers carry output of fast hypercalls.'),
    feature(17, 'SintPolling', 'Sources can be polled.'),
    feature(18, 'HypercallMsrLock', 'The hypercall MSR can be locked.'),
    feature(19, 'DirectSyntheticTimers', 'Synthetic timers can raise interrupts.'),
  ]),
  leaf(0x4000_0004, 'Recommendations', [
    bit('eax', 0, 'HypercallForAddressSpaceSwitch', 'Switch address spaces by hypercall.'),
    bit('eax', 1, 'HypercallForLocalFlush', 'Flush the own TLB by hypercall.'),
    bit('eax', 2, 'HypercallForRemoteFlush', 'Flush other TLBs by hypercall.', 1),
    bit('eax', 3, 'MsrsForApic', 'Use the MSRs for EOI, ICR and TPR.'),
    bit('eax', 4, 'MsrForReset', 'Use the MSR to reset.'),
    bit('eax', 5, 'RelaxedTiming', 'Do not rely on timely interrupts.', 1),
    bit('eax', 6, 'DmaRemapping', 'Use DMA remapping.'),
    bit('eax', 7, 'InterruptRemapping', 'Use interrupt remapping.'),
    bit('eax', 8, 'X2ApicMsrs', 'Use the MSRs of x2APIC.'),
    bit('eax', 9, 'DeprecateAutoEoi', 'Do not use AutoEOI.'),
    bit('eax', 10, 'SyntheticClusterIpi', 'Send interrupts by hypercall.', 1),
    bit('eax', 11, 'ExProcessorMasks', 'Name processors by sparse sets.'),
    bit('eax', 12, 'NestedHypervisor', 'The hypervisor itself runs in a partition of Hyper-V.'),
    bit('eax', 13, 'IntForMbecCalls', 'Use INT for system calls under MBEC.'),
    bit('eax', 14, 'EnlightenedVmcs', 'A nested hypervisor should use the enlightened VMCS.'),
    bit('eax', 15, 'SyncedTimeline', 'Follow the timeline of the root.'),
    bit('eax', 17, 'DirectLocalFlushEntire', 'Toggle CR4.PGE to flush everything.'),
    bit('eax', 18, 'NoNonArchitecturalCoreSharing', 'No core is shared behind the guest’s back.'),
    whole(
      'ebx',
      'SpinRetries',
      'Attempts before a long spin is reported; all ones is never.',
      0xffff_ffff,
    ),
    field('ecx', [6, 0], 'PhysicalAddressBits', 'Width of physical addresses; 0 is not told.'),
  ]),
  leaf(0x4000_0005, 'Limits', [
    whole(
      'eax',
      'MaxVirtualProcessors',
      'Most virtual processors.',
      ({ virtualProcessors }) => virtualProcessors,
    ),
    whole(
      'ebx',
      'MaxLogicalProcessors',
      'Most logical processors.',
      ({ logicalProcessors }) => logicalProcessors,
    ),
    whole('ecx', 'MaxInterruptVectors', 'Most vectors for interrupt remapping.'),
  ]),
  leaf(0x4000_0006, 'Hardware in use', [
    bit('eax', 0, 'ApicOverlayAssist', 'The APIC is assisted by an overlay page.', 1),
    bit('eax', 1, 'MsrBitmaps', 'MSRs are intercepted by bitmap.', 1),
    bit('eax', 2, 'PerformanceCounters', 'Architectural performance counters.'),
    bit('eax', 3, 'SecondLevelTranslation', 'Second-level address translation.', 1),
    bit('eax', 4, 'DmaRemapping', 'DMA remapping.', 1),
    bit('eax', 5, 'InterruptRemapping', 'Interrupt remapping.', 1),
    bit('eax', 6, 'PatrolScrubber', 'A memory patrol scrubber.'),
    bit('eax', 7, 'DmaProtection', 'DMA protection.'),
    bit('eax', 8, 'HpetRequested', 'The HPET is asked for.'),
    bit('eax', 9, 'VolatileTimers', 'Synthetic timers are volatile.'),
    field('eax', [13, 10], 'HypervisorLevel', 'Nesting level of this guest; 0 is not nested.'),
    bit('eax', 14, 'PhysicalDestinationMode', 'Interrupts need physical destinations.'),
    bit('eax', 15, 'VmfuncForAliasMap', 'VMFUNC switches alias maps.'),
    bit('eax', 16, 'MemoryZeroing', 'The hardware zeroes memory.'),
    bit('eax', 17, 'UnrestrictedGuest', 'Guests may run in real mode.'),
    bit('eax', 18, 'ResourceAllocation', 'Cache and bandwidth can be allocated.'),
    bit('eax', 19, 'ResourceMonitoring', 'Cache and bandwidth can be monitored.'),
    bit('eax', 20, 'GuestVirtualPmu', 'Guests have performance counters.'),
    bit('eax', 21, 'GuestVirtualLbr', 'Guests have last-branch records.'),
    bit('eax', 22, 'GuestVirtualIpt', 'Guests have processor trace.'),
    bit('eax', 23, 'ApicEmulation', 'The hardware emulates the APIC.'),
    bit('eax', 24, 'AcpiWdat', 'An ACPI watchdog table is in use.'),
  ]),
  leaf(
    0x4000_0007,
    'Processor management',
    [
      bit('eax', 0, 'StartLogicalProcessor', 'Logical processors can be started.'),
      bit('eax', 1, 'CreateRootVirtualProcessor', 'The root can be given processors.'),
      bit('eax', 2, 'PerformanceCounterSync', 'Performance counters can be synchronized.'),
      bit('eax', 31, 'ReservedIdentityBit', 'Reserved.'),
      bit('ebx', 0, 'ProcessorPowerManagement', 'The root manages processor power.'),
      bit('ebx', 1, 'MwaitIdleStates', 'Idle states are entered by MWAIT.'),
      bit('ebx', 2, 'LogicalProcessorIdling', 'Logical processors can be idled.'),
      bit('ecx', 0, 'RemapGuestUncached', 'Uncached guest memory can be remapped.'),
    ],
    { rootOnly: true, source: pdf },
  ),
  leaf(
    0x4000_0008,
    'Shared virtual memory',
    [
      bit('eax', 0, 'SvmSupported', 'Devices can use virtual addresses.'),
      field('eax', [31, 11], 'MaxPasidSpacePasidCount', 'Most PASIDs of one space.'),
    ],
    { source: pdf },
  ),
  leaf(0x4000_0009, 'Nested hypervisor features', [
    bit('eax', 2, 'AccessSynicRegs', 'May use the SynIC registers of the hypervisor below.'),
    bit('eax', 4, 'AccessIntrCtrlRegs', 'May use its APIC registers.'),
    bit('eax', 5, 'AccessHypercallMsrs', 'May use its hypercall MSRs.'),
    bit('eax', 6, 'AccessVpIndex', 'May read its processor index.'),
    bit('eax', 12, 'AccessReenlightenmentControls', 'May ask it to be told of a TSC change.'),
    bit('edx', 4, 'XmmHypercallInput', 'XMM input of its fast hypercalls.'),
    bit('edx', 15, 'XmmHypercallOutput', 'XMM output of its fast hypercalls.'),
    bit('edx', 17, 'SintPolling', 'Its sources can be polled.'),
  ]),
  leaf(0x4000_000a, 'Nested virtualization', [
    field('eax', [7, 0], 'EnlightenedVmcsLow', 'Lowest version of the enlightened VMCS.'),
    field('eax', [15, 8], 'EnlightenedVmcsHigh', 'Highest version of the enlightened VMCS.'),
    bit('eax', 17, 'DirectVirtualFlush', 'Flush hypercalls of guests go to the hypervisor below.'),
    bit('eax', 18, 'FlushGuestPhysical', 'Guest-physical addresses can be flushed by hypercall.'),
    bit('eax', 19, 'EnlightenedMsrBitmap', 'The MSR bitmap may be enlightened.'),
    bit('eax', 20, 'ExceptionCombining', 'Virtualization exceptions count as page faults.'),
    bit('eax', 21, 'GuestDebugControl', 'The debug control field of the VMCS may be used.'),
    bit('eax', 22, 'EnlightenedAmdTlb', 'The TLB of AMD processors is enlightened.'),
    bit('ebx', 0, 'PerfGlobalControl', 'Both performance control fields may be used.'),
  ]),
];
