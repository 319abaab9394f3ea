/**
 * Names and bits of the registers that instructions use.
 *
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual (SDM), volume 1, 3.4.
 */

/** General registers in the order of their numbers in instruction encodings. */
export const generalNames = [
  'RAX',
  'RCX',
  'RDX',
  'RBX',
  'RSP',
  'RBP',
  'RSI',
  'RDI',
  'R8',
  'R9',
  'R10',
  'R11',
  'R12',
  'R13',
  'R14',
  'R15',
] as const;

/** Numbers of the general registers that instructions use without naming them. */
export const general = { rax: 0, rcx: 1, rdx: 2, rbx: 3, rsp: 4, rbp: 5, rsi: 6, rdi: 7 } as const;

/** Segment registers in the order of their numbers in instruction encodings. */
export const segmentNames = ['ES', 'CS', 'SS', 'DS', 'FS', 'GS'] as const;

/** Numbers of the segment registers. */
export const segment = { es: 0, cs: 1, ss: 2, ds: 3, fs: 4, gs: 5 } as const;

/** Where the parts of a segment register lie. Source: TLFS, HV_X64_SEGMENT_REGISTER. */
export const segmentAt = { base: 0, limit: 8, selector: 12, attributes: 14 } as const;

/** Bits of RFLAGS. */
export const flag = {
  CF: 0x1,
  /** Always set. */
  fixed: 0x2,
  PF: 0x4,
  AF: 0x10,
  ZF: 0x40,
  SF: 0x80,
  TF: 0x100,
  IF: 0x200,
  DF: 0x400,
  OF: 0x800,
  IOPL: 0x3000,
  NT: 0x4000,
  RF: 0x1_0000,
  AC: 0x4_0000,
  ID: 0x20_0000,
} as const;

/** The flags that arithmetic sets. */
export const arithmeticFlags = flag.CF | flag.PF | flag.AF | flag.ZF | flag.SF | flag.OF;

/** Widths that an operand can have. */
export type OperandBytes = 1 | 2 | 4 | 8;
