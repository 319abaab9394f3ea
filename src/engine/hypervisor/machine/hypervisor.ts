/**
 * The machine from outside: build partitions, execute hypercalls, touch MSRs, memory and CPUID.
 *
 * Labs, the command line and tests drive the machine through this; hypercall bodies never see it.
 */

import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { Digest } from '../../kernel/digest.ts';
import { assert } from '../../kernel/result.ts';
import { Trace } from '../../kernel/trace.ts';
import { type U64, u64Zero } from '../../kernel/u64.ts';
import type { CallDefinition } from '../defs/call.ts';
import { hvEvents } from '../defs/events.ts';
import type { GuestPort } from '../defs/guest-port.ts';
import type { CpuVendor, Machine, Partition, Port, Vp } from '../defs/model.ts';
import type { Outcome } from '../defs/outcome.ts';
import { takeInterrupt } from './apic.ts';
import { advanceTime } from './clock.ts';
import { openConnection, openPort } from './connections.ts';
import { digestMachine } from './digest.ts';
import { type Dispatcher, executeHypercall } from './dispatch.ts';
import { newFrame } from './frame.ts';
import { newGuestPort } from './guest.ts';
import { readMsr, writeMsr } from './msr.ts';
import { newPorts } from './ports.ts';
import { setReferenceTime, virtualTsc } from './reference-time.ts';
import { addPartition, addRam, addVp, newMachine } from './state.ts';
import { expireTimers, rearmTimers } from './timers.ts';

/** How a machine is made. */
export interface HypervisorOptions {
  /** The calls that it knows. */
  readonly calls: readonly CallDefinition[];
  readonly vendor?: CpuVendor;
  /** Records that the trace keeps; a power of two. */
  readonly traceRecords?: number;
  /**
   * How long one call may hold the processor; the specification's limit unless told. Infinity is
   * for replaying recordings that were made without a clock.
   */
  readonly timeLimitNs?: number;
}

/** What a new partition has from the start, for tests and scenarios that skip the hypercalls. */
export interface PartitionOptions {
  readonly parent?: Partition;
  readonly gpaWidthBits?: number;
  readonly ramPages?: number;
  readonly vpIndexes?: readonly number[];
  readonly privileges?: U64;
  readonly featuresEdx?: number;
}

/** One end of a connection to be, and where its messages or events go. */
export interface PortOptions {
  readonly id: number;
  readonly kind: Port['kind'];
  readonly targetVp: number;
  readonly targetSint: number;
  readonly flagsTotal?: number;
}

/** A simulated machine with the hypervisor on it. */
export class Hypervisor {
  readonly machine: Machine;
  readonly #calls: ReadonlyMap<number, CallDefinition>;
  readonly #timeLimitNs: number;
  #dispatcher: Dispatcher | undefined;

  constructor(options: HypervisorOptions) {
    const { calls, vendor = 'intel', traceRecords = 4096 } = options;
    this.#timeLimitNs = options.timeLimitNs ?? hypervisorFacts.hypercallTimeLimitNs.value;

    this.machine = newMachine(new Trace([hvEvents], traceRecords), vendor);
    this.#calls = new Map(calls.map((call) => [call.code, call]));
    assert(this.#calls.size === calls.length, 'two calls share a code');
    assert(this.#timeLimitNs >= 0, 'a time limit is not negative');
  }

  /** What happened so far. */
  get trace(): Trace {
    return this.machine.trace;
  }

  /** Adds an active partition; the first one is the root. */
  addPartition(options: PartitionOptions): Partition {
    const partition = addPartition(this.machine, options.parent, options.gpaWidthBits);
    partition.state = 'active';
    if (options.privileges !== undefined) partition.privileges = options.privileges;
    if (options.featuresEdx !== undefined) partition.featuresEdx = options.featuresEdx;
    addRam(this.machine, partition, 0, options.ramPages ?? 0);
    for (const index of options.vpIndexes ?? [0]) {
      addVp(this.machine, partition, index).explicitSuspend = false;
    }
    return partition;
  }

  /** Maps fresh zeroed pages with all rights into a partition, from page `firstGpn`. */
  mapRam(partition: Partition, firstGpn: number, pages: number): void {
    addRam(this.machine, partition, firstGpn, pages);
  }

  /** Opens a port of `owner` and connects `sender` to it under the same number. */
  connect(owner: Partition, sender: Partition, options: PortOptions): Port {
    const port = this.openPort(owner, { ...options, sender });
    const { id } = options;
    openConnection(this.machine, sender, { id, port, vtl: 0, trigger: undefined, pages: 0 });
    return port;
  }

  /** Opens a port of `owner` to which `sender` may connect; it holds no page of the pool. */
  openPort(owner: Partition, options: PortOptions & { readonly sender: Partition }): Port {
    const { flagsTotal = hypervisorFacts.eventFlags.value } = options;
    const request = { vtl: 0, minConnectionVtl: 0, flagsBase: 0, ...options, flagsTotal };
    return openPort(this.machine, owner, request, 0);
  }

  /** The partition with an id; it must exist. */
  partition(id: number): Partition {
    const partition = this.machine.partitions.get(id);
    assert(partition !== undefined, `no partition ${id}`);
    return partition;
  }

  /** A virtual processor; it must exist. */
  vp(partitionId: number, index: number): Vp {
    const vp = this.partition(partitionId).vps.get(index);
    assert(vp !== undefined, `partition ${partitionId} has no virtual processor ${index}`);
    return vp;
  }

  /** Executes the hypercall that the registers of `vp` describe. */
  hypercall(vp: Vp): Outcome {
    this.#dispatcher ??= {
      frame: newFrame(this.machine, vp),
      calls: this.#calls,
      ports: newPorts(this.machine, vp),
      timeLimitNs: this.#timeLimitNs,
    };
    const { machine } = this;
    const startNs = machine.timeNs;
    const outcome = executeHypercall(this.#dispatcher, vp);
    assert(machine.timeNs > startNs, 'a hypercall takes time');
    vp.runtimeNs += machine.timeNs - startNs;
    if (machine.timeNs >= machine.nextTimerNs) expireTimers(machine);
    return outcome;
  }

  /** Lets virtual time pass until `toNs`: timers expire in order, processors run. */
  advance(toNs: number): void {
    advanceTime(this.machine, toNs);
  }

  /** Takes the most urgent interrupt that the processor's priority lets through, if any. */
  takeInterrupt(vp: Vp): number | undefined {
    return takeInterrupt(this.machine, vp);
  }

  /** Sets a partition's reference time, as a parent does that restores it. */
  setReferenceTime(partition: Partition, referenceTime: U64): void {
    setReferenceTime(this.machine, partition, referenceTime);
    rearmTimers(this.machine, partition);
  }

  /** The virtual TSC that a guest of a partition reads with RDTSC. */
  readTsc(partition: Partition): U64 {
    return virtualTsc(this.machine, partition.clock);
  }

  /** The machine as guest code meets it. */
  guestPort(): GuestPort {
    return newGuestPort(this.machine, (vp) => this.hypercall(vp));
  }

  /** Reads an MSR as the guest would. */
  readMsr(vp: Vp, index: number): U64 | '#GP' {
    return readMsr(this.machine, vp, index);
  }

  /** Writes an MSR as the guest would. */
  writeMsr(vp: Vp, index: number, value: U64 = u64Zero): '#GP' | undefined {
    return writeMsr(this.machine, vp, index, value);
  }

  /** One short text for the whole state and everything in the trace. */
  digest(): string {
    const digest = new Digest();
    digestMachine(this.machine, digest);
    return digest.hex();
  }
}
