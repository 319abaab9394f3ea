/** Registers that lie in no register file: a parent reads and writes the machine's state. */
import { describe, expect, test } from 'vitest';
import { registerTable } from '../../../src/engine/hypervisor/defs/registers.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import {
  makeCall,
  outputGpa,
  pack,
  type TestMachine,
  testMachine,
  word,
} from './support/machine.ts';

const read = ({ hv, vp, root }: TestMachine, code: number): bigint => {
  const input = pack(2, 0, BigInt(code));
  expect(makeCall(hv, vp, { code: 0x50, count: 1, input }).status).toBe('SUCCESS');
  return word(root, outputGpa);
};
const write = ({ hv, vp }: TestMachine, code: number, value: number | bigint) =>
  makeCall(hv, vp, { code: 0x51, count: 1, input: pack(2, 0, code, 0, value, 0) }).status;

const writable = registerTable.filter(
  ({ slotBytes, access }) => slotBytes === undefined && access !== 'read-only',
);
const sint2 = 0x000a_0002;

describe('registers of the machine', () => {
  test.each(writable.map(({ name, code }) => [name, code] as const))(
    '%s takes a value that it has had',
    (_, code) => {
      const machine = testMachine();
      const before = read(machine, code);
      expect(write(machine, code, before)).toBe('SUCCESS');
      expect(read(machine, code)).toBe(before);
    },
  );

  test.each([
    ['ExplicitSuspend', 0, 'explicitSuspend'],
    ['InterceptSuspend', 1, 'interceptSuspend'],
    ['InternalActivityState', 4, 'waitsForSipi'],
  ] as const)('%s stops the processor and lets it go on', (_, code, field) => {
    const machine = testMachine();
    const { hv, childVp } = machine;
    for (const value of [1, 0]) {
      expect(write(machine, code, value)).toBe('SUCCESS');
      expect(childVp[field]).toBe(value === 1);
      expect(hv.guestPort().isRunnable(childVp)).toBe(value === 0);
      expect(read(machine, code)).toBe(BigInt(value));
    }
  });

  test('a synthetic MSR has the same rules under its register name', () => {
    const machine = testMachine();
    expect(write(machine, sint2, 0x40)).toBe('SUCCESS');
    expect(machine.hv.readMsr(machine.childVp, 0x4000_0092)).toEqual(u64(0x40));
    expect(write(machine, sint2, 0x05)).toBe('INVALID_PARAMETER');
    expect(read(machine, sint2)).toBe(0x40n);
  });

  test('requested vectors show in the register of their group of 32', () => {
    const machine = testMachine();
    for (const vector of [0x21, 0x3f, 0xff]) machine.childVp.pendingVectors.add(vector);
    expect(read(machine, 0x0008_4821)).toBe(0x8000_0002n);
    expect(read(machine, 0x0008_4827)).toBe(0x8000_0000n);
    expect(read(machine, 0x0008_4820)).toBe(0n);
  });

  test('the configuration of trust levels belongs to the whole partition', () => {
    const machine = testMachine();
    expect(write(machine, 0x000d_0007, 3)).toBe('SUCCESS');
    expect(machine.child.vtl.config).toEqual(u64(3));
    expect(read(machine, 0x000d_0007)).toBe(3n);
  });
});
