/**
 * Every combination of shape, form, place, failing element and continuation against a plain model.
 *
 * The calls are private ones of the tests, so that the answer of each cell is known to the byte.
 */
import { describe, expect, test } from 'vitest';
import type { CallDefinition } from '../../../src/engine/hypervisor/defs/call.ts';
import type { Vp } from '../../../src/engine/hypervisor/defs/model.ts';
import { HvStatus } from '../../../src/engine/hypervisor/defs/status.ts';
import { Hypervisor } from '../../../src/engine/hypervisor/machine/hypervisor.ts';
import { pageBytes } from '../../../src/engine/hypervisor/machine/memory.ts';
import { inputSize, outputSize } from './support/calls.ts';
import { type CallSpec, finishCall, memory, pack, readReg } from './support/machine.ts';
import { poison, privateCalls } from './support/private-calls.ts';

const forms = ['memory', 'fast'] as const;
const places = ['aligned', 'at the end', 'misaligned', 'straddling'] as const;
const failures = ['none', 'first', 'middle', 'last'] as const;
const paces = ['in one go', 'one by one'] as const;
const counts = [1, 4, 6, 40] as const;
const headers = [0, 3, 5] as const;

interface Cell {
  readonly call: CallDefinition;
  readonly form: (typeof forms)[number];
  readonly place: (typeof places)[number];
  readonly failing: (typeof failures)[number];
  readonly pace: (typeof paces)[number];
  readonly count: number;
  readonly headerWords: number;
}

/** What a cell must give. */
interface Expected {
  readonly status: string;
  readonly reps: number;
  readonly entries: number;
  /** Output words that were written; the rest of the block is untouched. */
  readonly output: readonly number[];
}

const base = 1000;
const filler = 0x19;
const pageSize = 4096;

const failingIndex = ({ failing, count }: Cell): number =>
  ({ none: count, first: 0, middle: Math.floor(count / 2), last: count - 1 })[failing];

const values = (cell: Cell): number[] =>
  Array.from({ length: cell.count }, (_, index) =>
    index === failingIndex(cell) ? poison : 10 + index,
  );

/** The parameter block: header, variable header of noise, list. */
function inputOf(cell: Cell): Uint8Array {
  const { call } = cell;
  if (call.kind === 'simple') {
    const first = cell.failing === 'none' ? 7 : poison;
    return call.input === undefined ? new Uint8Array(0) : pack(first, 8);
  }
  const header = call.input === undefined ? [] : [base];
  const noise = Array.from({ length: cell.headerWords }, () => poison);
  return pack(...header, ...noise, ...values(cell));
}

/** Sizes of both blocks, the variable header included. */
function sizes({ call, count, headerWords }: Cell) {
  const list = call.kind === 'rep' ? count : 0;
  return { input: inputSize(call, list) + 8 * headerWords, output: outputSize(call, list) };
}

function refusalOf(cell: Cell): string | undefined {
  const { input, output } = sizes(cell);
  if (cell.headerWords > cell.call.headerMaxWords) return 'INVALID_HYPERCALL_INPUT';
  if (cell.form === 'fast') {
    const needed = output === 0 ? input : Math.ceil(input / 16) * 16 + output;
    return needed > 112 ? 'INVALID_HYPERCALL_INPUT' : undefined;
  }
  const largest = Math.max(input, output);
  // An aligned block of eight bytes lies in one page wherever it is.
  const isWrong =
    (cell.place === 'misaligned' && largest > 0) || (cell.place === 'straddling' && largest > 8);
  return isWrong ? 'INVALID_ALIGNMENT' : undefined;
}

function expected(cell: Cell): Expected {
  const refusal = refusalOf(cell);
  if (refusal !== undefined) return { status: refusal, reps: 0, entries: 1, output: [] };
  if (cell.call.kind === 'simple') return expectedSimple(cell);
  const done = Math.min(failingIndex(cell), cell.count);
  const isWhole = done === cell.count;
  const sums = values(cell)
    .slice(0, done)
    .map((value) => base + value);
  return {
    status: isWhole ? 'SUCCESS' : 'OPERATION_DENIED',
    reps: done,
    // One by one, each entry does one element; the failing one needs an entry of its own.
    entries: cell.pace === 'in one go' ? 1 : isWhole ? cell.count : done + 1,
    output: cell.call.outputElement === undefined ? [] : sums,
  };
}

function expectedSimple({ call, failing }: Cell): Expected {
  const fails = failing !== 'none' && call.input !== undefined;
  const words = call.input === undefined ? [1, 2] : [8, 7];
  const status = fails ? 'OPERATION_DENIED' : 'SUCCESS';
  return { status, reps: 0, entries: 1, output: fails || call.output === undefined ? [] : words };
}

/** A block of `size` bytes in the page at `page`, at the place that the cell wants. */
function gpaOf(cell: Cell, page: number, size: number): number {
  const last = page + Math.floor((pageSize - size) / 8) * 8;
  switch (cell.place) {
    case 'aligned':
      return page;
    case 'at the end':
      return last;
    case 'misaligned':
      return page + 4;
    case 'straddling':
      return size === 0 ? page : last + 8;
  }
}

