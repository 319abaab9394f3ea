/** The memory operand that ModRM and SIB describe. Source: SDM, volume 2, 2.1.5 and 2.2.1. */
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64Zero } from '../../kernel/u64.ts';
import type { MemoryOperand } from '../defs/instruction.ts';
import { general, type OperandBytes, segment } from '../defs/registers.ts';
import { add, truncate } from './alu.ts';
import { type Cpu, readGeneral } from './cpu.ts';
import { fetchByte, fetchSigned } from './fetch.ts';

/** What decides how a memory operand is read. */
export interface AddressForm {
  readonly mode: number;
  readonly rm: number;
  readonly rex: number;
  readonly addressBytes: 2 | 4 | 8;
  readonly override: number | undefined;
  readonly sizeBytes: OperandBytes;
}

/** Bits of a REX prefix. */
export const rexBit = { W: 8, R: 4, X: 2, B: 1 } as const;

const { rbx, rbp, rsp, rsi, rdi } = general;
/** Base and index of the eight 16-bit forms. */
const shortForms: readonly (readonly [number, number | undefined])[] = [
  [rbx, rsi],
  [rbx, rdi],
  [rbp, rsi],
  [rbp, rdi],
  [rsi, undefined],
  [rdi, undefined],
  [rbp, undefined],
  [rbx, undefined],
];

interface Parts {
  readonly base: number | undefined;
  readonly index: number | undefined;
  readonly scale: number;
  readonly displacementBytes: 0 | 1 | 2 | 4;
  readonly isRipRelative: boolean;
}

/** Reads the rest of a memory operand after its ModRM byte. */
export function decodeAddress(cpu: Cpu, form: AddressForm): MemoryOperand {
  assert(form.mode < 3, 'mode 3 names a register');
  const parts = form.addressBytes === 2 ? shortParts(form) : longParts(cpu, form);
  const { base, index, scale, displacementBytes, isRipRelative } = parts;
  const onStack = base === rbp || base === rsp;
  return {
    kind: 'memory',
    sizeBytes: form.sizeBytes,
    segment: form.override ?? (onStack ? segment.ss : segment.ds),
    base,
    index,
    scale,
    displacement: displacementBytes === 0 ? u64Zero : fetchSigned(cpu, displacementBytes),
    isRipRelative,
    addressBytes: form.addressBytes,
  };
}

function shortParts({ mode, rm }: AddressForm): Parts {
  assert(rm >= 0 && rm < shortForms.length, 'a short address has eight forms');
  const [base, index] = shortForms[rm] ?? [rbx, undefined];
  const isDirect = mode === 0 && rm === 6;
  return {
    base: isDirect ? undefined : base,
    index,
    scale: 1,
    displacementBytes: isDirect ? 2 : mode === 0 ? 0 : mode === 1 ? 1 : 2,
    isRipRelative: false,
  };
}

function longParts(cpu: Cpu, { mode, rm, rex }: AddressForm): Parts {
  const extendBase = (rex & rexBit.B) !== 0 ? 8 : 0;
  const sib = rm === rsp ? fetchByte(cpu) : undefined;
  const low = sib === undefined ? rm : sib & 7;
  const isAbsolute = mode === 0 && low === rbp;
  const usual = mode === 0 ? 0 : mode === 1 ? 1 : 4;
  return {
    base: isAbsolute ? undefined : low | extendBase,
    ...scaled(sib, rex),
    displacementBytes: isAbsolute ? 4 : usual,
    isRipRelative: isAbsolute && sib === undefined && cpu.isLong,
  };
}

/** The index that SIB names; RSP stands for none. */
function scaled(sib: number | undefined, rex: number): Pick<Parts, 'index' | 'scale'> {
  if (sib === undefined) return { index: undefined, scale: 1 };
  const index = ((sib >> 3) & 7) | ((rex & rexBit.X) !== 0 ? 8 : 0);
  return { index: index === rsp ? undefined : index, scale: 1 << (sib >> 6) };
}

/** The offset in its segment that a memory operand names now. */
export function offsetOf(cpu: Cpu, operand: MemoryOperand): U64 {
  const { base, index, scale, displacement, isRipRelative, addressBytes } = operand;
  assert(scale === (scale & -scale) && scale <= 8, 'a scale is 1, 2, 4 or 8');
  let sum = displacement;
  if (base !== undefined) sum = add(sum, readGeneral(cpu, base), 0, 8).value;
  if (index !== undefined) {
    const value = readGeneral(cpu, index);
    for (let times = 0; times < scale; times += 1) sum = add(sum, value, 0, 8).value;
  }
  if (isRipRelative) sum = add(sum, cpu.nextRip, 0, 8).value;
  return addressBytes === 2 ? u64(sum.lo & 0xffff) : truncate(sum, addressBytes);
}
