/**
 * The state of the simulated machine: data only, no behaviour.
 *
 * One owner changes each part (`machine/`); views read it.
 */
import type { Trace } from '../../kernel/trace.ts';
import type { U64 } from '../../kernel/u64.ts';

/** Access rights of a mapping, as bits. */
export const access = { none: 0, read: 1, write: 2, execute: 4, all: 7 } as const;

/** One physical page. Its bytes are made when they are first touched. */
export interface Page {
  readonly spn: number;
  bytes: DataView | undefined;
  /** Id of the partition into whose pool the page is deposited, or 0. */
  depositedTo: number;
  /** Page number under which it was deposited, and under which it comes back; -1 before that. */
  depositedAt: number;
}

/** What a guest-physical page stands for. */
export interface Mapping {
  readonly page: Page;
  readonly access: number;
}

/** Which page of the hypervisor lies over guest memory. */
export type OverlayKind =
  | 'hypercall'
  | 'messages'
  | 'event-flags'
  | 'reference-tsc'
  | 'vp-assist'
  | 'vp-state'
  | 'statistics';

/** A page of the hypervisor laid over guest memory; the memory below reappears afterwards. */
export interface Overlay extends Mapping {
  readonly kind: OverlayKind;
}

/** A guest-physical address space: 2^`widthBits` bytes, most of it unmapped. */
export interface GpaSpace {
  /** A property of the partition; fixed once it is initialized. */
  widthBits: number;
  readonly mappings: Map<number, Mapping>;
  /** Overlays per page number; the last one covers the others. */
  readonly overlays: Map<number, Overlay[]>;
  /** Page tables that hypercalls have filled, each a page of the pool for 512 mappings. */
  readonly tables: Set<number>;
  /** What was accessed (1) and written (2), by page number; undefined while nobody asks. */
  touched: Map<number, number> | undefined;
}

/** A statistics page that a partition has mapped, and whose counters it shows. */
export interface StatsPage {
  readonly objectType: number;
  /** Id of the partition, or number of the logical processor. */
  readonly objectId: number;
  readonly vpIndex: number;
  readonly areaType: number;
  readonly gpn: number;
  readonly page: Page;
}

/** Where a partition is in its life. Source: TLFS 2.0A, 5.2.5. */
export type PartitionState = 'uninitialized' | 'active' | 'finalizing' | 'finalized';

/** The states by number, as trace records hold them. */
export const partitionStates: readonly PartitionState[] = [
  'uninitialized',
  'active',
  'finalizing',
  'finalized',
];

/** A message that waits for its slot. */
export interface QueuedMessage {
  readonly messageType: number;
  readonly payload: Uint8Array;
  /** The port whose buffer it holds; undefined for a message of the hypervisor itself. */
  readonly port: Port | undefined;
  /** What the header names: the port, or the partition that the message is about. */
  readonly origin: number;
  /** The synthetic timer whose buffer it holds. */
  readonly timer?: number;
}

/** The part of a local APIC that MSRs reach; requests wait in `pendingVectors`. */
export interface VirtualApic {
  /** Vectors taken and not ended. */
  readonly inService: Set<number>;
  /** The 8 bits of TPR. */
  taskPriority: number;
  /** ICR as last written. */
  command: U64;
}

/** A synthetic timer of one virtual processor. */
export interface SyntheticTimer {
  config: U64;
  /** Contents of the count register. */
  countWord: U64;
  /** Virtual time of the next expiration; infinity while it is stopped. */
  dueNs: number;
}

/** What a partition knows about time. */
export interface PartitionClock {
  /** Virtual time at which its TSC was 0. */
  startNs: number;
  /** What is added to the scaled TSC; without sign, as the page holds it. */
  offset: U64;
  /** Number of the page's content; 0 would mean that the page cannot be used. */
  sequence: number;
  tscPageMsr: U64;
  readonly tscPage: Page;
  reenlightenment: U64;
  tscEmulation: U64;
  tscInvariant: U64;
}

/** The synthetic interrupt controller of one virtual processor. */
export interface Synic {
  scontrol: U64;
  siefp: U64;
  simp: U64;
  readonly sints: U64[];
  readonly messagePage: Page;
  readonly eventPage: Page;
  /** Per source, messages that found the slot occupied. */
  readonly queues: QueuedMessage[][];
}

/** A virtual processor. */
export interface Vp {
  readonly index: number;
  readonly partition: Partition;
  /** The register file; offsets are in `defs/registers.ts`. */
  readonly registers: DataView;
  explicitSuspend: boolean;
  interceptSuspend: boolean;
  /** The SynIC of the trust level that runs. */
  synic: Synic;
  /** Vectors requested and not yet taken. */
  readonly pendingVectors: Set<number>;
  /** A non-maskable interrupt that is not taken yet. */
  nmiPending: boolean;
  /** Waits for the start-up interrupt; INIT puts a processor there. */
  waitsForSipi: boolean;
  readonly vtl: VpVtlState;
  /** Pages of the pool that it holds. */
  poolPages: number;
  /** State pages that the parent has mapped, by type. */
  readonly statePages: Map<number, StatePage>;
  readonly apic: VirtualApic;
  readonly timers: SyntheticTimer[];
  assistMsr: U64;
  readonly assistPage: Page;
  /** Waits in the virtual idle state for an interrupt. */
  idle: boolean;
  /** Time that it has run. */
  runtimeNs: number;
}

/** The virtual trust levels of one processor. */
export interface VpVtlState {
  active: number;
  /** Levels that are enabled, as bits. */
  enabled: number;
  /** The level to which the processor changes when the call that asked for it ends. */
  requested: number | undefined;
  /** What the levels that do not run have for themselves. */
  readonly contexts: Map<number, VtlContext>;
}

