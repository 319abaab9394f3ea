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
}

/** What a guest-physical page stands for. */
export interface Mapping {
  readonly page: Page;
  readonly access: number;
}

/** Which page of the hypervisor lies over guest memory. */
export type OverlayKind = 'hypercall' | 'messages' | 'event-flags';

/** A page of the hypervisor laid over guest memory; the memory below reappears afterwards. */
export interface Overlay extends Mapping {
  readonly kind: OverlayKind;
}

/** A guest-physical address space: 2^`widthBits` bytes, most of it unmapped. */
export interface GpaSpace {
  readonly widthBits: number;
  readonly mappings: Map<number, Mapping>;
  /** Overlays per page number; the last one covers the others. */
  readonly overlays: Map<number, Overlay[]>;
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
  readonly port: Port;
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
  readonly synic: Synic;
  /** Vectors requested and not yet taken. */
  readonly pendingVectors: Set<number>;
}

/** The receiving end of messages or events. */
export interface Port {
  readonly id: number;
  readonly owner: Partition;
  readonly kind: 'message' | 'event';
  readonly targetVp: number;
  readonly targetSint: number;
  readonly flagsBase: number;
  readonly flagsTotal: number;
  buffersFree: number;
  deleted: boolean;
}

/** The sending end. */
export interface Connection {
  readonly id: number;
  readonly port: Port;
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
}

/** Whose instruction the hypercall page holds: VMCALL or VMMCALL. */
export type CpuVendor = 'intel' | 'amd';

/** The whole machine. */
export interface Machine {
  readonly vendor: CpuVendor;
  readonly trace: Trace;
  /** Virtual time. */
  timeNs: number;
  readonly partitions: Map<number, Partition>;
  nextPartitionId: number;
  nextSpn: number;
  /** What HvExtCallQueryCapabilities answers. */
  extendedCapabilities: U64;
}
