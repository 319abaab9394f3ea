/**
 * Trace records as sentences.
 *
 * Each language has one table of templates; the step list, the summary for screen readers and the
 * tests all read the same. `{name}` stands for an argument, `{hi:lo}` for a 64-bit word of two.
 * When the last argument is a yes or no, the table has a second sentence under `….no`.
 */
import { assert } from '../../kernel/result.ts';
import type { ArgType, TraceRecord } from '../../kernel/trace.ts';
import { u64, u64Hex } from '../../kernel/u64.ts';
import type { CallDefinition } from '../defs/call.ts';
import { type HvEventName, hvEvents } from '../defs/events.ts';
import { partitionStates } from '../defs/model.ts';
import { privilegeMask } from '../defs/privileges.ts';
import { propertyByCode } from '../defs/properties.ts';
import { registerByCode } from '../defs/registers.ts';
import { statusName } from '../defs/status.ts';

type Specs = typeof hvEvents.specs;

/** Words that stand for values: roles, states. */
export type WordKey =
  | 'word.root'
  | 'word.partition'
  | 'word.nobody'
  | 'word.yes'
  | 'word.no'
  | 'word.noRights'
  | `state.${(typeof partitionStates)[number]}`;

/** Keys of one language's table. */
export type SentenceKey = `hv.${HvEventName}` | NegativeKey | WordKey;

type NegativeKey = `hv.${
  | 'checkMode'
  | 'checkCode'
  | 'checkPrivilege'
  | 'checkReserved'
  | 'checkXmm'
  | 'checkReps'
  | 'checkHeader'
  | 'checkFast'
  | 'checkInputPlace'
  | 'checkOutputPlace'
  | 'checkInputAccess'
  | 'checkOutputAccess'
  | 'checkFields'
  | 'eventFlagSet'
  | 'memoryAccess'
  | 'statsPage'
  | 'output'
  | 'overlay'
  | 'intercept'
  | 'apicCommand'
  | 'interruptCleared'
  | 'statePageMapped'
  | 'checkVtlCall'
  | 'interceptResult'}.no`;

/** The templates of one language; a missing one is a compile error. */
export type SentenceTable = Readonly<Record<SentenceKey, string>>;

/** What a sentence needs beside the record: the call, for names of fields. */
export interface SentenceContext {
  readonly table: SentenceTable;
  readonly call: CallDefinition | undefined;
}

/** A record's name, its arguments by name, and how the yes-or-no at its end came out. */
export interface DecodedRecord {
  readonly name: HvEventName;
  readonly args: Readonly<Record<string, number>>;
  readonly verdict: boolean | undefined;
}

/** Names the arguments of a record. */
export function decodeRecord(record: TraceRecord): DecodedRecord {
  const entry = hvEvents.byKind.get(record.kind);
  assert(entry !== undefined, `no event of kind ${record.kind}`);
  const values = [record.a, record.b, record.c];
  const types = Object.entries(entry.spec.args);
  const args = Object.fromEntries(types.map(([name], index) => [name, values[index] ?? 0]));
  const last = types.at(-1);
  const verdict = last?.[1] === 'bool' ? args[last[0]] === 1 : undefined;
  return { name: entry.name, args, verdict };
}

/** The sentence of a record in one language. */
export function sentence(record: TraceRecord, context: SentenceContext): string {
  const { name, args, verdict } = decodeRecord(record);
  const key = (verdict === false ? `hv.${name}.no` : `hv.${name}`) as SentenceKey;
  const template = context.table[key];
  assert(template !== undefined, `no sentence for ${key}`);
  const types: Readonly<Record<string, ArgType>> = hvEvents.specs[name].args;
  return template.replace(/\{(\w+)(?::(\w+))?\}/g, (_whole, first: string, second?: string) => {
    if (second !== undefined) return u64Hex(u64(args[second] ?? 0, args[first] ?? 0));
    const type = types[first];
    assert(type !== undefined, `${key} names ${first}, which ${name} does not have`);
    return valueText(type, args[first] ?? 0, context);
  });
}

function valueText(type: ArgType, value: number, { table, call }: SentenceContext): string {
  switch (type) {
    case 'bool':
      return table[value === 1 ? 'word.yes' : 'word.no'];
    case 'partition':
      return partitionText(value, table);
    case 'call':
      return call?.code === value ? call.name : hex(value);
    case 'status':
      return statusText(value);
    case 'privilege':
      return privilegeMask.groups.find(({ low }) => low === value)?.name ?? `bit ${value}`;
    case 'state':
      return table[`state.${partitionStates[value] ?? 'uninitialized'}`];
    case 'field':
      return call?.input?.fields[value]?.path ?? String(value);
    case 'register':
      return registerByCode(value)?.short ?? hex(value);
    case 'rights':
      return rightsText(value) || table['word.noRights'];
    case 'property':
      return propertyByCode(value)?.name ?? hex(value);
    case 'fault':
      return faultNames[value] ?? `#${value}`;
    case 'hex':
    case 'gpn':
      return hex(value);
    case 'number':
    case 'bytes':
    case 'vp':
      return String(value);
  }
}

const faultNames: Readonly<Record<number, string>> = { 6: '#UD', 13: '#GP' };

const rightsText = (rights: number): string =>
  ['R', 'W', 'X'].filter((_, index) => (rights >> index) & 1).join('');

const hex = (value: number): string => u64Hex(u64(value));

/** A status by name, or by number when it has none. */
const statusText = (code: number): string => {
  const name = statusName(code);
  return name === undefined ? hex(code) : `HV_STATUS_${name}`;
};

function partitionText(id: number, table: SentenceTable): string {
  if (id === 0) return table['word.nobody'];
  return id === 1 ? table['word.root'] : table['word.partition'].replace('{id}', String(id));
}

/** The arguments that an event declares, for tests of the tables. */
export const argumentNames = (name: HvEventName): readonly string[] =>
  Object.keys((hvEvents.specs as Specs)[name].args);