/**
 * Registers and SynIC of a level that does not run; of the registers only the private ones count.
 */
export interface VtlContext {
  readonly registers: Uint8Array;
  readonly synic: Synic;
}

/**
 * A page with a processor's state, laid over the memory of the parent or given by the hypervisor.
 */
export interface StatePage {
  readonly page: Page;
  /** Who sees it, and at which page number. */
  readonly viewer: Partition;
  readonly gpn: number;
}

/** What the parent wants to be asked about, and for which accesses (bits of `interceptAccess`). */
export interface InterceptSet {
  /** Access rights by type and parameter, as `interceptKey` joins them. */
  readonly installed: Map<number, number>;
  /** Answers that the hypervisor gives instead of asking, by processor and what they are about. */
  readonly results: Map<string, InterceptResult>;
}

/** A registered answer: CPUID words with the bits that it decides, or what to do with an MSR. */
export type InterceptResult =
  | {
      readonly kind: 'cpuid';
      readonly values: readonly number[];
      readonly masks: readonly number[];
    }
  | { readonly kind: 'msr'; readonly access: number; readonly action: number };

/** The external interrupt line: asserted by the parent, acknowledged by the guest, then cleared. */
export interface ExternalInterrupt {
  state: 'none' | 'asserted' | 'acknowledged';
  vector: number;
}

/** The virtual trust levels of a partition. */
export interface PartitionVtlState {
  /** Levels that are enabled, as bits. */
  enabled: number;
  /** HvRegisterVsmPartitionConfig of level 1. */
  config: U64;
  /** Rights that level 1 leaves to level 0, by page number; pages that are not listed have all. */
  readonly protections: Map<number, number>;
}

/** The receiving end of messages or events. */
export interface Port {
  readonly id: number;
  readonly owner: Partition;
  readonly kind: PortKind;
  /** Index of the receiving processor; `anyVp` leaves the choice to the hypervisor. */
  readonly targetVp: number;
  readonly targetSint: number;
  readonly flagsBase: number;
  readonly flagsTotal: number;
  buffersFree: number;
  deleted: boolean;
  /** The partition that may connect; undefined when any may. */
  readonly sender: Partition | undefined;
  readonly vtl: number;
  /** Lowest trust level from which one may connect. */
  readonly minConnectionVtl: number;
  /** A port has one connection at most. */
  connected: boolean;
  /** Messages or events that were accepted. */
  posts: number;
  /** Pages of the owner's pool that it holds. */
  readonly pages: number;
}

/** What can arrive at a port, by HV_PORT_TYPE. */
export type PortKind = 'message' | 'event' | 'monitor' | 'doorbell';

/** The kinds of ports by number; 0 is none. */
export const portKinds: readonly (PortKind | undefined)[] = [
  undefined,
  'message',
  'event',
  'monitor',
  'doorbell',
];

/** HV_ANY_VP: the hypervisor chooses the processor. */
export const anyVp = 0xffff_ffff;

/** The sending end. */
export interface Connection {
  readonly id: number;
  readonly port: Port;
  readonly vtl: number;
  /** Which writes ring a doorbell, or where the monitor page lies. */
  readonly trigger: DoorbellTrigger | undefined;
  /** Pages of the sender's pool that it holds. */
  readonly pages: number;
}

/** A write to guest memory that counts as a signal. */
export interface DoorbellTrigger {
  readonly gpa: U64;
  readonly value: U64;
  readonly flags: U64;
}

/** Pages that a partition's hypervisor objects live in. */
export interface MemoryPool {
  readonly free: Page[];
  readonly used: Page[];
}

/** A partition: an isolated share of the machine. */
export interface Partition {
  readonly id: number;
  readonly parent: Partition | undefined;
  /** 0 for the root. */
  readonly depth: number;
  state: PartitionState;
  privileges: U64;
  /** CPUID 0x40000003 EDX. */
  featuresEdx: number;
  readonly pool: MemoryPool;
  readonly gpa: GpaSpace;
  readonly vps: Map<number, Vp>;
  guestOsId: U64;
  hypercallMsr: U64;
  readonly hypercallPage: Page;
  readonly ports: Map<number, Port>;
  readonly connections: Map<number, Connection>;
  /** Pages of the parent's pool that it took to create it; they go back when it is deleted. */
  creationPages: number;
  /** Properties that were set, by code; the others have their first value. */
  readonly properties: Map<number, U64>;
  /** Statistics pages in its own address space. */
  readonly statsPages: StatsPage[];
  readonly intercepts: InterceptSet;
  readonly externalInterrupt: ExternalInterrupt;
  /** Virtual interrupts whose target was set, by id. */
  readonly interruptTargets: Map<number, { readonly vpIndex: number; readonly vtl: number }>;
  readonly vtl: PartitionVtlState;
  readonly clock: PartitionClock;
  /** Crash parameters P0 to P4. */
  readonly crash: U64[];
}

/** Whose instruction the hypercall page holds: VMCALL or VMMCALL. */
export type CpuVendor = 'intel' | 'amd';

/** The whole machine. */
export interface Machine {
  readonly vendor: CpuVendor;
  readonly trace: Trace;
  /** Virtual time. */
  timeNs: number;
  /** No synthetic timer is due before. */
  nextTimerNs: number;
  readonly partitions: Map<number, Partition>;
  nextPartitionId: number;
  nextSpn: number;
  /** Statistics pages that are mapped anywhere, so that none costs nothing. */
  mappedStats: number;
  /** What HvExtCallQueryCapabilities answers. */
  extendedCapabilities: U64;
}
