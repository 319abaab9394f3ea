/**
 * One declaration of a binary layout, many uses.
 *
 * `struct()` gives a codec, a view that reads and writes fields in place, the list of fields with
 * offsets, widths, bits and documentation, and the checks of reserved fields. Forms, reference
 * tables, the byte view and tests are all derived from it, so no offset is typed twice. All
 * integers are little-endian, as in every structure of the Hyper-V interfaces.
 */

import type { BitField } from './bitfield.ts';
import { assert } from './result.ts';
import { type U64, u64And, u64IsZero } from './u64.ts';

/** What a field is for: data, must be zero (checked), or ignored filling. */
export type FieldRole = 'data' | 'reserved' | 'padding';

/** How a field's bytes are written down and edited. */
export type FieldKind = 'u8' | 'u16' | 'u32' | 'u64' | 'bytes' | 'struct';

interface Accessor<V> {
  read(view: DataView, at: number): V;
  write(view: DataView, at: number, value: V): void;
}

/** The declaration of one field: its codec and what a reader is told about it. */
export interface Field<V, R extends FieldRole = FieldRole> extends Accessor<V> {
  readonly kind: FieldKind;
  readonly role: R;
  readonly sizeBytes: number;
  readonly alignBytes: number;
  readonly doc: string;
  /** Meaning of the single bits of an integer. */
  readonly bits?: BitField;
  /** Names of the values that an integer may have. */
  readonly values?: Readonly<Record<number, string>>;
  /** Layout of a nested structure. */
  readonly struct?: Layout;
}

/** A field at its place. `path` joins the names of nested fields by dots. */
export interface FieldInfo {
  readonly path: string;
  readonly offsetBytes: number;
  readonly field: Field<unknown>;
}

type Fields = Readonly<Record<string, Field<never> | Field<unknown>>>;

/** The plain values of a structure's data fields. */
export type Values<F> = {
  -readonly [K in keyof F as F[K] extends Field<infer _V, 'data'> ? K : never]: F[K] extends Field<
    infer V
  >
    ? V
    : never;
};

/** A window onto bytes: reads and writes fields in place; `move` points it somewhere else. */
export type View<F> = Values<F> & { move(view: DataView, at: number): void };

/** The part of a layout that tables and checks need, whatever its fields are. */
export interface Layout {
  readonly name: string;
  /** Other names of the same structure: Linux, OpenVMM or older specifications. */
  readonly aka: readonly string[];
  readonly sizeBytes: number;
  /** Fields in order; nested structures are resolved to their parts. */
  readonly fields: readonly FieldInfo[];
  /** The first reserved field or bit that is not zero, if any. */
  reservedProblem(view: DataView, at: number): FieldInfo | undefined;
}

/** A layout together with its codec. */
export interface Struct<F> extends Layout {
  /** A window onto `bytes` from `at`; the caller moves it with `move`. */
  view(bytes?: DataView, at?: number): View<F>;
  /** Copies the data fields out of bytes. */
  decode(bytes: Uint8Array): Values<F>;
  /** Bytes with the given fields set and all others zero. */
  encode(values: Partial<Values<F>>): Uint8Array;
}

/** What a field can be told beside its documentation. */
interface IntegerOptions {
  readonly bits?: BitField;
  readonly values?: Readonly<Record<number, string>>;
}

const integer =
  (kind: 'u8' | 'u16' | 'u32', sizeBytes: number, access: Accessor<number>) =>
  (doc: string, options: IntegerOptions = {}): Field<number, 'data'> => ({
    kind,
    role: 'data',
    sizeBytes,
    alignBytes: sizeBytes,
    doc,
    ...access,
    ...options,
  });

/** An unsigned byte. */
export const u8 = integer('u8', 1, {
  read: (view, at) => view.getUint8(at),
  write: (view, at, value) => view.setUint8(at, value),
});

/** An unsigned 16-bit integer. */
export const u16 = integer('u16', 2, {
  read: (view, at) => view.getUint16(at, true),
  write: (view, at, value) => view.setUint16(at, value, true),
});

