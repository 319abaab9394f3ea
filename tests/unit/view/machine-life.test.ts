/** The machine panel follows a partition through its whole life, as the records tell it. */
import { expect, test } from 'vitest';
import {
  type LabRun,
  machineView,
  type PartitionView,
  presetById,
  runCall,
} from '../../../src/engine/hypervisor/index.ts';
import { deposit, finishCall, pack, testMachine } from '../hypervisor/support/machine.ts';

const childId = 2;

const childIn = (views: readonly PartitionView[]): PartitionView | undefined =>
  views.find(({ id }) => id === childId);

/** A run in which the child gets pages, is finalized, drained and deleted. */
function lifeOfChild(): LabRun {
  const { hv, vp } = testMachine();
  deposit(hv, vp, childId, 0x20, 4);
  finishCall(hv, vp, { code: 0x4b, count: 1, input: pack(childId, 0x100, 3, 0x40) });
  finishCall(hv, vp, { code: 0x42, fast: true, input: pack(childId) });
  finishCall(hv, vp, { code: 0x49, count: 4, input: pack(childId, 0) });
  finishCall(hv, vp, { code: 0x43, fast: true, input: pack(childId) });
  const preset = presetById('deposit-memory');
  if (preset === undefined) throw new Error('no example');
  const before = testMachine().hv.machine;
  return { ...runCall(preset.params), before, records: hv.trace.records(), after: hv.machine };
}

test('a partition goes through its states and disappears when it is deleted', () => {
  const run = lifeOfChild();
  const states = run.records.map((_, index) => childIn(machineView(run, index + 1))?.state);
  expect([...new Set(states)]).toEqual(['active', 'finalizing', 'finalized', undefined]);
  expect(states.at(-1)).toBeUndefined();
});

test('pages of a pool go into use, come back and leave', () => {
  const run = lifeOfChild();
  const seen = run.records.map((_, index) => childIn(machineView(run, index + 1)));
  const used = seen.map((view) => view?.poolUsed ?? 0);
  expect(Math.max(...used)).toBe(1);
  const last = seen.findLast((view) => view !== undefined);
  expect(last).toMatchObject({ poolUsed: 0, poolFree: 0, processors: 0 });
});
