/**
 * Virtual processor registers: names, numbers and where the register file keeps each.
 *
 * RDX, R8 and XMM0 to XMM5 lie side by side, in the order in which a fast hypercall passes its
 * parameters, so that the input block of a fast call is a window onto the register file.
 * Source: TLFS, HV_REGISTER_NAME; Hypercall Interface, "XMM Fast Hypercall Input".
 */
import { assert } from '../../kernel/result.ts';
import { computedEntries, furtherStored, type RegisterEntry } from './register-sets.ts';

/** One register that the model keeps. */
export interface RegisterSpec extends RegisterEntry {
  /** Offset in the register file; undefined for registers that are computed. */
  readonly slotBytes: number | undefined;
}

const x64 = (short: string, code: number, sizeBytes: 8 | 16 = 8) => ({
  name: `HvX64Register${short.charAt(0)}${short.slice(1).toLowerCase()}`,
  short,
  code,
  sizeBytes,
  access: 'read-write' as const,
  mustBeZero: undefined,
});

const general = 'RAX RCX RDX RBX RSP RBP RSI RDI R8 R9 R10 R11 R12 R13 R14 R15 RIP RFLAGS'.split(
  ' ',
);
const generalBase = 0x0002_0000;
const xmmBase = 0x0003_0000;
const segments = 'ES CS SS DS FS GS LDTR TR'.split(' ');

const generalCode = (short: string): number => generalBase + general.indexOf(short);

const fastBlock = [
  x64('RDX', generalCode('RDX')),
  x64('R8', generalCode('R8')),
  ...Array.from({ length: 16 }, (_, index) => x64(`XMM${index}`, xmmBase + index, 16)),
];

const stored = [
  ...fastBlock,
  ...general
    .filter((short) => short !== 'RDX' && short !== 'R8')
    .map((short) => x64(short, generalCode(short))),
  x64('CR0', 0x0004_0000),
  x64('CR2', 0x0004_0001),
  x64('CR3', 0x0004_0002),
  x64('CR4', 0x0004_0003),
  x64('CR8', 0x0004_0004),
  ...segments.map((short, index) => x64(short, 0x0006_0000 + index, 16)),
  x64('IDTR', 0x0007_0000, 16),
  x64('GDTR', 0x0007_0001, 16),
  x64('EFER', 0x0008_0001),
  ...furtherStored,
];

/** All registers of the model: those in the register file first, then the computed ones. */
export const registerTable: readonly RegisterSpec[] = layOut();

function layOut(): RegisterSpec[] {
  let slotBytes = 0;
  const kept = stored.map((register) => {
    const spec = { ...register, slotBytes };
    slotBytes += register.sizeBytes;
    return spec;
  });
  return [...kept, ...computedEntries.map((register) => ({ ...register, slotBytes: undefined }))];
}

const byCode = new Map(registerTable.map((spec) => [spec.code, spec]));
const byShort = new Map(registerTable.map((spec) => [spec.short, spec]));

/** The register with an HV_REGISTER_NAME value, if the model has it. */
export const registerByCode = (code: number): RegisterSpec | undefined => byCode.get(code);

/** The register with a short name, if the model has it. */
export const registerByShort = (short: string): RegisterSpec | undefined => byShort.get(short);

function slotOf(short: string): number {
  const offset = byShort.get(short)?.slotBytes;
  assert(offset !== undefined, `register ${short} has no slot`);
  return offset;
}

/** Bytes of one register file. */
export const registerFileBytes = stored.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** Offsets in the register file of the registers that the machine itself uses. */
export const slot = {
  RAX: slotOf('RAX'),
  RBX: slotOf('RBX'),
  RCX: slotOf('RCX'),
  RDX: slotOf('RDX'),
  RSP: slotOf('RSP'),
  RBP: slotOf('RBP'),
  RSI: slotOf('RSI'),
  RDI: slotOf('RDI'),
  R8: slotOf('R8'),
  R9: slotOf('R9'),
  R10: slotOf('R10'),
  R11: slotOf('R11'),
  R12: slotOf('R12'),
  R13: slotOf('R13'),
  R14: slotOf('R14'),
  R15: slotOf('R15'),
  XMM0: slotOf('XMM0'),
  RIP: slotOf('RIP'),
  RFLAGS: slotOf('RFLAGS'),
  CR0: slotOf('CR0'),
  CR2: slotOf('CR2'),
  CR3: slotOf('CR3'),
  CR4: slotOf('CR4'),
  CR8: slotOf('CR8'),
  CS: slotOf('CS'),
  DS: slotOf('DS'),
  ES: slotOf('ES'),
  FS: slotOf('FS'),
  GS: slotOf('GS'),
  SS: slotOf('SS'),
  TR: slotOf('TR'),
  LDTR: slotOf('LDTR'),
  IDTR: slotOf('IDTR'),
  GDTR: slotOf('GDTR'),
  EFER: slotOf('EFER'),
  DR7: slotOf('DR7'),
  PAT: slotOf('Pat'),
  CR_INTERCEPT: slotOf('CrInterceptControl'),
} as const;

/** Bytes that a fast call can pass: RDX, R8 and XMM0 to XMM5. */
export const fastBlockBytes = 112;
/** Bytes that a fast call can pass without XMM registers. */
export const plainFastBytes = 16;

assert(slot.RDX === 0 && slot.R8 === 8 && slot.XMM0 === 16, 'the fast block is not contiguous');
