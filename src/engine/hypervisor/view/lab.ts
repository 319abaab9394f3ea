/** Everything that the hypercall lab draws of one run, in one language. */
import { toHex } from '../../kernel/bytes.ts';
import { u64Hex } from '../../kernel/u64.ts';
import { hypercallInput } from '../defs/control.ts';
import type { LabRun } from '../defs/lab-run.ts';
import { type BlockView, inputView } from './block.ts';
import { controlView, type WordView } from './control.ts';
import { type RegisterRow, registerRows } from './registers.ts';
import { type ResultView, resultView } from './result.ts';
import type { SentenceTable } from './sentences.ts';
import { type Step, stepsOf } from './steps.ts';

/** The picture of a run. */
export interface LabView {
  readonly callCode: number;
  readonly callName: string | undefined;
  readonly callDoc: string | undefined;
  readonly callSourceUrl: string | undefined;
  readonly isFast: boolean;
  readonly control: WordView;
  readonly controlHex: string;
  readonly input: BlockView | undefined;
  readonly inputHex: string;
  readonly inputGpa: string;
  readonly outputGpa: string;
  readonly steps: readonly Step[];
  readonly registers: readonly RegisterRow[];
  readonly result: ResultView;
  readonly digest: string;
}

/** The picture of a run. */
export function labView(run: LabRun, table: SentenceTable): LabView {
  const { params, call } = run;
  const { control } = params;
  return {
    callCode: hypercallInput.get(control, 'CallCode'),
    callName: call?.name,
    callDoc: call?.doc,
    callSourceUrl: call?.source.url,
    isFast: hypercallInput.get(control, 'Fast') === 1,
    control: controlView(control),
    controlHex: u64Hex(control),
    input: call && inputView(call, control, params.input),
    inputHex: toHex(params.input).replace(/../g, '$& ').trim(),
    inputGpa: u64Hex(params.inputGpa),
    outputGpa: u64Hex(params.outputGpa),
    steps: stepsOf(run, table),
    registers: registerRows(run),
    result: resultView(run),
    digest: run.digest.replace(/(.{4})(?=.)/g, '$1 '),
  };
}
