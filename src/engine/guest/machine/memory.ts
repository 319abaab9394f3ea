/**
 * Memory as instructions see it: segments, then paging, then guest-physical pages.
 *
 * Source: SDM, volume 1, 3.3 "Memory Organization", 20 "8086 Emulation"; volume 3, 3 and 4.
 */
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64Zero } from '../../kernel/u64.ts';
import { pageSizeBytes } from '../../kernel/units.ts';
import { guestEvents } from '../defs/events.ts';
import type { MemoryUse } from '../defs/ports.ts';
import { type OperandBytes, segment } from '../defs/registers.ts';
import { add } from './alu.ts';
import { type Cpu, raise, readSegment, stopWith } from './cpu.ts';

/** Adds a small number, which may be negative, to a word. */
export const plus = (word: U64, delta: number): U64 =>
  add(word, u64(delta, delta < 0 ? -1 : 0), 0, 8).value;

/** Bits 63 to 47 of an address in 64-bit mode are all alike. */
export function isCanonical(address: U64): boolean {
  const upper = (address.hi | 0) >> 15;
  return upper === 0 || upper === -1;
}

/**
 * The linear address of `sizeBytes` bytes in a segment; undefined after a fault. In 64-bit mode
 * only FS and GS have a base, and no segment has a limit.
 */
export function linearOf(
  cpu: Cpu,
  segmentNumber: number,
  offset: U64,
  sizeBytes: number,
): U64 | undefined {
  assert(sizeBytes > 0, 'an access has at least one byte');
  const { base, limit } = readSegment(cpu, segmentNumber);
  const fault = segmentNumber === segment.ss ? '#SS' : '#GP';
  if (!cpu.isLong) {
    if (offset.lo + sizeBytes - 1 <= limit) return u64(base.lo + offset.lo);
    raise(cpu, fault);
    return undefined;
  }
  const hasBase = segmentNumber === segment.fs || segmentNumber === segment.gs;
  const linear = hasBase ? add(base, offset, 0, 8).value : offset;
  if (isCanonical(linear) && isCanonical(plus(linear, sizeBytes - 1))) return linear;
  raise(cpu, fault);
  return undefined;
}

/** The page under a linear address, if it may be used so. */
export function pageAt(cpu: Cpu, linear: U64, use: MemoryUse): DataView | undefined {
  const found = cpu.ports.translate(linear, use);
  if (found.kind === 'page-fault') {
    raise(cpu, '#PF', found.errorCode, linear);
    return undefined;
  }
  if (found.kind === 'no-table') {
    stopWith(cpu, { kind: 'memory', gpa: found.gpa, linear, use: 'read' });
    return undefined;
  }
  const { gpa } = found;
  assert(
    (gpa.lo & (pageSizeBytes - 1)) === (linear.lo & (pageSizeBytes - 1)),
    'pages keep offsets',
  );
  const page = cpu.ports.page(gpa.hi * 0x10_0000 + (gpa.lo >>> 12), use);
  if (page === '#GP') {
    raise(cpu, '#GP');
    return undefined;
  }
  if (page === undefined) stopWith(cpu, { kind: 'memory', gpa, linear, use });
  return page;
}

interface Place {
  readonly linear: U64;
  readonly first: DataView;
  readonly at: number;
  /** The page that holds what no longer fits on the first. */
  readonly second: DataView | undefined;
}

function place(
  cpu: Cpu,
  segmentNumber: number,
  offset: U64,
  sizeBytes: OperandBytes,
  use: MemoryUse,
): Place | undefined {
  const linear = linearOf(cpu, segmentNumber, offset, sizeBytes);
  if (linear === undefined) return undefined;
  const first = pageAt(cpu, linear, use);
  if (first === undefined) return undefined;
  const at = linear.lo & (pageSizeBytes - 1);
  if (at + sizeBytes <= pageSizeBytes) return { linear, first, at, second: undefined };
  const second = pageAt(cpu, plus(linear, pageSizeBytes - at), use);
  return second === undefined ? undefined : { linear, first, at, second };
}

/** Reads memory; 0 after a fault. */
export function readMemory(
  cpu: Cpu,
  segmentNumber: number,
  offset: U64,
  sizeBytes: OperandBytes,
): U64 {
  const found = place(cpu, segmentNumber, offset, sizeBytes, 'read');
  if (found === undefined) return u64Zero;
  let lo = 0;
  let hi = 0;
  for (let index = 0; index < sizeBytes; index += 1) {
    const at = found.at + index;
    const page = at < pageSizeBytes ? found.first : found.second;
    const byte = page?.getUint8(at % pageSizeBytes) ?? 0;
    if (index < 4) lo |= byte << (8 * index);
    else hi |= byte << (8 * (index - 4));
  }
  return u64(lo, hi);
}

/** Writes memory when the instruction is complete. */
export function writeMemory(
  cpu: Cpu,
  segmentNumber: number,
  offset: U64,
  value: U64,
  sizeBytes: OperandBytes,
): void {
  const found = place(cpu, segmentNumber, offset, sizeBytes, 'write');
  if (found === undefined) return;
  const { linear, first, at, second } = found;
  assert(at >= 0 && at < pageSizeBytes, 'a write begins in its first page');
  cpu.writes.push({ address: linear.lo, first, at, second, value, sizeBytes });
}

/** Does the writes that have waited. */
export function commitWrites(cpu: Cpu): void {
  for (const { address, first, at, second, value, sizeBytes } of cpu.writes) {
    for (let index = 0; index < sizeBytes; index += 1) {
      const half = index < 4 ? value.lo : value.hi;
      const byte = (half >>> (8 * (index & 3))) & 0xff;
      const isFirst = at + index < pageSizeBytes;
      assert(isFirst || second !== undefined, 'a write across pages has two of them');
      (isFirst ? first : second)?.setUint8((at + index) % pageSizeBytes, byte);
    }
    cpu.ports.emit(guestEvents.kind.memoryWritten, address, value.lo, sizeBytes);
  }
  cpu.writes.length = 0;
}
