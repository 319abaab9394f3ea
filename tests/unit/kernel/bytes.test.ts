import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter, parseHex, toHex } from '../../../src/engine/kernel/bytes.ts';
import { EngineError, type Issue } from '../../../src/engine/kernel/result.ts';

const anyBytes = fc.uint8Array({ maxLength: 64 });
/** Any text, halves of surrogate pairs included. */
const anyText = fc
  .array(fc.oneof(fc.nat(0x7f), fc.nat(0x10_ffff)))
  .map((codes) => String.fromCodePoint(...codes));
const max64 = 0xffff_ffff_ffff_ffffn;

function issueOf(text: string, maxBytes = 16): Issue {
  const parsed = parseHex(text, maxBytes);
  if (parsed.ok) throw new Error(`"${text}" was accepted`);
  return parsed.error;
}

describe('bytes as hexadecimal text', () => {
  test('what is printed reads back as the same bytes', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(parseHex(toHex(bytes), 64)).toEqual({ ok: true, value: bytes });
      }),
    );
  });

  test('separators, 0x, line breaks and upper case do not matter', () => {
    const separator = fc.constantFrom('', ' ', ', ', ':', '-', '_', ';', '\n', '\t');
    fc.assert(
      fc.property(anyBytes, separator, fc.boolean(), fc.boolean(), (bytes, gap, prefix, upper) => {
        const parts = [...bytes].map((byte) => {
          const digits = byte.toString(16).padStart(2, '0');
          return (prefix ? '0x' : '') + (upper ? digits.toUpperCase() : digits);
        });
        expect(parseHex(parts.join(prefix && gap === '' ? ' ' : gap), 64)).toEqual({
          ok: true,
          value: bytes,
        });
      }),
    );
  });

  test('any text gives bytes or a reason, never an exception', () => {
    fc.assert(
      fc.property(anyText, fc.nat(32), (text, maxBytes) => {
        const parsed = parseHex(text, maxBytes);
        if (parsed.ok) expect(parsed.value.length).toBeLessThanOrEqual(maxBytes);
        else expect(parsed.error.message).not.toBe('');
      }),
    );
  });

  test('a wrong character is named with its place in the text as it was typed', () => {
    const issue = issueOf('0x12 0xg3');
    expect(issue.code).toBe('hex.digit');
    expect(issue.message).toBe('character 8 is "g", which is not a hexadecimal digit');
    expect(issue.allowed).toContain('up to 16 bytes');
  });

  test('a wrong character outside the basic plane is shown whole', () => {
    expect(issueOf('12 😀').message).toBe('character 4 is "😀", which is not a hexadecimal digit');
  });

  test('half a byte is refused', () => {
    expect(issueOf('123').code).toBe('hex.odd');
  });

  test('more bytes than there is room for are refused with both numbers', () => {
    const issue = issueOf('00'.repeat(17));
    expect(issue.code).toBe('hex.long');
    expect(issue.message).toBe('17 bytes are more than 16');
  });
});

describe('sequential bytes', () => {
  /** One part of a message: how it is written, and how it must read back. */
  interface Part {
    readonly write: (writer: ByteWriter) => ByteWriter;
    readonly read: (reader: ByteReader) => unknown;
    readonly value: unknown;
  }
  const part: fc.Arbitrary<Part> = fc.oneof(
    fc.nat(255).map((value) => ({
      value,
      write: (writer: ByteWriter) => writer.u8(value),
      read: (reader: ByteReader) => reader.u8(),
    })),
    fc.bigInt({ min: 0n, max: max64 }).map((value) => ({
      value,
      write: (writer: ByteWriter) => writer.varint(value),
      read: (reader: ByteReader) => reader.varint(),
    })),
    anyBytes.map((value) => ({
      value,
      write: (writer: ByteWriter) => writer.raw(value),
      read: (reader: ByteReader) => reader.raw(value.length),
    })),
  );

  test('what is written reads back in order, and nothing is left over', () => {
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const writer = new ByteWriter();
        for (const { write } of parts) write(writer);
        const reader = new ByteReader(writer.finish());
        for (const { read, value } of parts) expect(read(reader)).toEqual(value);
        expect(reader.done).toBe(true);
      }),
    );
  });

  test('a base-128 number takes one byte for each seven bits, at least one', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: max64 }), (value) => {
        const bits = value === 0n ? 1 : value.toString(2).length;
        expect(new ByteWriter().varint(value).finish()).toHaveLength(Math.ceil(bits / 7));
      }),
    );
  });

  test('a base-128 number that is cut off reads as nothing', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 128n, max: max64 }), (value) => {
        const bytes = new ByteWriter().varint(value).finish();
        expect(new ByteReader(bytes.subarray(0, -1)).varint()).toBeUndefined();
      }),
    );
  });

  test.each([
    ['a padded form of 0', '8000'],
    ['a padded form of 1', '8100'],
    ['more than 64 bits', 'ffffffffffffffffff02'],
    ['an endless number', 'ffffffffffffffffffff01'],
  ])('%s is refused, so that each number has one form', (_, hex) => {
    const parsed = parseHex(hex, 16);
    if (!parsed.ok) throw new Error(parsed.error.message);
    expect(new ByteReader(parsed.value).varint()).toBeUndefined();
  });

  test('reading past the end gives nothing and stays at the end', () => {
    const reader = new ByteReader(Uint8Array.of(1));
    expect(reader.raw(2)).toBeUndefined();
    expect(reader.u8()).toBe(1);
    expect(reader.u8()).toBeUndefined();
    expect(reader.u8()).toBeUndefined();
    expect(reader.done).toBe(true);
  });

  test('raw bytes are a copy of what was read', () => {
    const bytes = Uint8Array.of(1, 2);
    const copy = new ByteReader(bytes).raw(2);
    bytes[0] = 9;
    expect(copy).toEqual(Uint8Array.of(1, 2));
  });

  test('writing what is not a byte or a number without sign is our own bug', () => {
    expect(() => new ByteWriter().u8(256)).toThrow(EngineError);
    expect(() => new ByteWriter().u8(-1)).toThrow(EngineError);
    expect(() => new ByteWriter().u8(0.5)).toThrow(EngineError);
    expect(() => new ByteWriter().varint(-1n)).toThrow(EngineError);
    expect(() => new ByteReader(new Uint8Array(1)).raw(-1)).toThrow(EngineError);
  });
});
