/** The caller's registers before and after the call. */
import { readU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { u64HexGrouped } from '../../kernel/u64.ts';
import { hypercallInput } from '../defs/control.ts';
import type { LabRun } from '../defs/lab-run.ts';
import type { Vp } from '../defs/model.ts';
import { registerTable } from '../defs/registers.ts';

/** One register. */
export interface RegisterRow {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly changed: boolean;
}

const always = ['RCX', 'RDX', 'R8', 'RAX', 'RIP'];
const xmm = ['XMM0', 'XMM1', 'XMM2', 'XMM3', 'XMM4', 'XMM5'];

/** The registers that a hypercall reads or writes; XMM registers only in the fast form. */
export function registerRows(run: LabRun): RegisterRow[] {
  const isFast = hypercallInput.get(run.params.control, 'Fast') === 1;
  const shown = isFast ? [...always, ...xmm] : always;
  return shown.flatMap((short) => {
    const spec = registerTable.find((candidate) => candidate.short === short);
    assert(spec?.slotBytes !== undefined, 'a register that is shown has a place in the file');
    const before = textOf(run.vpBefore, spec.slotBytes, spec.sizeBytes);
    const after = textOf(run.vpAfter, spec.slotBytes, spec.sizeBytes);
    return [{ name: short, before, after, changed: before !== after }];
  });
}

/** The value in hexadecimal; a 128-bit register takes two lines, the upper half first. */
function textOf(vp: Vp, slotBytes: number, sizeBytes: number): string {
  const low = u64HexGrouped(readU64(vp.registers, slotBytes));
  if (sizeBytes === 8) return low;
  return `${u64HexGrouped(readU64(vp.registers, slotBytes + 8))}\n${low.replace('0x', '  ')}`;
}
