/**
 * Links live for ever: each line of `urls.txt` was published once and must open what it says.
 *
 * The file only grows. Lines for new examples are added by `npm run golden:update`.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type CallParams,
  decodeLabState,
  encodeLabState,
  flipControlBit,
  type LabState,
  type Preset,
  presetByNumber,
  presets,
  toScenarioFile,
} from '../../src/engine/hypervisor/index.ts';

const root = join(import.meta.dirname, '../..');
const file = 'tests/golden/urls.txt';
const held = readFileSync(join(root, file), 'utf8').split('\n').filter(Boolean);

/** An example with every setting changed. */
const edited = ({ params }: Preset): CallParams => ({
  ...flipControlBit(params, 40),
  caller: params.caller === 'root' ? 'child' : 'root',
  input: Uint8Array.of(0xa5, ...params.input.slice(1), 0x5a),
  inputGpa: { lo: 0x5000, hi: 0 },
  outputGpa: { lo: 0x6000, hi: 1 },
});

/** A line: the link, then everything that it must open. */
function lineOf(preset: Preset, params: CallParams, step: number | undefined): string {
  const text = encodeLabState({ preset: preset.number, params, step }, preset);
  return `#s=${text} ${meaningOf({ preset: preset.number, params, step })}`;
}

function meaningOf({ preset, params, step }: LabState): string {
  const { caller, control, inputGpa, outputGpa, input } = toScenarioFile(params);
  const trimmed = input.replace(/(?:00)+$/, '');
  const id = presetByNumber(preset)?.id ?? '?';
  return [
    `${id} step=${step ?? 'last'}`,
    `${caller} control=${control} in=${inputGpa} out=${outputGpa} input=${trimmed || '-'}`,
  ].join(' ');
}

const wanted = presets.flatMap((preset) => [
  lineOf(preset, preset.params, undefined),
  lineOf(preset, preset.params, 3),
  lineOf(preset, edited(preset), undefined),
]);

test('the file holds three links of every example, and whatever it held before', async () => {
  const text = [...held, ...wanted.filter((line) => !held.includes(line))].join('\n');
  await expect(`${text}\n`).toMatchFileSnapshot('urls.txt');
});

describe('a published link', () => {
  test.each(held)('%s', (line) => {
    const [, text = '', meaning] = /^#s=(\S+) (.+)$/.exec(line) ?? [];
    const opened = decodeLabState(text, presetByNumber);
    expect(opened.ok && meaningOf(opened.value)).toBe(meaning);
  });
});

test('no line was ever taken away', () => {
  const git = (...args: string[]) =>
    spawnSync('git', [...args, '--', file], { cwd: root, encoding: 'utf8' }).stdout ?? '';
  const history = [git('log', '-p', '--format='), git('diff', 'HEAD')];
  const lines = history.flatMap((text) => text.split('\n'));
  const taken = lines.filter((line) => /^-#s=/.test(line)).map((line) => line.slice(1));
  expect(taken.filter((line) => !held.includes(line))).toEqual([]);
});
