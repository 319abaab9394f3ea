/**
 * The machine that a case runs on: one child partition, as the case describes it.
 *
 * What the files leave unsaid (memory, where the SynIC pages lie, which processor calls) is the
 * same for all of them and is said here.
 */
import {
  type CallDefinition,
  Hypervisor,
  hvEvents,
  type Partition,
  type Vp,
} from '../../engine/hypervisor/index.ts';
import { assert } from '../../engine/kernel/result.ts';
import type { TraceRecord } from '../../engine/kernel/trace.ts';
import { type U64, u64, u64Hex, u64IsZero, u64Ones, u64WithBit } from '../../engine/kernel/u64.ts';
import type { Part } from '../json.ts';

/** What a case says about its partition. */
export interface GuestSetup {
  readonly calls: readonly CallDefinition[];
  readonly vpIndexes: readonly number[];
  readonly gpaWidthBits: number;
  readonly privileges: U64;
  readonly featuresEdx: number;
  readonly guestOsId: U64;
  readonly hypercallMsr: U64;
  readonly synicActive: boolean;
}

/** A partition ready for the action of a case, and the processor that acts. */
export interface Guest {
  readonly hv: Hypervisor;
  readonly partition: Partition;
  readonly vp: Vp;
}

/** RAM of every case that does not say otherwise: 1 MiB at 0. */
const ramPages = 256;
/** SynIC pages lie above RAM, so that they cover nothing. */
const synicBase = 0x1000_0000;

const msr = {
  GUEST_OS_ID: 0x4000_0000,
  HYPERCALL: 0x4000_0001,
  SCONTROL: 0x4000_0080,
  SIEFP: 0x4000_0082,
  SIMP: 0x4000_0083,
  SINT0: 0x4000_0090,
} as const;

/** Features that XMM calls ask for, and every other: "everything on". */
export const allFeatures = 0xffff_ffff;

/** Makes the partition. Registers are set with every privilege; then it gets the case's own. */
export function buildGuest(setup: GuestSetup): Guest {
  const hv = new Hypervisor({
    calls: setup.calls,
    traceRecords: 8192,
    timeLimitNs: Number.POSITIVE_INFINITY,
  });
  const root = hv.addPartition({ vpIndexes: [] });
  const partition = hv.addPartition({
    parent: root,
    gpaWidthBits: setup.gpaWidthBits,
    ramPages,
    vpIndexes: setup.vpIndexes,
    privileges: u64Ones,
    featuresEdx: setup.featuresEdx,
  });
  const first = setup.vpIndexes[0];
  assert(first !== undefined, 'a partition without processors');
  const vp = hv.vp(partition.id, first);
  if (!u64IsZero(setup.guestOsId)) mustWrite(hv, vp, msr.GUEST_OS_ID, setup.guestOsId);
  if (!u64IsZero(setup.hypercallMsr)) mustWrite(hv, vp, msr.HYPERCALL, setup.hypercallMsr);
  if (setup.synicActive) {
    for (const each of partition.vps.values()) switchSynicOn(hv, each);
  }
  partition.privileges = setup.privileges;
  hv.trace.clear();
  return { hv, partition, vp };
}

function mustWrite(hv: Hypervisor, vp: Vp, index: number, value: U64): void {
  const fault = hv.writeMsr(vp, index, value);
  assert(fault === undefined, `setting MSR ${u64Hex(u64(index))} gave ${fault}`);
}

function switchSynicOn(hv: Hypervisor, vp: Vp): void {
  const base = synicBase + vp.index * 0x2000;
  mustWrite(hv, vp, msr.SCONTROL, u64(1));
  mustWrite(hv, vp, msr.SIMP, u64(base + 1));
  mustWrite(hv, vp, msr.SIEFP, u64(base + 0x1000 + 1));
}

/** Unmasks a synthetic interrupt source, whatever the partition may. */
export function unmaskSint(hv: Hypervisor, vp: Vp, sint: number, value: number): void {
  withAllPrivileges(vp, () => mustWrite(hv, vp, msr.SINT0 + sint, u64(value)));
}

/** Reads an MSR as the hypervisor knows it, whatever the partition may. */
export function peekMsr(hv: Hypervisor, vp: Vp, index: number): U64 | '#GP' {
  return withAllPrivileges(vp, () => hv.readMsr(vp, index));
}

function withAllPrivileges<T>(vp: Vp, action: () => T): T {
  const { partition } = vp;
  const { privileges } = partition;
  partition.privileges = u64Ones;
  const result = action();
  partition.privileges = privileges;
  return result;
}

const cpuidKey = /^(0x[0-9a-f]+)\.(e[abcd]x)(?:\[(\d+)\])?$/i;

/** Privileges and features out of `"0x40000003.eax": "0x20"` or `"0x40000003.ebx[20]": "1"`. */
export function readCpuid(cpuid: Part): { privileges: U64; featuresEdx: number } {
  if (!cpuid.exists || cpuid.value === null) {
    return { privileges: u64Ones, featuresEdx: allFeatures };
  }
  const words = { eax: u64(0), ebx: u64(0), ecx: u64(0), edx: u64(0) };
  for (const key of cpuid.keys) {
    const [, leaf, register, bit] = cpuidKey.exec(key) ?? cpuid.at(key).refuse('a CPUID register');
    if (Number(leaf) !== 0x4000_0003) continue;
    const name = String(register).toLowerCase() as keyof typeof words;
    const { word } = cpuid.at(key);
    words[name] = bit === undefined ? word : u64WithBit(words[name], Number(bit), !u64IsZero(word));
  }
  return { privileges: u64(words.eax.lo, words.ebx.lo), featuresEdx: words.edx.lo };
}

/** Everything of one kind that the action of a case put into the trace. */
export function recordsOf(hv: Hypervisor, name: keyof typeof hvEvents.kind): TraceRecord[] {
  assert(hv.trace.droppedRecords === 0, 'the trace of a case overflowed');
  return hv.trace.records().filter(({ kind }) => kind === hvEvents.kind[name]);
}
