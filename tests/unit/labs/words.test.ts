import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { knownPreset } from '../../../src/embeds/known-preset.ts';
import { labWords } from '../../../src/embeds/lab-words.ts';
import { presetIds } from '../../../src/engine/hypervisor/index.ts';
import { issueText } from '../../../src/labs/shared/issue-text.ts';

const root = join(import.meta.dirname, '../../..');

/** Files of the engine whose issues the lab shows. */
const sources = [
  'src/engine/kernel/bytes.ts',
  'src/engine/state-code/index.ts',
  'src/engine/hypervisor/defs/fields.ts',
  'src/engine/hypervisor/scenario/edit.ts',
  'src/engine/hypervisor/scenario/params.ts',
];

const issueCodes = [
  ...new Set(
    sources.flatMap((file) =>
      [
        ...readFileSync(join(root, file), 'utf8').matchAll(/'((?:word|field|hex|link)\.[a-z]+)'/g),
      ].map((match) => match[1] ?? ''),
    ),
  ),
];

/** All texts of a table with the path to each. */
function textsOf(table: object, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(table).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as const]
      : textsOf(value as object, `${path}${key}.`),
  );
}

const english = textsOf(labWords('en').strings);
const chinese = textsOf(labWords('zh-tw').strings);

/** What a table may leave empty: a turning point needs no word beside its arrow. */
const mayBeEmpty = ['tones.turn'];

describe.each([
  ['en', english],
  ['zh-tw', chinese],
] as const)('the words of the lab in %s', (lang, texts) => {
  const { strings } = labWords(lang);

  test('have a title for every example, and for nothing else', () => {
    expect(Object.keys(strings.presets).sort()).toEqual([...presetIds].sort());
    expect(new Set(Object.values(strings.presets)).size).toBe(presetIds.length);
  });

  test('have a sentence for every problem of the engine, and for nothing else', () => {
    expect(issueCodes.length).toBeGreaterThan(5);
    expect(Object.keys(strings.issues).sort()).toEqual([...issueCodes].sort());
  });

  test('are all there', () => {
    for (const [path, text] of texts) {
      if (!mayBeEmpty.includes(path)) expect(text.trim(), path).not.toBe('');
    }
  });
});

describe('the two languages', () => {
  test('have the same texts with the same blanks', () => {
    const blanks = (text: string) =>
      [...text.matchAll(/\{\w+\}/g)].map(String).filter((blank) => blank !== '{message}');
    const shape = (texts: typeof english) =>
      Object.fromEntries(texts.map(([path, text]) => [path, blanks(text).sort().join()]));
    expect(shape(chinese)).toEqual(shape(english));
  });

  test('Chinese is written with the punctuation of Chinese', () => {
    for (const [path, text] of chinese) {
      expect(text, path).not.toMatch(/\p{Script=Han}\s*[,;:!?.]|[,;:!?]\s*\p{Script=Han}/u);
      expect(text, path).not.toMatch(/[a-zA-Z0-9]\p{Script=Han}|\p{Script=Han}[a-zA-Z0-9]/u);
    }
  });
});

describe('an issue beside its field', () => {
  const issue = { path: 'RepCount', code: 'word.number', message: 'x', allowed: '0 to 4095' };

  test('is told in the words of the page with what would be right', () => {
    const text = issueText(issue, labWords('zh-tw').strings.issues);
    expect(text).toContain('0 to 4095');
    expect(text).toMatch(/\p{Script=Han}/u);
  });

  test('is told in the words of the engine when the page has none', () => {
    expect(issueText({ ...issue, code: 'new.code' }, {})).toBe('x (0 to 4095)');
  });
});

describe('an example that an author names', () => {
  const name = (preset: unknown) => () =>
    knownPreset('HypercallLab', preset, presetIds, 'en/architecture/hypercalls');

  test('is taken when it exists', () => {
    expect(name('post-message')()).toBe('post-message');
  });

  test('stops the build with page, tag, mistake and all that would be right', () => {
    expect(name('flsh')).toThrow(
      /^content\/docs\/en\/architecture\/hypercalls: <HypercallLab> .*"flsh"; known: create-part/,
    );
    expect(name('flsh')).toThrow('own-registers');
    expect(name(undefined)).toThrow('names no preset');
    expect(name(['post-message'])).toThrow('unknown preset');
  });
});
