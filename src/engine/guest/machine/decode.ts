/**
 * From bytes to an instruction: prefixes, opcode, ModRM, immediate.
 *
 * Source: SDM, volume 2, 2 "Instruction Format".
 */
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64Zero } from '../../kernel/u64.ts';
import type { Instruction, Operand } from '../defs/instruction.ts';
import { general, type OperandBytes, segment } from '../defs/registers.ts';
import { decodeAddress, rexBit } from './address.ts';
import { type Cpu, raise, ripOf } from './cpu.ts';
import { fetchByte, fetchNumber, fetchSigned } from './fetch.ts';
import { plus } from './memory.ts';
import { extended, type Opcode, opcodes } from './opcodes.ts';

const segmentPrefixes: Readonly<Record<number, number>> = {
  38: segment.es,
  46: segment.cs,
  54: segment.ss,
  62: segment.ds,
  100: segment.fs,
  101: segment.gs,
};

const prefix = { operand: 0x66, address: 0x67, lock: 0xf0, notEqual: 0xf2, equal: 0xf3 } as const;

interface Prefixes {
  hasOperand: boolean;
  hasAddress: boolean;
  hasLock: boolean;
  repeat: Instruction['repeat'];
  override: number | undefined;
  rex: number;
}

/** Everything about the instruction that its operands depend on. */
interface Form {
  readonly prefixes: Prefixes;
  readonly opcode: Opcode;
  readonly byte: number;
  readonly modRm: number | undefined;
  readonly operandBytes: 2 | 4 | 8;
  readonly addressBytes: 2 | 4 | 8;
}

/** Decodes the instruction at RIP; undefined after a fault, which an unknown opcode is. */
export function decode(cpu: Cpu): Instruction | undefined {
  const form = readForm(cpu);
  if (form === undefined) {
    raise(cpu, '#UD');
    return undefined;
  }
  assert(cpu.fetchedBytes > 0, 'an instruction has at least one byte');
  const { opcode, prefixes, addressBytes } = form;
  const operands = opcode.operands.map((code) => readOperand(cpu, form, code));
  cpu.nextRip = plus(ripOf(cpu), cpu.fetchedBytes);
  const isBad = operands.includes(undefined) || (prefixes.hasLock && !mayLock(opcode, operands));
  if (isBad) raise(cpu, '#UD');
  if (cpu.stop !== undefined) return undefined;
  return {
    operation: opcode.operation,
    operands: operands.filter((operand) => operand !== undefined),
    sizeBytes: operationBytes(form),
    addressBytes,
    repeat: prefixes.repeat,
    override: prefixes.override,
    condition: opcode.condition,
    lengthBytes: cpu.fetchedBytes,
  };
}

function readForm(cpu: Cpu): Form | undefined {
  const prefixes = readPrefixes(cpu);
  let byte = prefixes.next;
  let key = hex2(byte);
  if (byte === 0x0f) {
    byte = fetchByte(cpu);
    key += hex2(byte);
    if (byte === 1) key += hex2(fetchByte(cpu));
  }
  if (key === '90' && (prefixes.rex & rexBit.B) !== 0) key = 'extended90';
  let modRm: number | undefined;
  if (extended.has(key)) {
    modRm = fetchByte(cpu);
    key += `/${(modRm >> 3) & 7}`;
  }
  const opcode = opcodes.get(key);
  if (cpu.stop !== undefined || opcode === undefined) return undefined;
  if (opcode.onlyIn === (cpu.isLong ? 'real' : 'long')) return undefined;
  if (modRm === undefined && opcode.operands.some(needsModRm)) modRm = fetchByte(cpu);
  const operandBytes = usualBytes(cpu.isLong, prefixes, opcode.width);
  const addressBytes = addressWidth(cpu.isLong, prefixes.hasAddress);
  return { prefixes, opcode, byte, modRm, operandBytes, addressBytes };
}

const hex2 = (value: number): string => value.toString(16).padStart(2, '0');
const needsModRm = (code: string): boolean => /^(?:[EGMRCD][bwvzq]?|Sw)$/.test(code);

