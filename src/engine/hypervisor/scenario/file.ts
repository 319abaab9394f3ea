/** A run of the lab as a file: what the lab exports and `engine -- run` replays. */
import { parseHex, toHex } from '../../kernel/bytes.ts';
import { err, type Issue, ok, type Result } from '../../kernel/result.ts';
import { type U64, u64Hex, u64Parse } from '../../kernel/u64.ts';
import type { CallParams } from '../defs/lab-run.ts';
import { inputMaxBytes } from './params.ts';

/** The file's form; numbers are text because JSON cannot hold 64 bits. */
export interface ScenarioFile {
  readonly model: 'hypervisor';
  readonly version: 1;
  readonly caller: string;
  readonly control: string;
  readonly input: string;
  readonly inputGpa: string;
  readonly outputGpa: string;
}

/** The file of a call. */
export const toScenarioFile = (params: CallParams): ScenarioFile => ({
  model: 'hypervisor',
  version: 1,
  caller: params.caller,
  control: u64Hex(params.control),
  input: toHex(params.input),
  inputGpa: u64Hex(params.inputGpa),
  outputGpa: u64Hex(params.outputGpa),
});

/** Reads a file that was parsed from JSON; a problem names the member and what would be right. */
export function readScenarioFile(value: unknown): Result<CallParams, Issue> {
  if (typeof value !== 'object' || value === null) {
    return wrong('(file)', 'is not an object', 'an object with "model": "hypervisor"');
  }
  const file = value as Readonly<Record<string, unknown>>;
  if (file.model !== 'hypervisor') return wrong('model', 'is not known', '"hypervisor"');
  if (file.version !== 1) return wrong('version', 'is not known', '1');
  const caller = file.caller;
  if (caller !== 'root' && caller !== 'child') {
    return wrong('caller', 'is not known', '"root" or "child"');
  }
  const words: Partial<Record<WordName, U64>> = {};
  for (const name of wordNames) {
    const text = file[name];
    const word = typeof text === 'string' ? u64Parse(text) : undefined;
    if (word === undefined) return wrong(name, 'is not a 64-bit number', 'text such as "0x40"');
    words[name] = word;
  }
  const text = file.input;
  if (typeof text !== 'string') return wrong('input', 'is missing', 'hexadecimal text');
  const input = parseHex(text, inputMaxBytes);
  if (!input.ok) return err({ ...input.error, path: 'input' });
  return ok({ caller, input: input.value, ...(words as Record<WordName, U64>) });
}

const wordNames = ['control', 'inputGpa', 'outputGpa'] as const;
type WordName = (typeof wordNames)[number];

const wrong = (path: string, message: string, allowed: string): Result<never, Issue> =>
  err({ path, code: 'file.member', message: `${path} ${message}`, allowed });
