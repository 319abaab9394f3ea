/**
 * A small machine for the tests, and a way to make hypercalls that says only what matters.
 *
 * The root (1) has RAM from page 0 on; page 0x10 and up can be deposited. `readOnlyGpn` may only be
 * read, `unmappedGpn` is not mapped. A child (2) runs beside it.
 */
import { hypercalls } from '../../../../src/engine/hypervisor/calls/index.ts';
import type { CallDefinition } from '../../../../src/engine/hypervisor/defs/call.ts';
import { access, type Partition, type Vp } from '../../../../src/engine/hypervisor/defs/model.ts';
import type { Outcome } from '../../../../src/engine/hypervisor/defs/outcome.ts';
import { fastBlockBytes, slot } from '../../../../src/engine/hypervisor/defs/registers.ts';
import { statusName } from '../../../../src/engine/hypervisor/defs/status.ts';
import { Hypervisor } from '../../../../src/engine/hypervisor/machine/hypervisor.ts';
import {
  mapPage,
  newPage,
  peekBytes,
  pokeBytes,
} from '../../../../src/engine/hypervisor/machine/memory.ts';
import { type U64, u64FromNumber, u64Zero } from '../../../../src/engine/kernel/u64.ts';

/** Where the tests put parameter blocks unless they say otherwise. */
export const inputGpa = 0x1000;
/** Where outputs go unless the test says otherwise. */
export const outputGpa = 0x2000;
/** Pages of RAM of the root, from page 0 on. */
const ramPages = 0x400;
/** A page that the root may only read. */
export const readOnlyGpn = 0x500;
/** A page that is not mapped. */
export const unmappedGpn = 0x600;
/** Bits of a guest-physical address of the root. */
export const widthBits = 40;

/** The machine and the parts that most tests touch. */
export interface TestMachine {
  readonly hv: Hypervisor;
  readonly root: Partition;
  readonly child: Partition;
  /** The virtual processor of the root. */
  readonly vp: Vp;
  readonly childVp: Vp;
}

/** Builds the machine; the same every time. */
export function testMachine(calls: readonly CallDefinition[] = hypercalls): TestMachine {
  const hv = new Hypervisor({ calls });
  const root = hv.addPartition({ ramPages, gpaWidthBits: widthBits });
  mapPage(root.gpa, readOnlyGpn, newPage(hv.machine), access.read);
  const child = hv.addPartition({ parent: root, ramPages: 16, vpIndexes: [0, 1] });
  return { hv, root, child, vp: hv.vp(root.id, 0), childVp: hv.vp(child.id, 0) };
}

/** A hypercall in words; the registers of a 64-bit caller unless `narrow`. */
export interface CallSpec {
  readonly code: number;
  readonly fast?: boolean;
  readonly count?: number;
  readonly start?: number;
  readonly headerWords?: number;
  /** Further bits of the control word. */
  readonly extra?: U64;
  readonly input?: Uint8Array;
  readonly inputGpa?: number;
  readonly outputGpa?: number;
  /** A caller in 32-bit mode: other registers, no XMM form. */
  readonly narrow?: boolean;
}

/** How a call ended and, if it returned, with what. */
export interface Answer {
  readonly outcome: Outcome;
  /** Name of the status; `undefined` unless the call returned. */
  readonly status: string | undefined;
  readonly reps: number;
}

/** A register by its place in the register file. */
export const readReg = (vp: Vp, at: number): bigint => vp.registers.getBigUint64(at, true);
/** Sets a register by its place in the register file. */
export const writeReg = (vp: Vp, at: number, value: bigint): void =>
  vp.registers.setBigUint64(at, value, true);

/** The control word of a call. */
export function controlWord(spec: CallSpec): bigint {
  const { code, fast = false, count = 0, start = 0, headerWords = 0, extra = u64Zero } = spec;
  return (
    BigInt(code) |
    (fast ? 1n << 16n : 0n) |
    (BigInt(headerWords) << 17n) |
    (BigInt(count) << 32n) |
    (BigInt(start) << 48n) |
    (BigInt(extra.hi) << 32n) |
    BigInt(extra.lo)
  );
}

const low = (value: bigint): bigint => value & 0xffff_ffffn;
const high = (value: bigint): bigint => value >> 32n;