/** An unsigned 32-bit integer. */
export const u32 = integer('u32', 4, {
  read: (view, at) => view.getUint32(at, true),
  write: (view, at, value) => view.setUint32(at, value, true),
});

/** Reads a 64-bit word, low half first. */
export const readU64 = (view: DataView, at: number): U64 => ({
  lo: view.getUint32(at, true),
  hi: view.getUint32(at + 4, true),
});

/** Writes a 64-bit word, low half first. */
export function writeU64(view: DataView, at: number, value: U64): void {
  view.setUint32(at, value.lo, true);
  view.setUint32(at + 4, value.hi, true);
}

/** An unsigned 64-bit integer as two halves. */
export const u64Field = (doc: string, options: IntegerOptions = {}): Field<U64, 'data'> => ({
  kind: 'u64',
  role: 'data',
  sizeBytes: 8,
  alignBytes: 8,
  doc,
  read: readU64,
  write: writeU64,
  ...options,
});

const byteAccess = (sizeBytes: number): Accessor<Uint8Array> => ({
  read: (view, at) => new Uint8Array(view.buffer, view.byteOffset + at, sizeBytes),
  write: (view, at, value) => {
    assert(value.length <= sizeBytes, `${value.length} bytes do not fit in ${sizeBytes}`);
    const target = new Uint8Array(view.buffer, view.byteOffset + at, sizeBytes);
    target.fill(0);
    target.set(value);
  },
});

const byteRun =
  <R extends FieldRole>(role: R) =>
  (sizeBytes: number, doc: string): Field<Uint8Array, R> => ({
    kind: 'bytes',
    role,
    sizeBytes,
    alignBytes: 1,
    doc,
    ...byteAccess(sizeBytes),
  });

/** A run of bytes; reading gives a window onto the memory, not a copy. */
export const bytesField = byteRun('data');

/** Bytes that must be zero; a call with any other value is refused. */
export const reserved = (sizeBytes: number, doc = 'Reserved, must be zero.') =>
  byteRun('reserved')(sizeBytes, doc);

/** Filling that is ignored when read and written as zero. */
export const padding = (sizeBytes: number, doc = 'Padding.') => byteRun('padding')(sizeBytes, doc);

/** A structure inside a structure; reading gives a window onto it, writing takes plain values. */
export const nested = <F>(struct: Struct<F>, doc: string): Field<Values<F>, 'data'> => ({
  kind: 'struct',
  role: 'data',
  sizeBytes: struct.sizeBytes,
  alignBytes: Math.max(...struct.fields.map(({ field }) => field.alignBytes)),
  doc,
  struct,
  read: (view, at) => struct.view(view, at),
  write: (view, at, value) => Object.assign(struct.view(view, at), value),
});

const emptyView = new DataView(new ArrayBuffer(0));

/**
 * Declares a structure. Fields lie one after another without gaps; where the specification has a
 * gap, it is a `reserved` or `padding` field. Misaligned integers are a mistake in the declaration.
 */
export function struct<F extends Fields>(
  name: string,
  fields: F,
  options: { readonly aka?: readonly string[] } = {},
): Struct<F> {
  const placed = place(name, fields);
  const sizeBytes = placed.reduce((sum, { field }) => sum + field.sizeBytes, 0);
  const flat = flatten(placed);
  const View = viewClass<F>(placed);
  const checked = flat.filter(({ field }) => field.role === 'reserved' || field.bits?.reserved);
  return {
    name,
    aka: options.aka ?? [],
    sizeBytes,
    fields: flat,
    view: (bytes = emptyView, at = 0) => new View(bytes, at),
    decode(bytes) {
      assert(bytes.length >= sizeBytes, `${bytes.length} bytes are too few for ${name}`);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return snapshot(flat, view) as Values<F>;
    },
    encode(values) {
      const bytes = new Uint8Array(sizeBytes);
      Object.assign(new View(new DataView(bytes.buffer), 0), values);
      return bytes;
    },
    reservedProblem(view, at) {
      for (const info of checked) {
        if (!isClear(info.field, view, at + info.offsetBytes)) return info;
      }
      return undefined;
    },
  };
}

