/** Bytes of the instruction under way, taken through CS or, in 64-bit mode, straight from RIP. */
import { assert } from '../../kernel/result.ts';
import { type U64, u64 } from '../../kernel/u64.ts';
import { pageSizeBytes } from '../../kernel/units.ts';
import { type OperandBytes, segment } from '../defs/registers.ts';
import { signExtend } from './alu.ts';
import { type Cpu, instructionMaxBytes, raise, ripOf } from './cpu.ts';
import { linearOf, pageAt, plus } from './memory.ts';

/** The next byte; 0 after a fault. */
export function fetchByte(cpu: Cpu): number {
  if (cpu.stop !== undefined) return 0;
  if (cpu.fetchedBytes === instructionMaxBytes) {
    raise(cpu, '#GP');
    return 0;
  }
  const offset = plus(ripOf(cpu), cpu.fetchedBytes);
  const linear = linearOf(cpu, segment.cs, offset, 1);
  const page = linear && pageAt(cpu, linear, 'execute');
  if (linear === undefined || page === undefined) return 0;
  const byte = page.getUint8(linear.lo & (pageSizeBytes - 1));
  cpu.fetched[cpu.fetchedBytes] = byte;
  cpu.fetchedBytes += 1;
  assert(cpu.fetchedBytes <= instructionMaxBytes, 'an instruction has at most 15 bytes');
  return byte;
}

/** The next bytes as a number, low byte first. */
export function fetchNumber(cpu: Cpu, sizeBytes: OperandBytes): U64 {
  let lo = 0;
  let hi = 0;
  for (let index = 0; index < sizeBytes; index += 1) {
    const byte = fetchByte(cpu);
    if (index < 4) lo |= byte << (8 * index);
    else hi |= byte << (8 * (index - 4));
  }
  return u64(lo, hi);
}

/** The next bytes as a number with a sign. */
export const fetchSigned = (cpu: Cpu, sizeBytes: OperandBytes): U64 =>
  signExtend(fetchNumber(cpu, sizeBytes), sizeBytes);
