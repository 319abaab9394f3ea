import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeLabState,
  encodeLabState,
  type Issue,
  type LabState,
  presetByNumber,
  presets,
  runCall,
} from '../../../src/engine/hypervisor/index.ts';
import {
  decodeState,
  encodeState,
  type StateFields,
  type StateValue,
} from '../../../src/engine/state-code/index.ts';
import { anyCall } from './support/calls.ts';

const anyStep = fc.option(fc.integer({ min: 0, max: 0xffff }), { nil: undefined });

const read = (text: string) => decodeLabState(text, presetByNumber);

function issueOf(text: string): Issue | undefined {
  const result = read(text);
  return result.ok ? undefined : result.error;
}

const withoutZeros = (bytes: Uint8Array): readonly number[] => {
  const values = [...bytes];
  while (values.at(-1) === 0) values.pop();
  return values;
};

/** A state without what a link leaves out: zeros at the end of the input. */
const meaningOf = ({ preset, params, step }: LabState) => ({
  preset,
  step,
  params: { ...params, input: withoutZeros(params.input) },
});

/** The link of an example, with fields put in or taken out as no lab would. */
function forged(changes: Readonly<Record<number, StateValue | undefined>>): string {
  const fields = new Map<number, StateValue>([[1, 1n]]);
  for (const [id, value] of Object.entries(changes)) {
    if (value === undefined) fields.delete(Number(id));
    else fields.set(Number(id), value);
  }
  return encodeState(fields as StateFields);
}

describe('a link to the hypercall lab', () => {
  test('opens exactly the state that was copied', () => {
    fc.assert(
      fc.property(anyCall, anyStep, ({ preset, params }, step) => {
        const state = { preset: preset.number, params, step };
        const opened = read(encodeLabState(state, preset));
        expect(opened.ok && meaningOf(opened.value)).toEqual(meaningOf(state));
      }),
    );
  });

  test('is the same when it is copied again', () => {
    fc.assert(
      fc.property(anyCall, anyStep, ({ preset, params }, step) => {
        const text = encodeLabState({ preset: preset.number, params, step }, preset);
        const opened = read(text);
        expect(opened.ok && encodeLabState(opened.value, preset)).toBe(text);
      }),
    );
  });

  test('runs as what was copied, zeros at the end of the input or not', () => {
    fc.assert(
      fc.property(anyCall, fc.nat(20), ({ preset, params }, zeros) => {
        const padded = { ...params, input: Uint8Array.from([...params.input, ...Array(zeros)]) };
        const text = encodeLabState({ preset: preset.number, params: padded, step: 0 }, preset);
        const opened = read(text);
        expect(opened.ok && runCall(opened.value.params).digest).toBe(runCall(padded).digest);
      }),
      { numRuns: 40 },
    );
  });

  test.each(presets)('of the example $id is shorter than 200 characters', (preset) => {
    const { number, params } = preset;
    const address = 'https://enlightened.example/zh-tw/architecture/hypercalls/#s=';
    const text = encodeLabState({ preset: number, params, step: 0xffff }, preset);
    expect((address + text).length).toBeLessThan(200);
  });

  test('is shorter than 200 characters with every setting changed', () => {
    const [preset] = presets;
    if (preset === undefined) throw new Error('no presets');
    const { params, number } = preset;
    const edited = {
      caller: 'child',
      control: { lo: ~params.control.lo >>> 0, hi: 0xffffffff },
      inputGpa: { lo: 0xffffffff, hi: 0xffffffff },
      outputGpa: { lo: 0xffffffff, hi: 0xffffffff },
      input: new Uint8Array(56).fill(0xff),
    } as const;
    const text = encodeLabState({ preset: number, params: edited, step: 0xffff }, preset);
    expect(text.length).toBeLessThan(200);
  });
});

describe('a link that the lab did not write', () => {
  test.each([
    ['a setting of a later version', forged({ 8: 1n })],
    ['no example', forged({ 1: undefined })],
    ['an example that does not exist', forged({ 1: 999n })],
    ['an example as bytes', forged({ 1: Uint8Array.of(1) })],
    ['a caller that does not exist', forged({ 2: 2n })],
    ['a caller beyond 32 bits', forged({ 2: 0x1_0000_0001n })],
    ['a caller as bytes', forged({ 2: Uint8Array.of(1) })],
    ['the caller that the example has anyway', forged({ 2: 0n })],
    ['a control word as bytes', forged({ 3: Uint8Array.of(1) })],
    ['an input as a number', forged({ 4: 1n })],
    ['an input with zeros at its end', forged({ 4: Uint8Array.of(1, 0) })],
    ['an input longer than a page', forged({ 4: new Uint8Array(4097).fill(1) })],
    ['an address as bytes', forged({ 5: Uint8Array.of(1) })],
    ['a step as bytes', forged({ 7: Uint8Array.of(1) })],
    ['a step that no run has', forged({ 7: 0x1_0000n })],
    ['a step beyond all numbers', forged({ 7: 2n ** 64n - 1n })],
  ])('is refused whole: %s', (_what, text) => {
    expect(decodeState(text).ok).toBe(true);
    expect(issueOf(text)).toMatchObject({ path: 'link', code: 'link.state' });
  });

  test('is refused, or is the link of what it opens, whatever it holds', () => {
    const value = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.uint8Array());
    const fields = fc.dictionary(fc.integer({ min: 0, max: 9 }).map(String), value);
    fc.assert(
      fc.property(fields, (changes) => {
        const text = forged(changes);
        const opened = read(text);
        if (opened.ok) {
          const preset = presetByNumber(opened.value.preset);
          expect(preset && encodeLabState(opened.value, preset)).toBe(text);
        } else {
          expect(opened.error.code).toBe('link.state');
        }
      }),
    );
  });

  test('says what is wrong when it is damaged or from a later version', () => {
    expect(issueOf('1.AAAA')).toMatchObject({ code: 'link.damaged' });
    expect(issueOf('2.AAAA')).toMatchObject({ code: 'link.version' });
    expect(issueOf('%')).toMatchObject({ code: 'link.form' });
  });
});
