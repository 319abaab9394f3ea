/**
 * Tables of structures that compilers printed: sizes, and offset and size of every field.
 *
 * A structure of the engine says under which other names it is known (`aka`); the same name in a
 * table must then mean the same bytes. Names of fields differ between projects, so a field is found
 * by where it lies, and by its name when both spell it alike.
 */
import { documentedStructures } from '../../engine/hypervisor/defs/structures/index.ts';
import { hypervisorLayouts } from '../../engine/hypervisor/index.ts';
import type { FieldInfo, Layout } from '../../engine/kernel/layout.ts';
import { type Json, type JsonObject, Part } from '../json.ts';
import { type Case, type CaseResult, Differences, guarded, skipped } from './case.ts';

/** The members of every line of a table of lines. */
export const layoutLinesShape = 'lines with struct and sizeof, or struct, field, offset and size';

/** The members of a table that is one value. */
export const layoutTableShape =
  'an object with structs: { NAME: { size, fields: [{ name, offset, size }] } }';

/** One field as a table prints it. */
interface FieldRow {
  readonly name: string;
  readonly offsetBytes: number;
  /** Undefined when the table says only where the field starts. */
  readonly sizeBytes: number | undefined;
  readonly bits: { readonly low: number; readonly widthBits: number } | undefined;
}

/** One structure as a table prints it. */
interface StructRow {
  readonly name: string;
  readonly sizeBytes: number | undefined;
  readonly fields: readonly FieldRow[];
}

/** Structures of the calls, and those that are documented beside them. */
const allLayouts = [...new Set([...hypervisorLayouts, ...documentedStructures])];

const structByName = new Map(
  allLayouts.flatMap((layout) =>
    [layout.name, ...layout.aka].map((name) => [name, layout] as const),
  ),
);

/** True for a line of this format. */
export function isLayoutLine(row: Part): boolean {
  const isNumber = (key: string) => typeof row.at(key).value === 'number';
  const isSize = isNumber('sizeof') && !row.at('field').exists;
  const isField = typeof row.at('field').value === 'string' && isNumber('offset');
  return typeof row.at('struct').value === 'string' && (isSize || isField);
}

/** True for a table that is one value. */
export function isLayoutTable(row: Part): boolean {
  const { keys } = row.at('structs');
  const first = row.at('structs').at(keys[0] ?? '');
  return first.at('size').exists && Array.isArray(first.at('fields').value);
}

/** One case for each structure that the lines describe. */
export function layoutLineCases(rows: readonly Json[]): Case[] {
  const lines = rows.map((row, index) => ({ part: new Part(row), rowNumber: index + 1 }));
  const byStruct = Map.groupBy(lines, ({ part }) => part.at('struct').text);
  return [...byStruct].map(([name, group]) => ({
    id: name,
    rowNumber: group[0]?.rowNumber ?? 0,
    run: () =>
      guarded(() => {
        const parts = group.map(({ part }) =>
          part.only(['struct', 'sizeof', 'field', 'offset', 'size']),
        );
        const size = parts.find((part) => part.at('sizeof').exists)?.at('sizeof').number;
        const fields = parts.filter((part) => part.at('field').exists);
        return compareStruct({ name, sizeBytes: size, fields: fields.map(lineField) });
      }),
  }));
}

const lineField = (part: Part): FieldRow => ({
  name: part.at('field').text,
  offsetBytes: part.at('offset').number,
  sizeBytes: part.at('size').exists ? part.at('size').number : undefined,
  bits: undefined,
});

/** One case for each structure that the table and the engine both have. */
export function layoutTableCases(table: Part): Case[] {
  const sections = ['structs', 'openvmm_structs'].map((key) => table.at(key));
  const all = sections.flatMap((section) => section.keys.map((name) => ({ name, section })));
  return all.flatMap(({ name, section }, index) => {
    if (!structByName.has(name)) return [];
    const run = () => guarded(() => compareStruct(tableStruct(name, section.at(name))));
    return [{ id: name, rowNumber: index + 1, run }];
  });
}

function tableStruct(name: string, part: Part): StructRow {
  return {
    name,
    sizeBytes: part.at('size').number,
    fields: part.at('fields').items.map(tableField),
  };
}

