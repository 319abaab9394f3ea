import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bitfield } from '../../../src/engine/kernel/bitfield.ts';
import {
  bytesField,
  nested,
  padding,
  readU64,
  reserved,
  struct,
  u8,
  u16,
  u32,
  u64Field,
  writeU64,
} from '../../../src/engine/kernel/layout.ts';
import { EngineError } from '../../../src/engine/kernel/result.ts';
import { u64, u64FromBigint, u64ToBigint } from '../../../src/engine/kernel/u64.ts';

const flags = bitfield('FLAGS', 16, {
  Used: { bits: [11, 0], doc: 'Used.' },
  Rsvd: { bits: [15, 12], doc: 'Reserved.', reserved: true },
});
const wideFlags = bitfield('WIDE', 64, {
  Used: { bits: [39, 0], doc: 'Used.' },
  Rsvd: { bits: [63, 40], doc: 'Reserved.', reserved: true },
});

const inner = struct('INNER', {
  Word: u64Field('A word.', { bits: wideFlags }),
  Half: u16('A half.', { bits: flags }),
  Zero: reserved(6),
});
const middle = struct('MIDDLE', {
  Number: u32('A number.'),
  Pad: padding(4),
  In: nested(inner, 'Inside.'),
});
const outer = struct('OUTER', {
  First: u8('First.'),
  Gap: padding(7),
  Mid: nested(middle, 'In the middle.'),
  Tail: bytesField(8, 'Tail.'),
});

const u64s = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(u64FromBigint);
const outerValues = fc.record({
  First: fc.nat(0xff),
  Mid: fc.record({
    Number: fc.nat(0xffff_ffff),
    In: fc.record({ Word: u64s, Half: fc.nat(0xffff) }),
  }),
  Tail: fc.uint8Array({ minLength: 8, maxLength: 8 }),
});

describe('a structure is what its declaration says', () => {
  test('fields lie one after another, parts of nested structures at their own places', () => {
    expect(outer.sizeBytes).toBe(40);
    expect(outer.fields.map(({ path, offsetBytes }) => [path, offsetBytes])).toEqual([
      ['First', 0],
      ['Gap', 1],
      ['Mid.Number', 8],
      ['Mid.Pad', 12],
      ['Mid.In.Word', 16],
      ['Mid.In.Half', 24],
      ['Mid.In.Zero', 26],
      ['Tail', 32],
    ]);
  });

  test('integers are little-endian', () => {
    const bytes = struct('N', {
      a: u64Field('a'),
      b: u32('b'),
      c: u16('c'),
      d: u8('d'),
      e: u8('e'),
    }).encode({
      a: u64(0x0403_0201, 0x0807_0605),
      b: 0x0c0b_0a09,
      c: 0x0e0d,
      d: 0x0f,
      e: 0x10,
    });
    expect([...bytes]).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
  });

  test('what is encoded decodes to the same values, through any depth of nesting', () => {
    fc.assert(
      fc.property(outerValues, (values) => {
        const bytes = outer.encode(values);
        expect(outer.decode(bytes)).toEqual(values);
        const view = outer.view(new DataView(bytes.buffer));
        view.Mid.In.Half = values.Mid.In.Half ^ 1;
        expect(outer.decode(bytes).Mid.In).toEqual({
          Word: values.Mid.In.Word,
          Half: values.Mid.In.Half ^ 1,
        });
      }),
    );
  });

  test('decoded values are copies, a view is a window', () => {
    const bytes = outer.encode({ Tail: Uint8Array.of(1, 2, 3) });
    const copy = outer.decode(bytes);
    const view = outer.view(new DataView(bytes.buffer));
    bytes[32] = 9;
    expect(copy.Tail[0]).toBe(1);
    expect(view.Tail[0]).toBe(9);
  });

  test('a structure is decoded where its bytes lie, also inside a larger buffer', () => {
    const bytes = new Uint8Array(64);
    bytes.set(inner.encode({ Half: 0x123 }), 24);
    expect(inner.decode(bytes.subarray(24, 40)).Half).toBe(0x123);
    const view = inner.view();
    view.move(new DataView(bytes.buffer), 24);
    expect(view.Half).toBe(0x123);
  });

  test('fields that are not given are zero, and so is the rest of a short run of bytes', () => {
    const bytes = outer.encode({});
    expect(bytes).toEqual(new Uint8Array(40));
    const view = outer.view(new DataView(bytes.buffer));
    view.Tail = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    view.Tail = Uint8Array.of(9);
    expect([...bytes.subarray(32)]).toEqual([9, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('fewer bytes than the structure has are never read as if they were there', () => {
    fc.assert(
      fc.property(fc.nat(outer.sizeBytes - 1), (lengthBytes) => {
        const shortened = new Uint8Array(64).subarray(0, lengthBytes);
        expect(() => outer.decode(shortened)).toThrow(`${lengthBytes} bytes are too few`);
      }),
    );
  });

  test('more bytes than a run holds are our own bug', () => {
    expect(() => outer.encode({ Tail: new Uint8Array(9) })).toThrow('9 bytes do not fit in 8');
  });

  test('a 64-bit word reads back as it was written', () => {
    fc.assert(
      fc.property(u64s, fc.nat(8), (word, at) => {
        const view = new DataView(new ArrayBuffer(16));
        writeU64(view, at, word);
        expect(readU64(view, at)).toEqual(word);
        expect(view.getBigUint64(at, true)).toBe(u64ToBigint(word));
      }),
    );
  });
});

describe('reserved parts', () => {
  const problem = (bytes: Uint8Array) => outer.reservedProblem(new DataView(bytes.buffer), 0)?.path;

  test('bits of data fields and padding may be set', () => {
    const bytes = new Uint8Array(outer.sizeBytes).fill(0xff, 0, 16);
    bytes.fill(0xff, 16, 21);
    bytes.set([0xff, 0x0f], 24);
    bytes.fill(0xff, 32);
    expect(problem(bytes)).toBeUndefined();
  });

  test.each([
    ...Array.from({ length: 24 }, (_, index) => ['Mid.In.Word', 16, 40 + index] as const),
    ...Array.from({ length: 4 }, (_, index) => ['Mid.In.Half', 24, 12 + index] as const),
    ...Array.from({ length: 48 }, (_, index) => ['Mid.In.Zero', 26, index] as const),
  ])('a reserved bit of %s at %i, bit %i, is found', (path, at, bit) => {
    const bytes = new Uint8Array(outer.sizeBytes);
    bytes[at + (bit >> 3)] = 1 << (bit & 7);
    expect(problem(bytes)).toBe(path);
  });

  test('the first one in order is named', () => {
    expect(problem(new Uint8Array(outer.sizeBytes).fill(0xff))).toBe('Mid.In.Word');
  });
});

describe('declarations that cannot be right', () => {
  test('an integer that is not aligned to its size', () => {
    expect(() => struct('S', { a: u8('a'), b: u32('b') })).toThrow('S.b at 1 is misaligned');
    expect(() => struct('S', { a: u32('a'), b: u64Field('b') })).toThrow(EngineError);
  });

  test('a nested structure is aligned as its widest part', () => {
    expect(() => struct('S', { a: u8('a'), b: nested(inner, 'b') })).toThrow('misaligned');
  });
});
