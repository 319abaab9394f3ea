/** HvCallGetVpRegisters and HvCallSetVpRegisters. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { privilegeBit } from '../../../src/engine/hypervisor/defs/privileges.ts';
import {
  registerByCode,
  registerTable,
  slot,
} from '../../../src/engine/hypervisor/defs/registers.ts';
import {
  processorMode,
  readRegister,
  setProcessorMode,
  writeRegister,
} from '../../../src/engine/hypervisor/machine/registers.ts';
import { u64, u64WithBit } from '../../../src/engine/kernel/u64.ts';
import {
  makeCall,
  memory,
  outputGpa,
  pack,
  readReg,
  type TestMachine,
  testMachine,
  word,
} from './support/machine.ts';

const self = 0xffff_ffff_ffff_ffffn;
const ownVp = 0xffff_fffe;
const success = (reps: number) => ({ outcome: 'returned', status: 'SUCCESS', reps });
const code = (short: string): number =>
  registerTable.find((spec) => spec.short === short)?.code ?? -1;
/** Registers that a call may write. */
const writable = registerTable.filter(
  ({ slotBytes, short }) => slotBytes !== undefined || short.endsWith('Suspend'),
);
const readOnly = registerTable.filter(({ access }) => access === 'read-only');
const withReserved = registerTable.filter(({ mustBeZero }) => mustBeZero !== undefined);

const names = (...codes: number[]): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil(codes.length / 2) * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of codes.entries()) view.setUint32(4 * index, value, true);
  return bytes;
};
const read = ({ hv, vp }: TestMachine, target: bigint | number, index: number, ...list: number[]) =>
  makeCall(hv, vp, { code: 0x50, count: list.length, input: pack(target, index, names(...list)) });
const write = (
  { hv, vp }: TestMachine,
  target: bigint | number,
  index: number,
  ...list: readonly (readonly [number, Uint8Array])[]
) =>
  makeCall(hv, vp, {
    code: 0x51,
    count: list.length,
    input: pack(target, index, ...list.flatMap(([name, value]) => [name, 0, value])),
  });

