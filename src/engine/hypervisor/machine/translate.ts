/**
 * From a virtual to a guest-physical address: the walk of the guest's own page tables.
 *
 * Without paging the address is its own translation. Else CR3 leads to the tables: two levels of
 * 4-byte entries, three levels with PAE, four or five in long mode. Source: Intel SDM volume 3,
 * "Paging"; result codes: TLFS, HvCallTranslateVirtualAddress.
 */
import { assert } from '../../kernel/result.ts';
import { type U64, u64ToNumber } from '../../kernel/u64.ts';
import { pageSizeBytes } from '../../kernel/units.ts';
import type { MemoryUse } from '../defs/guest-port.ts';
import { access, type GpaSpace, type Vp } from '../defs/model.ts';
import { slot } from '../defs/registers.ts';
import { accessPage, lookUp } from './memory.ts';
import { privilegeLevel } from './registers.ts';

/** What the walk is for. */
export interface WalkRequest {
  readonly uses: readonly MemoryUse[];
  /** Undefined takes the current privilege level. */
  readonly user?: boolean;
  /** Rights for user or supervisor do not matter. */
  readonly exempt?: boolean;
  /** Sets accessed and dirty bits, as a processor does. */
  readonly marks?: boolean;
}

/** How a walk can fail; the names are those of the result codes. */
export type WalkFailure =
  | 'not present'
  | 'privilege'
  | 'table flags'
  | 'unmapped'
  | 'no read'
  | 'no write'
  | 'non-canonical';

/** Where the walk ends. */
export type Walk =
  | { readonly kind: 'address'; readonly gpa: number; readonly cacheType: number }
  | {
      readonly kind: 'failed';
      readonly why: WalkFailure;
      /** The table that could not be read, if that was it. */
      readonly gpa: number;
    };

const halfRange = 0x1_0000_0000;
const entryBit = {
  present: 1,
  writable: 2,
  user: 4,
  accessed: 0x20,
  dirty: 0x40,
  large: 0x80,
} as const;
const largePatBit = 0x1000;
const smallPatBit = 0x80;
const noExecute = 0x8000_0000;
const writeBack = 6;

/** The bits of control registers that decide how tables are read. */
interface Paging {
  /** Bytes of an entry. */
  readonly entryBytes: 4 | 8;
  /** Lowest address bit that each level's index starts at, from the top level down. */
  readonly shifts: readonly number[];
  readonly root: number;
  readonly writeProtect: boolean;
  readonly hasNoExecute: boolean;
  /** Levels (by shift) at which an entry may be a page. */
  readonly largeShifts: readonly number[];
  readonly smep: boolean;
  readonly smap: boolean;
}

/** Reads the paging mode; undefined means that paging is off. */
function pagingOf({ registers }: Vp): Paging | undefined {
  const cr0 = registers.getUint32(slot.CR0, true);
  if ((cr0 & 0x8000_0000) === 0) return undefined;
  const cr4 = registers.getUint32(slot.CR4, true);
  const efer = registers.getUint32(slot.EFER, true);
  const bit = (word: number, index: number) => ((word >>> index) & 1) === 1;
  const common = {
    writeProtect: bit(cr0, 16),
    hasNoExecute: bit(efer, 11),
    smep: bit(cr4, 20),
    smap: bit(cr4, 21) && !bit(registers.getUint32(slot.RFLAGS, true), 18),
  };
  const cr3 = registers.getUint32(slot.CR3, true);
  if (bit(efer, 10)) {
    const cr3Hi = registers.getUint32(slot.CR3 + 4, true) & 0xf_ffff;
    const root = cr3Hi * halfRange + ((cr3 & ~0xfff) >>> 0);
    const levels = bit(cr4, 12) ? [48, 39, 30, 21, 12] : [39, 30, 21, 12];
    return { ...common, entryBytes: 8, shifts: levels, root, largeShifts: [30, 21] };
  }
  if (bit(cr4, 5)) {
    const root = (cr3 & ~0x1f) >>> 0;
    return { ...common, entryBytes: 8, shifts: [30, 21, 12], root, largeShifts: [21] };
  }
  const root = (cr3 & ~0xfff) >>> 0;
  const largeShifts = bit(cr4, 4) ? [22] : [];
  return { ...common, entryBytes: 4, shifts: [22, 12], root, largeShifts };
}

