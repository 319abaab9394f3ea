/**
 * Fields of a parameter block as text: how a form shows them and what it accepts.
 *
 * Every text is either bytes or a precise issue; nothing is rounded or cut.
 */
import { parseHex, toHex } from '../../kernel/bytes.ts';
import type { FieldInfo, Layout } from '../../kernel/layout.ts';
import { assert, err, type Issue, ok, type Result } from '../../kernel/result.ts';
import { type U64, u64Hex, u64Parse } from '../../kernel/u64.ts';

/** The text of a field: hexadecimal for integers, plain digits pairs for bytes. */
export function fieldText({ field, offsetBytes }: FieldInfo, block: DataView, at = 0): string {
  const value = field.read(block, at + offsetBytes);
  if (value instanceof Uint8Array) return toHex(value);
  const word: U64 = typeof value === 'number' ? { lo: value, hi: 0 } : (value as U64);
  return u64Hex(word);
}

const limits = { u8: '0xff', u16: '0xffff', u32: '0xffffffff', u64: '0xffffffffffffffff' } as const;

/** What may be typed into a field, in words. */
export function fieldRange({ field }: FieldInfo): string {
  if (field.kind === 'bytes' || field.kind === 'struct') {
    return `up to ${field.sizeBytes} bytes in hexadecimal`;
  }
  return `0 to ${limits[field.kind]}, decimal or with 0x`;
}

/** Puts a text into the block at `at`; the block is changed only if the text is right. */
export function setFieldText(
  info: FieldInfo,
  block: DataView,
  text: string,
  at = 0,
): Result<true, Issue> {
  const { field, path, offsetBytes } = info;
  assert(at + offsetBytes + field.sizeBytes <= block.byteLength, `${path} is outside the block`);
  if (field.kind === 'bytes') {
    const bytes = parseHex(text, field.sizeBytes);
    if (!bytes.ok) return err({ ...bytes.error, path });
    field.write(block, at + offsetBytes, bytes.value as never);
    return ok(true);
  }
  const word = u64Parse(text);
  const fits = word !== undefined && (field.sizeBytes === 8 || isBelow(word, field.sizeBytes));
  if (!fits) {
    const message = `"${text}" is not a number that fits in ${field.sizeBytes} bytes`;
    return err({ path, code: 'field.number', message, allowed: fieldRange(info) });
  }
  field.write(block, at + offsetBytes, (field.sizeBytes === 8 ? word : word.lo) as never);
  return ok(true);
}

const isBelow = (word: U64, sizeBytes: number): boolean =>
  word.hi === 0 && (sizeBytes === 4 || word.lo < 1 << (8 * sizeBytes));

/** A block with named fields set from text; the names must exist and the texts be right. */
export function encodeText(layout: Layout, texts: Readonly<Record<string, string>>): Uint8Array {
  const bytes = new Uint8Array(layout.sizeBytes);
  const view = new DataView(bytes.buffer);
  for (const [path, text] of Object.entries(texts)) {
    const info = layout.fields.find((candidate) => candidate.path === path);
    assert(info !== undefined, `${layout.name} has no field ${path}`);
    const result = setFieldText(info, view, text);
    assert(result.ok, `${layout.name}.${path}: ${text}`);
  }
  return bytes;
}
