/**
 * What a reader's edits do to the parameters of a call. Each gives new parameters or the issue that
 * says why the text cannot be used; the old parameters stay as they were.
 */
import { parseHex } from '../../kernel/bytes.ts';
import type { FieldInfo } from '../../kernel/layout.ts';
import { assert, err, type Issue, ok, type Result } from '../../kernel/result.ts';
import { type U64, u64Bit, u64Parse, u64WithBit } from '../../kernel/u64.ts';
import { hypercallInput } from '../defs/control.ts';
import { setFieldText } from '../defs/fields.ts';
import type { CallParams } from '../defs/lab-run.ts';
import { inputMaxBytes } from './params.ts';

/** The parameters that hold a 64-bit word. */
export type WordParam = 'control' | 'inputGpa' | 'outputGpa';

const wordRange = '0 to 0xffffffffffffffff, decimal or with 0x';

/** Sets a whole word from text. */
export function editWord(
  params: CallParams,
  name: WordParam,
  text: string,
): Result<CallParams, Issue> {
  const word = u64Parse(text);
  if (word === undefined) return err(notANumber(name, text, wordRange));
  return ok({ ...params, [name]: word });
}

/** Flips one bit of the control word. */
export function flipControlBit(params: CallParams, index: number): CallParams {
  const control = u64WithBit(params.control, index, !u64Bit(params.control, index));
  return { ...params, control };
}

/** Sets one group of bits of the control word from text. */
export function editControlGroup(
  params: CallParams,
  name: string,
  text: string,
): Result<CallParams, Issue> {
  const group = hypercallInput.groups.find((candidate) => candidate.name === name);
  assert(group !== undefined, `the control word has no ${name}`);
  const max = (1 << group.widthBits) - 1;
  const word: U64 | undefined = u64Parse(text);
  if (word === undefined || word.hi !== 0 || word.lo > max) {
    return err(notANumber(name, text, `0 to ${max} (0x${max.toString(16)})`));
  }
  const control = hypercallInput.with(params.control, name as never, word.lo);
  return ok({ ...params, control });
}

/** Sets one field of the input block, `at` being where its structure starts. */
export function editField(
  params: CallParams,
  info: FieldInfo,
  at: number,
  text: string,
): Result<CallParams, Issue> {
  const end = at + info.offsetBytes + info.field.sizeBytes;
  assert(Number.isInteger(at) && at >= 0, 'a field lies at a whole offset');
  const input = new Uint8Array(Math.max(params.input.length, end));
  input.set(params.input);
  const set = setFieldText(info, new DataView(input.buffer), text, at);
  return set.ok ? ok({ ...params, input }) : set;
}

/** Replaces the whole input block by pasted hexadecimal. */
export function editInputHex(params: CallParams, text: string): Result<CallParams, Issue> {
  const bytes = parseHex(text, inputMaxBytes);
  return bytes.ok ? ok({ ...params, input: bytes.value }) : err({ ...bytes.error, path: 'input' });
}

const notANumber = (path: string, text: string, allowed: string): Issue => ({
  path,
  code: 'word.number',
  message: `"${text}" is not a number in this range`,
  allowed,
});
