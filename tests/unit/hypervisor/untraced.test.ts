/** Tracing only watches: with the trace off, the machine goes through the same states. */
import { describe, expect, test } from 'vitest';
import { msrTable } from '../../../src/engine/hypervisor/defs/msrs.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import { byName, plain } from './support/calls.ts';
import {
  deposit,
  enabledPage,
  finishCall,
  pack,
  type TestMachine,
  testMachine,
} from './support/machine.ts';
import { stateOf } from './support/snapshot.ts';

const childId = 2;
const self = 0xffff_ffff_ffff_ffffn;
const partitionObject = 0x1_0001;

/** Two machines on which the same is done, one of them without a trace. */
function both(act: (machine: TestMachine) => unknown): void {
  const traced = testMachine();
  const untraced = testMachine();
  untraced.hv.trace.enabled = false;
  expect(act(untraced)).toEqual(act(traced));
  expect(stateOf(untraced.hv.machine)).toEqual(stateOf(traced.hv.machine));
  expect(untraced.hv.machine.timeNs).toBe(traced.hv.machine.timeNs);
  expect(untraced.hv.trace.lengthRecords).toBe(0);
}

/** The life of a child: pages, mappings, rights, statistics, its end. */
function wholeLife({ hv, vp, root, child }: TestMachine): unknown[] {
  const call = (code: number, input: Uint8Array, count = 0, fast = false) =>
    finishCall(hv, vp, { code, count, input, fast });
  const pageOfStats = pack(partitionObject, childId, 0, 0x380);
  const answers: unknown[] = [
    deposit(hv, vp, self, 0x10, 4),
    deposit(hv, vp, childId, 0x20, 4),
    call(0x4b, pack(childId, 0x100, 3, 0x40, 0x41), 2),
    call(0x90, pack(childId, 1, 0x100), 1),
    call(0x4c, pack(childId, 0x101, 0), 1),
    call(0x131, pageOfStats),
    call(0x40, new Uint8Array(56)),
  ];
  hv.setReferenceTime(child, u64(1000));
  answers.push(call(0x42, pack(childId), 0, true));
  answers.push(call(0x49, pack(childId, 0), 4), call(0x43, pack(childId), 0, true));
  answers.push(root.pool.free.length, hv.machine.partitions.size);
  return answers;
}

describe('without a trace', () => {
  test.each(byName)('%s answers and does the same', (_name, call) => {
    both(({ hv, vp }) => finishCall(hv, vp, plain(call)));
  });

  test.each(msrTable.map((spec) => [spec.name, spec] as const))(
    '%s is written and read as with one',
    (_name, { index }) => {
      both(({ hv, vp }) => {
        hv.writeMsr(vp, 0x4000_0000, u64(0, 1));
        const written = [u64(0), u64(0, 0x8000_0000), enabledPage(0x120)].map((value) =>
          hv.writeMsr(vp, index, value),
        );
        return [written, hv.readMsr(vp, index)];
      });
    },
  );

  test('a partition lives and ends as with one', () => {
    both(wholeLife);
  });
});
