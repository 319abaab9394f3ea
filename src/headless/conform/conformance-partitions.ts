/**
 * Rows about the life of a partition: what a root does to a child, call by call, on a machine that
 * has everything else.
 *
 * A row names calls as words: `HvCallCreatePartition`, or `HvCallSetPartitionProperty
 * SyntheticProcFeatures (early property)`. Calls before the last one must succeed.
 */
import {
  Hypervisor,
  hypercallInput,
  hypercalls,
  type Partition,
  pokeBytes,
  statusName,
} from '../../engine/hypervisor/index.ts';
import { writeU64 } from '../../engine/kernel/layout.ts';
import { type U64, u64, u64FromNumber, u64Ones } from '../../engine/kernel/u64.ts';
import type { Part } from '../json.ts';
import { type CaseResult, Differences } from './case.ts';
import { peekWord, resultOf, setRegister } from './processor.ts';

const inputGpa = 0x1000;
const outputGpa = 0x2000;
/** First page that the set-up gives away. */
const firstFreeGpn = 0x10;
const rootPages = 2048;
/** Pages for a new partition: what it needs to be initialized, and some for its mappings. */
const pages = { root: 4, child: 256 } as const;
/** No call of a row needs as many entries. */
const entriesMax = 64;

/** The machine of a row, and the partition that the row is about. */
interface Stage {
  readonly hv: Hypervisor;
  readonly root: Partition;
  nextGpn: number;
  target: U64;
}

/** One call to make: words of its input, and how many elements of its list they end with. */
interface Call {
  readonly words: readonly (number | U64)[];
  readonly reps?: number;
}

/** The properties that rows name without their number, with a value that every one allows. */
const namedProperties: Readonly<Record<string, readonly [code: number, value: number]>> = {
  SyntheticProcFeatures: [0x0001_0001, 3],
};

const lapicEnabled = 0x2000;
const readWrite = 3;

/** How each call that rows name is made; `words` are what follows its name. */
const makers: Readonly<Record<string, (stage: Stage, words: string, action: Part) => Call>> = {
  HvCallCreatePartition: () => ({ words: [lapicEnabled, 0, 0, 0, 0, 0, 0] }),
  HvCallInitializePartition: ({ target }) => ({ words: [target] }),
  HvCallFinalizePartition: ({ target }) => ({ words: [target] }),
  HvCallDeletePartition: ({ target }) => ({ words: [target] }),
  HvCallSetPartitionProperty(stage, words, action) {
    const [code, value] = propertyOf(words, action);
    return { words: [stage.target, code, value] };
  },
  HvCallGetPartitionProperty: (stage, words, action) => ({
    words: [stage.target, propertyOf(words, action)[0]],
  }),
  HvCallMapGpaPages: (stage) => ({
    words: [stage.target, 0, readWrite, takePages(stage, 1)[0] ?? 0],
    reps: 1,
  }),
  HvCallUnmapGpaPages: ({ target }) => ({ words: [target, 0, 0], reps: 1 }),
  HvCallWithdrawMemory: ({ target }) => ({ words: [target, 0], reps: 512 }),
};

/** True when this file knows all the calls of a row. */
export const isPartitionCall = (name: string): boolean => makers[name] !== undefined;

/** `0x00010001 SyntheticProcFeatures`, or the name alone; the value may be given. */
function propertyOf(words: string, action: Part): readonly [code: number, value: number] {
  const given = action.at('property');
  const text = words === '' && given.exists ? given.text : words;
  const [, code, name = ''] = /^(0x[0-9a-fA-F]+ )?(\w*)/.exec(text) ?? [];
  const known = namedProperties[name];
  const value = action.at('value').exists ? action.at('value').number : (known?.[1] ?? 0);
  if (code !== undefined) return [Number(code), value];
  return known === undefined ? given.refuse('a property with its number') : [known[0], value];
}

/** Runs a row. */
export function runPartitionRow(row: Part, expect: Part): CaseResult {
  const setup = row.at('setup').only(['sequence', 'target']);
  const action = row.at('action').only(['call', 'property', 'value']);
  expect.only(['status', 'status_name']);
  const stage = newStage();
  const sequence = setup.at('sequence');
  for (const step of sequence.exists ? sequence.items : []) perform(stage, step, action, true);
  if (setup.at('target').exists) stage.target = targetOf(setup.at('target'));
  const calls = action.at('call').text.split(' then ');
  let status = 0;
  for (const [index, call] of calls.entries()) {
    status = perform(stage, call, action, index < calls.length - 1);
  }
  const differences = new Differences();
  differences.compare('status', nameOf(expect.at('status').number), nameOf(status));
  return differences.result();
}

const nameOf = (status: number): string => statusName(status) ?? String(status);

function targetOf(part: Part): U64 {
  return part.text.startsWith('HV_PARTITION_ID_SELF')
    ? u64Ones
    : part.refuse('HV_PARTITION_ID_SELF');
}

function newStage(): Stage {
  const hv = new Hypervisor({ calls: hypercalls });
  const root = hv.addPartition({ ramPages: rootPages });
  const stage = { hv, root, nextGpn: firstFreeGpn, target: u64Ones };
  deposit(stage, pages.root);
  return stage;
}

/** Makes one call; gives its status, and stops the row when a call of the set-up fails. */
function perform(stage: Stage, step: Part | string, action: Part, isSetUp: boolean): number {
  const text = typeof step === 'string' ? step : step.text;
  const [name = '', ...rest] = text.split(' ');
  const make = makers[name];
  if (make === undefined) return action.refuse(`calls that are run here ("${name}")`);
  const words = isSetUp ? rest.join(' ') : '';
  const status = execute(stage, name, make(stage, words, action));
  if (isSetUp && status !== 0) return action.refuse(`a set-up that works (${text}: ${status})`);
  if (name === 'HvCallCreatePartition' && status === 0) {
    stage.target = peekWord(stage.root, outputGpa);
    deposit(stage, pages.child);
  }
  return status;
}

function takePages(stage: Stage, count: number): readonly number[] {
  const first = stage.nextGpn;
  stage.nextGpn += count;
  return Array.from({ length: count }, (_, index) => first + index);
}

function deposit(stage: Stage, count: number): void {
  const words = [stage.target, ...takePages(stage, count)];
  execute(stage, 'HvCallDepositMemory', { words, reps: count });
}

/** Puts a call into registers and memory and executes it until it returns; gives the status. */
function execute({ hv, root }: Stage, name: string, { words, reps = 0 }: Call): number {
  const vp = hv.vp(root.id, 0);
  const code = hypercalls.find((call) => call.name === name)?.code ?? 0;
  const block = new DataView(new ArrayBuffer(words.length * 8));
  for (const [index, word] of words.entries()) {
    writeU64(block, index * 8, typeof word === 'number' ? u64FromNumber(word) : word);
  }
  pokeBytes(root.gpa, inputGpa, new Uint8Array(block.buffer));
  setRegister(vp, 'RCX', hypercallInput.pack({ CallCode: code, RepCount: reps }));
  setRegister(vp, 'RDX', u64(inputGpa));
  setRegister(vp, 'R8', u64(outputGpa));
  for (let entries = 0; entries < entriesMax; entries += 1) {
    if (hv.hypercall(vp) !== 'continued') break;
  }
  return resultOf(vp, true).lo & 0xffff;
}
