import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CallParams,
  editControlGroup,
  editField,
  editInputHex,
  editWord,
  flipControlBit,
  hypercallInput,
  hypercalls,
  type Issue,
  presetById,
  type Result,
} from '../../../src/engine/hypervisor/index.ts';
import { u64FromBigint, u64ToBigint } from '../../../src/engine/kernel/u64.ts';
import { anyCall } from './support/calls.ts';

const start = presetById('deposit-memory')?.params as CallParams;
const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

const edited = (result: Result<CallParams, Issue>): CallParams => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

/** Everything of a call as plain values, to see that nothing has changed. */
const frozen = (params: CallParams): string =>
  JSON.stringify({ ...params, input: [...params.input] });

describe('a word', () => {
  test('takes every number of 64 bits, decimal or hexadecimal, with gaps', () => {
    fc.assert(
      fc.property(word, fc.constantFrom('control', 'inputGpa', 'outputGpa'), (value, name) => {
        const hex = value.toString(16).padStart(16, '0');
        for (const text of [`${value}`, `0x${hex}`, `0X${hex.toUpperCase()}`, ` 0x${hex} `]) {
          expect(u64ToBigint(edited(editWord(start, name, text))[name])).toBe(value);
        }
      }),
    );
  });

  test.each([
    ['', 'zz', '0x', '-1', '1.5', '0x1_0000_0000_0000_0000_0', `${2n ** 64n}`, '1e3', '０'],
  ])('refuses what is no such number and says what would be right', (...texts) => {
    const before = frozen(start);
    for (const text of texts) {
      const result = editWord(start, 'control', text);
      expect(result).toMatchObject({
        ok: false,
        error: { path: 'control', code: 'word.number', allowed: expect.stringContaining('0x') },
      });
    }
    expect(frozen(start)).toBe(before);
  });
});

describe('a bit of the control word', () => {
  test('flips alone, and back', () => {
    fc.assert(
      fc.property(anyCall, fc.integer({ min: 0, max: 63 }), ({ params }, bit) => {
        const flipped = flipControlBit(params, bit);
        const difference = u64ToBigint(flipped.control) ^ u64ToBigint(params.control);
        expect(difference).toBe(1n << BigInt(bit));
        expect(flipControlBit(flipped, bit)).toEqual(params);
      }),
    );
  });
});

describe.each(hypercallInput.groups)('the bits $name of the control word', (group) => {
  const max = 2 ** group.widthBits - 1;

  test('take everything from 0 to their maximum and leave the others alone', () => {
    fc.assert(
      fc.property(word, fc.integer({ min: 0, max }), (before, value) => {
        const params = { ...start, control: u64FromBigint(before) };
        const after = edited(editControlGroup(params, group.name, `0x${value.toString(16)}`));
        const mask = BigInt(max) << BigInt(group.low);
        const expected = (before & ~mask) | (BigInt(value) << BigInt(group.low));
        expect(u64ToBigint(after.control)).toBe(expected);
      }),
    );
  });

  test('refuse one more than their maximum and name the maximum', () => {
    for (const text of [String(max + 1), '0xffffffffffffffff', 'x', '']) {
      expect(editControlGroup(start, group.name, text)).toMatchObject({
        ok: false,
        error: {
          path: group.name,
          code: 'word.number',
          allowed: expect.stringContaining(String(max)),
        },
      });
    }
  });
});

describe('a field of the input', () => {
  const fields = hypercalls.flatMap((call) =>
    [call.input, call.element].flatMap((layout) => layout?.fields ?? []),
  );

  test('is set in its place and nowhere else, the block growing as it must', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.nat(24), fc.uint8Array(), (info, at, input) => {
        const text = info.field.kind === 'bytes' ? '01' : '1';
        const after = edited(editField({ ...start, input }, info, at, text)).input;
        const from = at + info.offsetBytes;
        const end = from + info.field.sizeBytes;
        expect(after.length).toBe(Math.max(input.length, end));
        for (const [index, byte] of after.entries()) {
          const isInside = index >= from && index < end;
          expect(byte).toBe(isInside ? Number(index === from) : (input[index] ?? 0));
        }
      }),
    );
  });

  test('keeps its bytes when the text is wrong', () => {
    const before = frozen(start);
    for (const info of fields) {
      const result = editField(start, info, 0, 'no number');
      expect(result).toMatchObject({ ok: false, error: { path: info.path } });
      const issue = result.ok ? undefined : result.error;
      expect(issue?.code).toMatch(/^(?:field\.number|hex\.digit)$/);
      expect(issue?.allowed).not.toBe('');
    }
    expect(frozen(start)).toBe(before);
  });
});

describe('the input as hexadecimal', () => {
  test('is taken over byte by byte, whatever stands between the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
        for (const gap of ['', ' ', ', ', '\n', ':']) {
          expect(edited(editInputHex(start, digits.join(gap))).input).toEqual(bytes);
        }
      }),
    );
  });

  test.each([
    ['a letter that is no digit', '00 0g', 'hex.digit'],
    ['half a byte', '00 0', 'hex.odd'],
    ['more than a page', '00'.repeat(4097), 'hex.long'],
  ])('refuses %s', (_what, text, code) => {
    const before = frozen(start);
    expect(editInputHex(start, text)).toMatchObject({ ok: false, error: { path: 'input', code } });
    expect(frozen(start)).toBe(before);
  });
});
