/**
 * Careful reading of JSON that somebody else wrote.
 *
 * A file may hold anything, so every access says what it wants and where it looked. What cannot be
 * read as wanted is thrown as `NotUnderstood` and caught once per case: it fails that case with the
 * place, and never becomes a silent skip.
 */
import { parseHex } from '../engine/kernel/bytes.ts';
import { type U64, u64FromNumber, u64IsSafe, u64Parse, u64ToNumber } from '../engine/kernel/u64.ts';

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of JSON. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A file says something that this program has no meaning for. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
}

/** True for an object, not for a list or null. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The member of an object, or undefined when the value is no object or has no such member. */
const member = (value: Json | undefined, key: string): Json | undefined =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** The most bytes that one hexadecimal text may hold: far above any block of a case. */
const hexMaxBytes = 1 << 20;

/** One JSON value together with the way that led to it. */
export class Part {
  readonly value: Json | undefined;
  readonly path: string;

  constructor(value: Json | undefined, path = '') {
    this.value = value;
    this.path = path;
  }

  /** Stops reading: the value here is not one of those that have a meaning. */
  refuse(wanted: string): never {
    const seen = this.value === undefined ? 'nothing' : JSON.stringify(this.value).slice(0, 80);
    throw new NotUnderstood(`${this.path || 'the row'} is ${seen}, not ${wanted}`);
  }

  /** The member with a name; its value may be undefined. */
  at(key: string): Part {
    return new Part(member(this.value, key), this.path === '' ? key : `${this.path}.${key}`);
  }

  /** True when there is something here. */
  get exists(): boolean {
    return this.value !== undefined;
  }

  /** The names of the members, none when it is no object. */
  get keys(): readonly string[] {
    return isObject(this.value) ? Object.keys(this.value) : [];
  }

  /** The elements of a list. */
  get items(): readonly Part[] {
    const { value } = this;
    if (!Array.isArray(value)) return this.refuse('a list');
    return value.map((item: Json, index) => new Part(item, `${this.path}[${index}]`));
  }

  /** Refuses members that are not in the list, so that nothing is passed over. */
  only(known: readonly string[]): this {
    const odd = this.keys.find((key) => !known.includes(key));
    if (odd !== undefined) this.at(odd).refuse(`known here (known: ${known.join(', ')})`);
    return this;
  }

  /** A text. */
  get text(): string {
    return typeof this.value === 'string' ? this.value : this.refuse('text');
  }

  /** A yes or no. */
  get flag(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.refuse('true or false');
  }

  /** A whole number of up to 64 bits: hexadecimal or decimal text, or a JSON number. */
  get word(): U64 {
    const { value } = this;
    const parsed =
      typeof value === 'string'
        ? u64Parse(value)
        : typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
          ? u64FromNumber(value)
          : undefined;
    return parsed ?? this.refuse('a number of at most 64 bits');
  }

  /** A whole number that a double holds exactly. */
  get number(): number {
    const { word } = this;
    return u64IsSafe(word) ? u64ToNumber(word) : this.refuse('a number below 2^53');
  }

  /** Bytes in hexadecimal. */
  get bytes(): Uint8Array {
    const parsed = parseHex(this.text, hexMaxBytes);
    return parsed.ok ? parsed.value : this.refuse(`hexadecimal bytes (${parsed.error.message})`);
  }

  /** A number of 128 bits in hexadecimal as sixteen bytes, lowest first. */
  get wide(): Uint8Array {
    const digits = /^0x([0-9a-f]{1,32})$/i.exec(this.text)?.[1];
    if (digits === undefined) return this.refuse('a hexadecimal number of at most 128 bits');
    const bytes = new Uint8Array(16);
    const padded = digits.padStart(32, '0');
    for (let index = 0; index < 16; index += 1) {
      bytes[index] = Number.parseInt(padded.slice(30 - 2 * index, 32 - 2 * index), 16);
    }
    return bytes;
  }
}
