/**
 * The machine that every run of the hypercall lab starts from.
 *
 * A root (1) with the virtualization stack, a running child (2) that is connected to it, and a
 * partition (3) that is created but four pages short of being initialized. Everything that the
 * model has a hypercall for is done by that hypercall.
 */
import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { writeU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64FromNumber } from '../../kernel/u64.ts';
import { pageSizeBytes } from '../../kernel/units.ts';
import { hypercalls } from '../calls/index.ts';
import { hypercallInput } from '../defs/control.ts';
import { encodeText } from '../defs/fields.ts';
import type { CallParams } from '../defs/lab-run.ts';
import type { Vp } from '../defs/model.ts';
import { msrIndex, sintBase } from '../defs/msrs.ts';
import type { Outcome } from '../defs/outcome.ts';
import { fastBlockBytes, slot } from '../defs/registers.ts';
import { sintRegister } from '../defs/synic.ts';
import { Hypervisor } from '../machine/hypervisor.ts';
import { pokeBytes } from '../machine/memory.ts';
import { inputMaxBytes, trimZeros } from './params.ts';

/** Ids of the partitions of the lab's machine. */
export const labPartition = { root: 1, child: 2, fresh: 3 } as const;

/** Pages of the guests' memory, and where each guest puts the pages of the interface. */
const layout = {
  rootPages: 1024,
  childPages: 64,
  hypercallGpn: 0x10,
  messagesGpn: 0x20,
  eventFlagsGpn: 0x21,
  /** First page that the set-up deposits; the examples use pages from 0x100. */
  firstDepositGpn: 0x200,
} as const;

/** The source of VMBus and the vectors of the two sides. */
const vmbusSint = 2;
const vector = { root: 0x30, child: 0xf3 } as const;
/** Connections of the child: messages to the root and events to the root. */
const connection = { messages: 1, events: 2 } as const;
/** A port of the root to which nobody is connected yet. */
const freePort = 3;
/** Pages that the child has for connections. */
const childPoolPages = 2;
const eventFlags = 32;
/** Open-source guest: bit 63, then vendor and version fields. */
const guestOsId = u64(0, 0x8100_0000);
/** Deposits that fit into one input page beside the partition id. */
const depositMax = pageSizeBytes / 8 - 1;
/** Pages that the root keeps in its own pool for new partitions. */
const rootPoolPages = 4;
/** How many pages partition 3 lacks. */
const missingPages = 4;
/** No call needs more entries than this to end. */
const entriesMax = 64;

/** Builds the machine; the same every time. */
export function buildLabMachine(): Hypervisor {
  const hv = new Hypervisor({ calls: hypercalls });
  const root = hv.addPartition({ ramPages: layout.rootPages });
  const child = hv.addPartition({ parent: root, ramPages: layout.childPages, vpIndexes: [0, 1] });
  enlighten(hv, hv.vp(labPartition.root, 0), vector.root);
  for (const vp of child.vps.values()) enlighten(hv, vp, vector.child);
  const target = { targetVp: 0, targetSint: vmbusSint };
  hv.connect(root, child, { id: connection.messages, kind: 'message', ...target });
  hv.connect(root, child, {
    id: connection.events,
    kind: 'event',
    flagsTotal: eventFlags,
    ...target,
  });
  hv.openPort(root, { id: freePort, kind: 'message', sender: child, ...target });
  const rootVp = hv.vp(labPartition.root, 0);
  const next = deposit(hv, rootVp, labPartition.root, layout.firstDepositGpn, rootPoolPages);
  expectSuccess(hv, rootVp, setUpCall('HvCallCreatePartition', 0, new Uint8Array(56)));
  const { value } = hypervisorFacts.initializePartitionPages;
  const last = deposit(hv, rootVp, labPartition.fresh, next, value - missingPages);
  deposit(hv, rootVp, labPartition.child, last, childPoolPages);
  hv.trace.clear();
  return hv;
}

/** Does what an operating system does first: names itself, lays out its pages, opens a source. */
function enlighten(hv: Hypervisor, vp: Vp, interruptVector: number): void {
  const page = (gpn: number): U64 => u64FromNumber(gpn * pageSizeBytes + 1);
  const writes: [number, U64][] = [
    [msrIndex.GUEST_OS_ID, guestOsId],
    [msrIndex.HYPERCALL, page(layout.hypercallGpn)],
    [msrIndex.SIMP, page(layout.messagesGpn + 2 * vp.index)],
    [msrIndex.SIEFP, page(layout.eventFlagsGpn + 2 * vp.index)],
    [msrIndex.SCONTROL, u64(1)],
    [sintBase + vmbusSint, sintRegister.pack({ Vector: interruptVector })],
  ];
  for (const [index, value] of writes) {
    const fault = hv.writeMsr(vp, index, value);
    assert(fault === undefined, `MSR ${index} refused the set-up`);
  }
}

