/**
 * The parent of a guest: the root partition, which sets everything up by hypercalls, reads the
 * messages that arrive and lets the guest run on.
 */

import {
  type Hypervisor,
  hypercallInput,
  hypercalls,
  type Partition,
  peekBytes,
  pokeBytes,
  registerByShort,
  slot,
  type Vp,
} from '../../hypervisor/index.ts';
import { readU64, writeU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64FromNumber, u64Zero } from '../../kernel/u64.ts';
import { pageSizeBytes } from '../../kernel/units.ts';
import type { ParentMessage } from '../defs/params.ts';

/** Where the root keeps things, as page numbers, and how many pages it has. */
const rootPages = { ram: 1024, input: 3, output: 4, messages: 5 } as const;

const msr = { scontrol: 0x4000_0080, simp: 0x4000_0083, eom: 0x4000_0084 } as const;
const slotBytes = 256;
const slotHeaderBytes = 16;
const sources = 16;
/** A call that takes long continues; none here takes more entries than this. */
const entriesMax = 1000;

/** A root with its message page laid out and its SynIC on. */
export function addRoot(hv: Hypervisor): Vp {
  const root = hv.addPartition({ ramPages: rootPages.ram });
  const vp = hv.vp(root.id, 0);
  const simp = u64FromNumber(rootPages.messages * pageSizeBytes + 1);
  for (const [index, value] of [
    [msr.simp, simp],
    [msr.scontrol, u64(1)],
  ] as const) {
    const fault = hv.writeMsr(vp, index, value);
    assert(fault === undefined, `MSR ${index} refused the set-up`);
  }
  return vp;
}

/** Makes a hypercall in memory form and expects it to succeed; gives the bytes of its output. */
export function call(
  hv: Hypervisor,
  vp: Vp,
  name: string,
  input: Uint8Array,
  repCount = 0,
): Uint8Array {
  const definition = hypercalls.find((each) => each.name === name);
  assert(definition !== undefined, `no call ${name}`);
  const control = hypercallInput.pack({ CallCode: definition.code, RepCount: repCount });
  const { gpa } = vp.partition;
  pokeBytes(gpa, rootPages.input * pageSizeBytes, input);
  writeU64(vp.registers, slot.RCX, control);
  writeU64(vp.registers, slot.RDX, u64FromNumber(rootPages.input * pageSizeBytes));
  writeU64(vp.registers, slot.R8, u64FromNumber(rootPages.output * pageSizeBytes));
  let outcome = hv.hypercall(vp);
  for (let entries = 0; outcome === 'continued' && entries < entriesMax; entries += 1) {
    outcome = hv.hypercall(vp);
  }
  const status = vp.registers.getUint16(slot.RAX, true);
  assert(outcome === 'returned' && status === 0, `${name} ended with ${outcome}, ${status}`);
  return peekBytes(gpa, rootPages.output * pageSizeBytes, pageSizeBytes);
}

/** Bytes one after another: numbers as 8 bytes, low byte first. */
export function pack(...words: readonly (U64 | number)[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(words.length * 8));
  for (const [index, each] of words.entries()) {
    writeU64(bytes, index * 8, typeof each === 'number' ? u64FromNumber(each) : each);
  }
  return new Uint8Array(bytes.buffer);
}

/** A register's name with its 16 bytes. */
export type RegisterValue = readonly [short: string, low: U64, high?: U64];

/** Sets registers of a guest's first processor with HvCallSetVpRegisters. */
export function setRegisters(
  hv: Hypervisor,
  vp: Vp,
  target: Partition,
  values: readonly RegisterValue[],
): void {
  const elements = values.flatMap(([short, low, high = u64Zero]) => {
    const code = registerByShort(short)?.code;
    assert(code !== undefined, `no register ${short}`);
    return [code, 0, low, high];
  });
  call(hv, vp, 'HvCallSetVpRegisters', pack(target.id, 0, ...elements), values.length);
}

/** Takes the messages out of their slots, so that the next ones can come. */
export function takeMessages(hv: Hypervisor, vp: Vp): ParentMessage[] {
  const { gpa } = vp.partition;
  const messages: ParentMessage[] = [];
  for (let source = 0; source < sources; source += 1) {
    const at = rootPages.messages * pageSizeBytes + source * slotBytes;
    const bytes = new DataView(peekBytes(gpa, at, slotBytes).buffer);
    const messageType = bytes.getUint32(0, true);
    if (messageType === 0) continue;
    const lengthBytes = bytes.getUint8(4);
    const payload = new Uint8Array(bytes.buffer).slice(
      slotHeaderBytes,
      slotHeaderBytes + lengthBytes,
    );
    messages.push({ messageType, payload });
    pokeBytes(gpa, at, new Uint8Array(4));
    hv.writeMsr(vp, msr.eom, u64Zero);
  }
  return messages;
}

/** HvMessageTypeX64IoPortIntercept. */
const ioPortIntercept = 0x8001_0000;

/** What the message about a port access says. Source: HV_X64_IO_PORT_INTERCEPT_MESSAGE. */
export interface PortMessage {
  /** RIP of the instruction behind. */
  readonly nextRip: U64;
  readonly isWrite: boolean;
  readonly sizeBytes: number;
  readonly rax: U64;
}

/** Reads a message about a port access; undefined when it is about something else. */
export function readPortMessage({ messageType, payload }: ParentMessage): PortMessage | undefined {
  if (messageType !== ioPortIntercept) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const lengthBytes = view.getUint8(4) & 0xf;
  const rip = readU64(view, 24);
  const low = rip.lo + lengthBytes;
  return {
    nextRip: u64(low, rip.hi + (low > 0xffff_ffff ? 1 : 0)),
    isWrite: view.getUint8(5) === 1,
    sizeBytes: view.getUint8(42) & 7,
    rax: readU64(view, 48),
  };
}
