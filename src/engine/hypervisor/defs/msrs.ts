/**
 * Synthetic model-specific registers, with the privilege or the feature that each needs.
 * Source: TLFS, Feature Discovery, Virtual Interrupt Controller, Timers, Virtual Processors and
 * Partition Properties.
 */

import type { U64 } from '../../kernel/u64.ts';
import type { Machine, Vp } from './model.ts';
import { featureBit, hasPrivilege, type Privilege } from './privileges.ts';

/** How a guest may access an MSR; every other access is a general-protection fault. */
export type MsrAccess = 'read-write' | 'read-only' | 'write-only';

/** One synthetic MSR. */
export interface MsrSpec {
  readonly name: string;
  readonly index: number;
  /** Undefined for registers that a feature bit makes available. */
  readonly privilege: Privilege | undefined;
  /** Bit of CPUID 0x40000003 EDX without which the register is not there. */
  readonly feature: number | undefined;
  readonly access: MsrAccess;
  readonly doc: string;
}

/** What a register does; a member that is missing is an access that the table does not allow. */
export interface MsrRule {
  readonly read?: (machine: Machine, vp: Vp) => U64;
  /** Gives the fault if the value is refused. */
  readonly write?: (machine: Machine, vp: Vp, value: U64) => '#GP' | undefined;
}

/** Index of the first SINT register; the sixteen follow one another. */
export const sintBase = 0x4000_0090;
/** Synthetic interrupt sources of one virtual processor. */
export const sintSources = 16;
/** Index of the first timer register; configuration and count alternate. */
export const timerBase = 0x4000_00b0;
/** Synthetic timers of one virtual processor. */
export const timersPerVp = 4;
/** Index of the first crash parameter; the five follow one another. */
export const crashBase = 0x4000_0100;
/** Parameters that a crashing guest leaves behind. */
export const crashParameters = 5;

/** Indices of the MSRs that the machine treats one by one. */
export const msrIndex = {
  GUEST_OS_ID: 0x4000_0000,
  HYPERCALL: 0x4000_0001,
  VP_INDEX: 0x4000_0002,
  RESET: 0x4000_0003,
  VP_RUNTIME: 0x4000_0010,
  TIME_REF_COUNT: 0x4000_0020,
  REFERENCE_TSC: 0x4000_0021,
  TSC_FREQUENCY: 0x4000_0022,
  APIC_FREQUENCY: 0x4000_0023,
  EOI: 0x4000_0070,
  ICR: 0x4000_0071,
  TPR: 0x4000_0072,
  VP_ASSIST_PAGE: 0x4000_0073,
  SCONTROL: 0x4000_0080,
  SVERSION: 0x4000_0081,
  SIEFP: 0x4000_0082,
  SIMP: 0x4000_0083,
  EOM: 0x4000_0084,
  GUEST_IDLE: 0x4000_00f0,
  CRASH_CTL: 0x4000_0105,
  REENLIGHTENMENT_CONTROL: 0x4000_0106,
  TSC_EMULATION_CONTROL: 0x4000_0107,
  TSC_EMULATION_STATUS: 0x4000_0108,
  TSC_INVARIANT_CONTROL: 0x4000_0118,
} as const;

type MsrName = keyof typeof msrIndex;

const msr = (
  name: MsrName,
  gate: Privilege | number,
  doc: string,
  access: MsrAccess = 'read-write',
): MsrSpec => at(name, msrIndex[name], gate, doc, access);

const at = (
  name: string,
  index: number,
  gate: Privilege | number,
  doc: string,
  access: MsrAccess = 'read-write',
): MsrSpec => ({
  name: `HV_X64_MSR_${name}`,
  index,
  privilege: typeof gate === 'string' ? gate : undefined,
  feature: typeof gate === 'number' ? gate : undefined,
  access,
  doc,
});

const many = (total: number, make: (index: number) => MsrSpec): readonly MsrSpec[] =>
  Array.from({ length: total }, (_, index) => make(index));

const synic = 'AccessSynicRegs';
const timers = 'AccessSyntheticTimerRegs';
const tscControls = 'AccessReenlightenmentControls';
const crash = featureBit.GuestCrashMsrs;

