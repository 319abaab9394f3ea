/**
 * Registers that have no place in the register file: their value follows from the machine, or they
 * are another name of a synthetic MSR.
 *
 * Source: TLFS, Virtual Processors; Virtual Secure Mode, "VSM register definitions"; Feature
 * Discovery.
 */
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64Bit, u64Zero } from '../../kernel/u64.ts';
import type { Machine, Vp } from '../defs/model.ts';
import { msrIndex, sintBase, sintSources, timerBase, timersPerVp } from '../defs/msrs.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { cpuid } from './cpuid.ts';
import { hypercallPageOffsets } from './hypercall-page.ts';
import { currentValue, storeMsr } from './msr.ts';

/** The two halves of a register value. */
export type WideValue = readonly [low: U64, high: U64];

interface Computed {
  readonly read: (machine: Machine, vp: Vp) => WideValue;
  /** Undefined for registers that cannot be written. */
  readonly write?: (machine: Machine, vp: Vp, value: U64) => HvStatusCode;
}

const narrow = (value: U64): WideValue => [value, u64Zero];

const flag = (read: (vp: Vp) => boolean, write: (vp: Vp, on: boolean) => void): Computed => ({
  read: (_machine, vp) => narrow(u64(read(vp) ? 1 : 0)),
  write: (_machine, vp, value) => {
    write(vp, u64Bit(value, 0));
    return HvStatus.SUCCESS;
  },
});

/** A synthetic MSR under its register name; the privilege of the guest does not matter here. */
const msr = (index: number): Computed => ({
  read: (machine, vp) => narrow(currentValue(machine, vp, index)),
  write: (machine, vp, value) =>
    storeMsr(machine, vp, index, value) === undefined
      ? HvStatus.SUCCESS
      : HvStatus.INVALID_PARAMETER,
});

const readOnlyMsr = (index: number): Computed => ({ read: msr(index).read });

/** The four words of a CPUID leaf, in the order EAX, EBX, ECX, EDX. */
const leaf = (number: number): Computed => ({
  read(_machine, { partition }) {
    const { eax, ebx, ecx, edx } = cpuid(partition, number);
    return [u64(eax, ebx), u64(ecx, edx)];
  },
});

const apicId: Computed = { read: (_machine, vp) => narrow(u64(vp.index)) };
/** Version 0x14 with six local vector table entries, as processors of today report. */
const apicVersion = u64(0x0005_0014);

/** Requested vectors, 32 of them in each register. */
const requested = (part: number): Computed => ({
  read(_machine, { pendingVectors }) {
    let bits = 0;
    for (const vector of pendingVectors) if (vector >> 5 === part) bits |= 1 << (vector & 31);
    return narrow(u64(bits));
  },
});

/** Fixed ranges and write combining are there, and eight variable ranges. */
const mtrrCapabilities = u64(0x508);
/** The highest trust level that a partition can enable in this model. */
export const highestVtl = 1;
/** Level 1 may install intercepts with HvCallInstallInterceptEx. */
const vsmCapabilities = u64(0x8000_0000);

const secure: readonly (readonly [number, Computed])[] = [
  [0x000d_0002, { read: () => narrow(u64(hypercallPageOffsets())) }],
  [0x000d_0003, { read: (_machine, { vtl }) => narrow(u64(vtl.active | (vtl.enabled << 16))) }],
  [
    0x000d_0004,
    { read: (_machine, vp) => narrow(u64(vp.partition.vtl.enabled | (highestVtl << 16))) },
  ],
  [0x000d_0006, { read: () => narrow(vsmCapabilities) }],
  [
    0x000d_0007,
    {
      read: (_machine, vp) => narrow(vp.partition.vtl.config),
      write(_machine, vp, value) {
        vp.partition.vtl.config = value;
        return HvStatus.SUCCESS;
      },
    },
  ],
];

const synthetic: readonly (readonly [number, Computed])[] = [
  [0x0009_0001, readOnlyMsr(msrIndex.HYPERCALL)],
  [0x0009_0002, readOnlyMsr(msrIndex.GUEST_OS_ID)],
  [0x0009_0000, readOnlyMsr(msrIndex.VP_RUNTIME)],
  [0x0009_0003, readOnlyMsr(msrIndex.VP_INDEX)],
  [0x0009_0004, readOnlyMsr(msrIndex.TIME_REF_COUNT)],
  [0x0009_0013, msr(msrIndex.VP_ASSIST_PAGE)],
  [0x0009_0017, msr(msrIndex.REFERENCE_TSC)],
  ...Array.from(
    { length: 2 * timersPerVp },
    (_, index) => [0x000b_0000 + index, msr(timerBase + index)] as const,
  ),
  ...Array.from(
    { length: sintSources },
    (_, sint) => [0x000a_0000 + sint, msr(sintBase + sint)] as const,
  ),
  [0x000a_0010, msr(msrIndex.SCONTROL)],
  [0x000a_0011, readOnlyMsr(msrIndex.SVERSION)],
  [0x000a_0012, msr(msrIndex.SIEFP)],
  [0x000a_0013, msr(msrIndex.SIMP)],
  [0x000a_0014, msr(msrIndex.EOM)],
];

const table = new Map<number, Computed>([
  [
    0x0000_0000,
    flag(
      (vp) => vp.explicitSuspend,
      (vp, on) => {
        vp.explicitSuspend = on;
      },
    ),
  ],
  [
    0x0000_0001,
    flag(
      (vp) => vp.interceptSuspend,
      (vp, on) => {
        vp.interceptSuspend = on;
      },
    ),
  ],
  [
    0x0000_0004,
    flag(
      (vp) => vp.waitsForSipi,
      (vp, on) => {
        vp.waitsForSipi = on;
      },
    ),
  ],
  [0x0000_0100, leaf(0x4000_0002)],
  [0x0000_0200, leaf(0x4000_0003)],
  [0x0000_0201, leaf(0x4000_0004)],
  [0x0000_0202, leaf(0x4000_0005)],
  [0x0000_0203, leaf(0x4000_0006)],
  [0x0008_000c, apicId],
  [0x0008_000d, { read: () => narrow(mtrrCapabilities) }],
  [0x0008_4802, apicId],
  [0x0008_4803, { read: () => narrow(apicVersion) }],
  ...Array.from({ length: 8 }, (_, part) => [0x0008_4820 + part, requested(part)] as const),
  ...synthetic,
  ...secure,
]);

/** The value of a computed register. */
export function readComputed(machine: Machine, vp: Vp, code: number): WideValue | undefined {
  return table.get(code)?.read(machine, vp);
}

/** Writes a computed register. */
export function writeComputed(machine: Machine, vp: Vp, code: number, value: U64): HvStatusCode {
  const write = table.get(code)?.write;
  assert(write !== undefined, 'a register that is not read-only can be written');
  return write(machine, vp, value);
}
