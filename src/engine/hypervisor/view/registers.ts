/** The caller's registers before and after the call. */
import { readU64 } from '../../kernel/layout.ts';
import { u64Equal, u64HexGrouped } from '../../kernel/u64.ts';
import { hypercallInput } from '../defs/control.ts';
import { registerTable } from '../defs/registers.ts';
import type { LabRun } from '../scenario/run.ts';

/** One register, 64 bits of it. */
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
    if (spec?.slotBytes === undefined) return [];
    const { slotBytes } = spec;
    const halves = spec.sizeBytes === 16 ? ['', ' high'] : [''];
    return halves.map((suffix, half) => {
      const before = readU64(run.vpBefore.registers, slotBytes + 8 * half);
      const after = readU64(run.vpAfter.registers, slotBytes + 8 * half);
      return {
        name: short + suffix,
        before: u64HexGrouped(before),
        after: u64HexGrouped(after),
        changed: !u64Equal(before, after),
      };
    });
  });
}
