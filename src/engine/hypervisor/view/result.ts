/** How a run ended, for people. */
import { readU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { u64HexGrouped } from '../../kernel/u64.ts';
import { hypercallResult } from '../defs/control.ts';
import type { LabRun } from '../defs/lab-run.ts';
import type { Outcome } from '../defs/outcome.ts';
import { slot } from '../defs/registers.ts';
import { statusName, statusTable } from '../defs/status.ts';
import { type BlockView, blockView } from './block.ts';

/** The end of a run. */
export interface ResultView {
  readonly outcome: Outcome;
  readonly ok: boolean;
  /** RAX, or undefined when the call gave no result. */
  readonly rax: string | undefined;
  readonly status: string | undefined;
  /** The same as Windows shows it. */
  readonly ntStatus: string | undefined;
  readonly meaning: string | undefined;
  /** When this call gives this status. */
  readonly condition: string | undefined;
  readonly reps: number;
  readonly entries: number;
  readonly output: BlockView | undefined;
}

const ntFacility = 0xc035_0000;

/** The end of a run. */
export function resultView(run: LabRun): ResultView {
  const { outcome, entries, call } = run;
  if (outcome !== 'returned') {
    return {
      outcome,
      entries,
      ok: false,
      rax: undefined,
      status: undefined,
      ntStatus: undefined,
      meaning: undefined,
      condition: undefined,
      reps: 0,
      output: undefined,
    };
  }
  const rax = readU64(run.vpAfter.registers, slot.RAX);
  const code = hypercallResult.get(rax, 'CallStatus');
  const name = statusName(code);
  assert(name !== undefined, `no status ${code}`);
  return {
    outcome,
    entries,
    ok: code === 0,
    rax: u64HexGrouped(rax),
    status: `HV_STATUS_${name}`,
    ntStatus: code === 0 ? undefined : `0x${(ntFacility + code).toString(16).toUpperCase()}`,
    meaning: statusTable[name].doc,
    condition: call?.statuses[name],
    reps: hypercallResult.get(rax, 'RepsComplete'),
    output: outputView(run),
  };
}

function outputView({ call, output }: LabRun): BlockView | undefined {
  if (call === undefined || output.length === 0) return undefined;
  const element = call.outputElement;
  const repCount = element === undefined ? 0 : output.length / element.sizeBytes;
  return blockView({ fixed: call.output, headerWords: 0, element, repCount }, output);
}