describe('reading and writing by call', () => {
  const value16 = fc.uint8Array({ minLength: 16, maxLength: 16 });

  test('what a parent writes to a register of its child it reads back', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...writable),
        value16,
        ({ code: name, sizeBytes, mustBeZero }, raw) => {
          const machine = testMachine();
          const kept = raw.slice();
          const { lo, hi } = mustBeZero ?? u64(0);
          for (let bit = 0; bit < 64; bit += 1) {
            const isReserved = (((bit < 32 ? lo : hi) >>> (bit & 31)) & 1) === 1;
            if (isReserved) kept[bit >> 3] = (kept[bit >> 3] ?? 0) & ~(1 << (bit & 7));
          }
          expect(write(machine, 2, 0, [name, kept])).toEqual(success(1));
          expect(read(machine, 2, 0, name)).toEqual(success(1));
          const expected = Uint8Array.from(kept, (byte, at) => (at < sizeBytes ? byte : 0));
          expect(memory(machine.root, outputGpa, 16)).toEqual(expected);
          expect(registerByCode(name)?.code).toBe(name);
        },
      ),
    );
  });

  test('a list is done in order, one value for each name', () => {
    const machine = testMachine();
    const list = ['RBX', 'XMM3', 'CR3', 'GDTR', 'RBX'].map(code);
    const values = list.map((_, index) => pack(index + 1, index + 100));
    write(
      machine,
      2,
      1,
      ...list.map((name, index) => [name, values[index] ?? pack(0, 0)] as const),
    );
    expect(read(machine, 2, 1, ...list)).toEqual(success(5));
    expect(memory(machine.root, outputGpa, 80)).toEqual(pack(5, 0, 2, 101, 3, 0, 4, 103, 5, 0));
    expect(readReg(machine.childVp, slot.RBX)).toBe(0n);
  });

  test('"self" is the caller and its own processor', () => {
    const machine = testMachine();
    expect(write(machine, self, ownVp, [code('RBX'), pack(7, 0)])).toEqual(success(1));
    expect(readReg(machine.vp, slot.RBX)).toBe(7n);
    expect(read(machine, 1, 0, code('RBX'))).toEqual(success(1));
    expect(memory(machine.root, outputGpa, 8)).toEqual(pack(7));
  });

  test('a name that is not known stops the list there', () => {
    const machine = testMachine();
    expect(read(machine, 2, 0, code('RBX'), 0x1234_5678, code('RCX'))).toEqual({
      outcome: 'returned',
      status: 'INVALID_PARAMETER',
      reps: 1,
    });
    const bad = write(machine, 2, 0, [code('RBX'), pack(1, 0)], [0x1234_5678, pack(2, 0)]);
    expect(bad).toMatchObject({ status: 'INVALID_PARAMETER', reps: 1 });
    expect(readReg(machine.childVp, slot.RBX)).toBe(1n);
  });

  test.each(readOnly.map((spec) => [spec.name, spec] as const))('%s is read-only', (_, spec) => {
    const machine = testMachine();
    expect(read(machine, 2, 0, spec.code)).toEqual(success(1));
    expect(write(machine, 2, 0, [spec.code, pack(1, 0)])).toMatchObject({
      status: 'INVALID_PARAMETER',
      reps: 0,
    });
  });

  test.each(withReserved.map((spec) => [spec.name, spec] as const))(
    '%s refuses every reserved bit and keeps what it had',
    (_, { code: name, mustBeZero }) => {
      const machine = testMachine();
      const { lo, hi } = mustBeZero ?? u64(0);
      for (let bit = 0; bit < 64; bit += 1) {
        if ((((bit < 32 ? lo : hi) >>> (bit & 31)) & 1) === 0) continue;
        const answer = write(machine, 2, 0, [name, pack(1n << BigInt(bit), 0)]);
        expect(answer, `bit ${bit}`).toMatchObject({ status: 'INVALID_PARAMETER', reps: 0 });
      }
      read(machine, 2, 0, name);
      expect(word(machine.root, outputGpa)).toBe(0n);
    },
  );

  test('computed registers show what they stand for', () => {
    const machine = testMachine();
    const { hv, child } = machine;
    child.guestOsId = u64(5, 6);
    child.hypercallMsr = u64(0x3001);
    hv.vp(2, 1).explicitSuspend = true;
    read(machine, 2, 1, ...['GuestOsId', 'Hypercall', 'VpIndex', 'ExplicitSuspend'].map(code));
    expect(memory(machine.root, outputGpa, 64)).toEqual(
      pack(5 + 6 * 2 ** 32, 0, 0x3001, 0, 1, 0, 1, 0),
    );
  });

  test.each(['ExplicitSuspend', 'InterceptSuspend'])('%s has one bit', (short) => {
    const machine = testMachine();
    for (const value of [2, 2 ** 32, 3]) {
      expect(write(machine, 2, 0, [code(short), pack(value, 0)]).status).toBe('INVALID_PARAMETER');
    }
    for (const value of [1, 0]) {
      expect(write(machine, 2, 0, [code(short), pack(value, 0)]).status).toBe('SUCCESS');
      const { explicitSuspend, interceptSuspend } = machine.childVp;
      expect(short === 'ExplicitSuspend' ? explicitSuspend : interceptSuspend).toBe(value === 1);
    }
  });
});

describe('whose registers', () => {
  const rbx = code('RBX');
  const cases: [
    string,
    (
      machine: TestMachine,
      target: bigint | number,
      index: number,
    ) => { status: string | undefined },
  ][] = [
    ['HvCallGetVpRegisters', (machine, target, index) => read(machine, target, index, rbx)],
    [
      'HvCallSetVpRegisters',
      (machine, target, index) => write(machine, target, index, [rbx, pack(1, 0)]),
    ],
  ];

  test.each(cases)('%s: the partition must exist', (_, call) => {
    expect(call(testMachine(), 99, 0).status).toBe('INVALID_PARTITION_ID');
  });

  test.each(cases)('%s: a partition that is neither the caller nor its child', (_, call) => {
    const machine = testMachine();
    const grandchild = machine.hv.addPartition({ parent: machine.child });
    expect(call(machine, grandchild.id, 0).status).toBe('ACCESS_DENIED');
    expect(call({ ...machine, vp: machine.childVp }, 1, 0).status).toBe('ACCESS_DENIED');
  });

  test.each(cases)('%s: one’s own only with AccessVpRegisters, a child’s without', (_, call) => {
    const machine = testMachine();
    const bit = privilegeBit('AccessVpRegisters');
    machine.root.privileges = u64WithBit(machine.root.privileges, bit, false);
    expect(call(machine, self, ownVp).status).toBe('ACCESS_DENIED');
    expect(call(machine, 1, 0).status).toBe('ACCESS_DENIED');
    expect(call(machine, 2, 0).status).toBe('SUCCESS');
  });

  test.each(cases)('%s: the processor must exist; "own" means the caller’s', (_, call) => {
    expect(call(testMachine(), 2, 2).status).toBe('INVALID_VP_INDEX');
    expect(call(testMachine(), 2, 0xffff_ffff).status).toBe('INVALID_VP_INDEX');
    expect(call(testMachine(), 2, ownVp).status).toBe('INVALID_VP_INDEX');
  });

  test.each(cases)('%s: the partition must be active', (_, call) => {
    for (const state of ['uninitialized', 'finalizing', 'finalized'] as const) {
      const machine = testMachine();
      machine.child.state = state;
      expect(call(machine, 2, 0).status).toBe('INVALID_PARTITION_STATE');
    }
  });
});

