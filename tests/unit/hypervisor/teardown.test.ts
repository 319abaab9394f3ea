/** The end of a partition: finalize in steps, drain the pool, delete. */
import { describe, expect, test } from 'vitest';
import { hvEvents } from '../../../src/engine/hypervisor/defs/events.ts';
import { access } from '../../../src/engine/hypervisor/defs/model.ts';
import { mapPage, pokeBytes } from '../../../src/engine/hypervisor/machine/memory.ts';
import {
  deposit,
  execute,
  finishCall,
  makeCall,
  memory,
  outputGpa,
  pack,
  type TestMachine,
  testMachine,
  word,
} from './support/machine.ts';
import { enable } from './support/synic.ts';

const rootId = 1;
const childId = 2;
const self = 0xffff_ffff_ffff_ffffn;
const timeLimitNs = 50_000;

const call = (code: number) => (machine: TestMachine, id: number | bigint) =>
  finishCall(machine.hv, machine.vp, { code, fast: true, input: pack(id) });
const finalize = call(0x42);
const remove = call(0x43);
const initialize = call(0x41);

const withdraw = ({ hv, vp }: TestMachine, id: number | bigint, count: number) =>
  finishCall(hv, vp, { code: 0x49, count, input: pack(id, 0) });
const create = ({ hv, vp, root }: TestMachine): number => {
  expect(makeCall(hv, vp, { code: 0x40, input: new Uint8Array(56) }).status).toBe('SUCCESS');
  return Number(word(root, outputGpa));
};

/** A machine whose root has created and initialized partition 3. */
function withActive(): TestMachine & { readonly id: number } {
  const machine = testMachine();
  deposit(machine.hv, machine.vp, rootId, 0x10, 4);
  const id = create(machine);
  deposit(machine.hv, machine.vp, id, 0x20, 208);
  expect(initialize(machine, id).status).toBe('SUCCESS');
  return { ...machine, id };
}

describe('finalizing', () => {
  test('closes the partition first, takes it apart in later steps, then succeeds', () => {
    const machine = withActive();
    const { hv, vp, id } = machine;
    const partition = hv.partition(id);
    const spec = { code: 0x42, fast: true, input: pack(id) };
    expect(makeCall(hv, vp, spec).outcome).toBe('continued');
    expect(partition.state).toBe('finalizing');
    expect(partition.pool.used.length).toBe(208);
    const startNs = hv.machine.timeNs;
    expect(execute(hv, vp).outcome).toBe('continued');
    expect(hv.machine.timeNs - startNs).toBeLessThanOrEqual(timeLimitNs);
    expect(partition.pool.used.length).toBeLessThan(208);
    expect(execute(hv, vp)).toEqual({ outcome: 'returned', status: 'SUCCESS', reps: 0 });
    expect(partition.state).toBe('finalized');
    expect(partition.pool.used).toEqual([]);
    expect(partition.pool.free.length).toBe(208);
  });

  test('says in the trace that the call is made again, and through which states it goes', () => {
    const machine = withActive();
    machine.hv.trace.clear();
    finalize(machine, machine.id);
    const { kind } = hvEvents;
    const seen = machine.hv.trace
      .records()
      .filter((record) => record.kind === kind.again || record.kind === kind.partitionState)
      .map((record) => (record.kind === kind.again ? 'again' : record.b));
    expect(seen).toEqual([2, 'again', 'again', 3]);
  });

  test('takes processors, mappings, ports and messages that wait', () => {
    const machine = testMachine();
    const { hv, vp, child, root } = machine;
    const target = { targetVp: 0, targetSint: 2, kind: 'message' } as const;
    const port = hv.connect(child, root, { id: 9, ...target });
    hv.connect(root, child, { id: 8, ...target });
    enable(hv, hv.vp(childId, 0));
    const message = { code: 0x5c, input: pack(9, 1, new Uint8Array(240)) };
    for (let sent = 0; sent < 3; sent += 1)
      expect(makeCall(hv, vp, message).status).toBe('SUCCESS');
    expect(port.buffersFree).toBe(14);
    expect(finalize(machine, childId).status).toBe('SUCCESS');
    expect([child.vps.size, child.gpa.mappings.size, child.gpa.overlays.size]).toEqual([0, 0, 0]);
    expect([child.ports.size, child.connections.size]).toEqual([0, 0]);
    expect(port).toMatchObject({ deleted: true, buffersFree: 16 });
    expect(makeCall(hv, vp, message).status).toBe('INVALID_PORT_ID');
  });

  test('needs an active partition, or one whose finalizing goes on', () => {
    const machine = testMachine();
    deposit(machine.hv, machine.vp, rootId, 0x10, 4);
    const id = create(machine);
    expect(finalize(machine, id).status).toBe('INVALID_PARTITION_STATE');
    expect(finalize(machine, childId).status).toBe('SUCCESS');
    expect(finalize(machine, childId).status).toBe('INVALID_PARTITION_STATE');
  });

  test('is for the parent, and not while the partition has children', () => {
    const machine = testMachine();
    const { hv, child, childVp } = machine;
    hv.addPartition({ parent: child });
    expect(finalize(machine, childId).status).toBe('OPERATION_DENIED');
    expect(finalize(machine, self).status).toBe('ACCESS_DENIED');
    expect(finalize({ ...machine, vp: childVp }, rootId).status).toBe('ACCESS_DENIED');
    expect(finalize(machine, 99).status).toBe('INVALID_PARTITION_ID');
    expect(child.state).toBe('active');
  });
});