function readPrefixes(cpu: Cpu): Prefixes & { readonly next: number } {
  const found: Prefixes = {
    hasOperand: false,
    hasAddress: false,
    hasLock: false,
    repeat: 'none',
    override: undefined,
    rex: 0,
  };
  for (;;) {
    const next = fetchByte(cpu);
    if (cpu.stop !== undefined) return { ...found, next };
    const isRex = cpu.isLong && next >= 0x40 && next <= 0x4f;
    if (!isRex && !takePrefix(cpu, found, next)) return { ...found, next };
    // A REX prefix counts only if it stands right before the opcode.
    found.rex = isRex ? next : 0;
  }
}

/** Notes a prefix; false when the byte is none. */
function takePrefix(cpu: Cpu, found: Prefixes, byte: number): boolean {
  const number = segmentPrefixes[byte];
  if (number !== undefined) {
    const counts = !cpu.isLong || number === segment.fs || number === segment.gs;
    if (counts) found.override = number;
  } else if (byte === prefix.operand) found.hasOperand = true;
  else if (byte === prefix.address) found.hasAddress = true;
  else if (byte === prefix.lock) found.hasLock = true;
  else if (byte === prefix.equal) found.repeat = 'equal';
  else if (byte === prefix.notEqual) found.repeat = 'not-equal';
  else return false;
  return true;
}

/** Near branches ignore the operand-size prefix in 64-bit mode, as Intel processors do. */
function usualBytes(isLong: boolean, prefixes: Prefixes, width: Opcode['width']): 2 | 4 | 8 {
  if (!isLong) return prefixes.hasOperand ? 4 : 2;
  if (width === 'fixed' || (prefixes.rex & rexBit.W) !== 0) return 8;
  if (prefixes.hasOperand) return 2;
  return width === 'wide' ? 8 : 4;
}

function addressWidth(isLong: boolean, hasPrefix: boolean): 2 | 4 | 8 {
  if (hasPrefix) return 4;
  return isLong ? 8 : 2;
}

/** The width that the operation works in: that of its first register or memory operand. */
function operationBytes(form: Form): OperandBytes {
  const code = form.opcode.operands.find((each) => /^[AEGXZR][bwvzq]/.test(each));
  return code === undefined ? form.operandBytes : widthOf(form, code);
}

function widthOf({ operandBytes, addressBytes }: Form, code: string): OperandBytes {
  switch (code.charAt(1)) {
    case 'b':
      return 1;
    case 'w':
      return 2;
    case 'z':
      return operandBytes === 8 ? 4 : operandBytes;
    case 'q':
      return addressBytes === 8 ? 8 : 4;
    default:
      return operandBytes;
  }
}

const constants: Readonly<Record<string, Operand>> = {
  '1': { kind: 'immediate', sizeBytes: 1, value: u64(1) },
  CL: { kind: 'general', sizeBytes: 1, number: general.rcx, isHigh: false },
  DX: { kind: 'general', sizeBytes: 2, number: general.rdx, isHigh: false },
};

/** Reads one operand; undefined when the bytes name none that exists. */
function readOperand(cpu: Cpu, form: Form, code: string): Operand | undefined {
  const sizeBytes = widthOf(form, code);
  const { rex } = form.prefixes;
  const extra = (bit: number) => ((rex & bit) !== 0 ? 8 : 0);
  const modRm = form.modRm ?? 0;
  const middle = ((modRm >> 3) & 7) | extra(rexBit.R);
  const rm = (modRm & 7) | extra(rexBit.B);
  switch (code.charAt(0)) {
    case 'E':
      return modRm >= 0xc0
        ? registerOperand(rm, sizeBytes, rex)
        : memoryOperand(cpu, form, sizeBytes);
    case 'M':
      return modRm >= 0xc0 ? undefined : memoryOperand(cpu, form, form.operandBytes);
    case 'G':
      return registerOperand(middle, sizeBytes, rex);
    case 'R':
      return registerOperand(rm, cpu.isLong ? 8 : 4, rex);
    case 'Z':
      return registerOperand((form.byte & 7) | extra(rexBit.B), sizeBytes, rex);
    case 'A':
      return registerOperand(general.rax, sizeBytes, rex);
    case 'I':
    case 'J':
      return immediateOperand(cpu, form, code);
    case 'O':
      return directOperand(cpu, form, sizeBytes);
    case 'X':
      return { kind: 'immediate', sizeBytes, value: u64Zero };
    default:
      return constants[code] ?? systemOperand(cpu, code, (modRm >> 3) & 7, middle);
  }
}

