/**
 * What a hypercall's body may ask of the machine.
 *
 * Calls see this interface and nothing else, so a call file needs no machine import and a test can
 * replace the machine. Lookups give either the object or the status that says why not.
 */
import type { U64 } from '../../kernel/u64.ts';
import type { ConnectionRequest, PortRequest } from './connections.ts';
import type { Partition, Vp } from './model.ts';
import type { ProcessorPorts } from './processor-ports.ts';
import type { ProcessorSet } from './processor-set.ts';
import type { HvStatusCode } from './status.ts';

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
  };
  readonly memory: {
    /** Moves one page of the caller into the pool of `target`. */
    deposit(target: Partition, gpaPage: U64): HvStatusCode;
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
