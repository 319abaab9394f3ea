/** The machine at a step of a run: partitions, states, pools and processors. */
import { assert } from '../../kernel/result.ts';
import type { TraceRecord } from '../../kernel/trace.ts';
import type { LabRun } from '../defs/lab-run.ts';
import type { Machine, PartitionState } from '../defs/model.ts';
import { partitionStates } from '../defs/model.ts';
import { decodeRecord } from './sentences.ts';
import type { Layer } from './steps.ts';

/** One partition as the machine panel shows it. */
export interface PartitionView {
  readonly id: number;
  readonly parent: number;
  readonly layer: Layer;
  readonly state: PartitionState;
  readonly poolFree: number;
  readonly poolUsed: number;
  readonly processors: number;
  /** Differs from the start of the run. */
  readonly changed: boolean;
}

/** The machine after the first `stepsDone` steps, folded from the start and the records. */
export function machineView(run: LabRun, stepsDone: number): PartitionView[] {
  assert(Number.isInteger(stepsDone) && stepsDone >= 0, 'steps are counted in whole numbers');
  const start = summarize(run.before);
  const now = new Map(start);
  for (const record of run.records.slice(0, stepsDone)) apply(now, record);
  return [...now.values()].map((partition) => ({
    ...partition,
    changed: !isSame(partition, start.get(partition.id)),
  }));
}

type Summary = Omit<PartitionView, 'changed'>;

function summarize(machine: Machine): Map<number, Summary> {
  const entries = [...machine.partitions.values()].map((partition): [number, Summary] => [
    partition.id,
    {
      id: partition.id,
      parent: partition.parent?.id ?? 0,
      layer: partition.parent === undefined ? 'root' : 'child',
      state: partition.state,
      poolFree: partition.pool.free.length,
      poolUsed: partition.pool.used.length,
      processors: partition.vps.size,
    },
  ]);
  return new Map(entries);
}

type Args = Readonly<Record<string, number>>;

/** An argument that every record of its kind has. */
function arg(args: Args, name: string): number {
  const value = args[name];
  assert(value !== undefined, `the record has no ${name}`);
  return value;
}

function stateAt(index: number): PartitionState {
  const state = partitionStates[index];
  assert(state !== undefined, `no state ${index}`);
  return state;
}

/** Pages of a pool that go into use; those that come back count below zero. */
const moved = ({ poolFree, poolUsed }: Summary, pages: number): Partial<Summary> => ({
  poolFree: poolFree - pages,
  poolUsed: poolUsed + pages,
});

/** What a record changes of a partition that is there, by the record's name. */
const changes: Readonly<Record<string, (known: Summary, args: Args) => Partial<Summary>>> = {
  partitionState: (_known, args) => ({ state: stateAt(arg(args, 'state')) }),
  pageDeposited: ({ poolFree }) => ({ poolFree: poolFree + 1 }),
  pageWithdrawn: ({ poolFree }) => ({ poolFree: poolFree - 1 }),
  poolUsed: (known, args) => moved(known, arg(args, 'pages')),
  poolReturned: (known, args) => moved(known, -arg(args, 'pages')),
  vpCreated: ({ processors }) => ({ processors: processors + 1 }),
  vpDeleted: ({ processors }) => ({ processors: processors - 1 }),
};

function apply(now: Map<number, Summary>, record: TraceRecord): void {
  const { name, args } = decodeRecord(record);
  const id = args.partition ?? 0;
  if (name === 'partitionDeleted') now.delete(id);
  if (name === 'partitionCreated') {
    const parent = arg(args, 'parent');
    const blank = { poolFree: 0, poolUsed: 0, processors: 0 };
    now.set(id, { id, parent, layer: 'child', state: 'uninitialized', ...blank });
  }
  const known = now.get(id);
  const change = changes[name];
  if (known !== undefined && change !== undefined) {
    const next = { ...known, ...change(known, args) };
    assert(next.poolFree >= 0 && next.poolUsed >= 0, 'a pool has no pages less than none');
    assert(next.processors >= 0, 'a processor is deleted after it was created');
    now.set(id, next);
  }
}

const isSame = (a: Summary, b: Summary | undefined): boolean =>
  b !== undefined && JSON.stringify(a) === JSON.stringify(b);