function tableField(part: Part): FieldRow {
  const name = part.at('name').text;
  if (part.at('bit_offset').exists) {
    const low = part.at('bit_offset').number;
    const bits = { low, widthBits: part.at('bit_size').number };
    return { name, offsetBytes: low >> 3, sizeBytes: undefined, bits };
  }
  return {
    name,
    offsetBytes: part.at('offset').number,
    sizeBytes: part.at('size').exists ? part.at('size').number : undefined,
    bits: undefined,
  };
}

/** Compares one structure of a table with the engine's own. */
export function compareStruct(row: StructRow, layout = structByName.get(row.name)): CaseResult {
  if (layout === undefined) return skipped('behaviour not built yet');
  const differences = new Differences();
  if (row.sizeBytes !== undefined) {
    differences.compare('size', String(row.sizeBytes), String(layout.sizeBytes));
  }
  for (const field of row.fields) {
    if (row.fields.some((other) => isSamePlace(other, field) && matches(other, layout))) continue;
    differences.compare(fieldText(field), 'there', `not there; there is ${near(field, layout)}`);
  }
  return differences.result();
}

/** Members of a union start at the same byte; it is enough that one of them is ours. */
const isSamePlace = (a: FieldRow, b: FieldRow): boolean =>
  a.offsetBytes === b.offsetBytes && a.bits?.low === b.bits?.low;

const fieldText = ({ name, offsetBytes, sizeBytes, bits }: FieldRow): string =>
  bits === undefined
    ? `${name} at ${offsetBytes}${sizeBytes === undefined ? '' : `, ${sizeBytes} bytes`}`
    : `${name} at bit ${bits.low}, ${bits.widthBits} bits`;

function matches(field: FieldRow, layout: Layout): boolean {
  if (field.bits !== undefined) return hasBits(field.bits, layout);
  const start = field.offsetBytes;
  const alike = layout.fields.find(({ path }) => plain(path) === plain(field.name));
  if (alike !== undefined && alike.offsetBytes !== start) return false;
  const isTail = field.sizeBytes === 0 || start + (field.sizeBytes ?? 0) === layout.sizeBytes;
  const end = field.sizeBytes === undefined || isTail ? undefined : start + field.sizeBytes;
  return isEdge(start, layout) && (end === undefined || isEdge(end, layout));
}

const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();

/** True when a field of the engine starts here, or filling is divided here, or this is the end. */
function isEdge(offsetBytes: number, { fields, sizeBytes }: Layout): boolean {
  if (offsetBytes === sizeBytes) return true;
  return fields.some((info) => {
    if (info.offsetBytes === offsetBytes) return true;
    if (!covers(info, offsetBytes)) return false;
    // Filling may be divided anywhere, a word where two groups of its bits meet.
    const lowBit = 8 * (offsetBytes - info.offsetBytes);
    return info.field.role !== 'data' || info.field.bits?.groups.some(({ low }) => low === lowBit);
  });
}

const covers = ({ offsetBytes, field }: FieldInfo, at: number): boolean =>
  at > offsetBytes && at < offsetBytes + field.sizeBytes;

function hasBits(wanted: { low: number; widthBits: number }, { fields }: Layout): boolean {
  return fields.some(({ offsetBytes, field }) =>
    field.bits?.groups.some(
      ({ low, widthBits }) =>
        low + 8 * offsetBytes === wanted.low && widthBits === wanted.widthBits,
    ),
  );
}

function near({ offsetBytes }: FieldRow, { fields }: Layout): string {
  const info = fields.findLast((candidate) => candidate.offsetBytes <= offsetBytes);
  return info === undefined
    ? 'nothing'
    : `${info.path} at ${info.offsetBytes}, ${info.field.sizeBytes} bytes`;
}

/** Every structure of the engine as plain data, for `engine -- layouts`. */
export function layoutsJson(): JsonObject {
  return {
    structs: allLayouts.map(({ name, aka, sizeBytes, fields }) => ({
      name,
      aka,
      size: sizeBytes,
      fields: fields.map(fieldJson),
    })),
  };
}

function fieldJson({ path, offsetBytes, field }: FieldInfo): JsonObject {
  const place = { name: path, offset: offsetBytes, width: field.sizeBytes, role: field.role };
  if (field.bits === undefined) return place;
  const bits = field.bits.groups.map(({ name, high, low, reserved }) => ({
    name,
    high,
    low,
    reserved,
  }));
  return { ...place, bits };
}