/** Puts the call into registers and memory, as a guest would. */
export function load(vp: Vp, spec: CallSpec): void {
  const control = controlWord(spec);
  const input = spec.input ?? new Uint8Array(0);
  if (spec.narrow === true) {
    writeReg(vp, slot.RAX, low(control));
    writeReg(vp, slot.RDX, high(control));
  } else {
    writeReg(vp, slot.RCX, control);
  }
  if (spec.fast === true) loadFast(vp, input, spec.narrow === true);
  else loadMemory(vp, input, spec);
}

/** In 32-bit mode the input block is EBX:ECX and EDI:ESI, low half first. */
function loadFast(vp: Vp, input: Uint8Array, narrow: boolean): void {
  const registers = new Uint8Array(vp.registers.buffer);
  if (!narrow) {
    registers.fill(0, slot.RDX, slot.RDX + fastBlockBytes);
    registers.set(input.subarray(0, fastBlockBytes), slot.RDX);
    return;
  }
  const block = new DataView(new ArrayBuffer(16));
  new Uint8Array(block.buffer).set(input.subarray(0, 16));
  const order = [slot.RCX, slot.RBX, slot.RSI, slot.RDI];
  for (const [index, at] of order.entries()) {
    writeReg(vp, at, BigInt(block.getUint32(index * 4, true)));
  }
}

function loadMemory(vp: Vp, input: Uint8Array, spec: CallSpec): void {
  const inputAt = BigInt(spec.inputGpa ?? inputGpa);
  const outputAt = BigInt(spec.outputGpa ?? outputGpa);
  pokeBytes(vp.partition.gpa, Number(inputAt), input);
  if (spec.narrow !== true) {
    writeReg(vp, slot.RDX, inputAt);
    writeReg(vp, slot.R8, outputAt);
    return;
  }
  writeReg(vp, slot.RCX, low(inputAt));
  writeReg(vp, slot.RBX, high(inputAt));
  writeReg(vp, slot.RSI, low(outputAt));
  writeReg(vp, slot.RDI, high(outputAt));
}

/** Executes what the registers describe. */
export function execute(hv: Hypervisor, vp: Vp, narrow = false): Answer {
  const outcome = hv.hypercall(vp);
  if (outcome !== 'returned') return { outcome, status: undefined, reps: 0 };
  const code = vp.registers.getUint16(slot.RAX, true);
  const reps = vp.registers.getUint32(narrow ? slot.RDX : slot.RAX + 4, true);
  return { outcome, status: statusName(code) ?? `0x${code.toString(16)}`, reps };
}

/** Loads and executes one call. */
export function makeCall(hv: Hypervisor, vp: Vp, spec: CallSpec): Answer {
  load(vp, spec);
  return execute(hv, vp, spec.narrow);
}

/** Executes again while the call continues, as a processor does; counts the entries. */
export function finishCall(hv: Hypervisor, vp: Vp, spec: CallSpec): Answer & { entries: number } {
  let answer = makeCall(hv, vp, spec);
  let entries = 1;
  while (answer.outcome === 'continued' && entries < 5000) {
    answer = execute(hv, vp, spec.narrow);
    entries += 1;
  }
  return { ...answer, entries };
}

/** Bytes of guest memory. */
export const memory = (partition: Partition, gpa: number, lengthBytes: number): Uint8Array =>
  peekBytes(partition.gpa, gpa, lengthBytes);

/** A 64-bit word at an address of guest memory. */
export function word(partition: Partition, gpa: number): bigint {
  const bytes = memory(partition, gpa, 8);
  return new DataView(bytes.buffer).getBigUint64(0, true);
}

/** Bytes one after another: numbers are 64-bit words, low byte first. */
export function pack(...parts: readonly (number | bigint | Uint8Array)[]): Uint8Array {
  const bytes: number[] = [];
  for (const part of parts) {
    if (part instanceof Uint8Array) bytes.push(...part);
    else {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigUint64(0, BigInt(part), true);
      bytes.push(...new Uint8Array(view.buffer));
    }
  }
  return Uint8Array.from(bytes);
}

/** Deposits pages of the caller, `firstGpn` and those that follow. */
export function deposit(
  hv: Hypervisor,
  vp: Vp,
  target: number | bigint,
  firstGpn: number,
  pages: number,
): Answer {
  const list = Array.from({ length: pages }, (_, index) => firstGpn + index);
  return finishCall(hv, vp, { code: 0x48, count: pages, input: pack(target, ...list) });
}

/** The word that enables an overlay page at a page number. */
export const enabledPage = (gpn: number): U64 => u64FromNumber(gpn * 4096 + 1);
