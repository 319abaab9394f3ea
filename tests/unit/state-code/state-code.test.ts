import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../src/engine/kernel/result.ts';
import {
  decodeState,
  encodeState,
  type StateFields,
  type StateValue,
  stateVersion,
} from '../../../src/engine/state-code/index.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const anyValue: fc.Arbitrary<StateValue> = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.uint8Array({ maxLength: 80 }),
);

const anyFields: fc.Arbitrary<StateFields> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 0x7fff }), anyValue), {
    selector: ([id]) => id,
    maxLength: 8,
  })
  .map((entries) => new Map(entries.sort(([a], [b]) => a - b)));

const example = encodeState(
  new Map<number, StateValue>([
    [1, 3n],
    [3, 0x0004_0000_0048n],
    [4, Uint8Array.of(1, 0, 0xff)],
    [7, 2n],
  ]),
);

const codeOf = (text: string): string => {
  const result = decodeState(text);
  return result.ok ? 'whole' : result.error.code;
};

/** What every text must do: be refused with a full issue, or be the text of what it holds. */
function expectRefusedOrCanonical(text: string): void {
  const result = decodeState(text);
  if (result.ok) {
    expect(encodeState(result.value)).toBe(text);
  } else {
    expect(result.error.path).toBe('link');
    expect(result.error.code).toMatch(/^link\.(?:form|version|damaged)$/);
    expect(result.error.message).not.toBe('');
    expect(result.error.allowed).not.toBe('');
  }
}

describe('a state in a link', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        expect(decodeState(encodeState(fields))).toEqual({ ok: true, value: fields });
      }),
    );
  });

  test('does not depend on the order in which its fields were set', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        expect(encodeState(new Map([...fields].reverse()))).toBe(encodeState(fields));
      }),
    );
  });

  test('uses only characters that no messenger breaks, in one unbroken run', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        expect(encodeState(fields)).toMatch(/^1\.[A-Za-z0-9_-]+$/);
      }),
    );
  });

  test('is as short as its fields: an empty one has a version and two check bytes', () => {
    expect(encodeState(new Map())).toHaveLength(5);
  });
});

describe('a text that claims to be a state', () => {
  test('is refused or canonical, whatever it is', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 60 }).map((text) => `1.${text}`),
    );
    fc.assert(fc.property(anyText, expectRefusedOrCanonical), { numRuns: 10_000 });
  });

  test('is refused when it was cut at any place', () => {
    for (let end = 0; end < example.length; end += 1) {
      expect(codeOf(example.slice(0, end))).not.toBe('whole');
    }
  });

  test('is refused or canonical when any one character is another', () => {
    for (let at = 0; at < example.length; at += 1) {
      for (const char of `${alphabet}.% é`) {
        if (char === example[at]) continue;
        expectRefusedOrCanonical(example.slice(0, at) + char + example.slice(at + 1));
      }
    }
  });

  test('is refused when something is added to it', () => {
    for (const tail of ['A', 'AA', 'AAAA', '.', ' ', '\n', '&x']) {
      expect(codeOf(example + tail)).not.toBe('whole');
    }
  });

  test.each([
    ['nothing', '', 'link.form'],
    ['no version', 'AgEI', 'link.form'],
    ['a version with a zero in front', example.replace('1.', '01.'), 'link.form'],
    ['the version of no page', example.replace('1.', '0.'), 'link.form'],
    ['a later version', example.replace('1.', '2.'), 'link.version'],
    ['a text longer than any link', `1.${'A'.repeat(9000)}`, 'link.form'],
    ['an impossible length', '1.A', 'link.damaged'],
    ['no bytes', '1.', 'link.damaged'],
    ['a wrong check', `${example.slice(0, -2)}AA`, 'link.damaged'],
  ])('%s is refused with its reason', (_what, text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  test('names both versions when it comes from a later page', () => {
    const result = decodeState(example.replace('1.', '7.'));
    const message = result.ok ? '' : result.error.message;
    expect(message).toContain('7');
    expect(message).toContain(String(stateVersion));
  });
});

describe('fields that no link can hold', () => {
  test.each<[string, StateFields]>([
    ['an id without a place', new Map([[0x8000, 1n]])],
    ['an id that is no whole number', new Map([[1.5, 1n]])],
    ['a number of more than 64 bits', new Map([[1, 2n ** 64n]])],
    ['a number below zero', new Map([[1, -1n]])],
    ['more bytes than a link takes', new Map([[1, new Uint8Array(7000)]])],
  ])('%s is a bug of the lab, not a link', (_what, fields) => {
    expect(() => encodeState(fields)).toThrow(EngineError);
  });
});
