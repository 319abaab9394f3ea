/**
 * Registers and memory of a case as bytes: loaded from names, compared as a whole.
 *
 * A case says which registers changed; every other byte of the register file and of memory must be
 * as before. Comparing whole images makes "and nothing else" part of every case.
 */
import {
  type Partition,
  peekBytes,
  type RegisterSpec,
  registerByShort,
  registerTable,
  type Vp,
} from '../../engine/hypervisor/index.ts';
import { toHex } from '../../engine/kernel/bytes.ts';
import { readU64, writeU64 } from '../../engine/kernel/layout.ts';
import { type U64, u64, u64Hex } from '../../engine/kernel/u64.ts';
import { pageSizeBytes } from '../../engine/kernel/units.ts';
import type { Part } from '../json.ts';
import type { Differences } from './case.ts';

/** The registers that a case may name: the general ones, RIP and XMM. */
const isNamed = ({ short, slotBytes }: RegisterSpec): boolean =>
  slotBytes !== undefined && /^(R[A-Z][A-Z]|RIP|R\d+|XMM\d+)$/.test(short);

const named = registerTable.filter(isNamed);

/** 32-bit names of the registers that a 32-bit caller uses. */
const narrowNames = new Map(
  ['EAX', 'EBX', 'ECX', 'EDX', 'ESI', 'EDI'].map((name) => [name, `R${name.slice(1)}`]),
);

const slotOf = (spec: RegisterSpec): number => spec.slotBytes ?? 0;

/** The register that a member of a case names. */
function registerNamed(part: Part, name: string): RegisterSpec {
  const short = name.toUpperCase();
  const spec = registerByShort(narrowNames.get(short) ?? short);
  if (spec === undefined || !isNamed(spec)) return part.at(name).refuse('the value of a register');
  return spec;
}

/** Fills every register that a case may name with one byte, as a recorder does before a call. */
export function fillRegisters(file: DataView, byte: number): void {
  for (const spec of named) {
    new Uint8Array(file.buffer, slotOf(spec), spec.sizeBytes).fill(byte);
  }
}

/** Puts the registers that `part` lists into a register file. */
export function loadRegisters(file: DataView, part: Part): void {
  for (const name of part.keys) putRegister(file, part, name);
}

function putRegister(file: DataView, part: Part, name: string): void {
  const spec = registerNamed(part, name);
  if (spec.sizeBytes === 16) new Uint8Array(file.buffer).set(part.at(name).wide, slotOf(spec));
  else writeU64(file, slotOf(spec), part.at(name).word);
}

/** A 64-bit register. */
export const getRegister = (vp: Vp, short: string): U64 =>
  readU64(vp.registers, registerByShort(short)?.slotBytes ?? 0);

/** Sets a 64-bit register. */
export function setRegister(vp: Vp, short: string, value: U64): void {
  writeU64(vp.registers, registerByShort(short)?.slotBytes ?? 0, value);
}

/** The result value: RAX, or EDX:EAX of a 32-bit caller. */
export function resultOf(vp: Vp, wide: boolean): U64 {
  const rax = getRegister(vp, 'RAX');
  return wide ? rax : u64(rax.lo, getRegister(vp, 'RDX').lo);
}

/** A copy of a register file. */
export const copyRegisters = (vp: Vp): DataView => new DataView(vp.registers.buffer.slice(0));

/** Bytes of the register file that may be either value: from, and up to but not including. */
export type FreeBytes = readonly [from: number, to: number];

/** How two register files are compared. */
export interface RegisterComparison {
  /** False for a 32-bit caller: the upper halves of general registers do not count. */
  readonly wide: boolean;
  readonly free: FreeBytes;
}

/** Notes every register that is not as expected. */
export function compareRegisters(
  differences: Differences,
  expected: DataView,
  actual: DataView,
  { wide, free }: RegisterComparison,
): void {
  for (const spec of named) {
    const sizeBytes = !wide && spec.sizeBytes === 8 ? 4 : spec.sizeBytes;
    const want = visibleBytes(expected, slotOf(spec), sizeBytes, free);
    const have = visibleBytes(actual, slotOf(spec), sizeBytes, free);
    differences.compare(spec.short.toLowerCase(), want, have);
  }
}

/** Bytes as a number, free bytes as `..`. */
function visibleBytes(file: DataView, at: number, sizeBytes: number, free: FreeBytes): string {
  let text = '';
  for (let byte = at + sizeBytes - 1; byte >= at; byte -= 1) {
    const isFree = byte >= free[0] && byte < free[1];
    text += isFree ? '..' : file.getUint8(byte).toString(16).padStart(2, '0');
  }
  return `0x${text}`;
}

/** The touched pages of a partition's memory, by page number. */
export type MemoryImage = ReadonlyMap<number, Uint8Array>;

/** Copies all memory that has ever been touched. */
export function copyMemory(partition: Partition): Map<number, Uint8Array> {
  const image = new Map<number, Uint8Array>();
  for (const [gpn, { page }] of partition.gpa.mappings) {
    if (page.bytes === undefined) continue;
    image.set(gpn, new Uint8Array(page.bytes.buffer.slice(0)));
  }
  return image;
}

/** Puts bytes into an image; the block must lie in one page. */
export function putBytes(image: Map<number, Uint8Array>, gpa: number, bytes: Uint8Array): void {
  const gpn = Math.floor(gpa / pageSizeBytes);
  const page = image.get(gpn) ?? new Uint8Array(pageSizeBytes);
  page.set(bytes, gpa % pageSizeBytes);
  image.set(gpn, page);
}

const untouched = new Uint8Array(pageSizeBytes);

/** Notes the first and last byte of every page that is not as expected. */
export function compareMemory(
  differences: Differences,
  expected: MemoryImage,
  actual: MemoryImage,
): void {
  for (const gpn of new Set([...expected.keys(), ...actual.keys()])) {
    const want = expected.get(gpn) ?? untouched;
    const have = actual.get(gpn) ?? untouched;
    const first = want.findIndex((byte, index) => byte !== have[index]);
    if (first === -1) continue;
    const last = want.findLastIndex((byte, index) => byte !== have[index]);
    const gpa = u64Hex(u64(gpn * pageSizeBytes + first));
    const show = (bytes: Uint8Array) => toHex(bytes.subarray(first, last + 1)).slice(0, 160);
    differences.compare(`memory at ${gpa}`, show(want), show(have));
  }
}

/** The 64-bit word at a guest-physical address. */
export function peekWord(partition: Partition, gpa: number): U64 {
  return readU64(new DataView(peekBytes(partition.gpa, gpa, 8).buffer), 0);
}
