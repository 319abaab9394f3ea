/**
 * Messages, events and the interrupts that announce them.
 *
 * A message goes straight into its slot when the slot is empty; else it waits in a buffer of its
 * port, and the MessagePending flag of the slot asks the guest to write EOM after emptying it.
 * Source: TLFS, Inter-Partition Communication; Virtual Interrupt Controller, "SynIC Message Page".
 */

import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { assert } from '../../kernel/result.ts';
import { u64Bit } from '../../kernel/u64.ts';
import { hvEvents } from '../defs/events.ts';
import {
  anyVp,
  type Machine,
  type Partition,
  type Port,
  type QueuedMessage,
  type Vp,
} from '../defs/model.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { eventFlagsBytes, message, messageType, sintRegister } from '../defs/synic.ts';
import { timerMessagePayload } from '../defs/time.ts';
import { requestInterrupt } from './apic.ts';
import { emit } from './emit.ts';
import { pageBytes } from './memory.ts';
import { referenceTime } from './reference-time.ts';

const { kind } = hvEvents;
const enableBit = 0;
const slotView = message.view();
const payloadMaxBytes = 240;

/** Finds the receiving port of a connection, or the status that says why there is none. */
function receivingPort(
  caller: Partition,
  connectionId: number,
  portKind: Port['kind'],
): Port | HvStatusCode {
  const connection = caller.connections.get(connectionId);
  if (connection === undefined) return HvStatus.INVALID_CONNECTION_ID;
  const { port } = connection;
  assert(port.connected, 'a connection leads to a connected port');
  const alive = !port.deleted && port.owner.state === 'active' && port.kind === portKind;
  return alive ? port : HvStatus.INVALID_PORT_ID;
}

const isEnabled = (vp: Vp, page: 'simp' | 'siefp'): boolean =>
  u64Bit(vp.synic.scontrol, enableBit) && u64Bit(vp.synic[page], enableBit);

/** What a caller sends. */
export interface OutgoingMessage {
  readonly connectionId: number;
  readonly messageType: number;
  readonly payload: Uint8Array;
}

/** Posts a message through a connection of `caller`. */
export function postMessage(
  machine: Machine,
  caller: Partition,
  { connectionId, messageType: type, payload }: OutgoingMessage,
): HvStatusCode {
  assert(payload.length <= payloadMaxBytes, 'a payload has at most 240 bytes');
  const port = receivingPort(caller, connectionId, 'message');
  if (typeof port === 'number') return port;
  const vp = receiver(port, 'simp');
  if (typeof vp === 'number') return vp;
  assert(port.buffersFree >= 0, 'a port cannot lend buffers that it does not have');
  if (port.buffersFree === 0) return HvStatus.INSUFFICIENT_BUFFERS;
  const { targetSint } = port;
  const queue = vp.synic.queues[targetSint];
  assert(queue !== undefined, 'a port names a source that does not exist');
  if (queue.length === 0 && isSlotEmpty(vp, targetSint)) {
    const message = { messageType: type, payload, port, origin: port.id };
    fillSlot(machine, vp, targetSint, message, false);
  } else {
    // The bytes are the caller's memory, which it may reuse; the buffer gets its own.
    queue.push({ messageType: type, payload: payload.slice(), port, origin: port.id });
    port.buffersFree -= 1;
    deliver(machine, vp, targetSint);
  }
  port.posts += 1;
  return HvStatus.SUCCESS;
}

/** The processor that gets what comes through a port, or why there is none. */
function receiver({ owner, targetVp }: Port, page: 'simp' | 'siefp'): Vp | HvStatusCode {
  if (targetVp === anyVp) return anyReceiver(owner, page);
  const vp = owner.vps.get(targetVp);
  if (vp === undefined) return HvStatus.INVALID_VP_INDEX;
  return isEnabled(vp, page) ? vp : HvStatus.INVALID_SYNIC_STATE;
}

