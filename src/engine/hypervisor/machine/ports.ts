/** The machine as hypercall bodies see it: `HypercallPorts` over the real state. */

import { hvEvents } from '../defs/events.ts';
import type { Machine, Partition, Vp } from '../defs/model.ts';
import type { HypercallPorts } from '../defs/ports.ts';
import type { ProcessorSet } from '../defs/processor-set.ts';
import { HvStatus } from '../defs/status.ts';
import { requestInterrupt } from './apic.ts';
import { connectPort, createPort, deletePort, disconnectPort } from './connections.ts';
import { emit } from './emit.ts';
import { newMemoryPorts, newStatsPorts } from './memory-ports.ts';
import {
  childrenOf,
  createPartition,
  findPartition,
  findVp,
  initializePartition,
} from './partitions.ts';
import { mayWriteOwn, newProcessorPorts } from './processor-ports.ts';
import { getProperty, setProperty } from './properties.ts';
import { readRegister, writeRegister } from './registers.ts';
import { postDirect, postMessage, signalDirect, signalEvent } from './synic.ts';
import { deletePartition, finalizePartition } from './teardown.ts';
import { isPrivateRegister } from './vtl.ts';

const { kind } = hvEvents;

/** Ports whose caller is set anew for each call. */
export interface BoundPorts extends HypercallPorts {
  /**
   * The next call is that of `vp`, and the processor is given back by virtual time `deadlineNs`.
   */
  bind(vp: Vp, deadlineNs: number): void;
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The processors of a set that are there; others are passed over. */
function existing({ vps }: Partition, processors: ProcessorSet): Iterable<Vp> {
  if (processors === 'all') return vps.values();
  return processors.map((index) => vps.get(index)).filter((vp) => vp !== undefined);
}

/** Reads and writes of registers, reported as they happen. */
function newRegisterPorts(machine: Machine, caller: () => Vp): HypercallPorts['registers'] {
  return {
    read({ vp: target, file }, name, value) {
      const view = viewOf(value);
      const home = isPrivateRegister(name) ? file : target.registers;
      const status = readRegister(machine, target, name, view, home);
      if (status === HvStatus.SUCCESS) {
        emit(machine, kind.registerRead, target.index, name, view.getUint32(0, true));
      }
      return status;
    },
    write({ vp: target, file }, name, value) {
      if (!mayWriteOwn(caller(), target, name)) return HvStatus.ACCESS_DENIED;
      const view = viewOf(value);
      const home = isPrivateRegister(name) ? file : target.registers;
      const status = writeRegister(machine, target, name, view, home);
      if (status === HvStatus.SUCCESS) {
        emit(machine, kind.registerWritten, target.index, name, view.getUint32(0, true));
      }
      return status;
    },
  };
}

/** What is done to each processor of a set. */
function newSetPorts(
  machine: Machine,
  caller: () => Vp,
): Pick<HypercallPorts, 'tlb' | 'interrupts'> {
  return {
    tlb: {
      flush(processors, range) {
        for (const { index } of existing(caller().partition, processors)) {
          if (range === undefined) emit(machine, kind.tlbFlushAll, index, 0, 0);
          else emit(machine, kind.tlbFlush, index, range.lo, range.hi);
        }
      },
    },
    interrupts: {
      send(processors, vector) {
        for (const target of existing(caller().partition, processors)) {
          requestInterrupt(machine, target, vector);
        }
      },
    },
  };
}

/** Ports of a machine. */
export function newPorts(machine: Machine, first: Vp): BoundPorts {
  let vp = first;
  let deadlineNs = 0;
  return {
    bind(caller, deadline) {
      vp = caller;
      deadlineNs = deadline;
    },
    get caller() {
      return vp.partition;
    },
    get vp() {
      return vp;
    },
    partitions: {
      find: (id, rule) => findPartition(machine, vp.partition, id, rule),
      findVp: (partition, index) => findVp(vp, partition, index),
      create: () => createPartition(machine, vp.partition),
      initialize: (target) => initializePartition(machine, target),
      finalize: (target) => finalizePartition(machine, target, deadlineNs),
      remove: (target) => deletePartition(machine, target),
      childrenOf: (parent) => childrenOf(machine, parent),
    },
    memory: newMemoryPorts(machine, () => vp.partition),
    properties: {
      get: (target, code) => getProperty(machine, target, code),
      set: (target, code, value) => setProperty(machine, target, code, value),
    },
    stats: newStatsPorts(machine, () => vp.partition),
    registers: newRegisterPorts(machine, () => vp),
    synic: {
      post: (connectionId, messageType, payload) =>
        postMessage(machine, vp.partition, { connectionId, messageType, payload }),
      signal: (connectionId, flagNumber) =>
        signalEvent(machine, vp.partition, connectionId, flagNumber),
      postDirect: (target, sint, message) => postDirect(machine, target, sint, message),
      signalDirect: (target, sint, flag) => signalDirect(machine, target, sint, flag),
    },
    connections: {
      createPort: (owner, request) => createPort(machine, owner, request),
      deletePort: (owner, id) => deletePort(machine, owner, id),
      connect: (sender, owner, request) => connectPort(machine, sender, owner, request),
      disconnect: (sender, id, doorbell) => disconnectPort(machine, sender, id, doorbell),
    },
    ...newSetPorts(machine, () => vp),
    processors: newProcessorPorts(machine, () => vp),
    extended: { capabilities: () => machine.extendedCapabilities },
  };
}
