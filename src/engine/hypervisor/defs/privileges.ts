/**
 * Partition privileges and features, as CPUID leaf 0x40000003 reports them.
 *
 * EAX and EBX together are the privilege mask; EDX lists features of the interface.
 * Source: TLFS, Partition Properties, HV_PARTITION_PRIVILEGE_MASK; Feature Discovery.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64Bit, u64WithBit } from '../../kernel/u64.ts';

/** The privilege mask; names as in the web edition, reserved ranges included. */
export const privilegeMask = bitfield('HV_PARTITION_PRIVILEGE_MASK', 64, {
  AccessVpRunTimeReg: { bits: 0, doc: 'May read the run time of a virtual processor.' },
  AccessPartitionReferenceCounter: { bits: 1, doc: 'May read the partition reference counter.' },
  AccessSynicRegs: { bits: 2, doc: 'May use the registers of the SynIC.' },
  AccessSyntheticTimerRegs: { bits: 3, doc: 'May use synthetic timers.' },
  AccessIntrCtrlRegs: { bits: 4, doc: 'May use the APIC registers EOI, ICR and TPR as MSRs.' },
  AccessHypercallMsrs: { bits: 5, doc: 'May write the guest OS id and enable the hypercall page.' },
  AccessVpIndex: { bits: 6, doc: 'May read the index of a virtual processor.' },
  AccessResetReg: { bits: 7, doc: 'May reset the partition through an MSR.' },
  AccessStatsReg: { bits: 8, doc: 'May use the statistics page MSRs.' },
  AccessPartitionReferenceTsc: { bits: 9, doc: 'May use the reference TSC page.' },
  AccessGuestIdleReg: { bits: 10, doc: 'May go idle through an MSR.' },
  AccessFrequencyRegs: { bits: 11, doc: 'May read the TSC and APIC frequencies.' },
  AccessDebugRegs: { bits: 12, doc: 'May use the debug MSRs.' },
  AccessReenlightenmentControls: { bits: 13, doc: 'May ask to be told of a TSC change.' },
  AccessRootSchedulerReg: { bits: 14, doc: 'May use the root scheduler MSRs.' },
  AccessTscInvariantControls: { bits: 15, doc: 'May declare the TSC invariant.' },
  Reserved1: { bits: [31, 16], doc: 'Reserved.' },
  CreatePartitions: { bits: 32, doc: 'May create child partitions.' },
  AccessPartitionId: { bits: 33, doc: 'May ask for its own partition id.' },
  AccessMemoryPool: { bits: 34, doc: 'May deposit and withdraw pool memory.' },
  AdjustMessageBuffers: { bits: 35, doc: 'May change the number of message buffers.' },
  PostMessages: { bits: 36, doc: 'May post messages.' },
  SignalEvents: { bits: 37, doc: 'May signal events.' },
  CreatePort: { bits: 38, doc: 'May create ports.' },
  ConnectPort: { bits: 39, doc: 'May connect to ports.' },
  AccessStats: { bits: 40, doc: 'May map statistics pages.' },
  Reserved2: { bits: [42, 41], doc: 'Reserved.' },
  Debugging: { bits: 43, doc: 'May use the hypervisor debugger calls.' },
  CpuManagement: { bits: 44, doc: 'May manage logical processors.' },
  ConfigureProfiler: { bits: 45, doc: 'May configure the profiler.' },
  AccessVpExitTracing: { bits: 46, doc: 'May trace virtual processor exits.' },
  EnableExtendedGvaRangesFlushVaList: { bits: 47, doc: 'May flush with extended ranges.' },
  AccessVsm: { bits: 48, doc: 'May use virtual secure mode.' },
  AccessVpRegisters: { bits: 49, doc: 'May read and write its own registers by call.' },
  Reserved3: { bits: 50, doc: 'Reserved.' },
  FastHypercallOutput: { bits: 51, doc: 'May get output of fast calls in registers.' },
  EnableExtendedHypercalls: { bits: 52, doc: 'May make extended hypercalls (above 0x8000).' },
  StartVirtualProcessor: { bits: 53, doc: 'May start virtual processors by call.' },
  Isolation: { bits: 54, doc: 'Is an isolated partition.' },
  Reserved4: { bits: [63, 55], doc: 'Reserved.' },
});

/** The name of one privilege. */
export type Privilege = Parameters<typeof privilegeMask.get>[1];

const bitOf = new Map(privilegeMask.groups.map(({ name, low }) => [name, low]));

/** The bit of a privilege in the mask. */
export function privilegeBit(name: Privilege): number {
  const bit = bitOf.get(name);
  assert(bit !== undefined, `no privilege ${name}`);
  return bit;
}

/** Tells whether a mask holds a privilege. */
export const hasPrivilege = (mask: U64, name: Privilege): boolean =>
  u64Bit(mask, privilegeBit(name));

/** The mask that holds exactly the named privileges. */
export function privilegesOf(names: readonly Privilege[]): U64 {
  return names.reduce((mask, name) => u64WithBit(mask, privilegeBit(name), true), u64(0));
}

/** Every privilege that has a name: what the root partition holds in this model. */
export const rootPrivileges: U64 = privilegesOf(
  privilegeMask.groups.map(({ name }) => name).filter(isPrivilege),
);

function isPrivilege(name: string): name is Privilege {
  return !name.startsWith('Reserved') && name !== 'Isolation';
}

/** What an ordinary child gets in this model: the guest-facing MSRs, messages and events. */
export const childPrivileges: U64 = privilegesOf([
  'AccessVpRunTimeReg',
  'AccessPartitionReferenceCounter',
  'AccessSynicRegs',
  'AccessSyntheticTimerRegs',
  'AccessIntrCtrlRegs',
  'AccessHypercallMsrs',
  'AccessVpIndex',
  'AccessPartitionReferenceTsc',
  'AccessGuestIdleReg',
  'AccessFrequencyRegs',
  'PostMessages',
  'SignalEvents',
]);

/** Features in CPUID 0x40000003 EDX that the machine asks for. */
export const featureBit = {
  XmmHypercallInput: 4,
  GuestIdle: 5,
  TimerFrequencies: 8,
  GuestCrashMsrs: 10,
  XmmHypercallOutput: 15,
  SintPolling: 17,
  HypercallMsrLock: 18,
  DirectSyntheticTimers: 19,
} as const;

/** What a partition of this model has: every feature that the machine can do. */
export const modelFeatures = Object.values(featureBit).reduce((bits, bit) => bits | (1 << bit), 0);
