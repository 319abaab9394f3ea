/**
 * Model-specific registers of the processor itself that live in the register file.
 * Source: Intel SDM volume 4; TLFS, HV_REGISTER_NAME.
 */
import { readU64, writeU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64And, u64Or } from '../../kernel/u64.ts';
import type { Vp } from '../defs/model.ts';
import { registerByShort, slot } from '../defs/registers.ts';

const names: Readonly<Record<number, string>> = {
  27: 'ApicBase',
  59: 'TscAdjust',
  72: 'SpecCtrl',
  372: 'SysenterCs',
  373: 'SysenterEsp',
  374: 'SysenterEip',
  473: 'DebugCtl',
  631: 'Pat',
  767: 'MsrMtrrDefType',
  3488: 'Xss',
  3221225600: 'EFER',
  3221225601: 'Star',
  3221225602: 'Lstar',
  3221225603: 'Cstar',
  3221225604: 'Sfmask',
  3221225730: 'KernelGsBase',
  3221225731: 'TscAux',
};

/** FS and GS bases are the first word of their segment registers. */
const bases: Readonly<Record<number, number>> = { 3221225728: slot.FS, 3221225729: slot.GS };

const placeOf = (index: number): number | undefined => {
  const name = names[index];
  return name === undefined ? bases[index] : registerByShort(name)?.slotBytes;
};

const eferIndex = 0xc000_0080;
/** LMA follows from paging and cannot be written. */
const longModeActive = u64(0x400);
const allButActive = u64(~0x400, -1);

/** The value of a register of the processor, if this is one. */
export function architecturalRead({ registers }: Vp, index: number): U64 | undefined {
  const at = placeOf(index);
  return at === undefined ? undefined : readU64(registers, at);
}

/** Writes a register of the processor; false if this is none. */
export function architecturalWrite({ registers }: Vp, index: number, value: U64): boolean {
  const at = placeOf(index);
  if (at === undefined) return false;
  assert(at + 8 <= registers.byteLength, 'a model-specific register lies in the file');
  const kept = u64And(readU64(registers, at), longModeActive);
  const stored = index === eferIndex ? u64Or(u64And(value, allButActive), kept) : value;
  writeU64(registers, at, stored);
  return true;
}
