/**
 * Which format a file has, by what is in it and never by its name.
 *
 * The first row of the table that recognises the file wins. A file that nothing recognises, that
 * holds no case, or that has one row of another shape is refused as a whole, with the row and what
 * would be right.
 */
import { err, ok, type Result } from '../../engine/kernel/result.ts';
import { isObject, type Json, Part } from '../json.ts';
import type { Case, FileProblem } from './case.ts';
import { conformanceCase, conformanceShape, isConformanceRow } from './conformance.ts';
import { isKvmRow, kvmCase, kvmShape } from './kvm.ts';
import {
  isLayoutLine,
  isLayoutTable,
  layoutLineCases,
  layoutLinesShape,
  layoutTableCases,
  layoutTableShape,
} from './layouts.ts';
import { isOpenvmmRow, openvmmCase, openvmmShape } from './openvmm.ts';
import { isSizingRow, sizingCase, sizingShape } from './sizing.ts';

/** A file taken apart: the values of its lines, or its one value. */
interface ParsedFile {
  readonly rows: readonly Json[];
  /** Line of each row, counted from 1. */
  readonly lineNumbers: readonly number[];
}

/** One format. `cases` is undefined for a format that is known and not supported yet. */
interface Format {
  readonly name: string;
  readonly shape: string;
  readonly recognises: (rows: readonly Json[]) => boolean;
  readonly cases?: (file: ParsedFile) => Result<readonly Case[], FileProblem>;
}

const has = (row: Json | undefined, ...keys: readonly string[]): boolean =>
  isObject(row) && keys.every((key) => Object.hasOwn(row, key));

const anyRow = (test: (row: Part) => boolean) => (rows: readonly Json[]) =>
  rows.some((row) => test(new Part(row)));

/** Cases of a format in which each row is one case. */
const eachRow =
  (
    isRow: (row: Part) => boolean,
    toCase: (row: Part, rowNumber: number) => Case,
    skipFirst: (row: Part) => boolean = () => false,
  ): NonNullable<Format['cases']> =>
  ({ rows, lineNumbers }) => {
    const cases: Case[] = [];
    for (const [index, row] of rows.entries()) {
      const part = new Part(row);
      const rowNumber = lineNumbers[index] ?? 0;
      if (index === 0 && skipFirst(part)) continue;
      if (!isRow(part)) return err(wrongShape(rowNumber));
      cases.push(toCase(part, rowNumber));
    }
    return ok(cases);
  };

const wrongShape = (rowNumber: number): FileProblem => ({
  rowNumber,
  message: 'has another shape',
});

function conformanceCases({ rows }: ParsedFile): Result<readonly Case[], FileProblem> {
  const list = new Part(rows[0]).at('cases');
  if (!Array.isArray(list.value)) return err({ rowNumber: undefined, message: 'cases is no list' });
  const odd = list.items.findIndex((row) => !isConformanceRow(row));
  if (odd !== -1) return err(wrongShape(odd + 1));
  return ok(list.items.map((row, index) => conformanceCase(new Part(row.value), index + 1)));
}

/** Direction words of a recorded conversation, with what the file then is. */
const direction = (word: string) => (row: Part) => row.at('dir').value === word;

const list = (row: Part, key: string): readonly Json[] => {
  const { value } = row.at(key);
  return Array.isArray(value) ? value : [];
};

const ideOps = ['begin', 'in', 'out', 'ins', 'outs', 'irq', 'wakeup', 'drive', 'end', 'done'];