const failed = (why: WalkFailure, gpa = 0): Walk => ({ kind: 'failed', why, gpa });

/** Translates an address; `gva` in 32-bit modes has its upper half ignored. */
export function walk(vp: Vp, gva: U64, request: WalkRequest): Walk {
  const paging = pagingOf(vp);
  if (paging === undefined) {
    return { kind: 'address', gpa: u64ToNumber(gva), cacheType: writeBack };
  }
  const isLong = paging.shifts.length >= 4;
  assert(paging.shifts.at(-1) === 12, 'the last level of tables maps small pages');
  const address = isLong ? gva : { lo: gva.lo, hi: 0 };
  const highShift = (paging.shifts[0] ?? 0) + 9 - 32 - 1;
  const top = address.hi >> highShift;
  if (isLong && top !== 0 && top !== -1) return failed('non-canonical');
  const isUser = request.user ?? privilegeLevel(vp.registers) === 3;
  return descend(vp, paging, address, { ...request, isUser });
}

interface Descent extends WalkRequest {
  readonly isUser: boolean;
}

/** Rights that all levels together give. */
interface Rights {
  writable: boolean;
  user: boolean;
  executable: boolean;
}

function descend(vp: Vp, paging: Paging, address: U64, request: Descent): Walk {
  const { gpa: space } = vp.partition;
  const rights: Rights = { writable: true, user: true, executable: true };
  let table = paging.root;
  for (const shift of paging.shifts) {
    const at = table + indexOf(address, shift, paging) * paging.entryBytes;
    const entry = readEntry(space, at, shift, paging);
    if (entry === undefined) return failed(tableProblem(space, at), at);
    const isLast = entry.isLarge || shift === 12;
    if (!entry.isPlain) narrow(rights, entry, paging);
    const problem = problemOf(entry, paging, space);
    if (problem !== undefined) return failed(problem);
    if (isLast && !isAllowed(rights, request, paging)) return failed('privilege');
    if (!markEntry(space, at, entry, isLast, request)) return failed('no write', at);
    if (isLast) {
      const gpa = frameOf(entry, shift) + offsetIn(address, shift);
      assert(Number.isSafeInteger(gpa), 'a walk ends at a whole address');
      return { kind: 'address', gpa, cacheType: cacheTypeOf(vp, entry) };
    }
    table = frameOf(entry, 12);
  }
  return failed('not present');
}

/** Reads one entry; undefined when the table cannot be read. */
function readEntry(space: GpaSpace, at: number, shift: number, paging: Paging): Entry | undefined {
  const bytes = accessPage(space, Math.floor(at / pageSizeBytes), access.read);
  if (bytes === undefined) return undefined;
  const offset = at % pageSizeBytes;
  assert(offset + paging.entryBytes <= pageSizeBytes, 'an entry lies in one page');
  const lo = bytes.getUint32(offset, true);
  const hi = paging.entryBytes === 8 ? bytes.getUint32(offset + 4, true) : 0;
  const isLarge = paging.largeShifts.includes(shift) && (lo & entryBit.large) !== 0;
  const isPlain = paging.entryBytes === 8 && paging.shifts.length === 3 && shift === 30;
  return { lo, hi, shift, isLarge, isPlain };
}

/** Sets the accessed and dirty bits of an entry; false when its table cannot be written. */
function markEntry(
  space: GpaSpace,
  at: number,
  { lo, isPlain }: Entry,
  isLast: boolean,
  { uses, marks = false }: Descent,
): boolean {
  if (!marks) return true;
  const isWritten = isLast && uses.includes('write');
  const bits = isPlain ? 0 : entryBit.accessed | (isWritten ? entryBit.dirty : 0);
  if ((lo & bits) === bits) return true;
  const target = accessPage(space, Math.floor(at / pageSizeBytes), access.write);
  target?.setUint32(at % pageSizeBytes, lo | bits, true);
  return target !== undefined;
}

const tableProblem = (space: GpaSpace, at: number): WalkFailure =>
  lookUp(space, Math.floor(at / pageSizeBytes)) === undefined ? 'unmapped' : 'no read';