/** The set-up's own calls keep away from the pages that the examples use. */
function setUpCall(name: string, repCount: number, input: Uint8Array): CallParams {
  const call = hypercalls.find((candidate) => candidate.name === name);
  assert(call !== undefined, `no call ${name}`);
  return {
    caller: 'root',
    control: hypercallInput.pack({ CallCode: call.code, RepCount: repCount }),
    input,
    inputGpa: u64(0x30_0000),
    outputGpa: u64(0x30_1000),
  };
}

function deposit(hv: Hypervisor, vp: Vp, to: number, firstGpn: number, pages: number): number {
  assert(pages <= depositMax, `${pages} pages do not fit into one call`);
  const call = hypercalls.find(({ name }) => name === 'HvCallDepositMemory');
  const header = call?.input;
  const element = call?.element;
  assert(header !== undefined && element !== undefined, 'no deposit call');
  const input = new Uint8Array(header.sizeBytes + pages * element.sizeBytes);
  input.set(encodeText(header, { PartitionId: String(to) }));
  // Written as numbers, not as text: the machine is built anew at every key press in the lab.
  const list = new DataView(input.buffer, header.sizeBytes);
  for (let index = 0; index < pages; index += 1) {
    writeU64(list, index * element.sizeBytes, u64FromNumber(firstGpn + index));
  }
  expectSuccess(hv, vp, setUpCall('HvCallDepositMemory', pages, input));
  return firstGpn + pages;
}

function expectSuccess(hv: Hypervisor, vp: Vp, params: CallParams): void {
  const { outcome } = makeCall(hv, vp, params);
  const status = vp.registers.getUint16(slot.RAX, true);
  assert(outcome === 'returned' && status === 0, `set-up call ended with ${outcome} ${status}`);
}

/** Puts the parameters of a call into the registers and the memory of `vp`. */
export function loadCall(vp: Vp, params: CallParams): void {
  const { registers } = vp;
  const bytes = new Uint8Array(registers.buffer);
  const put = (at: number, word: U64) => {
    registers.setUint32(at, word.lo, true);
    registers.setUint32(at + 4, word.hi, true);
  };
  put(slot.RCX, params.control);
  put(slot.RIP, u64FromNumber(layout.hypercallGpn * pageSizeBytes));
  if (hypercallInput.get(params.control, 'Fast') === 1) {
    bytes.fill(0, slot.RDX, slot.RDX + fastBlockBytes);
    bytes.set(params.input.subarray(0, fastBlockBytes), slot.RDX);
    return;
  }
  put(slot.RDX, params.inputGpa);
  put(slot.R8, params.outputGpa);
  if (params.inputGpa.hi === 0) {
    pokeBytes(vp.partition.gpa, params.inputGpa.lo, wholeInput(params));
  }
}

/** The input as the form shows it: what was typed, then zeros to the end of the block. */
function wholeInput({ control, input }: CallParams): Uint8Array {
  const code = hypercallInput.get(control, 'CallCode');
  const call = hypercalls.find((candidate) => candidate.code === code);
  const headerBytes = hypercallInput.get(control, 'VariableHeaderSize') * 8;
  const listBytes = hypercallInput.get(control, 'RepCount') * (call?.element?.sizeBytes ?? 0);
  const allBytes = (call?.input?.sizeBytes ?? 0) + headerBytes + listBytes;
  const blockBytes = Math.min(allBytes, inputMaxBytes);
  const typed = trimZeros(input);
  const whole = new Uint8Array(Math.max(blockBytes, typed.length));
  whole.set(typed);
  return whole;
}

/** Makes a call and, as a processor does, executes the instruction again while it continues. */
export function makeCall(
  hv: Hypervisor,
  vp: Vp,
  params: CallParams,
): { readonly outcome: Outcome; readonly entries: number } {
  loadCall(vp, params);
  for (let entries = 1; entries <= entriesMax; entries += 1) {
    const outcome = hv.hypercall(vp);
    if (outcome !== 'continued') return { outcome, entries };
  }
  return { outcome: 'continued', entries: entriesMax };
}
