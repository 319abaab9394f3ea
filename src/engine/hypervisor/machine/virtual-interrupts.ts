/**
 * Interrupts that a parent asserts, and the external interrupt line.
 *
 * Source: TLFS, HvCallAssertVirtualInterrupt, HV_INTERRUPT_TYPE; TLFS 2.0A, 11 "Virtual Interrupt
 * Control", "Virtual Interrupts".
 */

import { assert } from '../../kernel/result.ts';
import { hvEvents } from '../defs/events.ts';
import { interruptType } from '../defs/interrupt-control.ts';
import type { Machine, Partition, Vp } from '../defs/model.ts';
import type { InterruptRequest } from '../defs/processor-ports.ts';
import { slot } from '../defs/registers.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { requestInterrupt } from './apic.ts';
import { emit } from './emit.ts';
import { resetRegisters } from './processors.ts';

const { kind } = hvEvents;
const vectorMin = 16;
const vectorMax = 255;
/** HV_INTERRUPT_VECTOR_NONE. */
const noVector = 0xffff_ffff;

/** The processors that a destination names: all bits of an id or of the flat logical set. */
export function destinationVps(
  { vps }: Partition,
  address: number,
  isLogical: boolean,
): readonly Vp[] {
  if (!isLogical) return [...vps.values()].filter(({ index }) => index === address);
  return [...vps.values()].filter(({ index }) => index < 8 && ((address >>> index) & 1) === 1);
}

/** Asserts an interrupt in a partition. */
export function assertInterrupt(
  machine: Machine,
  partition: Partition,
  request: InterruptRequest,
): HvStatusCode {
  const { type, vector } = request;
  if (!isVectorPossible(type, vector)) return HvStatus.INVALID_PARAMETER;
  if (type === interruptType.extInt) return assertExternal(machine, partition, request);
  const targets = destinationVps(partition, request.destination, request.isLogical);
  const [first] = targets;
  if (first === undefined) return HvStatus.INVALID_VP_INDEX;
  switch (type) {
    case interruptType.fixed:
    case interruptType.lowestPriority: {
      const chosen = type === interruptType.fixed ? targets : [first];
      for (const vp of chosen) requestInterrupt(machine, vp, vector);
      return HvStatus.SUCCESS;
    }
    case interruptType.nmi:
    case interruptType.init:
    case interruptType.sipi:
      for (const vp of targets) signal(machine, vp, type, vector);
      return HvStatus.SUCCESS;
    default:
      return HvStatus.INVALID_PARAMETER;
  }
}

/** Vectors belong to some types only; those of fixed interrupts are not exceptions. */
function isVectorPossible(type: number, vector: number): boolean {
  if (type === interruptType.fixed || type === interruptType.lowestPriority) {
    return vector >= vectorMin && vector <= vectorMax;
  }
  if (vector === noVector || vector === 0) return true;
  return vectored.has(type) && vector <= vectorMax;
}

const vectored: ReadonlySet<number> = new Set([interruptType.extInt, interruptType.sipi]);

/** NMI, INIT and start-up are not vectors: they change what the processor does next. */
function signal(machine: Machine, vp: Vp, type: number, vector: number): void {
  if (type === interruptType.nmi) {
    vp.nmiPending = true;
    vp.idle = false;
  } else if (type === interruptType.init) {
    resetRegisters(vp);
    vp.pendingVectors.clear();
    vp.waitsForSipi = true;
  } else if (vp.waitsForSipi) {
    startInRealMode(vp, vector);
  }
  emit(machine, kind.interruptAsserted, vp.partition.id, vp.index, type);
}

/** The vector of a start-up interrupt is the page at which the processor begins. */
function startInRealMode(vp: Vp, vector: number): void {
  const { registers } = vp;
  vp.waitsForSipi = false;
  registers.setUint32(slot.RIP, 0, true);
  registers.setUint32(slot.CS, vector << 12, true);
  registers.setUint16(slot.CS + 12, vector << 8, true);
}

/** The external interrupt goes to the boot processor, whatever the destination says. */
function assertExternal(
  machine: Machine,
  partition: Partition,
  { vector, destination }: InterruptRequest,
): HvStatusCode {
  if (destination !== 0) return HvStatus.INVALID_PARAMETER;
  const { externalInterrupt } = partition;
  const boot = partition.vps.get(0);
  if (boot === undefined) return HvStatus.INVALID_VP_INDEX;
  if (externalInterrupt.state === 'acknowledged') return HvStatus.ACKNOWLEDGED;
  // Without a vector the interrupt is taken back before it was acknowledged.
  externalInterrupt.state = vector === noVector ? 'none' : 'asserted';
  externalInterrupt.vector = vector === noVector ? 0 : vector;
  assert(externalInterrupt.vector <= vectorMax, 'an external interrupt has an 8-bit vector');
  boot.idle = false;
  emit(machine, kind.interruptAsserted, partition.id, boot.index, interruptType.extInt);
  return HvStatus.SUCCESS;
}

/** The guest has taken the external interrupt; its vector, if one was asserted. */
export function acknowledgeExternal({ externalInterrupt }: Partition): number | undefined {
  if (externalInterrupt.state !== 'asserted') return undefined;
  externalInterrupt.state = 'acknowledged';
  return externalInterrupt.vector;
}

/** Clears an external interrupt that the guest has taken. */
export function clearExternal(machine: Machine, partition: Partition): HvStatusCode {
  const { externalInterrupt } = partition;
  const isTaken = externalInterrupt.state === 'acknowledged';
  if (isTaken) {
    externalInterrupt.state = 'none';
    externalInterrupt.vector = 0;
  }
  emit(machine, kind.interruptCleared, partition.id, isTaken ? 1 : 0, 0);
  return isTaken ? HvStatus.SUCCESS : HvStatus.NOT_ACKNOWLEDGED;
}
