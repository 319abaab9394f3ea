/** The life of a partition and the memory pools it lives from. */
import { describe, expect, test } from 'vitest';
import { hypervisorFacts } from '../../../src/engine/facts/hypervisor.ts';
import { access, type PartitionState } from '../../../src/engine/hypervisor/defs/model.ts';
import { msrIndex } from '../../../src/engine/hypervisor/defs/msrs.ts';
import { rootPrivileges } from '../../../src/engine/hypervisor/defs/privileges.ts';
import { mapPage, newPage } from '../../../src/engine/hypervisor/machine/memory.ts';
import { setState } from '../../../src/engine/hypervisor/machine/partitions.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import {
  type Answer,
  deposit,
  enabledPage,
  finishCall,
  makeCall,
  memory,
  outputGpa,
  pack,
  readOnlyGpn,
  type TestMachine,
  testMachine,
  unmappedGpn,
  word,
} from './support/machine.ts';

const self = 0xffff_ffff_ffff_ffffn;
const rootId = 1;
const childId = 2;
const nobody = 99;
const status = (name: string, reps = 0): Answer => ({ outcome: 'returned', status: name, reps });
const success = (reps = 0) => status('SUCCESS', reps);

const create = ({ hv, vp }: TestMachine) =>
  makeCall(hv, vp, { code: 0x40, input: new Uint8Array(56) });
const initialize = ({ hv, vp }: TestMachine, id: number | bigint) =>
  makeCall(hv, vp, { code: 0x41, input: pack(id) });

function balance(machine: TestMachine, id: number | bigint): [free: number, used: number] | Answer {
  const { hv, vp, root } = machine;
  const answer = makeCall(hv, vp, { code: 0x4a, input: pack(id, 0) });
  if (answer.status !== 'SUCCESS') return answer;
  return [Number(word(root, outputGpa)), Number(word(root, outputGpa + 8))];
}

/** A machine whose root has created one partition, and the id of that. */
function withNew(): TestMachine & { readonly id: number } {
  const machine = testMachine();
  deposit(machine.hv, machine.vp, rootId, 0x10, 4);
  expect(create(machine)).toEqual(success());
  return { ...machine, id: Number(word(machine.root, outputGpa)) };
}

describe('creating a partition', () => {
  test('needs a page in the pool of the creator: deposit and retry', () => {
    const machine = testMachine();
    expect(create(machine)).toEqual(status('INSUFFICIENT_MEMORY'));
    expect(deposit(machine.hv, machine.vp, self, 0x10, 1).status).toBe('SUCCESS');
    expect(create(machine)).toEqual(success());
    expect(balance(machine, rootId)).toEqual([0, 1]);
    expect(create(machine)).toEqual(status('INSUFFICIENT_MEMORY'));
  });

  test('gives an uninitialized child with an empty pool', () => {
    const { hv, root, id } = withNew();
    const partition = hv.partition(id);
    expect(partition).toMatchObject({ state: 'uninitialized', parent: root, depth: 1 });
    expect(partition.pool).toEqual({ free: [], used: [] });
    expect(partition.gpa.mappings.size).toBe(0);
  });

  test('ids rise and are never given again', () => {
    const machine = testMachine();
    deposit(machine.hv, machine.vp, rootId, 0x10, 10);
    const ids = Array.from({ length: 10 }, () => {
      create(machine);
      const id = Number(word(machine.root, outputGpa));
      if (id % 2 === 0) machine.hv.machine.partitions.delete(id);
      return id;
    });
    expect(ids).toEqual(Array.from({ length: 10 }, (_, index) => 3 + index));
  });

  test('a child that may create partitions is still too deep for more', () => {
    const { hv, child, childVp } = testMachine();
    child.privileges = rootPrivileges;
    expect(makeCall(hv, childVp, { code: 0x40, input: new Uint8Array(56) })).toEqual(
      status('PARTITION_TOO_DEEP'),
    );
    expect(hypervisorFacts.partitionDepth.value).toBe(2);
  });
});