describe('withdrawing', () => {
  test('gives pages back under their old numbers, zeroed and with all rights', () => {
    const machine = testMachine();
    const { hv, vp, root } = machine;
    const before = [0x10, 0x11, 0x12].map((gpn) => root.gpa.mappings.get(gpn)?.page);
    pokeBytes(root.gpa, 0x10 * 4096, Uint8Array.of(7));
    deposit(hv, vp, self, 0x10, 3);
    expect(withdraw(machine, self, 3)).toMatchObject({ status: 'SUCCESS', reps: 3 });
    const gpns = [0, 1, 2].map((index) => Number(word(root, outputGpa + 8 * index)));
    expect(gpns.toSorted((a, b) => a - b)).toEqual([0x10, 0x11, 0x12]);
    for (const [index, gpn] of [0x10, 0x11, 0x12].entries()) {
      const mapping = root.gpa.mappings.get(gpn);
      expect(mapping?.page).toBe(before[index]);
      expect(mapping).toMatchObject({ access: access.all, page: { depositedTo: 0 } });
      expect(memory(root, gpn * 4096, 1)[0]).toBe(0);
    }
  });

  test('ends with NO_RESOURCES at the first page that is not there', () => {
    const machine = testMachine();
    deposit(machine.hv, machine.vp, self, 0x10, 2);
    const entries = withdraw(machine, self, 5);
    expect(entries).toMatchObject({ status: 'NO_RESOURCES', reps: 2 });
    expect(Number(word(machine.root, outputGpa + 16))).toBe(0);
    expect(withdraw(machine, self, 1)).toMatchObject({ status: 'NO_RESOURCES', reps: 0 });
  });

  test('takes free pages only, in any state of the partition', () => {
    const machine = withActive();
    const { hv, vp, id } = machine;
    expect(withdraw(machine, id, 1).status).toBe('NO_RESOURCES');
    deposit(hv, vp, id, 0x200, 1);
    expect(withdraw(machine, id, 1).status).toBe('SUCCESS');
    expect(finalize(machine, id).status).toBe('SUCCESS');
    expect(withdraw(machine, id, 300)).toMatchObject({ status: 'NO_RESOURCES', reps: 208 });
  });

  test('makes a page usable again that another partition had mapped without rights', () => {
    const machine = testMachine();
    const { hv, vp, root, child } = machine;
    const page = root.gpa.mappings.get(0x10)?.page;
    if (page === undefined) throw new Error('no page');
    mapPage(child.gpa, 0x30, page, access.none);
    deposit(hv, vp, self, 0x10, 1);
    expect(withdraw(machine, self, 1).status).toBe('SUCCESS');
    expect(child.gpa.mappings.get(0x30)?.page).toBe(page);
  });

  test('is for the parent and for the root itself', () => {
    const machine = testMachine();
    const { childVp } = machine;
    expect(withdraw({ ...machine, vp: childVp }, rootId, 1).status).toBe('ACCESS_DENIED');
    expect(withdraw(machine, 99, 1).status).toBe('INVALID_PARTITION_ID');
  });
});

describe('deleting', () => {
  test('removes a finalized partition with a drained pool and frees what it cost', () => {
    const machine = withActive();
    const { hv, id, root } = machine;
    expect(remove(machine, id).status).toBe('INVALID_PARTITION_STATE');
    finalize(machine, id);
    expect(remove(machine, id).status).toBe('OPERATION_DENIED');
    expect(withdraw(machine, id, 208).status).toBe('SUCCESS');
    expect([root.pool.free.length, root.pool.used.length]).toEqual([3, 1]);
    expect(remove(machine, id).status).toBe('SUCCESS');
    expect([root.pool.free.length, root.pool.used.length]).toEqual([4, 0]);
    expect(hv.machine.partitions.has(id)).toBe(false);
    expect(remove(machine, id).status).toBe('INVALID_PARTITION_ID');
    expect(create(machine)).toBe(id + 1);
  });

  test('removes a partition that was never initialized, once its pool is drained', () => {
    const machine = testMachine();
    deposit(machine.hv, machine.vp, rootId, 0x10, 4);
    const id = create(machine);
    deposit(machine.hv, machine.vp, id, 0x20, 1);
    expect(remove(machine, id).status).toBe('OPERATION_DENIED');
    withdraw(machine, id, 1);
    expect(remove(machine, id).status).toBe('SUCCESS');
  });

  test('is for the parent', () => {
    const machine = testMachine();
    const { childVp } = machine;
    expect(remove({ ...machine, vp: childVp }, rootId).status).toBe('ACCESS_DENIED');
    expect(remove(machine, rootId).status).toBe('ACCESS_DENIED');
  });
});

describe('listing children', () => {
  const next = ({ hv, vp, root }: TestMachine, parent: number | bigint, previous: number) => {
    const { status } = makeCall(hv, vp, { code: 0x47, input: pack(parent, previous) });
    return status === 'SUCCESS' ? Number(word(root, outputGpa)) : status;
  };

  test('goes from 0 through all children in rising order back to 0', () => {
    const machine = testMachine();
    machine.hv.addPartition({ parent: machine.root });
    expect(next(machine, self, 0)).toBe(2);
    expect(next(machine, rootId, 2)).toBe(3);
    expect(next(machine, rootId, 3)).toBe(0);
    expect(next(machine, childId, 0)).toBe(0);
  });

  test('refuses a previous child of somebody else and a parent that is not there', () => {
    const machine = testMachine();
    expect(next(machine, rootId, 1)).toBe('INVALID_PARTITION_ID');
    expect(next(machine, childId, 2)).toBe('INVALID_PARTITION_ID');
    expect(next(machine, 99, 0)).toBe('INVALID_PARTITION_ID');
    expect(next({ ...machine, vp: machine.childVp }, rootId, 0)).toBe('ACCESS_DENIED');
  });
});
