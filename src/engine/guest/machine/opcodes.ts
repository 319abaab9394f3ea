/**
 * The opcode map: which bytes mean which operation on which operands.
 *
 * One row for each opcode, in the notation of the manual's appendix: E is a register or memory, G a
 * register, I an immediate, J a relative target, M memory, O an address without ModRM, S a segment
 * register, C a control and D a debug register, Z the register in the opcode itself, A the
 * accumulator, X a string operation. Small letters give the width: b 1, w 2 bytes, v that of
 * the operation, z the same but at most 4, s one byte with its sign, q the native word. A digit
 * behind a slash is an extension in ModRM. `!64` and `64` restrict a row to one mode; `w64` makes
 * 8 bytes the usual width in 64-bit mode, `f64` the only one. Source: SDM, volume 2, appendix A.
 */
import { assert } from '../../kernel/result.ts';
import { type Operation, operations } from '../defs/operations.ts';

/** One opcode. */
export interface Opcode {
  readonly operation: Operation;
  readonly operands: readonly string[];
  readonly onlyIn: 'any' | 'real' | 'long';
  readonly width: 'usual' | 'wide' | 'fixed';
  /** Condition number for Jcc and the like, else 0. */
  readonly condition: number;
}

const arithmetic = ['ADD', 'OR', 'ADC', 'SBB', 'AND', 'SUB', 'XOR', 'CMP'];
const shifts = ['ROL', 'ROR', 'RCL', 'RCR', 'SHL', 'SHR', 'SHL', 'SAR'];

const hex2 = (value: number): string => value.toString(16).padStart(2, '0');

const arithmeticRows = arithmetic.flatMap((name, index) => [
  `${hex2(index * 8)} ${name} Eb,Gb`,
  `${hex2(index * 8 + 1)} ${name} Ev,Gv`,
  `${hex2(index * 8 + 2)} ${name} Gb,Eb`,
  `${hex2(index * 8 + 3)} ${name} Gv,Ev`,
  `${hex2(index * 8 + 4)} ${name} Ab,Ib`,
  `${hex2(index * 8 + 5)} ${name} Av,Iz`,
  `80/${index} ${name} Eb,Ib`,
  `81/${index} ${name} Ev,Iz`,
  `82/${index} ${name} Eb,Ib !64`,
  `83/${index} ${name} Ev,Is`,
]);

const shiftRows = shifts.flatMap((name, index) => [
  `c0/${index} ${name} Eb,Ib`,
  `c1/${index} ${name} Ev,Ib`,
  `d0/${index} ${name} Eb,1`,
  `d1/${index} ${name} Ev,1`,
  `d2/${index} ${name} Eb,CL`,
  `d3/${index} ${name} Ev,CL`,
]);

const registerRows = Array.from({ length: 8 }, (_, index) => [
  `${hex2(0x40 + index)} INC Zv !64`,
  `${hex2(0x48 + index)} DEC Zv !64`,
  `${hex2(0x50 + index)} PUSH Zv w64`,
  `${hex2(0x58 + index)} POP Zv w64`,
  `${hex2(0xb0 + index)} MOV Zb,Ib`,
  `${hex2(0xb8 + index)} MOV Zv,Iv`,
  `0f${hex2(0xc8 + index)} BSWAP Zv`,
  index === 0 ? 'extended90 XCHG Zv,Av' : `${hex2(0x90 + index)} XCHG Zv,Av`,
]).flat();

const conditionRows = Array.from({ length: 16 }, (_, index) => [
  `${hex2(0x70 + index)} Jcc Js f64`,
  `0f${hex2(0x40 + index)} CMOVcc Gv,Ev`,
  `0f${hex2(0x80 + index)} Jcc Jz f64`,
  `0f${hex2(0x90 + index)} SETcc Eb`,
]).flat();

const hintRows = [0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f].map(
  (byte) => `0f${hex2(byte)} NOP Ev`,
);