/** The index into a table: nine bits of the address, ten with 4-byte entries. */
function indexOf({ lo, hi }: U64, shift: number, { entryBytes }: Paging): number {
  const mask = entryBytes === 8 ? 0x1ff : 0x3ff;
  return (shift >= 32 ? hi >>> (shift - 32) : shiftRight(lo, hi, shift)) & mask;
}

/** The low 32 bits of a word shifted right by 1 to 31. */
const shiftRight = (lo: number, hi: number, by: number): number =>
  ((lo >>> by) | (hi << (32 - by))) >>> 0;

interface Entry {
  readonly lo: number;
  readonly hi: number;
  readonly shift: number;
  readonly isLarge: boolean;
  /** One of the four top entries of PAE, which have no rights and no marks. */
  readonly isPlain: boolean;
}

function problemOf(entry: Entry, paging: Paging, space: GpaSpace): WalkFailure | undefined {
  if ((entry.lo & entryBit.present) === 0) return 'not present';
  return hasReservedBits(entry, paging, space) ? 'table flags' : undefined;
}

function hasReservedBits({ lo, hi, shift, isLarge }: Entry, paging: Paging, space: GpaSpace) {
  if (paging.entryBytes === 4) return false;
  if (!paging.hasNoExecute && (hi & noExecute) !== 0) return true;
  const frameHigh = hi & 0xf_ffff;
  if (frameHigh >= 1 << (space.widthBits - 32)) return true;
  if (isLarge) {
    // Between the PAT bit and the frame of a large page nothing may be set.
    return (lo & (lowMask(shift) & ~0x1fff)) !== 0;
  }
  const mayBeLarge = paging.largeShifts.includes(shift) || shift === 12;
  return !mayBeLarge && (lo & entryBit.large) !== 0;
}

const lowMask = (bits: number): number => (bits >= 32 ? -1 : (1 << bits) - 1);

function narrow(rights: Rights, { lo, hi }: Entry, { hasNoExecute }: Paging): void {
  if ((lo & entryBit.writable) === 0) rights.writable = false;
  if ((lo & entryBit.user) === 0) rights.user = false;
  if (hasNoExecute && (hi & noExecute) !== 0) rights.executable = false;
}

function isAllowed(rights: Rights, request: Descent, paging: Paging): boolean {
  const { uses, isUser, exempt = false } = request;
  const isSupervisor = !isUser || exempt;
  if (!isSupervisor && !rights.user) return false;
  const canWrite = rights.writable || (isSupervisor && !paging.writeProtect);
  if (uses.includes('write') && !canWrite) return false;
  if (uses.includes('execute') && !rights.executable) return false;
  if (!isSupervisor || exempt || !rights.user) return true;
  if (uses.includes('execute') && paging.smep) return false;
  return !(paging.smap && (uses.includes('read') || uses.includes('write')));
}

/** The page that an entry names; low bits that belong to the offset are cut off. */
const frameOf = ({ lo, hi }: Entry, shift: number): number =>
  (hi & 0xf_ffff) * halfRange + ((lo & ~lowMask(Math.min(shift, 31))) >>> 0);

const offsetIn = ({ lo }: U64, shift: number): number => (lo & lowMask(Math.min(shift, 31))) >>> 0;

/** The memory type that the PAT gives for PWT, PCD and PAT of an entry. */
function cacheTypeOf({ registers }: Vp, { lo, isLarge }: Entry): number {
  const pat = (lo & (isLarge ? largePatBit : smallPatBit)) === 0 ? 0 : 4;
  const index = pat | ((lo >>> 3) & 3);
  return registers.getUint8(slot.PAT + index) & 7;
}

/** The error code of the page fault that a failed walk causes. */
export function pageFaultCode(why: WalkFailure, use: MemoryUse, isUser: boolean): number {
  const present = why === 'not present' ? 0 : 1;
  const write = use === 'write' ? 2 : 0;
  const user = isUser ? 4 : 0;
  const reservedBit = why === 'table flags' ? 8 : 0;
  return present | write | user | reservedBit | (use === 'execute' ? 0x10 : 0);
}
