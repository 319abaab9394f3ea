/** Parameter blocks as rows of fields: the form, the annotated bytes and the layout in one. */
import type { FieldInfo, FieldKind, FieldRole, Layout } from '../../kernel/layout.ts';
import type { CallDefinition } from '../defs/call.ts';
import { fieldText } from '../defs/fields.ts';

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
export const elementsShownMax = 32;

/** A block in rows, and how many elements of its list are left out. */
export interface BlockView {
  readonly rows: readonly BlockRow[];
  readonly sizeBytes: number;
  readonly hiddenElements: number;
}

/** The block of a fixed part and `repCount` elements, zero where `bytes` ends. */
export function blockView(
  fixed: Layout | undefined,
  element: Layout | undefined,
  repCount: number,
  bytes: Uint8Array,
): BlockView {
  const fixedBytes = fixed?.sizeBytes ?? 0;
  const elementBytes = element?.sizeBytes ?? 0;
  const sizeBytes = fixedBytes + repCount * elementBytes;
  const whole = new Uint8Array(sizeBytes);
  whole.set(bytes.subarray(0, sizeBytes));
  const shown = element === undefined ? 0 : Math.min(repCount, elementsShownMax);
  const rows = rowsOf(fixed, whole, 0, undefined);
  for (let index = 0; index < shown; index += 1) {
    rows.push(...rowsOf(element, whole, fixedBytes + index * elementBytes, index));
  }
  return { rows, sizeBytes, hiddenElements: element === undefined ? 0 : repCount - shown };
}

/** The input block of a call. */
export const inputView = (call: CallDefinition, repCount: number, bytes: Uint8Array): BlockView =>
  blockView(call.input, call.element, repCount, bytes);

function rowsOf(
  layout: Layout | undefined,
  whole: Uint8Array,
  at: number,
  element: number | undefined,
): BlockRow[] {
  const view = new DataView(whole.buffer);
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
