/**
 * Where the specification, KVM and OpenVMM differ, case by case; the engine follows the
 * specification.
 *
 * The answers of KVM (Linux 7.2.13, arch/x86/kvm/hyperv.c) and OpenVMM (1488a37b) were observed by
 * executing their own code. Where the specification says nothing, `tlfs` is undefined and the
 * engine's answer is a choice of its own.
 */
import type { Source } from '../../facts/basis.ts';
import { type U64, u64 } from '../../kernel/u64.ts';
import { hypercallInput } from './control.ts';
import { flushElement, flushHeader, flushHeaderEx } from './flush.ts';
import { ipiHeader } from './ipi.ts';
import type { CallParams } from './lab-run.ts';
import { tlfs, tlfsCall } from './source.ts';
import type { StatusName } from './status.ts';

/** What an implementation does: gives a status, stops the processor, faults, or something else. */
export type ImplementationAnswer = StatusName | 'memory intercept' | '#GP' | (string & {});

/** How a row is tried: a call, or writes to MSRs of which one is read afterwards. */
export type Trial =
  | { readonly kind: 'call'; readonly params: CallParams }
  | {
      readonly kind: 'msr';
      readonly writes: readonly (readonly [name: string, value: U64])[];
      readonly read: string;
    };

/** One case in which the three differ. */
export interface ImplementationRow {
  readonly id: string;
  readonly subject: string;
  readonly tlfs: ImplementationAnswer | undefined;
  readonly kvm: ImplementationAnswer | undefined;
  readonly openvmm: ImplementationAnswer | undefined;
  readonly source: Source;
  /** The rule of the engine that decides. */
  readonly rule: string;
  readonly trial: Trial;
  /** What the engine gives: status or outcome of the call, or the value that is read. */
  readonly engine: StatusName | 'intercepted' | U64;
}

type Control = Parameters<typeof hypercallInput.pack>[0];

const inputGpa = u64(0x1000);
const outputGpa = u64(0x2000);

const call = (
  control: Control,
  input: Uint8Array,
  place: Partial<Pick<CallParams, 'caller' | 'inputGpa'>> = {},
): Trial => ({
  kind: 'call',
  params: {
    caller: 'root',
    control: hypercallInput.pack(control),
    input,
    inputGpa,
    outputGpa,
    ...place,
  },
});

const join = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

const code = { flush: 0x02, flushList: 0x03, ipi: 0x0b, flushEx: 0x13, post: 0x5c, query: 0x8001 };
const interfacePage = tlfs('hypercall-interface', 'Hypercall Interface');
const flushPage = tlfsCall('HvCallFlushVirtualAddressSpaceEx');
const ipiPage = tlfsCall('HvCallSendSyntheticClusterIpi');
const flushAll = flushHeader.encode({ ProcessorMask: u64(1) });
const range = flushElement.encode({ GvaRange: u64(0x1000) });
const guestOsId = u64(0, 0x8100_0000);
const reservedBitsSet = u64(0x1_0ffd);
const lockedPage = u64(0x1_0003);