describe('depositing memory', () => {
  test('moves pages from the caller into the pool, one per element', () => {
    const machine = withNew();
    expect(deposit(machine.hv, machine.vp, machine.id, 0x20, 10)).toMatchObject(success(10));
    expect(balance(machine, machine.id)).toEqual([10, 0]);
    expect(balance(machine, rootId)).toEqual([3, 1]);
  });

  test('a deposited page is as if not mapped, and its bytes are gone', () => {
    const { hv, vp, root, id } = withNew();
    const gpa = 0x20 * 4096;
    makeCall(hv, vp, { code: 0xffff, input: pack(7), inputGpa: gpa });
    expect(word(root, gpa)).toBe(7n);
    deposit(hv, vp, id, 0x20, 1);
    expect(makeCall(hv, vp, { code: 0x41, inputGpa: gpa }).outcome).toBe('intercepted');
    expect(makeCall(hv, vp, { code: 0x46, outputGpa: gpa }).outcome).toBe('intercepted');
    expect(word(root, gpa)).toBe(0n);
    expect(hv.partition(id).pool.free[0]?.bytes).toBeUndefined();
  });

  test.each<[string, (machine: TestMachine) => number, string]>([
    [
      'that is deposited already',
      ({ hv, vp }) => {
        deposit(hv, vp, rootId, 0x30, 1);
        return 0x30;
      },
      'OPERATION_DENIED',
    ],
    ['that is not mapped', () => unmappedGpn, 'OPERATION_DENIED'],
    ['that may only be read', () => readOnlyGpn, 'OPERATION_DENIED'],
    [
      'that may not be executed',
      ({ hv, root }) => {
        mapPage(root.gpa, 0x701, newPage(hv.machine), access.read | access.write);
        return 0x701;
      },
      'OPERATION_DENIED',
    ],
    [
      'that another partition can reach',
      ({ root, child }) => {
        const mapping = root.gpa.mappings.get(0x31);
        if (mapping !== undefined) mapPage(child.gpa, 0x80, mapping.page, access.read);
        return 0x31;
      },
      'OPERATION_DENIED',
    ],
    [
      'over which a page of the hypervisor lies',
      ({ hv, vp }) => {
        hv.writeMsr(vp, msrIndex.SIMP, enabledPage(0x32));
        return 0x32;
      },
      'OBJECT_IN_USE',
    ],
  ])('a page %s stops the list there', (_, prepare, name) => {
    const machine = withNew();
    const bad = prepare(machine);
    const { hv, vp, id } = machine;
    const first = pack(id, bad, 0x40);
    expect(makeCall(hv, vp, { code: 0x48, count: 2, input: first })).toEqual(status(name, 0));
    expect(hv.partition(id).pool.free).toEqual([]);
    const second = pack(id, 0x40, bad);
    expect(makeCall(hv, vp, { code: 0x48, count: 2, input: second })).toEqual(status(name, 1));
    expect(hv.partition(id).pool.free).toHaveLength(1);
  });

  test('a page that a partition cannot use in any way may be deposited', () => {
    const { hv, vp, root, child, id } = withNew();
    const mapping = root.gpa.mappings.get(0x33);
    if (mapping !== undefined) mapPage(child.gpa, 0x80, mapping.page, access.none);
    expect(deposit(hv, vp, id, 0x33, 1).status).toBe('SUCCESS');
  });

  test('the same page under a second number is deposited once only', () => {
    const { hv, vp, root, id } = withNew();
    const mapping = root.gpa.mappings.get(0x34);
    if (mapping !== undefined) mapPage(root.gpa, 0x702, mapping.page, access.all);
    const input = pack(id, 0x34, 0x702);
    expect(makeCall(hv, vp, { code: 0x48, count: 2, input })).toEqual(
      status('OPERATION_DENIED', 1),
    );
  });

  test('a page above 16 TiB is found in an address space that is wide enough', () => {
    const { hv, root } = testMachine();
    const child = hv.addPartition({ parent: root, ramPages: 4, gpaWidthBits: 52 });
    child.privileges = rootPrivileges;
    const gpn = 2 ** 33 + 5;
    mapPage(child.gpa, gpn, newPage(hv.machine), access.all);
    const grandchild = hv.addPartition({ parent: child });
    const vp = hv.vp(child.id, 0);
    expect(deposit(hv, vp, grandchild.id, gpn, 1).status).toBe('SUCCESS');
    expect(deposit(hv, vp, grandchild.id, 2 ** 52, 1).status).toBe('OPERATION_DENIED');
    const far = finishCall(hv, vp, { code: 0x48, count: 1, input: pack(grandchild.id, 2n ** 60n) });
    expect(far.status).toBe('OPERATION_DENIED');
  });
});

describe('balances', () => {
  test('free and used pages add up to what was deposited', () => {
    const machine = withNew();
    const { hv, vp, id } = machine;
    deposit(hv, vp, id, 0x100, 300);
    expect(balance(machine, id)).toEqual([300, 0]);
    expect(initialize(machine, id)).toEqual(success());
    expect(balance(machine, id)).toEqual([300 - 208, 208]);
  });

  test('a balance that is refused writes nothing', () => {
    const machine = testMachine();
    const { hv, vp, root } = machine;
    makeCall(hv, vp, { code: 0xffff, input: pack(5, 6), inputGpa: outputGpa });
    expect(balance(machine, nobody)).toEqual(status('INVALID_PARTITION_ID'));
    expect(memory(root, outputGpa, 16)).toEqual(pack(5, 6));
  });
});

