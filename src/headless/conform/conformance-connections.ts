/**
 * Rows about messages and events between two ends of the same partition.
 *
 * Every processor has a message connection 0x10 + index to SINT 8 and an event connection
 * 0x20 + index to SINT 9, both unmasked with auto-EOI.
 */
import { eventFlagsBytes, message, pokeBytes, type Vp } from '../../engine/hypervisor/index.ts';
import { type U64, u64, u64Hex } from '../../engine/kernel/u64.ts';
import type { Part } from '../json.ts';
import { type CaseResult, Differences } from './case.ts';
import { guestOfRow } from './conformance-rows.ts';
import { type Guest, recordsOf, unmaskSint } from './guest.ts';
import { resultOf, setRegister } from './processor.ts';

const messagePort = { base: 0x10, sint: 8, vector: 0xb0 } as const;
const eventPort = { base: 0x20, sint: 9, vector: 0xb1 } as const;
const autoEoi = 0x2_0000;
const inputGpa = 0x2000;
const messageTypeSent = 0x1234_5678;
/** First payload byte of the message of this call, and of one that was there before. */
const payload = { now: 0x5a, before: 0xa5 } as const;
const eventCall = 0x005d;

/** What the rows say about their partition, word for word; anything else is not understood. */
const knownSetup = {
  connections: {
    message: '0x10+vp -> SINT8',
    event: '0x20+vp -> SINT9 (flag number = connection id in test device)',
  },
  per_vp: {
    SIMP: 'page|1',
    SIEFP: 'page|1',
    SCONTROL: 1,
    SINT8: 'vector 0xb0 auto_eoi',
    SINT9: 'vector 0xb1 auto_eoi',
  },
} as const;

/** Runs a row whose setup names connections. */
export function runConnectionRow(row: Part, expect: Part): CaseResult {
  const setup = row
    .at('setup')
    .only(['guest_os_id', 'hypercall_msr', 'per_vp', 'connections', 'sim_slot8', 'sief_bit']);
  for (const [key, known] of Object.entries(knownSetup)) {
    const part = setup.at(key).only(Object.keys(known));
    for (const [name, value] of Object.entries(known)) {
      if (part.at(name).value !== value) part.at(name).refuse(JSON.stringify(value));
    }
  }
  expect.only(['status', 'sim_slot8', 'msg_pending', 'sint_interrupts', 'sief_bit']);
  const guest = guestOfRow(row, [0, 1]);
  connect(guest);
  const action = row.at('action').only(['call', 'control', 'rdx', 'input', 'target']);
  const target = targetOf(guest, action.at('target'));
  const call = (payloadByte: number) => makeCall(guest, action, { target, payloadByte });
  if (isAlready(setup.at('sim_slot8'), 'still full')) call(payload.before);
  if (isAlready(setup.at('sief_bit'), 'already set')) call(payload.before);
  target.pendingVectors.clear();
  guest.hv.trace.clear();
  const result = call(payload.now);
  return compare(expect, { guest, target, result });
}

function isAlready(part: Part, text: string): boolean {
  return part.exists && (part.value === text || part.refuse(`"${text}"`));
}

function connect({ hv, partition }: Guest): void {
  for (const vp of partition.vps.values()) {
    const ports = [
      { ...messagePort, kind: 'message' },
      { ...eventPort, kind: 'event' },
    ] as const;
    for (const { kind, base, sint, vector } of ports) {
      unmaskSint(hv, vp, sint, vector | autoEoi);
      hv.connect(partition, partition, {
        id: base + vp.index,
        kind,
        targetVp: vp.index,
        targetSint: sint,
      });
    }
  }
}

/** The processor that receives: the caller unless the row says the next one. */
function targetOf({ hv, partition, vp }: Guest, target: Part): Vp {
  if (!target.exists) return vp;
  if (target.value !== '(vp+1)%n') return target.refuse('"(vp+1)%n"');
  return hv.vp(partition.id, (vp.index + 1) % partition.vps.size);
}

