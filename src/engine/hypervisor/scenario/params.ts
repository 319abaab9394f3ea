/**
 * What a reader can set in the hypercall lab, and its place in a link.
 *
 * Field ids are stable for ever. A link holds only what differs from the preset.
 */
import { assert, err, type Issue, ok, type Result } from '../../kernel/result.ts';
import { type U64, u64Equal, u64FromBigint, u64FromNumber, u64ToBigint } from '../../kernel/u64.ts';
import { pageSizeBytes } from '../../kernel/units.ts';
import { decodeState, encodeState, type StateValue } from '../../state-code/index.ts';
import type { Caller, CallParams } from '../defs/lab-run.ts';

/** A preset by its stable number, with the parameters it starts from. */
export interface PresetStart {
  readonly number: number;
  readonly params: CallParams;
}

/** The longest input block: a whole page. */
export const inputMaxBytes = pageSizeBytes;

const field = { preset: 1, caller: 2, control: 3, input: 4, inputGpa: 5, outputGpa: 6, step: 7 };
const callers: readonly Caller[] = ['root', 'child'];
/** No run has as many steps; a later one would only show the end. */
const stepMax = 0xffffn;

/** What a link restores. */
export interface LabState {
  readonly preset: number;
  readonly params: CallParams;
  /** The step that is shown, or undefined for the last. */
  readonly step: number | undefined;
}

/** The text of a link's state. */
export function encodeLabState(state: LabState, start: PresetStart): string {
  assert(state.preset === start.number, 'a link tells what differs from its own example');
  const { params, step } = state;
  const from = start.params;
  const fields = new Map<number, StateValue>([[field.preset, BigInt(start.number)]]);
  if (params.caller !== from.caller) {
    fields.set(field.caller, BigInt(callers.indexOf(params.caller)));
  }
  const words = ['control', 'inputGpa', 'outputGpa'] as const;
  for (const name of words) {
    if (!u64Equal(params[name], from[name])) fields.set(field[name], u64ToBigint(params[name]));
  }
  if (!sameBytes(params.input, from.input)) fields.set(field.input, trimZeros(params.input));
  if (step !== undefined) fields.set(field.step, BigInt(step));
  return encodeState(fields);
}

/**
 * Restores a state; `find` gives a preset by its stable number.
 *
 * A link that the lab would have written otherwise is refused: each state has one link.
 */
export function decodeLabState(
  text: string,
  find: (number: number) => PresetStart | undefined,
): Result<LabState, Issue> {
  const decoded = decodeState(text);
  if (!decoded.ok) return decoded;
  const fields = decoded.value;
  const known = new Set(Object.values(field));
  if ([...fields.keys()].some((id) => !known.has(id))) {
    return problem('The link holds settings that this version of the lab does not have.');
  }
  const start = find(Number(fields.get(field.preset) ?? 0));
  if (start === undefined) return problem('The link names an example that does not exist.');
  const word = (id: number, otherwise: U64): U64 | undefined => {
    const value = fields.get(id);
    if (value === undefined) return otherwise;
    return typeof value === 'bigint' ? u64FromBigint(value) : undefined;
  };
  const caller = callers[word(field.caller, callerWord(start))?.lo ?? -1];
  const control = word(field.control, start.params.control);
  const inputGpa = word(field.inputGpa, start.params.inputGpa);
  const outputGpa = word(field.outputGpa, start.params.outputGpa);
  const input = fields.get(field.input) ?? start.params.input;
  const step = fields.get(field.step);
  const isComplete = caller && control && inputGpa && outputGpa;
  const isStep = step === undefined || (typeof step === 'bigint' && step <= stepMax);
  const isTyped = input instanceof Uint8Array && isStep;
  if (!isComplete || !isTyped || input.length > inputMaxBytes) {
    return problem('The link holds a setting that cannot be.');
  }
  const params = { caller, control, input, inputGpa, outputGpa };
  const shown = step === undefined ? undefined : Number(step);
  const state = { preset: start.number, params, step: shown };
  return encodeLabState(state, start) === text ? ok(state) : problem('The link was altered.');
}

const callerWord = (start: PresetStart): U64 => u64FromNumber(callers.indexOf(start.params.caller));

const problem = (message: string): Result<never, Issue> =>
  err({ path: 'link', code: 'link.state', message, allowed: 'a link as the lab copies it' });

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  const x = trimZeros(a);
  const y = trimZeros(b);
  return x.length === y.length && x.every((byte, index) => byte === y[index]);
};

/** Zeros at the end say nothing: the block is filled up with zeros anyway. */
export function trimZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.slice(0, end);
}