describe('the register file', () => {
  test('numbers and names are unique', () => {
    expect(new Set(registerTable.map((spec) => spec.code)).size).toBe(registerTable.length);
    expect(new Set(registerTable.map((spec) => spec.name)).size).toBe(registerTable.length);
  });

  test('no two registers share a byte', () => {
    const kept = registerTable.filter(({ slotBytes }) => slotBytes !== undefined);
    const bytes = kept.flatMap(({ slotBytes = 0, sizeBytes }) =>
      Array.from({ length: sizeBytes }, (_, index) => slotBytes + index),
    );
    expect(new Set(bytes).size).toBe(bytes.length);
  });

  /** HV_REGISTER_NAME values. Source: TLFS, HV_REGISTER_NAME. */
  test.each([
    ['HvRegisterExplicitSuspend', 0x0000_0000],
    ['HvRegisterInterceptSuspend', 0x0000_0001],
    ['HvX64RegisterRax', 0x0002_0000],
    ['HvX64RegisterRsp', 0x0002_0004],
    ['HvX64RegisterRip', 0x0002_0010],
    ['HvX64RegisterRflags', 0x0002_0011],
    ['HvX64RegisterXmm5', 0x0003_0005],
    ['HvX64RegisterCr3', 0x0004_0002],
    ['HvX64RegisterCr8', 0x0004_0004],
    ['HvX64RegisterCs', 0x0006_0001],
    ['HvX64RegisterTr', 0x0006_0007],
    ['HvX64RegisterIdtr', 0x0007_0000],
    ['HvX64RegisterGdtr', 0x0007_0001],
    ['HvX64RegisterEfer', 0x0008_0001],
    ['HvX64RegisterHypercall', 0x0009_0001],
    ['HvRegisterVpIndex', 0x0009_0003],
    ['HvRegisterDispatchSuspend', 0x0000_0003],
    ['HvRegisterHypervisorVersion', 0x0000_0100],
    ['HvX64RegisterDeliverabilityNotifications', 0x0001_0006],
    ['HvX64RegisterXfem', 0x0004_0005],
    ['HvX64RegisterDr7', 0x0005_0005],
    ['HvX64RegisterPat', 0x0008_0004],
    ['HvX64RegisterSfmask', 0x0008_000b],
    ['HvX64RegisterMsrMtrrPhysMaskF', 0x0008_004f],
    ['HvX64RegisterMsrMtrrFix4kF8000', 0x0008_007a],
    ['HvX64RegisterTscAux', 0x0008_007b],
    ['HvX64RegisterXss', 0x0008_008b],
    ['HvX64RegisterXfdErr', 0x0008_009a],
    ['HvX64RegisterApicLvtError', 0x0008_4837],
    ['HvRegisterSint15', 0x000a_000f],
    ['HvRegisterEom', 0x000a_0014],
    ['HvRegisterVsmPartitionConfig', 0x000d_0007],
    ['HvX64RegisterCrInterceptControl', 0x000e_0000],
  ])('%s has its number', (name, number) => {
    expect(registerByCode(number)?.name).toBe(name);
  });

  test('the processor mode that is set is the one that is read', () => {
    const { vp } = testMachine();
    const mode = fc.record({
      protectedMode: fc.boolean(),
      longMode: fc.boolean(),
      cpl: fc.nat(3),
    });
    fc.assert(
      fc.property(mode, (wanted) => {
        setProcessorMode(vp.registers, wanted);
        expect(processorMode(vp.registers)).toEqual(wanted);
      }),
    );
  });

  test('a name that is not known is neither read nor written', () => {
    const { hv, vp } = testMachine();
    const value = new DataView(new ArrayBuffer(16));
    expect(readRegister(hv.machine, vp, 0xbad, value)).toBe(5);
    expect(writeRegister(hv.machine, vp, 0xbad, value)).toBe(5);
  });
});
