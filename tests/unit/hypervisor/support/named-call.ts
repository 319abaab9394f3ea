/** Hypercalls by name, with their fields as text, so that a test says only what matters. */
import { hypercalls } from '../../../../src/engine/hypervisor/calls/index.ts';
import type { CallDefinition } from '../../../../src/engine/hypervisor/defs/call.ts';
import { encodeText } from '../../../../src/engine/hypervisor/defs/fields.ts';
import type { Vp } from '../../../../src/engine/hypervisor/defs/model.ts';
import { type Answer, makeCall, pack, type TestMachine } from './machine.ts';

/** Fields of an input block by path; those left out are zero. */
export type Fields = Readonly<Record<string, string>>;

/** What a call has behind its fields, and who makes it. */
interface Rest {
  /** Words of the variable header. */
  readonly header?: readonly (number | bigint)[];
  /** List elements, each as its bytes. */
  readonly elements?: readonly Uint8Array[];
  /** How many elements are asked for when none are given. */
  readonly count?: number;
  /** The caller; the root unless told. */
  readonly by?: Vp;
}

/** The declaration of a call; `name` is without its prefix. */
function callNamed(name: string): CallDefinition {
  const found = hypercalls.find((candidate) => candidate.name === `HvCall${name}`);
  if (found === undefined) throw new Error(`no call ${name}`);
  return found;
}

/** Makes a call by name. */
export function named(machine: TestMachine, name: string, fields: Fields, rest: Rest = {}): Answer {
  const { code, input } = callNamed(name);
  const { header = [], elements = [], count = elements.length, by = machine.vp } = rest;
  const fixed = input === undefined ? new Uint8Array(0) : encodeText(input, fields);
  const block = pack(fixed, ...header, ...elements);
  return makeCall(machine.hv, by, { code, count, headerWords: header.length, input: block });
}

/** The id by which a caller names itself. */
export const self = '0xffffffffffffffff';