/** Any processor will do: the first one whose SynIC and page are on. */
function anyReceiver({ vps }: Partition, page: 'simp' | 'siefp'): Vp | HvStatusCode {
  for (const vp of vps.values()) if (isEnabled(vp, page)) return vp;
  return vps.size === 0 ? HvStatus.INVALID_VP_INDEX : HvStatus.INVALID_SYNIC_STATE;
}

/** Posts a message to a processor without a port; it waits in a buffer of the processor. */
export function postDirect(
  machine: Machine,
  vp: Vp,
  sint: number,
  direct: Pick<QueuedMessage, 'messageType' | 'payload' | 'origin'>,
): HvStatusCode {
  if (!isEnabled(vp, 'simp')) return HvStatus.INVALID_SYNIC_STATE;
  const waiting = vp.synic.queues[sint]?.length ?? 0;
  if (waiting >= hypervisorFacts.messageBuffers.value) return HvStatus.INSUFFICIENT_BUFFERS;
  sendHypervisorMessage(machine, vp, sint, { ...direct, payload: direct.payload.slice() });
  return HvStatus.SUCCESS;
}

/** Throws away the waiting messages of a processor that `isGone` picks; their buffers are free. */
export function discardMessages({ synic }: Vp, isGone: (queued: QueuedMessage) => boolean): void {
  for (const queue of synic.queues) {
    for (const { port } of queue.filter(isGone)) if (port !== undefined) freeBuffer(port);
    const kept = queue.filter((queued) => !isGone(queued));
    queue.splice(0, queue.length, ...kept);
  }
}

/**
 * Sends a message of the hypervisor itself, about partition `origin`. It has a buffer of its own,
 * so it waits as long as it must: for an empty slot, or for the SynIC to be switched on.
 */
export function sendHypervisorMessage(
  machine: Machine,
  vp: Vp,
  sint: number,
  queued: Omit<QueuedMessage, 'port'>,
): void {
  const queue = vp.synic.queues[sint];
  assert(queue !== undefined, 'a message names a source that does not exist');
  assert(queued.payload.length <= payloadMaxBytes, 'a message of its own has at most 240 bytes');
  queue.push({ ...queued, port: undefined });
  deliver(machine, vp, sint);
}

/** Points `slotView` at a slot and tells whether it holds no message. */
function isSlotEmpty(vp: Vp, sint: number): boolean {
  slotView.move(pageBytes(vp.synic.messagePage), sint * message.sizeBytes);
  return slotView.MessageType === messageType.None;
}

function fillSlot(
  machine: Machine,
  vp: Vp,
  sint: number,
  { messageType: type, payload, origin }: QueuedMessage,
  isMorePending: boolean,
): void {
  slotView.move(pageBytes(vp.synic.messagePage), sint * message.sizeBytes);
  assert(slotView.MessageType === messageType.None, 'a slot is empty before it is filled');
  assert(type !== messageType.None, 'a message without a type would leave its slot empty');
  slotView.PayloadSize = payload.length;
  slotView.MessageFlags = isMorePending ? 1 : 0;
  slotView.Port = { lo: origin, hi: 0 };
  slotView.Payload = payload;
  // The type comes last: it is what tells the guest that the slot is full.
  slotView.MessageType = type;
  emit(machine, kind.messageDelivered, vp.partition.id, vp.index, sint);
  raise(machine, vp, sint);
}

/**
 * Puts the oldest waiting message into its slot if the slot is empty, else flags that one waits.
 * With the SynIC or its message page off, messages stay where they are.
 */
function deliver(machine: Machine, vp: Vp, sint: number): void {
  const queue = vp.synic.queues[sint];
  assert(queue !== undefined, 'messages wait at one of the sixteen sources');
  const next = queue[0];
  if (next === undefined || !isEnabled(vp, 'simp')) return;
  if (!isSlotEmpty(vp, sint)) {
    slotView.MessageFlags |= 1;
    emit(machine, kind.messageQueued, vp.partition.id, vp.index, sint);
    return;
  }
  queue.shift();
  if (next.port !== undefined) freeBuffer(next.port);
  if (next.timer !== undefined) stampDelivery(machine, vp, next.payload);
  fillSlot(machine, vp, sint, next, queue.length > 0);
}

