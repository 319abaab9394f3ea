/** The machine as hypercall bodies see it: `HypercallPorts` over the real state. */
import { u64Bit } from '../../kernel/u64.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import type { Machine, Vp } from '../defs/model.ts';
import type { HypercallPorts } from '../defs/ports.ts';
import { HvStatus } from '../defs/status.ts';
import {
  createPartition,
  depositPage,
  findPartition,
  findVp,
  initializePartition,
} from './partitions.ts';
import { readRegister, writeRegister } from './registers.ts';
import { postMessage, signalEvent } from './synic.ts';

const { kind } = hvEvents;

/** Ports whose caller is set anew for each call. */
export interface BoundPorts extends HypercallPorts {
  bind(vp: Vp): void;
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Ports of a machine. */
export function newPorts(machine: Machine, first: Vp): BoundPorts {
  let vp = first;
  const emit = (event: number, a: number, b: number, c: number) => {
    const { trace, timeNs } = machine;
    if (trace.enabled) trace.emit(timeNs, event, hypervisorActor, a, b, c);
  };
  return {
    bind(caller) {
      vp = caller;
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
    },
    memory: {
      deposit: (target, gpaPage) => depositPage(machine, vp.partition, target, gpaPage),
    },
    registers: {
      read(target, name, value) {
        const view = viewOf(value);
        const status = readRegister(target, name, view, 0);
        if (status === HvStatus.SUCCESS) {
          emit(kind.registerRead, target.index, name, view.getUint32(0, true));
        }
        return status;
      },
      write(target, name, value) {
        const view = viewOf(value);
        const status = writeRegister(target, name, view, 0);
        if (status === HvStatus.SUCCESS) {
          emit(kind.registerWritten, target.index, name, view.getUint32(0, true));
        }
        return status;
      },
    },
    synic: {
      post: (connectionId, messageType, payload) =>
        postMessage(machine, vp.partition, { connectionId, messageType, payload }),
      signal: (connectionId, flagNumber) =>
        signalEvent(machine, vp.partition, connectionId, flagNumber),
    },
    tlb: {
      flushRange(range, mask, all) {
        for (const { index } of vp.partition.vps.values()) {
          const isNamed = index < 64 && u64Bit(mask, index);
          if (all || isNamed) emit(kind.tlbFlush, index, range.lo, range.hi);
        }
        return HvStatus.SUCCESS;
      },
    },
    extended: { capabilities: () => machine.extendedCapabilities },
  };
}