/** Without a REX prefix the byte registers 4 to 7 are AH, CH, DH and BH. */
function registerOperand(number: number, sizeBytes: OperandBytes, rex: number): Operand {
  const isHigh = sizeBytes === 1 && rex === 0 && number >= 4;
  return { kind: 'general', sizeBytes, number: isHigh ? number - 4 : number, isHigh };
}

function memoryOperand(cpu: Cpu, form: Form, sizeBytes: OperandBytes): Operand {
  const { prefixes, addressBytes } = form;
  const modRm = form.modRm ?? 0;
  const { rex, override } = prefixes;
  return decodeAddress(cpu, {
    mode: modRm >> 6,
    rm: modRm & 7,
    rex,
    addressBytes,
    override,
    sizeBytes,
  });
}

function immediateOperand(cpu: Cpu, form: Form, code: string): Operand {
  const { operandBytes } = form;
  const relativeBytes = operandBytes === 8 ? 4 : operandBytes;
  const read = (): U64 => {
    switch (code.charAt(1)) {
      case 'b':
        return fetchNumber(cpu, 1);
      case 'w':
        return fetchNumber(cpu, 2);
      case 's':
        return fetchSigned(cpu, 1);
      case 'v':
        return fetchNumber(cpu, operandBytes);
      default:
        assert(code.charAt(1) === 'z', `no immediate ${code}`);
        return fetchSigned(cpu, relativeBytes);
    }
  };
  return { kind: 'immediate', sizeBytes: widthOf(form, code), value: read() };
}

/** An address that stands in the instruction itself. */
function directOperand(
  cpu: Cpu,
  { prefixes, addressBytes }: Form,
  sizeBytes: OperandBytes,
): Operand {
  return {
    kind: 'memory',
    sizeBytes,
    segment: prefixes.override ?? segment.ds,
    base: undefined,
    index: undefined,
    scale: 1,
    displacement: fetchNumber(cpu, addressBytes),
    isRipRelative: false,
    addressBytes,
  };
}

/** A segment, control or debug register, if there is one with the number. */
function systemOperand(
  cpu: Cpu,
  code: string,
  plain: number,
  extendedNumber: number,
): Operand | undefined {
  const kinds = { S: 'segment', C: 'control', D: 'debug' } as const;
  const kind = kinds[code.charAt(0) as keyof typeof kinds];
  assert(kind !== undefined, `no operand ${code}`);
  const fixed = code.slice(1);
  const named = /^\d$/.test(fixed) ? Number(fixed) : kind === 'segment' ? plain : extendedNumber;
  const { segments, control } = cpu.ports.slots;
  const exists =
    kind === 'segment'
      ? named < segments.length
      : kind === 'control'
        ? control[named] !== undefined
        : named < 8;
  return exists ? { kind, sizeBytes: kind === 'segment' ? 2 : 8, number: named } : undefined;
}

const lockable = new Set([
  'ADD',
  'ADC',
  'AND',
  'DEC',
  'INC',
  'NEG',
  'NOT',
  'OR',
  'SBB',
  'SUB',
  'XCHG',
  'XOR',
]);

/** The lock prefix stands only before operations that read and write memory. */
const mayLock = ({ operation }: Opcode, operands: readonly (Operand | undefined)[]): boolean =>
  lockable.has(operation) && operands[0]?.kind === 'memory';
