/**
 * The part of a local APIC that the interface reaches: requests, priority, end of interrupt and the
 * commands of one processor to others.
 *
 * APIC ids are the indexes of the processors; logical ids are flat, one bit for each of the first
 * eight. Source: TLFS, Virtual Interrupt Control, "Local APIC"; Intel SDM, volume 3, chapter 12.
 */

import { assert } from '../../kernel/result.ts';
import { type U64, u64Zero } from '../../kernel/u64.ts';
import { hvEvents } from '../defs/events.ts';
import type { Machine, Vp } from '../defs/model.ts';
import { slot } from '../defs/registers.ts';
import { apicCommand, sintRegister } from '../defs/synic.ts';
import { emit } from './emit.ts';

const { kind } = hvEvents;
/** Vectors below are exceptions of the processor. */
const vectorMin = 16;
const priorityClass = (vector: number): number => vector >>> 4;

/** Requests an edge-triggered interrupt; a processor that idles wakes up. */
export function requestInterrupt(machine: Machine, vp: Vp, vector: number): void {
  assert(vector >= 0 && vector <= 0xff, 'a vector has eight bits');
  if (vector < vectorMin) return;
  vp.pendingVectors.add(vector);
  vp.idle = false;
  emit(machine, kind.interrupt, vp.partition.id, vp.index, vector);
}

/** The task priority; CR8 is its upper half, and whoever wrote CR8 cleared the lower. */
export function taskPriority({ apic, registers }: Vp): number {
  const upper = registers.getUint8(slot.CR8) & 0xf;
  return apic.taskPriority >>> 4 === upper ? apic.taskPriority : upper << 4;
}

/** Sets the task priority, and CR8 with it. */
export function setTaskPriority({ apic, registers }: Vp, value: number): void {
  assert(value >= 0 && value <= 0xff, 'a task priority has eight bits');
  apic.taskPriority = value;
  registers.setUint8(slot.CR8, value >>> 4);
}

const highest = (vectors: ReadonlySet<number>): number => {
  let found = 0;
  for (const vector of vectors) found = Math.max(found, vector);
  return found;
};

/** The vector that the processor would take now, if its priority lets one through. */
function deliverableVector(vp: Vp): number | undefined {
  const vector = highest(vp.pendingVectors);
  const inService = priorityClass(highest(vp.apic.inService));
  const threshold = Math.max(priorityClass(taskPriority(vp)), inService);
  return vector >= vectorMin && priorityClass(vector) > threshold ? vector : undefined;
}

/**
 * Takes the most urgent interrupt: it is in service until the guest ends it, unless its source ends
 * it by itself.
 */
export function takeInterrupt(machine: Machine, vp: Vp): number | undefined {
  const vector = deliverableVector(vp);
  if (vector === undefined) return undefined;
  assert(!vp.apic.inService.has(vector), 'a vector in service is not taken again');
  vp.pendingVectors.delete(vector);
  if (!endsByItself(vp, vector)) vp.apic.inService.add(vector);
  emit(machine, kind.interruptTaken, vp.partition.id, vp.index, vector);
  return vector;
}

const endsByItself = ({ synic }: Vp, vector: number): boolean =>
  synic.sints.some(
    (register) =>
      sintRegister.get(register, 'Vector') === vector &&
      sintRegister.get(register, 'AutoEoi') === 1 &&
      sintRegister.get(register, 'Masked') === 0,
  );

/** Ends the most urgent interrupt in service. */
export function endOfInterrupt(machine: Machine, vp: Vp): void {
  const vector = highest(vp.apic.inService);
  if (vector === 0) return;
  assert(vector >= vectorMin, 'only vectors that may be requested are in service');
  vp.apic.inService.delete(vector);
  emit(machine, kind.interruptEnded, vp.partition.id, vp.index, vector);
}

/** Delivery modes that the model carries out. */
const deliveryMode = { fixed: 0, lowest: 1, nmi: 4 } as const;
const broadcast = 0xff;

/** Writes ICR: the command is kept and carried out. */
export function sendCommand(machine: Machine, vp: Vp, command: U64): void {
  vp.apic.command = command;
  const mode = apicCommand.get(command, 'DeliveryMode');
  const vector = apicCommand.get(command, 'Vector');
  const targets = commandTargets(vp, command);
  switch (mode) {
    case deliveryMode.fixed:
      for (const target of targets) requestInterrupt(machine, target, vector);
      return;
    case deliveryMode.lowest:
      for (const target of targets.slice(0, 1)) requestInterrupt(machine, target, vector);
      return;
    case deliveryMode.nmi:
      for (const target of targets) {
        target.nmiPending = true;
        target.idle = false;
      }
      emit(machine, kind.apicCommand, vp.index, mode, 1);
      return;
    default:
      emit(machine, kind.apicCommand, vp.index, mode, 0);
  }
}

/** Whom a command is for: a shorthand, an id, or a set of the first eight. */
function commandTargets(vp: Vp, command: U64): Vp[] {
  const all = [...vp.partition.vps.values()];
  const destination = apicCommand.get(command, 'Destination');
  switch (apicCommand.get(command, 'Shorthand')) {
    case 1:
      return [vp];
    case 2:
      return all;
    case 3:
      return all.filter((other) => other !== vp);
    default:
      break;
  }
  if (destination === broadcast) return all;
  const isLogical = apicCommand.get(command, 'Logical') === 1;
  return all.filter(({ index }) =>
    isLogical ? index < 8 && ((destination >>> index) & 1) === 1 : index === destination,
  );
}

/** Puts the APIC into its state at reset. */
export function resetApic(vp: Vp): void {
  vp.pendingVectors.clear();
  vp.apic.inService.clear();
  vp.apic.command = u64Zero;
  vp.idle = false;
  setTaskPriority(vp, 0);
}
