import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Digest } from '../../../src/engine/kernel/digest.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** FNV-1a 64 as the definition reads, with bigint: slow and plain. */
function reference(bytes: Uint8Array): string {
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100_0000_01b3n);
  return hash.toString(16).padStart(16, '0');
}

describe('the digest is FNV-1a with 64 bits', () => {
  /** Published test vectors of the algorithm. Source: RFC 9923, appendix C. */
  test.each([
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['b', 'af63df4c8601f1a5'],
    ['foobar', '85944171f73967e8'],
  ])('of "%s" is %s', (text, expected) => {
    expect(new Digest().bytes(ascii(text)).hex()).toBe(expected);
  });

  test('any bytes give what the definition gives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(new Digest().bytes(bytes).hex()).toBe(reference(bytes));
      }),
    );
  });

  test('a 32-bit number counts as its four bytes, low byte first', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), (value) => {
        const bytes = new Uint8Array(4);
        new DataView(bytes.buffer).setUint32(0, value, true);
        expect(new Digest().u32(value).hex()).toBe(reference(bytes));
      }),
    );
  });

  test('a double counts as its eight bytes, low byte first', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const bytes = new Uint8Array(8);
        new DataView(bytes.buffer).setFloat64(0, value, true);
        expect(new Digest().f64(value).hex()).toBe(reference(bytes));
      }),
    );
  });

  test('NaN is refused: its bytes differ between machines', () => {
    expect(() => new Digest().f64(Number.NaN)).toThrow('NaN');
  });

  test('looking at the digest does not change it', () => {
    const digest = new Digest().u8(1);
    expect(digest.hex()).toBe(digest.hex());
    expect(digest.u8(2).hex()).toBe(reference(Uint8Array.of(1, 2)));
  });
});
