import { describe, expect, test } from 'vitest';
import { bitfield } from '../../../src/engine/kernel/bitfield.ts';
import { struct, u16, u32, u64Field } from '../../../src/engine/kernel/layout.ts';
import { compareStruct } from '../../../src/headless/conform/layouts.ts';

const flags = bitfield('FLAGS', 64, {
  On: { bits: 0, doc: 'On.' },
  Low: { bits: [31, 1], doc: 'Rest of the lower half.' },
  High: { bits: [63, 32], doc: 'Upper half.' },
});
const ours = struct('OURS', {
  FirstWord: u32('First.'),
  Second: u16('Second.'),
  Third: u16('Third.'),
  Flags: u64Field('Flags.', { bits: flags }),
});

const field = (name: string, offsetBytes: number, sizeBytes?: number) => ({
  name,
  offsetBytes,
  sizeBytes,
  bits: undefined,
});

const kindOf = (sizeBytes: number | undefined, ...fields: ReturnType<typeof field>[]) =>
  compareStruct({ name: 'theirs', sizeBytes, fields }, ours).kind;

describe('a structure of a table against ours', () => {
  test('the same size, offsets and widths pass', () => {
    expect(kindOf(16, field('first_word', 0, 4), field('x', 4, 2), field('y', 6, 2))).toBe('pass');
  });

  test('one field may hold several of ours', () => {
    expect(kindOf(16, field('pair', 4, 4))).toBe('pass');
  });

  test('another size fails', () => {
    expect(kindOf(24)).toBe('fail');
  });

  test('a field where none of ours starts fails', () => {
    expect(kindOf(16, field('x', 2, 2))).toBe('fail');
  });

  test('a field that ends inside one of ours fails', () => {
    expect(kindOf(16, field('x', 0, 2))).toBe('fail');
  });

  test('a field of the same name elsewhere fails', () => {
    expect(kindOf(16, field('third', 4, 2), field('second', 6, 2))).toBe('fail');
  });

  test('a word may be divided where two groups of its bits meet, and nowhere else', () => {
    expect(kindOf(16, field('low', 8, 4), field('high', 12, 4))).toBe('pass');
    expect(kindOf(16, field('low', 8, 2), field('high', 10, 6))).toBe('fail');
  });

  test('of the members of a union one is enough', () => {
    expect(kindOf(16, field('whole', 0, 4), field('part', 0, 3))).toBe('pass');
  });

  test('a list of unknown length at the end counts by its offset', () => {
    expect(kindOf(16, field('list', 16, 0))).toBe('pass');
    expect(kindOf(16, field('list', 7, 0))).toBe('fail');
  });

  test('bits are compared one by one', () => {
    const bits = (low: number, widthBits: number) =>
      compareStruct(
        {
          name: 'theirs',
          sizeBytes: 16,
          fields: [{ name: 'on', offsetBytes: 8, sizeBytes: undefined, bits: { low, widthBits } }],
        },
        ours,
      ).kind;
    expect(bits(64, 1)).toBe('pass');
    expect(bits(64, 2)).toBe('fail');
    expect(bits(66, 1)).toBe('fail');
  });

  test('a structure that the engine does not have is not built yet', () => {
    expect(compareStruct({ name: 'nobody_has_this', sizeBytes: 4, fields: [] })).toEqual({
      kind: 'skip',
      reason: 'behaviour not built yet',
    });
  });
});
