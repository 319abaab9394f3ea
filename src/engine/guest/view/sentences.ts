/**
 * Trace records of guest execution as sentences.
 *
 * Each language has one table. `{name}` stands for an argument, `{hi:lo}` for a 64-bit word of two;
 * when the last argument is a yes or no, the table has a second sentence under `….no`.
 */
import { assert } from '../../kernel/result.ts';
import type { TraceRecord } from '../../kernel/trace.ts';
import { u64, u64Hex } from '../../kernel/u64.ts';
import { type GuestEventName, guestEvents } from '../defs/events.ts';
import { faultVector } from '../defs/exit.ts';
import { operations } from '../defs/operations.ts';
import { generalNames } from '../defs/registers.ts';

/** Keys of one language's table. */
export type GuestSentenceKey = `guest.${GuestEventName}` | 'guest.portIntercepted.no';

/** The sentences of one language; a missing one is a compile error. */
export type GuestSentenceTable = Readonly<Record<GuestSentenceKey, string>>;

/** The sentence of a record; undefined when it belongs to another model. */
export function guestSentence(record: TraceRecord, table: GuestSentenceTable): string | undefined {
  const entry = guestEvents.byKind.get(record.kind);
  if (entry === undefined) return undefined;
  const { name, spec } = entry;
  const values = [record.a, record.b, record.c];
  const names = Object.keys(spec.args);
  const args = new Map(names.map((arg, index) => [arg, values[index] ?? 0]));
  const isNo = name === 'portIntercepted' && args.get('write') === 0;
  const template = isNo ? table['guest.portIntercepted.no'] : table[`guest.${name}`];
  return template.replace(/\{(\w+)(?::(\w+))?\}/g, (_whole, first: string, second?: string) => {
    const value = args.get(first);
    assert(value !== undefined, `${name} has no argument ${first}`);
    return second === undefined ? text(first, value) : u64Hex(u64(args.get(second) ?? 0, value));
  });
}

function text(argument: string, value: number): string {
  switch (argument) {
    case 'operation':
      return operations[value] ?? String(value);
    case 'number':
      return generalNames[value] ?? String(value);
    case 'vector':
      return Object.entries(faultVector).find(([, number]) => number === value)?.[0] ?? `#${value}`;
    case 'lengthBytes':
    case 'sizeBytes':
      return String(value);
    default:
      return u64Hex(u64(value));
  }
}