/** All MSRs that the model answers, in index order. */
export const msrTable: readonly MsrSpec[] = [
  msr('GUEST_OS_ID', 'AccessHypercallMsrs', 'Which system the guest runs.'),
  msr('HYPERCALL', 'AccessHypercallMsrs', 'Where the hypercall page lies.'),
  msr('VP_INDEX', 'AccessVpIndex', 'Index of this processor.', 'read-only'),
  msr('RESET', 'AccessResetReg', 'Writing bit 0 resets the partition.'),
  msr('VP_RUNTIME', 'AccessVpRunTimeReg', 'Time run, in units of 100 ns.', 'read-only'),
  msr(
    'TIME_REF_COUNT',
    'AccessPartitionReferenceCounter',
    'Time since the partition was created, in units of 100 ns.',
    'read-only',
  ),
  msr('REFERENCE_TSC', 'AccessPartitionReferenceTsc', 'Where the reference time page lies.'),
  msr('TSC_FREQUENCY', 'AccessFrequencyRegs', 'Rate of the TSC in hertz.', 'read-only'),
  msr('APIC_FREQUENCY', 'AccessFrequencyRegs', 'Rate of the APIC timer in hertz.', 'read-only'),
  msr('EOI', 'AccessIntrCtrlRegs', 'End of interrupt.', 'write-only'),
  msr('ICR', 'AccessIntrCtrlRegs', 'Sends an interrupt to other processors.'),
  msr('TPR', 'AccessIntrCtrlRegs', 'Priority below which interrupts wait.'),
  msr('VP_ASSIST_PAGE', 'AccessIntrCtrlRegs', 'Where the page shared by both sides lies.'),
  msr('SCONTROL', synic, 'Enables the SynIC.'),
  msr('SVERSION', synic, 'Version of the SynIC.', 'read-only'),
  msr('SIEFP', synic, 'Where the event flags page lies.'),
  msr('SIMP', synic, 'Where the message page lies.'),
  msr('EOM', synic, 'End of message: deliver the next one.'),
  ...many(sintSources, (index) =>
    at(`SINT${index}`, sintBase + index, synic, 'A synthetic interrupt source.'),
  ),
  ...many(2 * timersPerVp, (index) =>
    index % 2 === 0
      ? at(`STIMER${index / 2}_CONFIG`, timerBase + index, timers, 'How the timer signals.')
      : at(`STIMER${(index - 1) / 2}_COUNT`, timerBase + index, timers, 'When the timer is due.'),
  ),
  msr('GUEST_IDLE', 'AccessGuestIdleReg', 'Reading waits for an interrupt.', 'read-only'),
  ...many(crashParameters, (index) =>
    at(`CRASH_P${index}`, crashBase + index, crash, 'What a crashing guest wants to say.'),
  ),
  msr('CRASH_CTL', crash, 'Tells what can be done on a crash, and asks for it.'),
  msr('REENLIGHTENMENT_CONTROL', tscControls, 'Interrupt to raise when the TSC changes.'),
  msr('TSC_EMULATION_CONTROL', tscControls, 'Keeps the old TSC rate after a migration.'),
  msr('TSC_EMULATION_STATUS', tscControls, 'Whether the old TSC rate is emulated now.'),
  msr('TSC_INVARIANT_CONTROL', 'AccessTscInvariantControls', 'Shows the invariant TSC in CPUID.'),
];

const byIndex = new Map(msrTable.map((spec) => [spec.index, spec]));

/** The MSR with an index, if the model has it. */
export const msrByIndex = (index: number): MsrSpec | undefined => byIndex.get(index);

/** Tells whether a partition with these rights may use a register at all. */
export function isMsrAvailable(
  { privilege, feature }: MsrSpec,
  rights: { readonly privileges: U64; readonly featuresEdx: number },
): boolean {
  if (privilege !== undefined) return hasPrivilege(rights.privileges, privilege);
  return feature === undefined || ((rights.featuresEdx >>> feature) & 1) === 1;
}
