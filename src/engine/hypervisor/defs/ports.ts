/**
 * What a hypercall's body may ask of the machine.
 *
 * Calls see this interface and nothing else, so a call file needs no machine import and a test can
 * replace the machine. Lookups give either the object or the status that says why not.
 */
import type { U64 } from '../../kernel/u64.ts';
import type { Partition, Vp } from './model.ts';
import type { ProcessorSet } from './processor-set.ts';
import type { HvStatusCode } from './status.ts';

/** Who may name which partition: the rule that a call states for its target. */
export type TargetRule = 'child' | 'self-or-child' | 'child-or-root-itself' | 'any';

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
    read(vp: Vp, name: number, value: Uint8Array): HvStatusCode;
    /** Sets a register from the 16 bytes of `value`. */
    write(vp: Vp, name: number, value: Uint8Array): HvStatusCode;
  };
  readonly synic: {
    /** Sends a message of type `messageType` through a connection of the caller. */
    post(connectionId: number, messageType: number, payload: Uint8Array): HvStatusCode;
    signal(connectionId: number, flagNumber: number): HvStatusCode;
  };
  readonly tlb: {
    /** Flushes a range, or without one everything, on the processors of the caller in the set. */
    flush(processors: ProcessorSet, range?: U64): void;
  };
  readonly interrupts: {
    /** Requests a fixed interrupt of the processors of the caller in the set. */
    send(processors: ProcessorSet, vector: number): void;
  };
  readonly extended: { capabilities(): U64 };
}