describe('initializing a partition', () => {
  test('takes 208 pages: one fewer is not enough', () => {
    const machine = withNew();
    const { hv, vp, id } = machine;
    deposit(hv, vp, id, 0x100, 207);
    expect(initialize(machine, id)).toEqual(status('INSUFFICIENT_MEMORY'));
    expect(hv.partition(id).state).toBe('uninitialized');
    expect(balance(machine, id)).toEqual([207, 0]);
    deposit(hv, vp, id, 0x300, 1);
    expect(initialize(machine, id)).toEqual(success());
    expect(hv.partition(id).state).toBe('active');
    expect(balance(machine, id)).toEqual([0, 208]);
  });

  test('happens once', () => {
    expect(initialize(testMachine(), childId)).toEqual(status('INVALID_PARTITION_STATE'));
  });
});

describe('who may name which partition', () => {
  type Call = (machine: TestMachine, id: number | bigint) => Answer | [number, number];
  const calls: [string, Call][] = [
    ['HvCallInitializePartition', initialize],
    [
      'HvCallDepositMemory',
      ({ hv, vp }, id) => makeCall(hv, vp, { code: 0x48, count: 1, input: pack(id, 0x20) }),
    ],
    ['HvCallGetMemoryBalance', balance],
  ];

  test.each(calls)('%s: an id that nobody has', (_, call) => {
    for (const id of [0, nobody, 2n ** 32n + 2n, self - 1n]) {
      expect(call(testMachine(), id)).toEqual(status('INVALID_PARTITION_ID'));
    }
  });

  test.each(calls)('%s: a partition that is not a child of the caller', (_, call) => {
    const machine = testMachine();
    const { hv, child, childVp } = machine;
    const grandchild = hv.addPartition({ parent: child });
    expect(call(machine, grandchild.id)).toEqual(status('ACCESS_DENIED'));
    child.privileges = rootPrivileges;
    const asChild = { ...machine, root: child, vp: childVp };
    expect(call(asChild, rootId)).toEqual(status('ACCESS_DENIED'));
    for (const id of [childId, self]) expect(call(asChild, id)).toEqual(status('ACCESS_DENIED'));
  });

  test('only the root has a pool that it fills itself; nobody initializes itself', () => {
    const machine = testMachine();
    expect(balance(machine, self)).toEqual([0, 0]);
    expect(balance(machine, rootId)).toEqual([0, 0]);
    expect(initialize(machine, self)).toEqual(status('ACCESS_DENIED'));
    expect(initialize(machine, rootId)).toEqual(status('ACCESS_DENIED'));
  });

  test.each<[PartitionState, boolean]>([
    ['uninitialized', true],
    ['active', true],
    ['finalizing', false],
    ['finalized', false],
  ])('a partition that is %s takes deposits: %s', (state, takes) => {
    const { hv, vp, child } = testMachine();
    child.state = state;
    const answer = deposit(hv, vp, childId, 0x20, 1);
    expect(answer.status).toBe(takes ? 'SUCCESS' : 'INVALID_PARTITION_STATE');
  });

  test('the way of a partition has no shortcut and no way back', () => {
    const { hv, child } = testMachine();
    expect(() => setState(hv.machine, child, 'finalized')).toThrow(
      'no way from active to finalized',
    );
    expect(() => setState(hv.machine, child, 'uninitialized')).toThrow('no way');
    setState(hv.machine, child, 'finalizing');
    setState(hv.machine, child, 'finalized');
    expect(child.state).toBe('finalized');
  });

  test('each partition is told its own id', () => {
    const { hv, root, child, vp, childVp } = testMachine();
    child.privileges = rootPrivileges;
    expect(makeCall(hv, vp, { code: 0x46 })).toEqual(success());
    expect(word(root, outputGpa)).toBe(1n);
    expect(makeCall(hv, childVp, { code: 0x46, fast: true })).toEqual(success());
    expect(childVp.registers.getBigUint64(0, true)).toBe(2n);
  });

  test('a caller with the privilege learns which extended calls the parent answers', () => {
    const { hv, root, vp } = testMachine();
    hv.machine.extendedCapabilities = u64(0x17);
    expect(makeCall(hv, vp, { code: 0x8001 })).toEqual(success());
    expect(word(root, outputGpa)).toBe(0x17n);
  });
});