/** The table, in the order in which formats are tried. */
const formats: readonly Format[] = [
  {
    name: 'hypercall conformance',
    shape: conformanceShape,
    recognises: (rows) => rows.length === 1 && has(rows[0], 'meta', 'cases'),
    cases: conformanceCases,
  },
  {
    name: 'KVM vectors',
    shape: kvmShape,
    recognises: anyRow(
      (row) =>
        ['msr', 'hypercall'].includes(String(row.at('kind').value)) &&
        row.at('setup').at('cpuid').exists,
    ),
    cases: eachRow(isKvmRow, kvmCase),
  },
  {
    name: 'OpenVMM vectors',
    shape: openvmmShape,
    recognises: (rows) =>
      has(rows[0], 'model') ||
      anyRow(
        (row) =>
          ['x64', 'x86'].includes(String(row.at('action').at('mode').value)) &&
          !row.at('setup').exists,
      )(rows),
    cases: eachRow(isOpenvmmRow, openvmmCase, (row) => row.at('model').exists),
  },
  {
    name: 'structure layouts',
    shape: layoutLinesShape,
    recognises: anyRow(
      (row) => row.at('struct').exists && (row.at('sizeof').exists || row.at('field').exists),
    ),
    cases: ({ rows, lineNumbers }) => {
      const odd = rows.findIndex((row) => !isLayoutLine(new Part(row)));
      return odd === -1 ? ok(layoutLineCases(rows)) : err(wrongShape(lineNumbers[odd] ?? 0));
    },
  },
  {
    name: 'table of structures',
    shape: layoutTableShape,
    recognises: (rows) => rows.length === 1 && isLayoutTable(new Part(rows[0])),
    cases: ({ rows }) => ok(layoutTableCases(new Part(rows[0]))),
  },
  ...unsupported({
    'golden bytes': (rows) =>
      anyRow((row) => has(row.value, 'hex', 'bytes', 'source') && !row.at('dir').exists)(rows),
    'storvsc conversation': anyRow(direction('guest->host msg')),
    'netvsc conversation': anyRow(direction('guest->host ring')),
    'control transcript': anyRow(direction('guest->host')),
    'ring encoding': anyRow((row) => has(row.value, 'spec', 'packetHex')),
    'ring boundaries': anyRow(
      (row) =>
        has(row.value, 'payloadBytes') && (row.at('accepted').exists || row.at('result').exists),
    ),
    'ring signals': anyRow((row) => list(row, 'steps').some((step) => has(step, 'args'))),
    'ring traffic': anyRow((row) => has(row.value, 'seed', 'steps')),
    'corrupt rings': anyRow((row) => row.at('readers').exists),
    'IDE port trace': anyRow((row) => ideOps.includes(String(row.at('op').value))),
    'storvsc batching': anyRow((row) => row.at('law').exists && row.at('rows').exists),
    'Windows device list': anyRow((row) =>
      list(row, 'devices').some((device) => has(device, 'interfaceType')),
    ),
  }),
  { name: 'sizing', shape: sizingShape, recognises: isSizing, cases: sizingCases },
];

function unsupported(
  recognisers: Readonly<Record<string, Format['recognises']>>,
): readonly Format[] {
  return Object.entries(recognisers).map(([name, recognises]) => ({ name, shape: '', recognises }));
}

function sizingCases({ rows }: ParsedFile): Result<readonly Case[], FileProblem> {
  const instances = new Part(rows[0]).items;
  const odd = instances.findIndex((row) => !isSizingRow(row));
  if (odd !== -1) return err(wrongShape(odd + 1));
  return ok(instances.map((row, index) => sizingCase(new Part(row.value), index + 1)));
}

function isSizing(rows: readonly Json[]): boolean {
  const value = rows[0];
  const items: readonly Json[] = Array.isArray(value) ? value : [];
  return items.some(
    (item) =>
      has(item, 'items_size_then_demand') ||
      has(item, 'types', 'cap') ||
      has(item, 'D', 'dem', 'size'),
  );
}

/** The formats that `conform` runs, for messages. */
const supportedText = formats
  .filter(({ cases }) => cases !== undefined)
  .map(({ name, shape }) => `${name} (${shape})`)
  .join('; ');

/** The cases of a text, or why there are none. */
export function casesOf(text: string): Result<readonly Case[], FileProblem> {
  const parsed = parseFile(text);
  if (!parsed.ok) return parsed;
  const format = formats.find(({ recognises }) => recognises(parsed.value.rows));
  const whole = (message: string) => err({ rowNumber: undefined, message });
  if (format === undefined) {
    return whole(`no known format. Supported: ${supportedText}`);
  }
  if (format.cases === undefined) {
    const name = `known format "${format.name}", not supported by this engine yet`;
    return whole(`${name}. Supported: ${supportedText}`);
  }
  const cases = format.cases(parsed.value);
  if (!cases.ok) {
    const { rowNumber, message } = cases.error;
    return err({ rowNumber, message: `${message}; ${format.name} has ${format.shape}` });
  }
  return cases.value.length > 0
    ? cases
    : whole(`no case in it; ${format.name} has ${format.shape}`);
}

/** One value, or one value a line; blank lines do not count. */
function parseFile(text: string): Result<ParsedFile, FileProblem> {
  const whole = parseJson(text);
  if (whole.ok) return ok({ rows: [whole.value], lineNumbers: [1] });
  const rows: Json[] = [];
  const lineNumbers: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const value = parseJson(line);
    if (value.ok) {
      rows.push(value.value);
      lineNumbers.push(index + 1);
      continue;
    }
    const isOneValue = rows.length === 0;
    const reason = isOneValue ? whole.error : value.error;
    const rowNumber = isOneValue ? undefined : index + 1;
    return err({ rowNumber, message: `not JSON (${reason}); ${jsonWanted}` });
  }
  if (rows.length > 0) return ok({ rows, lineNumbers });
  return err({ rowNumber: undefined, message: `nothing in it; ${jsonWanted}` });
}

const jsonWanted = 'a file holds one JSON value, or one JSON value a line';

function parseJson(text: string): Result<Json, string> {
  try {
    return ok(JSON.parse(text) as Json);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return err(message.replace(/\s+/g, ' '));
  }
}
