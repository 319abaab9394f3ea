/** What the end of a partition leaves to others, and how much one step takes apart. */
import { describe, expect, test } from 'vitest';
import {
  deposit,
  execute,
  finishCall,
  makeCall,
  outputGpa,
  pack,
  type TestMachine,
  testMachine,
  word,
} from './support/machine.ts';

const childId = 2;
const self = 0xffff_ffff_ffff_ffffn;
const object = { hypervisor: 1, partition: 0x1_0001 } as const;
const timeLimitNs = 50_000;

const finalizing = (id: number) => ({ code: 0x42, fast: true, input: pack(id) });

const mapStats = ({ hv, vp }: TestMachine, type: number, id: number, gpn: number) =>
  makeCall(hv, vp, { code: 0x131, input: pack(type, id, 0, gpn) }).status;

describe('a step of finalizing', () => {
  test.each([
    ['processors', 300, 4],
    ['mappings', 1, 300],
  ])('ends in the middle of the %s when its time is over', (_what, processors, ramPages) => {
    const { hv, vp, root } = testMachine();
    const vpIndexes = Array.from({ length: processors }, (_, index) => index);
    const { id, vps, gpa } = hv.addPartition({ parent: root, ramPages, vpIndexes });
    expect(makeCall(hv, vp, finalizing(id)).outcome).toBe('continued');
    const startNs = hv.machine.timeNs;
    expect(execute(hv, vp).outcome).toBe('continued');
    expect(hv.machine.timeNs - startNs).toBeLessThanOrEqual(timeLimitNs);
    const left = vps.size + gpa.mappings.size;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(processors + ramPages);
  });
});

describe('statistics', () => {
  test('of others stay mapped when a partition ends', () => {
    const machine = testMachine();
    const { hv, vp, root } = machine;
    const other = hv.addPartition({ parent: root });
    deposit(hv, vp, self, 0x10, 3);
    expect(mapStats(machine, object.hypervisor, 0, 0x380)).toBe('SUCCESS');
    expect(mapStats(machine, object.partition, other.id, 0x381)).toBe('SUCCESS');
    expect(mapStats(machine, object.partition, childId, 0x382)).toBe('SUCCESS');
    expect(finishCall(hv, vp, finalizing(childId)).status).toBe('SUCCESS');
    expect(root.statsPages.map(({ gpn }) => gpn)).toEqual([0x380, 0x381]);
  });

  test('begin with the life of a partition: not before it is initialized', () => {
    const machine = testMachine();
    const { hv, vp, root } = machine;
    deposit(hv, vp, self, 0x10, 3);
    expect(makeCall(hv, vp, { code: 0x40, input: new Uint8Array(56) }).status).toBe('SUCCESS');
    const id = Number(word(root, outputGpa));
    const status = mapStats(machine, object.partition, id, 0x380);
    expect(status).toBe('INVALID_PARTITION_STATE');
    expect(root.statsPages).toEqual([]);
  });
});
