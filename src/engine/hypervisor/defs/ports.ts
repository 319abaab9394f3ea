/**
 * What a hypercall's body may ask of the machine.
 *
 * Calls see this interface and nothing else, so a call file needs no machine import and a test can
 * replace the machine. Lookups give either the object or the status that says why not.
 */
import type { U64 } from '../../kernel/u64.ts';
import type { ConnectionRequest, PortRequest } from './connections.ts';
import type { MapRequest } from './gpa-map.ts';
import type { Partition, StatsPage, Vp } from './model.ts';
import type { ProcessorPorts } from './processor-ports.ts';
import type { ProcessorSet } from './processor-set.ts';
import type { HvStatusCode } from './status.ts';
import type { callTimedOut } from './timed-out.ts';

/** Who may name which partition: the rule that a call states for its target. */
export type TargetRule = 'child' | 'self-or-child' | 'child-or-root-itself' | 'any';

/** A message that a caller wrote whole, header included. */
export interface DirectMessage {
  readonly messageType: number;
  readonly payload: Uint8Array;
  /** What its header names as the sender. */
  readonly origin: number;
}

/** A processor, and the register file of the trust level that is meant. */
export interface RegisterHome {
  readonly vp: Vp;
  readonly file: DataView;
}

/** A property's value, or why it cannot be told. */
export type PropertyAnswer =
  | { readonly value: U64; readonly spec: { readonly words: number } }
  | HvStatusCode;

/** Whose counters a statistics page shows. */
export type StatsIdentity = Pick<StatsPage, 'objectType' | 'objectId' | 'vpIndex' | 'areaType'>;

/** Pools and guest-physical spaces. Page numbers are those of the space that is named. */
export interface MemoryPorts {
  /** Moves one page of the caller into the pool of `target`. */
  deposit(target: Partition, gpaPage: U64): HvStatusCode;
  /** Takes one free page out of the pool of `target`; gives its page number in the caller. */
  withdraw(target: Partition): { readonly gpn: number } | HvStatusCode;
  /** Maps a page of the caller into `target`, or a large page. */
  map(
    target: Partition,
    pages: { readonly source: U64; readonly target: U64 },
    request: MapRequest,
  ): HvStatusCode;
  unmap(target: Partition, gpaPage: U64, isLarge: boolean): HvStatusCode;
  /** Changes rights and marks of pages that are mapped. */
  modify(target: Partition, gpaPage: U64, request: MapRequest): HvStatusCode;
  /** Reads the marks of a page (1 accessed, 2 written), then clears and sets some. */
  marks(
    target: Partition,
    gpaPage: U64,
    change: { readonly clear: number; readonly set: number },
  ): { readonly marks: number } | HvStatusCode;
  /** Moves bytes between `bytes` and guest memory; gives HV_ACCESS_GPA_RESULT_CODE. */
  access(
    target: Partition,
    gpa: U64,
    bytes: Uint8Array,
    isWrite: boolean,
  ): { readonly result: number } | HvStatusCode;
}

/** The machine as a hypercall sees it. */
export interface HypercallPorts {
  /** The partition that calls. */
  readonly caller: Partition;
  /** The virtual processor that calls. */
  readonly vp: Vp;
  readonly partitions: {
    /** The partition with an id, if the caller stands in the right relation to it. */
    find(id: U64, rule: TargetRule): Partition | HvStatusCode;
    /** The virtual processor with an index; 0xFFFFFFFE means the caller's own. */
    findVp(partition: Partition, index: number): Vp | HvStatusCode;
    create(flags: U64): Partition | HvStatusCode;
    initialize(target: Partition): HvStatusCode;
    /** Does one step of tearing down; `callTimedOut` until nothing is left to do. */
    finalize(target: Partition): HvStatusCode | typeof callTimedOut;
    remove(target: Partition): HvStatusCode;
    /** Ids of the children of a partition, rising. */
    childrenOf(parent: Partition): readonly number[];
  };
  readonly memory: MemoryPorts;
  readonly properties: {
    /** What a property is, and how many words its value has. */
    get(target: Partition, code: number): PropertyAnswer;
    set(target: Partition, code: number, value: U64): HvStatusCode;
  };
  readonly stats: {
    /** Maps a statistics page of the caller at `gpaPage`, or where the hypervisor likes. */
    map(identity: StatsIdentity, gpaPage: U64 | undefined): { readonly gpn: number } | HvStatusCode;
    unmap(identity: StatsIdentity): HvStatusCode;
  };
  readonly registers: {
    /** Puts the value of a register into the 16 bytes of `value`. */
    read(home: RegisterHome, name: number, value: Uint8Array): HvStatusCode;
    /** Sets a register from the 16 bytes of `value`. */
    write(home: RegisterHome, name: number, value: Uint8Array): HvStatusCode;
  };
  readonly synic: {
    /** Sends a message of type `messageType` through a connection of the caller. */
    post(connectionId: number, messageType: number, payload: Uint8Array): HvStatusCode;
    signal(connectionId: number, flagNumber: number): HvStatusCode;
    /** Sends a message to a processor without a connection. */
    postDirect(vp: Vp, sint: number, message: DirectMessage): HvStatusCode;
    /** Sets an event flag of a processor without a connection; tells whether it was clear. */
    signalDirect(vp: Vp, sint: number, flagNumber: number): boolean | HvStatusCode;
  };
  readonly connections: {
    createPort(owner: Partition, request: PortRequest): HvStatusCode;
    deletePort(owner: Partition, portId: number): HvStatusCode;
    connect(sender: Partition, owner: Partition, request: ConnectionRequest): HvStatusCode;
    /** Breaks a connection; doorbells are told apart from all others. */
    disconnect(sender: Partition, connectionId: number, isDoorbell: boolean): HvStatusCode;
  };
  readonly tlb: {
    /** Flushes a range, or without one everything, on the processors of the caller in the set. */
    flush(processors: ProcessorSet, range?: U64): void;
  };
  readonly interrupts: {
    /** Requests a fixed interrupt of the processors of the caller in the set. */
    send(processors: ProcessorSet, vector: number): void;
  };
  readonly processors: ProcessorPorts;
  readonly extended: { capabilities(): U64 };
}
