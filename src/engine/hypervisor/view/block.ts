/** Parameter blocks as rows of fields: the form, the annotated bytes and the layout in one. */
import type { FieldInfo, FieldKind, FieldRole, Layout } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import type { U64 } from '../../kernel/u64.ts';
import type { CallDefinition } from '../defs/call.ts';
import { hypercallInput } from '../defs/control.ts';
import { fieldText } from '../defs/fields.ts';
import { headerWord } from '../defs/header-word.ts';

/** One field at its place in a block. */
export interface BlockRow {
  /** Unique in the block: path and, in a list, the element. */
  readonly key: string;
  readonly path: string;
  /** Element of the list, or undefined for the fixed part. */
  readonly element: number | undefined;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly kind: FieldKind;
  readonly role: FieldRole;
  readonly doc: string;
  /** The bytes in hexadecimal, two digits each. */
  readonly bytes: readonly string[];
  readonly text: string;
  /** Reserved and not zero. */
  readonly broken: boolean;
  /** Where the structure that holds the field starts. */
  readonly structAt: number;
  readonly info: FieldInfo;
}

/** A list longer than this is not drawn element by element. */
const elementsShownMax = 16;

/** A block in rows, and how many elements of its list are left out. */
export interface BlockView {
  readonly rows: readonly BlockRow[];
  readonly sizeBytes: number;
  readonly hiddenElements: number;
}

/** What a block is made of, in the order in which the parts lie in it. */
export interface BlockParts {
  readonly fixed: Layout | undefined;
  readonly headerWords: number;
  readonly element: Layout | undefined;
  readonly repCount: number;
}

/** The block of the given parts, zero where `bytes` ends. */
export function blockView(parts: BlockParts, bytes: Uint8Array): BlockView {
  const { fixed, headerWords, element } = parts;
  const repCount = element === undefined ? 0 : parts.repCount;
  const headerAt = fixed?.sizeBytes ?? 0;
  const listAt = headerAt + headerWords * headerWord.sizeBytes;
  const elementBytes = element?.sizeBytes ?? 0;
  const whole = new Uint8Array(listAt + repCount * elementBytes);
  whole.set(bytes.subarray(0, whole.length));
  const rows = rowsOf(fixed, whole, 0, undefined);
  for (let index = 0; index < headerWords; index += 1) {
    rows.push(...rowsOf(headerWord, whole, headerAt + index * headerWord.sizeBytes, index));
  }
  const shown = Math.min(repCount, elementsShownMax);
  for (let index = 0; index < shown; index += 1) {
    rows.push(...rowsOf(element, whole, listAt + index * elementBytes, index));
  }
  return { rows, sizeBytes: whole.length, hiddenElements: repCount - shown };
}

/** The input block of a call; a header that the call cannot have is not drawn. */
export function inputView(call: CallDefinition, control: U64, bytes: Uint8Array): BlockView {
  const words = hypercallInput.get(control, 'VariableHeaderSize');
  return blockView(
    {
      fixed: call.input,
      headerWords: Math.min(words, call.headerMaxWords),
      element: call.element,
      repCount: hypercallInput.get(control, 'RepCount'),
    },
    bytes,
  );
}

function rowsOf(
  layout: Layout | undefined,
  whole: Uint8Array,
  at: number,
  element: number | undefined,
): BlockRow[] {
  const view = new DataView(whole.buffer);
  assert(at + (layout?.sizeBytes ?? 0) <= whole.length, 'a layout shows bytes that there are');
  return (layout?.fields ?? []).map((info) => {
    const { path, offsetBytes, field } = info;
    const slice = whole.subarray(at + offsetBytes, at + offsetBytes + field.sizeBytes);
    return {
      key: element === undefined ? path : `${path}[${element}]`,
      path,
      element,
      offsetBytes: at + offsetBytes,
      sizeBytes: field.sizeBytes,
      kind: field.kind,
      role: field.role,
      doc: field.doc,
      bytes: Array.from(slice, (byte) => byte.toString(16).padStart(2, '0')),
      text: fieldText(info, view, at),
      broken: field.role === 'reserved' && slice.some((byte) => byte !== 0),
      structAt: at,
      info,
    };
  });
}