function makeCall({ hv, vp }: Guest, action: Part, { target, payloadByte }: Sent): U64 {
  const control = action.at('control').word;
  const isEvent = (control.lo & 0xffff) === eventCall;
  const connection = action.at('rdx').exists
    ? action.at('rdx').word
    : u64((isEvent ? eventPort : messagePort).base + target.index);
  setRegister(vp, 'RCX', control);
  setRegister(vp, 'RDX', isEvent ? connection : u64(inputGpa));
  setRegister(vp, 'R8', u64(0));
  if (!isEvent) {
    const words = new Uint32Array([connection.lo, 0, messageTypeSent, 8, payloadByte, 0]);
    pokeBytes(vp.partition.gpa, inputGpa, new Uint8Array(words.buffer));
  }
  hv.hypercall(vp);
  return resultOf(vp, true);
}

interface Sent {
  readonly target: Vp;
  readonly payloadByte: number;
}

interface Seen {
  readonly guest: Guest;
  readonly target: Vp;
  readonly result: U64;
}

function compare(expect: Part, { guest, target, result }: Seen): CaseResult {
  const differences = new Differences();
  compareStatus(differences, expect.at('status'), u64Hex(u64(result.lo & 0xffff)));
  compareSlot(differences, expect.at('sim_slot8'), slotOf(target));
  compareNumber(differences, expect.at('msg_pending'), slotOf(target).MessageFlags & 1);
  const interrupts = recordsOf(guest.hv, 'interrupt').length;
  compareNumber(differences, expect.at('sint_interrupts'), interrupts);
  const bit = expect.at('sief_bit');
  if (bit.exists) differences.compare('sief_bit', bit.text, flagText(target));
  return differences.result();
}

/** A status, or `!= 2 …`, which every other one meets. */
function compareStatus(differences: Differences, wanted: Part, actual: string): void {
  if (typeof wanted.value !== 'string' || !wanted.value.startsWith('!= ')) {
    differences.compare('status', u64Hex(wanted.word), actual);
    return;
  }
  const [, refused] = /^!= (\w+)/.exec(wanted.value) ?? wanted.refuse('"!= NUMBER"');
  if (actual === `0x${Number(refused).toString(16)}`) {
    differences.compare('status', wanted.value, actual);
  }
}

const compareNumber = (differences: Differences, wanted: Part, actual: number): void => {
  if (wanted.exists) differences.compare(wanted.path, String(wanted.number), String(actual));
};

const slotAt = messagePort.sint * message.sizeBytes;

function slotOf({ synic }: Vp) {
  const page = synic.messagePage.bytes ?? new DataView(new ArrayBuffer(4096));
  return message.view(page, slotAt);
}

/** The slot's content in full, or in words: it holds the message of this call, or an older one. */
function compareSlot(
  differences: Differences,
  wanted: Part,
  slot: ReturnType<typeof slotOf>,
): void {
  if (!wanted.exists) return;
  if (wanted.keys.length === 0) {
    const known = wanted.value === 'delivered' || wanted.value === 'old message kept';
    if (!known) wanted.refuse('"delivered" or "old message kept"');
    const kept = wanted.value === 'delivered' ? payload.now : payload.before;
    const content = (type: number, byte: number | undefined) => `type ${type}, payload ${byte} …`;
    const actual = content(slot.MessageType, slot.Payload[0]);
    differences.compare('slot 8', content(messageTypeSent, kept), actual);
    return;
  }
  wanted.only(['message_type', 'payload_size', 'msg_pending', 'payload0']);
  compareNumber(differences, wanted.at('message_type'), slot.MessageType);
  compareNumber(differences, wanted.at('payload_size'), slot.PayloadSize);
  compareNumber(differences, wanted.at('msg_pending'), slot.MessageFlags & 1);
  if (wanted.at('payload0').value === 'as sent') {
    differences.compare('payload0', String(payload.now), String(slot.Payload[0]));
  }
}

function flagText({ synic }: Vp): string {
  const byte = synic.eventPage.bytes?.getUint8(eventPort.sint * eventFlagsBytes) ?? 0;
  return (byte & 1) === 1 ? 'set' : 'clear';
}