/** All cases. */
export const implementationRows: readonly ImplementationRow[] = [
  {
    id: 'input-crosses-page',
    subject: 'The input block crosses a page',
    tlfs: 'INVALID_ALIGNMENT',
    kvm: 'accepted, but for HvCallSignalEvent',
    openvmm: 'INVALID_HYPERCALL_INPUT',
    source: interfacePage,
    rule: 'checkInputPlace',
    trial: call({ CallCode: code.post }, new Uint8Array(256), { inputGpa: u64(0x1f80) }),
    engine: 'INVALID_ALIGNMENT',
  },
  {
    id: 'input-misaligned',
    subject: 'The input block does not lie on 8 bytes',
    tlfs: 'INVALID_ALIGNMENT',
    kvm: 'ignored, but for HvCallSignalEvent',
    openvmm: 'INVALID_ALIGNMENT',
    source: interfacePage,
    rule: 'checkInputPlace',
    trial: call({ CallCode: code.flush }, flushAll, { inputGpa: u64(0x1004) }),
    engine: 'INVALID_ALIGNMENT',
  },
  {
    id: 'input-unreadable',
    subject: 'The input block lies in a page that is not mapped',
    tlfs: 'memory intercept',
    kvm: 'INVALID_HYPERCALL_INPUT',
    openvmm: 'INVALID_HYPERCALL_INPUT',
    source: interfacePage,
    rule: 'checkInputAccess',
    trial: call({ CallCode: code.flush }, new Uint8Array(0), {
      caller: 'child',
      inputGpa: u64(0x70_0000),
    }),
    engine: 'intercepted',
  },
  {
    id: 'reserved-control-bits',
    subject: 'A reserved bit of the control word is set',
    tlfs: 'INVALID_HYPERCALL_INPUT',
    kvm: 'INVALID_HYPERCALL_INPUT',
    openvmm: 'not checked',
    source: interfacePage,
    rule: 'checkReserved',
    trial: call({ CallCode: code.flush, RsvdZ1: 1 }, flushAll),
    engine: 'INVALID_HYPERCALL_INPUT',
  },
  {
    id: 'nested-bit',
    subject: 'The nested bit is set and there is no hypervisor below',
    tlfs: 'SUCCESS',
    kvm: 'INVALID_HYPERCALL_INPUT',
    openvmm: 'ignored',
    source: interfacePage,
    rule: 'hypercallInput: IsNested is no reserved bit',
    trial: call({ CallCode: code.flush, IsNested: 1 }, flushAll),
    engine: 'SUCCESS',
  },
  {
    id: 'flush-list-start',
    subject: 'A flush of a list starts behind its first element',
    tlfs: 'SUCCESS',
    kvm: 'INVALID_HYPERCALL_INPUT',
    openvmm: 'SUCCESS',
    source: interfacePage,
    rule: 'checkReps',
    trial: call(
      { CallCode: code.flushList, RepCount: 2, RepStartIndex: 1 },
      join(flushAll, range, range),
    ),
    engine: 'SUCCESS',
  },
  {
    id: 'set-all',
    subject: 'A set of processors in the format "all"',
    tlfs: 'SUCCESS',
    kvm: 'SUCCESS',
    openvmm: 'INVALID_PARAMETER',
    source: flushPage,
    rule: 'checkSet',
    trial: call({ CallCode: code.flushEx }, flushHeaderEx.encode({ Format: u64(1) })),
    engine: 'SUCCESS',
  },
  {
    id: 'set-bank-total',
    subject: 'A set with fewer banks than its mask has bits',
    tlfs: undefined,
    kvm: 'INVALID_HYPERCALL_INPUT',
    openvmm: 'INVALID_PARAMETER',
    source: flushPage,
    rule: 'checkSet',
    trial: call({ CallCode: code.flushEx }, flushHeaderEx.encode({ ValidBanksMask: u64(1) })),
    engine: 'INVALID_HYPERCALL_INPUT',
  },
  {
    id: 'set-unknown-format',
    subject: 'A set of processors in a format that is not defined',
    tlfs: undefined,
    kvm: 'read as one of the others',
    openvmm: 'INVALID_PARAMETER',
    source: flushPage,
    rule: 'checkSet',
    trial: call({ CallCode: code.flushEx }, flushHeaderEx.encode({ Format: u64(2) })),
    engine: 'INVALID_PARAMETER',
  },
  {
    id: 'ipi-padding',
    subject: 'The padding of an interrupt between processors is not zero',
    tlfs: undefined,
    kvm: 'INVALID_HYPERCALL_INPUT, in the fast form alone',
    openvmm: 'INVALID_PARAMETER',
    source: ipiPage,
    rule: 'ipiHeader: Padding is ignored',
    trial: call(
      { CallCode: code.ipi },
      ipiHeader.encode({ Vector: 0x40, ProcessorMask: u64(1) }).fill(0xff, 5, 8),
    ),
    engine: 'SUCCESS',
  },
  {
    id: 'ipi-vector',
    subject: 'The vector of an interrupt between processors is below 0x10',
    tlfs: undefined,
    kvm: 'INVALID_HYPERCALL_INPUT',
    openvmm: undefined,
    source: ipiPage,
    rule: 'sendIpi',
    trial: call({ CallCode: code.ipi }, ipiHeader.encode({ Vector: 0x0f, ProcessorMask: u64(1) })),
    engine: 'INVALID_PARAMETER',
  },
  {
    id: 'query-fast',
    subject: 'HvExtCallQueryCapabilities in the fast form',
    tlfs: undefined,
    kvm: 'INVALID_PARAMETER',
    openvmm: 'SUCCESS, with the output in RDX',
    source: tlfsCall('HvExtCallQueryCapabilities'),
    rule: 'checkFastSize',
    trial: call({ CallCode: code.query, Fast: 1 }, new Uint8Array(0)),
    engine: 'SUCCESS',
  },
  {
    id: 'flush-nobody',
    subject: 'A flush whose mask names no processor',
    tlfs: 'SUCCESS, nobody flushes',
    kvm: 'SUCCESS, everybody flushes',
    openvmm: 'SUCCESS, nobody flushes',
    source: tlfsCall('HvCallFlushVirtualAddressSpace'),
    rule: 'flushTargets',
    trial: call({ CallCode: code.flush }, flushHeader.encode({})),
    engine: 'SUCCESS',
  },
  {
    id: 'hypercall-msr-locked',
    subject: 'The hypercall MSR is written after it was locked',
    tlfs: 'keeps its value',
    kvm: undefined,
    openvmm: '#GP',
    source: interfacePage,
    rule: 'writeMsr: HYPERCALL',
    trial: {
      kind: 'msr',
      writes: [
        ['HV_X64_MSR_GUEST_OS_ID', guestOsId],
        ['HV_X64_MSR_HYPERCALL', lockedPage],
        ['HV_X64_MSR_HYPERCALL', u64(0)],
      ],
      read: 'HV_X64_MSR_HYPERCALL',
    },
    engine: lockedPage,
  },
  {
    id: 'hypercall-msr-reserved',
    subject: 'Reserved bits of the hypercall MSR are written',
    // To be preserved by whoever writes; what happens otherwise is not said.
    tlfs: undefined,
    kvm: 'are stored',
    openvmm: '#GP',
    source: interfacePage,
    rule: 'writeMsr: HYPERCALL',
    trial: {
      kind: 'msr',
      writes: [
        ['HV_X64_MSR_GUEST_OS_ID', guestOsId],
        ['HV_X64_MSR_HYPERCALL', reservedBitsSet],
      ],
      read: 'HV_X64_MSR_HYPERCALL',
    },
    engine: reservedBitsSet,
  },
  {
    id: 'timer-sint-0',
    subject: 'A timer is enabled whose message has no source',
    tlfs: 'is disabled at once',
    kvm: 'stays enabled',
    openvmm: undefined,
    source: tlfs('timers', 'Timers'),
    rule: 'writeMsr: STIMERn_CONFIG',
    trial: {
      kind: 'msr',
      writes: [['HV_X64_MSR_STIMER0_CONFIG', u64(1)]],
      read: 'HV_X64_MSR_STIMER0_CONFIG',
    },
    engine: u64(0),
  },
];
