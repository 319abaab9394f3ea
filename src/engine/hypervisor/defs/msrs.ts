/**
 * Synthetic model-specific registers of the slice, with the privilege that each needs.
 * Source: TLFS, Feature Discovery and Virtual Interrupt Controller.
 */
import type { Privilege } from './privileges.ts';

/** One synthetic MSR. */
export interface MsrSpec {
  readonly name: string;
  readonly index: number;
  readonly privilege: Privilege;
  readonly access: 'read-write' | 'read-only';
  readonly doc: string;
}

const msr = (
  name: string,
  index: number,
  privilege: Privilege,
  doc: string,
  access: MsrSpec['access'] = 'read-write',
): MsrSpec => ({ name: `HV_X64_MSR_${name}`, index, privilege, access, doc });

/** Index of the first SINT register; the sixteen follow one another. */
export const sintBase = 0x4000_0090;
/** Synthetic interrupt sources of one virtual processor. */
export const sintSources = 16;

/** Indices of the MSRs that the machine treats one by one. */
export const msrIndex = {
  GUEST_OS_ID: 0x4000_0000,
  HYPERCALL: 0x4000_0001,
  VP_INDEX: 0x4000_0002,
  SCONTROL: 0x4000_0080,
  SVERSION: 0x4000_0081,
  SIEFP: 0x4000_0082,
  SIMP: 0x4000_0083,
  EOM: 0x4000_0084,
} as const;

/** All MSRs that the model answers, in index order. */
export const msrTable: readonly MsrSpec[] = [
  msr('GUEST_OS_ID', msrIndex.GUEST_OS_ID, 'AccessHypercallMsrs', 'Which system the guest runs.'),
  msr('HYPERCALL', msrIndex.HYPERCALL, 'AccessHypercallMsrs', 'Where the hypercall page lies.'),
  msr('VP_INDEX', msrIndex.VP_INDEX, 'AccessVpIndex', 'Index of this processor.', 'read-only'),
  msr('SCONTROL', msrIndex.SCONTROL, 'AccessSynicRegs', 'Enables the SynIC.'),
  msr('SVERSION', msrIndex.SVERSION, 'AccessSynicRegs', 'Version of the SynIC.', 'read-only'),
  msr('SIEFP', msrIndex.SIEFP, 'AccessSynicRegs', 'Where the event flags page lies.'),
  msr('SIMP', msrIndex.SIMP, 'AccessSynicRegs', 'Where the message page lies.'),
  msr('EOM', msrIndex.EOM, 'AccessSynicRegs', 'End of message: deliver the next one.'),
  ...Array.from({ length: sintSources }, (_, index) =>
    msr(`SINT${index}`, sintBase + index, 'AccessSynicRegs', 'A synthetic interrupt source.'),
  ),
];

const byIndex = new Map(msrTable.map((spec) => [spec.index, spec]));

/** The MSR with an index, if the model has it. */
export const msrByIndex = (index: number): MsrSpec | undefined => byIndex.get(index);
