/**
 * The code that puts a lab's state into a link: `<version>.<base64url>`.
 *
 * Total and canonical: every text decodes to fields or to a precise issue, and what decodes encodes
 * to the same text. Two check bytes tell a link that was cut or mistyped from a whole one. Field
 * ids belong to each lab, are never used again, and stand in rising order.
 */
import { ByteReader, ByteWriter } from '../kernel/bytes.ts';
import { Digest } from '../kernel/digest.ts';
import { assert, err, type Issue, ok, type Result } from '../kernel/result.ts';

/** A field's value: a whole number of at most 64 bits, or bytes. */
export type StateValue = bigint | Uint8Array;

/** Fields by id, in rising order. */
export type StateFields = ReadonlyMap<number, StateValue>;

/** The version that this code writes; a reader of a later one says so instead of guessing. */
export const stateVersion = 1;

/** No link is longer than this; longer ones are refused before any work. */
const lengthMaxChars = 8192;
const checkBytes = 2;
const idMax = 0x7fff;
const wordMax = 0xffff_ffff_ffff_ffffn;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Writes fields as text. */
export function encodeState(fields: StateFields): string {
  const writer = new ByteWriter();
  for (const [id, value] of [...fields].sort(([a], [b]) => a - b)) {
    assert(Number.isInteger(id) && id >= 0 && id <= idMax, `field id ${id}`);
    if (typeof value === 'bigint') {
      assert(value >= 0n && value <= wordMax, `field ${id} holds ${value}`);
      writer.varint(BigInt(id) * 2n).varint(value);
    } else {
      writer
        .varint(BigInt(id) * 2n + 1n)
        .varint(BigInt(value.length))
        .raw(value);
    }
  }
  const body = writer.finish();
  const text = toBase64Url(new ByteWriter().raw(body).raw(checksum(body)).finish());
  assert(text.length < lengthMaxChars, `${body.length} bytes are too many for a link`);
  return `${stateVersion}.${text}`;
}

/** Reads fields from text; a problem says what is wrong with the link. */
export function decodeState(text: string): Result<StateFields, Issue> {
  const match = /^([1-9][0-9]{0,2})\.([A-Za-z0-9_-]*)$/.exec(text);
  if (match === null || text.length > lengthMaxChars) {
    return problem('link.form', 'This is not a link to a state of the lab.');
  }
  const version = Number(match[1]);
  if (version !== stateVersion) {
    return problem(
      'link.version',
      `The link is of version ${version}; this page knows version ${stateVersion}.`,
    );
  }
  const bytes = fromBase64Url(match[2] as string);
  if (bytes === undefined || bytes.length < checkBytes) return damaged();
  const body = bytes.slice(0, -checkBytes);
  const check = checksum(body);
  const isWhole = check.every((byte, index) => bytes[body.length + index] === byte);
  const fields = isWhole ? readFields(body) : undefined;
  return fields === undefined ? damaged() : ok(fields);
}

const allowed = 'a whole link as the lab copies it';

const problem = (code: string, message: string): Result<never, Issue> =>
  err({ path: 'link', code, message, allowed });

const damaged = (): Result<never, Issue> =>
  problem('link.damaged', 'The link is cut off or damaged.');

function readFields(body: Uint8Array): StateFields | undefined {
  const reader = new ByteReader(body);
  const fields = new Map<number, StateValue>();
  let last = -1;
  while (!reader.done) {
    const tag = reader.varint();
    if (tag === undefined || tag >> 1n > BigInt(idMax)) return undefined;
    const id = Number(tag >> 1n);
    if (id <= last) return undefined;
    last = id;
    const word = reader.varint();
    if (word === undefined) return undefined;
    const isBytes = (tag & 1n) === 1n;
    const value = isBytes ? readRun(reader, word) : word;
    if (value === undefined) return undefined;
    fields.set(id, value);
  }
  return fields;
}

const readRun = (reader: ByteReader, lengthBytes: bigint): Uint8Array | undefined =>
  lengthBytes > BigInt(lengthMaxChars) ? undefined : reader.raw(Number(lengthBytes));

function checksum(body: Uint8Array): Uint8Array {
  const hex = new Digest().bytes(body).hex();
  return Uint8Array.of(Number.parseInt(hex.slice(0, 2), 16), Number.parseInt(hex.slice(14), 16));
}

function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group =
      ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const chars = left >= 3 ? 4 : left + 1;
    for (let char = 0; char < chars; char += 1) {
      text += alphabet.charAt((group >>> (18 - 6 * char)) & 63);
    }
  }
  return text;
}

/** Undefined when the text is no canonical base64url: wrong length or bits left over. */
function fromBase64Url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8));
  let bits = 0;
  let held = 0;
  let next = 0;
  for (const char of text) {
    held = ((held << 6) | alphabet.indexOf(char)) & 0xfff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[next] = (held >>> bits) & 0xff;
    next += 1;
  }
  const left = held & ((1 << bits) - 1);
  return left === 0 ? bytes : undefined;
}
