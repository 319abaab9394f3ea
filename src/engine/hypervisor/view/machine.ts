/** The machine at a step of a run: partitions, states, pools and processors. */
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

function apply(now: Map<number, Summary>, record: TraceRecord): void {
  const { name, args } = decodeRecord(record);
  const id = args.partition ?? 0;
  const known = now.get(id);
  if (name === 'partitionCreated') {
    const parent = args.parent ?? 0;
    const blank = { poolFree: 0, poolUsed: 0, processors: 0 };
    now.set(id, { id, parent, layer: 'child', state: 'uninitialized', ...blank });
  }
  if (known === undefined) return;
  if (name === 'partitionState') {
    now.set(id, { ...known, state: partitionStates[args.state ?? 0] ?? known.state });
  }
  if (name === 'pageDeposited') now.set(id, { ...known, poolFree: known.poolFree + 1 });
  if (name === 'poolUsed') {
    const pages = args.pages ?? 0;
    now.set(id, {
      ...known,
      poolFree: known.poolFree - pages,
      poolUsed: known.poolUsed + pages,
    });
  }
}

const isSame = (a: Summary, b: Summary | undefined): boolean =>
  b !== undefined && JSON.stringify(a) === JSON.stringify(b);