function machineOf(cell: Cell): { hv: Hypervisor; vp: Vp } {
  const timeLimitNs = cell.pace === 'one by one' ? 1 : 1e9;
  const hv = new Hypervisor({ calls: privateCalls, timeLimitNs, traceRecords: 128 });
  const root = hv.addPartition({ ramPages: 8 });
  for (const { page } of root.gpa.mappings.values()) {
    new Uint8Array(pageBytes(page).buffer).fill(filler);
  }
  return { hv, vp: hv.vp(root.id, 0) };
}

/** The output block as words, from memory or from the registers behind the input. */
function outputWords(cell: Cell, vp: Vp, spec: CallSpec): number[] {
  const { input, output } = sizes(cell);
  const total = output / 8;
  if (cell.form === 'fast') {
    const first = Math.ceil(input / 16) * 16;
    return Array.from({ length: total }, (_, index) => Number(readReg(vp, first + 8 * index)));
  }
  const bytes = memory(vp.partition, spec.outputGpa ?? 0, output);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: total }, (_, index) => Number(view.getBigUint64(8 * index, true)));
}

const untouched = Number(0x1919_1919_1919_1919n);

function run(cell: Cell): void {
  const { hv, vp } = machineOf(cell);
  const { input, output } = sizes(cell);
  const spec: CallSpec = {
    code: cell.call.code,
    fast: cell.form === 'fast',
    count: cell.call.kind === 'rep' ? cell.count : 0,
    headerWords: cell.headerWords,
    input: inputOf(cell),
    inputGpa: gpaOf(cell, 0x1000, input),
    outputGpa: gpaOf(cell, 0x4000, output),
  };
  const { status, reps, entries } = finishCall(hv, vp, spec);
  const { output: wanted, ...want } = expected(cell);
  const where = `${cell.count} elements, ${cell.headerWords} header words`;
  expect({ status, reps, entries }, where).toEqual(want);
  if (want.status === 'INVALID_HYPERCALL_INPUT' || want.status === 'INVALID_ALIGNMENT') return;
  const rest = cell.form === 'fast' ? 0 : untouched;
  const words = outputWords(cell, vp, spec);
  const missing = words.length - wanted.length;
  expect(words, where).toEqual([...wanted, ...Array.from({ length: missing }, () => rest)]);
}

/** Every combination of one value of each list, the last list fastest. */
function product(...lists: readonly (readonly unknown[])[]): unknown[][] {
  return lists.reduce<unknown[][]>(
    (rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])),
    [[]],
  );
}

/** Cells of one call by test; simple calls have no list and nothing to continue. */
function groupsOf(call: CallDefinition): Omit<Cell, 'count' | 'headerWords'>[] {
  const isRep = call.kind === 'rep';
  const rows = product(
    forms,
    places,
    isRep ? failures : failures.slice(0, 2),
    isRep ? paces : paces.slice(0, 1),
  ) as [Cell['form'], Cell['place'], Cell['failing'], Cell['pace']][];
  return rows
    .filter(([form, place]) => form === 'memory' || place === 'aligned')
    .map(([form, place, failing, pace]) => ({ call, form, place, failing, pace }));
}

describe.each(privateCalls.map((call) => [call.name, call] as const))('%s', (_, call) => {
  test.each(groupsOf(call))('$form $place, failing: $failing, $pace', (group) => {
    for (const count of call.kind === 'rep' ? counts : counts.slice(0, 1)) {
      for (const headerWords of headers) run({ ...group, count, headerWords });
    }
  });
});

describe('every small list', () => {
  const add = privateCalls.find(({ name }) => name === 'HvTestAdd');

  test('starts where the start index says and counts from the first element', () => {
    for (let count = 1; count <= 6; count += 1) {
      for (let start = 0; start < count; start += 1) {
        const { hv, vp } = machineOf({ pace: 'in one go' } as Cell);
        const list = Array.from({ length: count }, (_, index) => 10 + index);
        const answer = finishCall(hv, vp, {
          code: add?.code ?? 0,
          count,
          start,
          input: pack(base, ...list),
          outputGpa: 0x4000,
        });
        expect(answer).toMatchObject({ status: 'SUCCESS', reps: count });
        const words = new DataView(memory(vp.partition, 0x4000, 8 * count).buffer);
        for (let index = 0; index < count; index += 1) {
          const sum = index < start ? untouched : base + 10 + index;
          expect(Number(words.getBigUint64(8 * index, true))).toBe(sum);
        }
      }
    }
  });

  test('a status that a body gives before the list stops the call with nothing done', () => {
    expect(HvStatus.SUCCESS).toBe(0);
    const { hv, vp } = machineOf({ pace: 'in one go' } as Cell);
    const bare = privateCalls.find(({ name }) => name === 'HvTestBare');
    const answer = finishCall(hv, vp, { code: bare?.code ?? 0, count: 2, input: pack(1, poison) });
    expect(answer).toMatchObject({ status: 'OPERATION_DENIED', reps: 1 });
  });
});
