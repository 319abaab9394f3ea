/** A root and a child with two connections between them, and both ends switched on. */
import type { Port, Vp } from '../../../../src/engine/hypervisor/defs/model.ts';
import { msrIndex, sintBase } from '../../../../src/engine/hypervisor/defs/msrs.ts';
import { sintRegister } from '../../../../src/engine/hypervisor/defs/synic.ts';
import { pokeBytes } from '../../../../src/engine/hypervisor/machine/memory.ts';
import { u64 } from '../../../../src/engine/kernel/u64.ts';
import {
  type Answer,
  enabledPage,
  makeCall,
  memory,
  type TestMachine,
  testMachine,
} from './machine.ts';

/** Page over which the message page lies. */
export const messagesGpn = 0x380;
/** Page over which the event flags page lies. */
export const eventsGpn = 0x381;
/** The source that is open. */
export const sint = 2;
/** The vector of that source. */
export const vector = 0x40;
/** Number of the connection for messages. */
export const messageId = 4;
/** Number of the connection for events. */
export const eventId = 5;

/** The machine with its two ports. */
export interface Wired extends TestMachine {
  readonly messagePort: Port;
  readonly eventPort: Port;
}

/** Switches the SynIC of a processor on, with one source open. */
export function enable(hv: TestMachine['hv'], vp: Vp, bits = {}): void {
  hv.writeMsr(vp, msrIndex.SCONTROL, u64(1));
  hv.writeMsr(vp, msrIndex.SIMP, enabledPage(messagesGpn));
  hv.writeMsr(vp, msrIndex.SIEFP, enabledPage(eventsGpn));
  hv.writeMsr(vp, sintBase + sint, sintRegister.pack({ Vector: vector, ...bits }));
}

/** The child sends, the root receives. */
export function wired(bits = {}): Wired {
  const machine = testMachine();
  const { hv, root, child, vp } = machine;
  enable(hv, vp, bits);
  const target = { targetVp: 0, targetSint: sint };
  return {
    ...machine,
    messagePort: hv.connect(root, child, { id: messageId, kind: 'message', ...target }),
    eventPort: hv.connect(root, child, { id: eventId, kind: 'event', flagsTotal: 100, ...target }),
  };
}

/** Sends a message whose payload is its own type, so that it can be told from others. */
export function post(machine: TestMachine, type: number, connection = messageId): Answer {
  const input = new Uint8Array(256);
  const view = new DataView(input.buffer);
  view.setUint32(0, connection, true);
  view.setUint32(8, type, true);
  view.setUint32(12, 4, true);
  view.setUint32(16, type, true);
  return makeCall(machine.hv, machine.childVp, { code: 0x5c, input });
}

/** Sets an event flag of the receiver. */
export function signal(machine: TestMachine, flag: number, connection = eventId): Answer {
  const input = new Uint8Array(8);
  const view = new DataView(input.buffer);
  view.setUint32(0, connection, true);
  view.setUint16(4, flag, true);
  return makeCall(machine.hv, machine.childVp, { code: 0x5d, fast: true, input });
}

const slotGpa = messagesGpn * 4096 + sint * 256;

/** What the receiver finds in the slot. */
export function slot({ root }: TestMachine) {
  const bytes = memory(root, slotGpa, 256);
  const view = new DataView(bytes.buffer);
  return {
    type: view.getUint32(0, true),
    sizeBytes: view.getUint8(4),
    pending: view.getUint8(5) === 1,
    port: view.getUint32(8, true),
    payload: bytes.slice(16),
  };
}

/** The receiver marks the slot as empty. */
export const emptySlot = ({ root }: TestMachine): void =>
  pokeBytes(root.gpa, slotGpa, new Uint8Array(4));

/** The receiver says that it has emptied its slots. */
export const writeEom = ({ hv, vp }: TestMachine) => hv.writeMsr(vp, msrIndex.EOM, u64(0));
