import { describe, expect, test } from 'vitest';
import type { HvEventName } from '../../../src/engine/hypervisor/defs/events.ts';
import { hvEvents, sentencesEn, sentencesZhTw } from '../../../src/engine/hypervisor/index.ts';
import { ruleSource } from '../../../src/engine/hypervisor/view/rules.ts';
import {
  argumentNames,
  type SentenceTable,
  sentence,
} from '../../../src/engine/hypervisor/view/sentences.ts';

const names = Object.keys(hvEvents.kind) as HvEventName[];
const tables: readonly [string, SentenceTable][] = [
  ['English', sentencesEn],
  ['Traditional Chinese', sentencesZhTw],
];

const endsInVerdict = (name: HvEventName): boolean =>
  Object.values(hvEvents.specs[name].args).at(-1) === 'bool';

/** A record of an event with the given arguments. */
const record = (name: HvEventName, a: number, b: number, c: number) => ({
  seq: 0,
  timeNs: 0,
  actor: 0,
  kind: hvEvents.kind[name],
  a,
  b,
  c,
});

/** Records with every mix of small and large arguments, so both verdicts too. */
const records = (name: HvEventName) => {
  const values = [0, 1, 2, 6, 0xffffffff];
  return values.flatMap((a) => values.flatMap((b) => values.map((c) => record(name, a, b, c))));
};

describe.each(tables)('the sentences in %s', (_language, table) => {
  const keys = Object.keys(table);

  test.each(names)('tell %s whatever its arguments are', (name) => {
    for (const each of records(name)) {
      const text = sentence(each, { table, call: undefined });
      expect(text).not.toMatch(/[{}]|undefined|NaN|-0x|\s$/);
      expect(text.length).toBeGreaterThan(3);
    }
  });

  test.each(names.filter(endsInVerdict))('tell a yes of %s from a no', (name) => {
    const verdictAt = argumentNames(name).length - 1;
    const [yes, no] = [1, 0].map((verdict) => {
      const args = [0, 1, 2].map((index) => (index === verdictAt ? verdict : 0));
      const [a = 0, b = 0, c = 0] = args;
      return sentence(record(name, a, b, c), { table, call: undefined });
    });
    expect(yes).not.toBe(no);
  });

  test('name only arguments that the event has', () => {
    for (const key of keys.filter((each) => each.startsWith('hv.'))) {
      const name = key.split('.')[1] as HvEventName;
      const blanks = [...table[key as keyof SentenceTable].matchAll(/\{([^}]*)\}/g)];
      const named = blanks.flatMap(([, blank = '']) => blank.split(':'));
      for (const argument of named) expect(argumentNames(name)).toContain(argument);
    }
  });

  test('cover exactly the events that there are, with a no for each verdict', () => {
    const told = keys.filter((key) => key.startsWith('hv.')).sort();
    const wanted = names.flatMap((name) =>
      endsInVerdict(name) ? [`hv.${name}`, `hv.${name}.no`] : [`hv.${name}`],
    );
    expect(told).toEqual(wanted.sort());
  });
});

describe('the two languages', () => {
  test('tell the same arguments of each event', () => {
    const argumentsOf = (text: string) => [...text.matchAll(/\{[^}]+\}/g)].map(String).sort();
    const missing = Object.entries(sentencesEn).filter(([key, english]) => {
      const chinese = sentencesZhTw[key as keyof SentenceTable];
      return String(argumentsOf(english)) !== String(argumentsOf(chinese));
    });
    expect(missing.map(([key]) => key)).toEqual([]);
  });

  test('Chinese is written with the punctuation of Chinese', () => {
    for (const text of Object.values(sentencesZhTw)) {
      expect(text).not.toMatch(/\p{Script=Han}\s*[,;:!?]|[,;:!?]\s*\p{Script=Han}/u);
      expect(text).not.toMatch(/\p{Script=Han}\s?\(|\)\s?\p{Script=Han}/u);
      expect(text).not.toMatch(/[a-zA-Z0-9]\p{Script=Han}|\p{Script=Han}[a-zA-Z0-9]/u);
    }
  });
});

describe('the rule behind each step', () => {
  test.each(names)('%s has a source that a reader can open', (name) => {
    const { title, url } = ruleSource[name];
    expect(title).not.toBe('');
    expect(new URL(url).protocol).toBe('https:');
  });
});
