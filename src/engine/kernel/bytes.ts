/**
 * Bytes as text and back, and bounds-checked sequential access.
 *
 * Readers paste hexadecimal in every form there is, so parsing is total: every text gives bytes or
 * a precise reason with its position.
 */
import { assert, err, type Issue, ok, type Result } from './result.ts';

/** Lower-case hexadecimal digits of the bytes, without separators. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/**
 * Reads bytes from hexadecimal text with or without `0x`, spaces, commas, colons and line breaks.
 * `maxBytes` is the room there is; the problem names the position of the first wrong character.
 */
export function parseHex(text: string, maxBytes: number): Result<Uint8Array, Issue> {
  const allowed = `up to ${maxBytes} bytes as pairs of hexadecimal digits, like "01 00 ff"`;
  const problem = (code: string, message: string) => err({ path: 'hex', code, message, allowed });
  const digits = text.replace(/0[xX]/g, '  ');
  const compact: string[] = [];
  for (let index = 0; index < digits.length; index += 1) {
    const char = digits.charAt(index);
    if (/[\s,:;_-]/.test(char)) continue;
    if (!/[0-9a-fA-F]/.test(char)) {
      const shown = String.fromCodePoint(digits.codePointAt(index) ?? 0);
      const place = `character ${index + 1}`;
      return problem('hex.digit', `${place} is "${shown}", which is not a hexadecimal digit`);
    }
    compact.push(char);
  }
  if (compact.length % 2 !== 0) {
    return problem('hex.odd', `${compact.length} digits do not make whole bytes`);
  }
  if (compact.length / 2 > maxBytes) {
    return problem('hex.long', `${compact.length / 2} bytes are more than ${maxBytes}`);
  }
  return ok(pairsToBytes(compact));
}

function pairsToBytes(digits: readonly string[]): Uint8Array {
  assert(digits.length % 2 === 0, 'an odd number of digits');
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(`${digits[2 * index]}${digits[2 * index + 1]}`, 16);
  }
  return bytes;
}

/** Writes bytes one after another into a buffer that grows. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  /** Appends one byte. */
  u8(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value <= 0xff, `not a byte: ${value}`);
    this.#bytes.push(value);
    return this;
  }

  /** Appends a whole number in base 128, low digits first, as few bytes as it needs. */
  varint(value: bigint): this {
    assert(value >= 0n, `a varint has no sign: ${value}`);
    let rest = value;
    while (rest > 0x7fn) {
      this.u8(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    return this.u8(Number(rest));
  }

  /** Appends bytes as they are. */
  raw(bytes: Uint8Array): this {
    for (const byte of bytes) this.u8(byte);
    return this;
  }

  /** All bytes written so far. */
  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** Reads bytes one after another; past the end it gives undefined instead of failing. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #next = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** True when every byte has been read. */
  get done(): boolean {
    return this.#next >= this.#bytes.length;
  }

  /** The next byte. */
  u8(): number | undefined {
    const value = this.#bytes[this.#next];
    if (value !== undefined) this.#next += 1;
    return value;
  }

  /** The next base-128 number of at most 64 bits; undefined when cut off, too long or padded. */
  varint(): bigint | undefined {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.u8();
      if (byte === undefined) return undefined;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        const padded = byte === 0 && shift > 0n;
        return padded || value > 0xffffffffffffffffn ? undefined : value;
      }
    }
    return undefined;
  }

  /** The next `lengthBytes` bytes as a copy; undefined when there are not as many. */
  raw(lengthBytes: number): Uint8Array | undefined {
    assert(Number.isInteger(lengthBytes) && lengthBytes >= 0, `not a length: ${lengthBytes}`);
    if (this.#bytes.length - this.#next < lengthBytes) return undefined;
    const slice = this.#bytes.slice(this.#next, this.#next + lengthBytes);
    this.#next += lengthBytes;
    return slice;
  }
}
