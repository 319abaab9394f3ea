/**
 * A 64-bit FNV-1a digest, so that one short text stands for a whole run.
 *
 * The same scenario must give the same digest in Node and in every browser; it is printed in each
 * lab and kept in the golden files. FNV-1a is not meant to resist an attacker.
 * Source: RFC 9923, "The FNV Non-Cryptographic Hash Algorithm".
 */
import { assert } from './result.ts';

const offsetBasisLo = 0x84222325;
const offsetBasisHi = 0xcbf29ce4;
/** The prime is 2^40 + 0x1b3: a shift of the low half and a small product. */
const primeLow = 0x1b3;

/** Takes in numbers and bytes in order and gives their digest. */
export class Digest {
  #lo = offsetBasisLo;
  #hi = offsetBasisHi;
  readonly #double = new DataView(new ArrayBuffer(8));

  /** Takes in one byte. */
  u8(value: number): this {
    const lo = (this.#lo ^ (value & 0xff)) >>> 0;
    const product = lo * primeLow;
    const carry = Math.floor(product / 0x1_0000_0000);
    this.#hi = (this.#hi * primeLow + carry + (lo & 0xffffff) * 0x100) >>> 0;
    this.#lo = product >>> 0;
    return this;
  }

  /** Takes in a 32-bit number, low byte first. */
  u32(value: number): this {
    return this.u8(value)
      .u8(value >>> 8)
      .u8(value >>> 16)
      .u8(value >>> 24);
  }

  /** Takes in the eight bytes of a double. */
  f64(value: number): this {
    assert(!Number.isNaN(value), 'a digest of NaN is not the same everywhere');
    this.#double.setFloat64(0, value, true);
    return this.u32(this.#double.getUint32(0, true)).u32(this.#double.getUint32(4, true));
  }

  /** Takes in bytes in order. */
  bytes(values: Uint8Array): this {
    for (const value of values) this.u8(value);
    return this;
  }

  /** The digest so far as sixteen hexadecimal digits. */
  hex(): string {
    const half = (value: number) => value.toString(16).padStart(8, '0');
    return half(this.#hi) + half(this.#lo);
  }
}
