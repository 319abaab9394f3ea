import { describe, expect, test } from 'vitest';
import {
  guestEvents,
  guestSentence,
  guestSentencesEn,
  guestSentencesZhTw,
} from '../../../src/engine/guest/index.ts';

const tables = [
  ['English', guestSentencesEn],
  ['Traditional Chinese', guestSentencesZhTw],
] as const;

const record = (kind: number, a: number, b: number, c: number) => ({
  seq: 0,
  timeNs: 0,
  actor: 0,
  kind,
  a,
  b,
  c,
});

describe.each(tables)('the sentences in %s', (_, table) => {
  test.each(Object.entries(guestEvents.kind))(
    'tell %s whatever its arguments are',
    (_name, kind) => {
      const values = [0, 1, 14, 0xffff_ffff];
      for (const a of values) {
        for (const b of values) {
          for (const c of values) {
            const text = guestSentence(record(kind, a, b, c), table);
            expect(text).toMatch(/.{4}/);
            expect(text).not.toMatch(/[{}]|undefined|NaN|\s$/);
          }
        }
      }
    },
  );

  test('tell a write from a read', () => {
    const kind = guestEvents.kind.portIntercepted;
    const [write, read] = [1, 0].map((isWrite) =>
      guestSentence(record(kind, 0x3f8, 1, isWrite), table),
    );
    expect(write).not.toBe(read);
  });
});

describe('single words', () => {
  test('an instruction has its mnemonic, a register its name, an exception its sign', () => {
    const { instruction, register, fault } = guestEvents.kind;
    const tell = (kind: number, a: number, b: number, c: number) =>
      guestSentence(record(kind, a, b, c), guestSentencesEn);
    expect(tell(instruction, 0x1000, 24, 3)).toBe('0x1000: MOV, length 3');
    expect(tell(register, 3, 5, 1)).toBe('RBX becomes 0x100000005');
    expect(tell(fault, 14, 2, 0x1000)).toContain('#PF');
  });

  test('events of other models are not told', () => {
    expect(guestSentence(record(0x101, 0, 0, 0), guestSentencesEn)).toBeUndefined();
  });
});

describe('the two languages', () => {
  test('tell the same arguments of each event', () => {
    const argumentsOf = (text: string) => [...text.matchAll(/\{[^}]+\}/g)].map(String).sort();
    for (const [key, english] of Object.entries(guestSentencesEn)) {
      const chinese = guestSentencesZhTw[key as keyof typeof guestSentencesEn];
      expect(argumentsOf(chinese), key).toEqual(argumentsOf(english));
    }
  });

  test('Chinese is written with the punctuation of Chinese', () => {
    for (const text of Object.values(guestSentencesZhTw)) {
      expect(text).not.toMatch(/\p{Script=Han}\s*[,;:!?]|[,;:!?]\s*\p{Script=Han}/u);
      expect(text).not.toMatch(/[a-zA-Z0-9]\p{Script=Han}|\p{Script=Han}[a-zA-Z0-9]/u);
    }
  });
});
