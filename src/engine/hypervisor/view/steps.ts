/** A run as steps: who does what, whether it passed, and by which rule. */
import type { Source } from '../../facts/basis.ts';
import { hypervisorActor } from '../defs/events.ts';
import type { LabRun } from '../defs/lab-run.ts';
import { ruleSource } from './rules.ts';
import { decodeRecord, type SentenceTable, sentence } from './sentences.ts';

/** The layer of the machine that acts. */
export type Layer = 'hypervisor' | 'root' | 'child';

/**
 * How a step came out: a check that passed or refused, something that changed, or a turning point.
 */
export type Tone = 'passed' | 'refused' | 'effect' | 'turn';

/** One step of a run. */
export interface Step {
  readonly index: number;
  readonly layer: Layer;
  readonly tone: Tone;
  readonly text: string;
  readonly source: Source;
  readonly timeNs: number;
}

const turns = new Set([
  'call',
  'return',
  'continuation',
  'again',
  'fault',
  'intercept',
  'notSimulated',
  'status',
]);

/** The steps of a run in one language. */
export function stepsOf(run: LabRun, table: SentenceTable): Step[] {
  // A processor that faulted, or that waits for its parent, does not run on.
  const records = run.outcome === 'returned' ? run.records : run.records.slice(0, -1);
  return records.map((record, index) => {
    const { name, verdict } = decodeRecord(record);
    const isCheck = name.startsWith('check');
    const isBad = (isCheck && verdict === false) || name === 'fault' || name === 'intercept';
    const failed = name === 'element' && record.b !== 0;
    return {
      index,
      layer: layerOf(record.actor),
      tone: isBad || failed ? 'refused' : isCheck ? 'passed' : turns.has(name) ? 'turn' : 'effect',
      text: sentence(record, { table, call: run.call }),
      source: ruleSource[name],
      timeNs: record.timeNs,
    };
  });
}

const layerOf = (actor: number): Layer => {
  if (actor === hypervisorActor) return 'hypervisor';
  return actor === 1 ? 'root' : 'child';
};