/** A timer's message tells when it came into its slot, not only when it was due. */
function stampDelivery(machine: Machine, { partition }: Vp, payload: Uint8Array): void {
  assert(payload.length === timerMessagePayload.sizeBytes, 'only a timer message is stamped');
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  timerMessagePayload.view(view, 0).DeliveryTime = referenceTime(machine, partition);
}

function freeBuffer(port: Port): void {
  port.buffersFree += 1;
  const { value: buffers } = hypervisorFacts.messageBuffers;
  assert(port.buffersFree <= buffers, `port ${port.id} has too many buffers`);
}

/** End of message: every source with an empty slot gets its next message. */
export function endOfMessage(machine: Machine, vp: Vp): void {
  for (let sint = 0; sint < vp.synic.queues.length; sint += 1) deliver(machine, vp, sint);
}

/** Sets an event flag through a connection; an interrupt follows only when it was clear. */
export function signalEvent(
  machine: Machine,
  caller: Partition,
  connectionId: number,
  flagNumber: number,
): HvStatusCode {
  const port = receivingPort(caller, connectionId, 'event');
  if (typeof port === 'number') return port;
  if (flagNumber >= port.flagsTotal) return HvStatus.INVALID_PARAMETER;
  const vp = receiver(port, 'siefp');
  if (typeof vp === 'number') return vp;
  if (isMasked(vp, port.targetSint)) return HvStatus.INVALID_SYNIC_STATE;
  setFlag(machine, vp, port.targetSint, port.flagsBase + flagNumber);
  port.posts += 1;
  return HvStatus.SUCCESS;
}

/** Sets an event flag of a processor without a port; tells whether it was clear. */
export function signalDirect(
  machine: Machine,
  vp: Vp,
  sint: number,
  flag: number,
): boolean | HvStatusCode {
  if (!isEnabled(vp, 'siefp') || isMasked(vp, sint)) return HvStatus.INVALID_SYNIC_STATE;
  return setFlag(machine, vp, sint, flag);
}

/** Sets a flag; an interrupt follows only when it was clear. */
function setFlag(machine: Machine, vp: Vp, sint: number, flag: number): boolean {
  assert(flag >= 0 && flag < hypervisorFacts.eventFlags.value, 'a source has 2048 event flags');
  const flags = pageBytes(vp.synic.eventPage);
  const at = sint * eventFlagsBytes + (flag >>> 3);
  const before = flags.getUint8(at);
  const bit = 1 << (flag & 7);
  const isFresh = (before & bit) === 0;
  if (isFresh) flags.setUint8(at, before | bit);
  emit(machine, kind.eventFlagSet, vp.index, flag, isFresh ? 1 : 0);
  if (isFresh) raise(machine, vp, sint);
  return isFresh;
}

/** Polling has the effect of unmasking, except that no interrupt follows. */
const isMasked = (vp: Vp, sint: number): boolean => {
  const register = vp.synic.sints[sint];
  assert(register !== undefined, 'a port names a source that does not exist');
  const isPolled = sintRegister.get(register, 'Polling') === 1;
  return sintRegister.get(register, 'Masked') === 1 && !isPolled;
};

/** Requests the interrupt of a source, unless it is masked or polled. */
function raise(machine: Machine, vp: Vp, sint: number): void {
  const register = vp.synic.sints[sint];
  assert(register !== undefined, 'a port names a source that does not exist');
  if (isMasked(vp, sint) || sintRegister.get(register, 'Polling') === 1) return;
  requestInterrupt(machine, vp, register.lo & 0xff);
}
