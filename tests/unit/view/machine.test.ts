import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CallParams,
  type Machine,
  machineView,
  type PartitionView,
  presetById,
  presets,
  runCall,
} from '../../../src/engine/hypervisor/index.ts';
import { anyCall } from '../scenario/support/calls.ts';

type Told = Omit<PartitionView, 'changed' | 'layer'>;

/** What the machine itself says of its partitions. */
const stateOf = (machine: Machine): readonly Told[] =>
  [...machine.partitions.values()].map((partition) => ({
    id: partition.id,
    parent: partition.parent?.id ?? 0,
    state: partition.state,
    poolFree: partition.pool.free.length,
    poolUsed: partition.pool.used.length,
    processors: partition.vps.size,
  }));

const told = (views: readonly PartitionView[]): readonly Told[] =>
  views.map(({ changed: _changed, layer: _layer, ...rest }) => rest);

function expectFoldToMeetState(params: CallParams): void {
  const run = runCall(params);
  expect(told(machineView(run, 0))).toEqual(stateOf(run.before));
  expect(told(machineView(run, run.records.length))).toEqual(stateOf(run.after));
}

describe('the machine panel', () => {
  test.each(presets)('after the last step of $id is the machine after the run', ({ params }) => {
    expectFoldToMeetState(params);
  });

  test('after the last step of any call is the machine after the run', () => {
    fc.assert(
      fc.property(anyCall, ({ params }) => expectFoldToMeetState(params)),
      { numRuns: 200 },
    );
  });

  test('at the start of a run shows nothing as changed', () => {
    for (const { params } of presets) {
      expect(machineView(runCall(params), 0).filter(({ changed }) => changed)).toEqual([]);
    }
  });

  test('shows a new partition from the step that creates it, and marks it', () => {
    const params = presetById('create-partition')?.params as CallParams;
    const run = runCall(params);
    const counts = run.records.map((_, index) => machineView(run, index + 1).length);
    expect(new Set(counts)).toEqual(new Set([3, 4]));
    expect(counts).toEqual([...counts].sort());
    expect(machineView(run, run.records.length).at(-1)).toMatchObject({
      id: 4,
      parent: 1,
      layer: 'child',
      state: 'uninitialized',
      changed: true,
    });
  });

  test('counts deposited pages one by one', () => {
    const run = runCall(presetById('deposit-memory')?.params as CallParams);
    const free = run.records.map(
      (_, index) => machineView(run, index + 1).find(({ id }) => id === 3)?.poolFree ?? 0,
    );
    const rises = free.map((pages, index) => pages - (free[index - 1] ?? pages));
    expect(rises.filter((rise) => rise !== 0)).toEqual([1, 1, 1, 1]);
  });
});