const otherRows = `
06 PUSH S0 !64
07 POP S0 !64
0e PUSH S1 !64
16 PUSH S2 !64
17 POP S2 !64
1e PUSH S3 !64
1f POP S3 !64
0fa0 PUSH S4 w64
0fa1 POP S4 w64
0fa8 PUSH S5 w64
0fa9 POP S5 w64
63 MOVSXD Gv,Ez 64
68 PUSH Iz w64
69 IMUL Gv,Ev,Iz
6a PUSH Is w64
6b IMUL Gv,Ev,Is
6c INS Xb
6d INS Xz
6e OUTS Xb
6f OUTS Xz
84 TEST Eb,Gb
85 TEST Ev,Gv
86 XCHG Eb,Gb
87 XCHG Ev,Gv
88 MOV Eb,Gb
89 MOV Ev,Gv
8a MOV Gb,Eb
8b MOV Gv,Ev
8c MOV Ev,Sw
8d LEA Gv,M
8e MOV Sw,Ew
8f/0 POP Ev w64
98 CBW Xv
99 CWD Xv
9c PUSHF Xv w64
9d POPF Xv w64
a0 MOV Ab,Ob
a1 MOV Av,Ov
a2 MOV Ob,Ab
a3 MOV Ov,Av
a4 MOVS Xb
a5 MOVS Xv
a6 CMPS Xb
a7 CMPS Xv
a8 TEST Ab,Ib
a9 TEST Av,Iz
aa STOS Xb
ab STOS Xv
ac LODS Xb
ad LODS Xv
ae SCAS Xb
af SCAS Xv
c2 RET Iw f64
c3 RET Xv f64
c6/0 MOV Eb,Ib
c7/0 MOV Ev,Iz
c9 LEAVE Xv w64
90 NOP
cc INT3
e0 LOOPNE Js f64
e1 LOOPE Js f64
e2 LOOP Js f64
e3 JCXZ Js f64
e4 IN Ab,Ib
e5 IN Az,Ib
e6 OUT Ib,Ab
e7 OUT Ib,Az
e8 CALL Jz f64
e9 JMP Jz f64
eb JMP Js f64
ec IN Ab,DX
ed IN Az,DX
ee OUT DX,Ab
ef OUT DX,Az
f4 HLT
f5 CMC
f6/0 TEST Eb,Ib
f6/1 TEST Eb,Ib
f6/2 NOT Eb
f6/3 NEG Eb
f6/4 MUL Eb
f6/5 IMUL Eb
f6/6 DIV Eb
f6/7 IDIV Eb
f7/0 TEST Ev,Iz
f7/1 TEST Ev,Iz
f7/2 NOT Ev
f7/3 NEG Ev
f7/4 MUL Ev
f7/5 IMUL Ev
f7/6 DIV Ev
f7/7 IDIV Ev
f8 CLC
f9 STC
fa CLI
fb STI
fc CLD
fd STD
fe/0 INC Eb
fe/1 DEC Eb
ff/0 INC Ev
ff/1 DEC Ev
ff/2 CALL Ev f64
ff/4 JMP Ev f64
ff/6 PUSH Ev w64
0f0b UD2
0f20 MOV_CR Rq,Cq
0f21 MOV_DR Rq,Dq
0f22 MOV_CR Cq,Rq
0f23 MOV_DR Dq,Rq
0f30 WRMSR
0f31 RDTSC
0f32 RDMSR
0fa2 CPUID
0faf IMUL Gv,Ev
0fb6 MOVZX Gv,Eb
0fb7 MOVZX Gv,Ew
0fbe MOVSX Gv,Eb
0fbf MOVSX Gv,Ew
0f01c1 VMCALL
0f01d9 VMMCALL
`
  .trim()
  .split('\n');

const modes: Readonly<Record<string, Opcode['onlyIn']>> = { '!64': 'real', '64': 'long' };
const widths: Readonly<Record<string, Opcode['width']>> = { w64: 'wide', f64: 'fixed' };

function readRow(row: string): readonly [string, Opcode] {
  const [bytes = '', name = '', ...rest] = row.split(' ');
  const operation = operations.find((each) => each === name.replace('_', ' '));
  assert(operation !== undefined, `the opcode map names ${name}, which is no operation`);
  const rules = rest.filter((word) => word in modes || word in widths);
  const operands = rest.find((word) => !rules.includes(word))?.split(',') ?? [];
  const opcode: Opcode = {
    operation,
    operands,
    onlyIn: rules.map((rule) => modes[rule]).find((mode) => mode !== undefined) ?? 'any',
    width: rules.map((rule) => widths[rule]).find((width) => width !== undefined) ?? 'usual',
    condition: name.endsWith('cc') ? Number.parseInt(bytes.slice(-1), 16) : 0,
  };
  return [bytes, opcode];
}

/** All opcodes: two digits, `0f` and two digits, or with an extension behind a slash. */
export const opcodes: ReadonlyMap<string, Opcode> = new Map(
  [
    ...arithmeticRows,
    ...shiftRows,
    ...registerRows,
    ...conditionRows,
    ...hintRows,
    ...otherRows,
  ].map(readRow),
);

/** Opcodes that have extensions in ModRM. */
export const extended: ReadonlySet<string> = new Set(
  [...opcodes.keys()].filter((key) => key.includes('/')).map((key) => key.replace(/\/.*/, '')),
);