function place(name: string, fields: Fields): FieldInfo[] {
  const placed: FieldInfo[] = [];
  let offsetBytes = 0;
  for (const [path, declared] of Object.entries(fields)) {
    const field = declared as Field<unknown>;
    assert(offsetBytes % field.alignBytes === 0, `${name}.${path} at ${offsetBytes} is misaligned`);
    placed.push({ path, offsetBytes, field });
    offsetBytes += field.sizeBytes;
  }
  return placed;
}

function flatten(placed: readonly FieldInfo[]): FieldInfo[] {
  return placed.flatMap((info) =>
    info.field.struct === undefined
      ? [info]
      : info.field.struct.fields.map((inner) => ({
          path: `${info.path}.${inner.path}`,
          offsetBytes: info.offsetBytes + inner.offsetBytes,
          field: inner.field,
        })),
  );
}

function isClear(field: Field<unknown>, view: DataView, at: number): boolean {
  if (field.role === 'reserved') {
    for (let index = 0; index < field.sizeBytes; index += 1) {
      if (view.getUint8(at + index) !== 0) return false;
    }
    return true;
  }
  const mask = field.bits?.reserved;
  if (mask === undefined) return true;
  const value = field.read(view, at);
  const word = typeof value === 'number' ? { lo: value, hi: 0 } : (value as U64);
  return u64IsZero(u64And(word, mask));
}

/** The data fields as plain values; the parts of a nested structure are values of an object. */
function snapshot(flat: readonly FieldInfo[], view: DataView): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { path, offsetBytes, field } of flat) {
    if (field.role !== 'data') continue;
    const value = field.read(view, offsetBytes);
    let target = values;
    const names = path.split('.');
    for (const name of names.slice(0, -1)) {
      target[name] ??= {};
      target = target[name] as Record<string, unknown>;
    }
    target[names.at(-1) ?? path] = value instanceof Uint8Array ? value.slice() : value;
  }
  return values;
}

interface ViewConstructor<F> {
  new (bytes: DataView, at: number): View<F>;
}

/**
 * Builds a class whose getters read in place, so that a field access is one bounds-checked load.
 */
function viewClass<F>(placed: readonly FieldInfo[]): ViewConstructor<F> {
  class FieldView {
    bytes: DataView;
    at: number;
    constructor(bytes: DataView, at: number) {
      this.bytes = bytes;
      this.at = at;
    }
    move(bytes: DataView, at: number): void {
      this.bytes = bytes;
      this.at = at;
    }
  }
  for (const { path, offsetBytes, field } of placed) {
    if (field.role !== 'data') continue;
    Object.defineProperty(FieldView.prototype, path, {
      get: getter(field, offsetBytes),
      set(this: Window, value: unknown) {
        field.write(this.bytes, this.at + offsetBytes, value);
      },
    });
  }
  // TypeScript cannot see properties that are defined one by one.
  const made: unknown = FieldView;
  return made as ViewConstructor<F>;
}

interface Window {
  readonly bytes: DataView;
  readonly at: number;
}

/** A getter that knows its width, so that reading an integer is one load and no further call. */
function getter(field: Field<unknown>, offset: number): (this: Window) => unknown {
  switch (field.kind) {
    case 'u8':
      return function readU8(this: Window) {
        return this.bytes.getUint8(this.at + offset);
      };
    case 'u16':
      return function readU16(this: Window) {
        return this.bytes.getUint16(this.at + offset, true);
      };
    case 'u32':
      return function readU32(this: Window) {
        return this.bytes.getUint32(this.at + offset, true);
      };
    case 'u64':
      return function readWord(this: Window) {
        return readU64(this.bytes, this.at + offset);
      };
    case 'bytes':
    case 'struct':
      return function readRest(this: Window) {
        return field.read(this.bytes, this.at + offset);
      };
  }
}
