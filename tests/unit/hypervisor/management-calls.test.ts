/** Calls of which most are only validated, and the few small ones that do something. */
import { describe, expect, test } from 'vitest';
import { privilegeBit } from '../../../src/engine/hypervisor/defs/privileges.ts';
import { registerByShort, slot } from '../../../src/engine/hypervisor/defs/registers.ts';
import { hvEvents, hypercalls } from '../../../src/engine/hypervisor/index.ts';
import { u64, u64WithBit } from '../../../src/engine/kernel/u64.ts';
import { plain } from './support/calls.ts';
import {
  makeCall,
  memory,
  outputGpa,
  pack,
  readReg,
  testMachine,
  word,
} from './support/machine.ts';
import { stateOf } from './support/snapshot.ts';

const cr3At = registerByShort('CR3')?.slotBytes ?? 0;
const cr4At = registerByShort('CR4')?.slotBytes ?? 0;

const eventsOf = (machine: ReturnType<typeof testMachine>, kind: number) =>
  machine.hv.trace.records().filter((record) => record.kind === kind);

describe('switching the address space', () => {
  test('loads CR3 and makes the processor forget its translations', () => {
    const machine = testMachine();
    const { hv, vp } = machine;
    hv.trace.enabled = true;
    expect(makeCall(hv, vp, { code: 1, input: pack(0x5000) }).status).toBe('SUCCESS');
    expect(readReg(vp, cr3At)).toBe(0x5000n);
    expect(eventsOf(machine, hvEvents.kind.tlbFlushAll)).toMatchObject([{ a: vp.index }]);
  });

  test('refuses bits above the physical address width', () => {
    const { hv, vp } = testMachine();
    const before = readReg(vp, cr3At);
    const input = pack(1n << 40n);
    expect(makeCall(hv, vp, { code: 1, input }).status).toBe('INVALID_PARAMETER');
    expect(readReg(vp, cr3At)).toBe(before);
    expect(makeCall(hv, vp, { code: 1, input: pack(1n << 39n) }).status).toBe('SUCCESS');
  });
});

describe('flushing the address space of a nested guest', () => {
  const space = { code: 0xaf, input: pack(0x1000, 0) };
  const list = { code: 0xb0, count: 2, input: pack(0x1000, 0, 0x2000, 0x3000) };

  test('needs a hypervisor in the partition', () => {
    const { hv, vp } = testMachine();
    expect(makeCall(hv, vp, space).status).toBe('INVALID_VP_STATE');
    expect(makeCall(hv, vp, list)).toMatchObject({ status: 'INVALID_VP_STATE', reps: 0 });
  });

  test.each([
    ['VMX', cr4At, 1 << 13],
    ['SVM', slot.EFER, 1 << 12],
  ])('flushes once %s is enabled', (_, at, bit) => {
    const machine = testMachine();
    const { hv, vp } = machine;
    hv.trace.enabled = true;
    vp.registers.setUint32(at, vp.registers.getUint32(at, true) | bit, true);
    expect(makeCall(hv, vp, space).status).toBe('SUCCESS');
    expect(makeCall(hv, vp, list)).toMatchObject({ status: 'SUCCESS', reps: 2 });
    expect(eventsOf(machine, hvEvents.kind.tlbFlush)).toHaveLength(2);
  });
});

describe('memory that is known to be zero', () => {
  const withCapability = () => {
    const machine = testMachine();
    machine.hv.machine.extendedCapabilities = u64(1);
    return machine;
  };

  test('is not told where nobody answers the call', () => {
    const { hv, vp } = testMachine();
    hv.machine.extendedCapabilities = u64(0);
    expect(makeCall(hv, vp, { code: 0x8002 }).status).toBe('INVALID_HYPERCALL_CODE');
  });

  test('is told in ranges, the largest first, without pages that were written', () => {
    const { hv, vp, root } = withCapability();
    expect(makeCall(hv, vp, { code: 0x8002, input: new Uint8Array(8) }).status).toBe('SUCCESS');
    const total = Number(word(root, outputGpa));
    expect(total).toBeGreaterThan(0);
    let last = Number.MAX_SAFE_INTEGER;
    for (let index = 0; index < total; index += 1) {
      const first = Number(word(root, outputGpa + 8 + 16 * index));
      const pages = Number(word(root, outputGpa + 16 + 16 * index));
      expect(pages).toBeLessThanOrEqual(last);
      expect(first > 1 || first + pages <= 1, 'the input page was written').toBe(true);
      expect(memory(root, first * 4096, 4096).every((byte) => byte === 0)).toBe(true);
      last = pages;
    }
  });
});

test('the scheduler is told, other properties are unknown', () => {
  const { hv, vp, root } = testMachine();
  expect(makeCall(hv, vp, { code: 0x7b, input: pack(15, 0) }).status).toBe('SUCCESS');
  expect(word(root, outputGpa)).toBe(3n);
  expect(makeCall(hv, vp, { code: 0x7b, input: pack(14, 0) }).status).toBe('UNKNOWN_PROPERTY');
});

test('guest debugging is not there', () => {
  const { hv, vp } = testMachine();
  for (const code of [0x69, 0x6a, 0x6b]) {
    const input = new Uint8Array(16);
    expect(makeCall(hv, vp, { code, input }).status).toBe('FEATURE_UNAVAILABLE');
  }
});

describe('calls that are only validated', () => {
  const validated = hypercalls.filter(({ behaviour }) => behaviour === 'validated only');
  const ofRoot = validated.filter(({ caller }) => caller === 'root');
  const named = (calls: typeof validated) => calls.map((call) => [call.name, call] as const);

  test.each(named(ofRoot))('%s is denied to a child, whatever its privileges', (_, call) => {
    const { hv, child, childVp } = testMachine();
    child.privileges = u64(0xffff_ffff, 0xffff_ffff);
    const answer = makeCall(hv, childVp, plain(call));
    expect(['ACCESS_DENIED', 'INVALID_PARAMETER']).toContain(answer.status);
  });

  test('an extended one exists only where its capability is named', () => {
    const { hv, vp } = testMachine();
    for (const [code, bit] of [
      [0x8004, 2],
      [0x8006, 4],
    ] as const) {
      hv.machine.extendedCapabilities = u64(0);
      expect(makeCall(hv, vp, { code }).status).toBe('INVALID_HYPERCALL_CODE');
      hv.machine.extendedCapabilities = u64WithBit(u64(0), bit, true);
      expect(makeCall(hv, vp, { code }).outcome).toBe('validated');
    }
  });

  test('saving needs an active child whose processors stand still', () => {
    const { hv, vp, child } = testMachine();
    const call = { code: 0x5e, input: pack(child.id, 0) };
    for (const each of child.vps.values()) each.explicitSuspend = false;
    expect(makeCall(hv, vp, call).status).toBe('OPERATION_DENIED');
    for (const each of child.vps.values()) each.explicitSuspend = true;
    const before = stateOf(hv.machine);
    expect(makeCall(hv, vp, call).outcome).toBe('validated');
    expect(stateOf(hv.machine)).toEqual(before);
    child.state = 'finalizing';
    expect(makeCall(hv, vp, call).status).toBe('INVALID_PARTITION_STATE');
    expect(makeCall(hv, vp, { ...call, input: pack(99, 0) }).status).toBe('INVALID_PARTITION_ID');
  });

  test('an event log group has 1 to 512 buffers of 1 to 512 pages', () => {
    const { hv, vp } = testMachine();
    const group = (buffers: number, pages: number) => {
      const input = new Uint8Array(32);
      const view = new DataView(input.buffer);
      view.setUint32(4, buffers, true);
      view.setUint32(8, pages, true);
      return makeCall(hv, vp, { code: 0x60, input }).status;
    };
    for (const [buffers, pages] of [
      [0, 1],
      [1, 0],
      [513, 1],
      [1, 513],
    ] as const) {
      expect(group(buffers, pages)).toBe('INVALID_PARAMETER');
    }
    expect(group(1, 1)).toBeUndefined();
    expect(group(512, 512)).toBeUndefined();
  });

  test('the processor calls need CpuManagement', () => {
    for (const call of hypercalls.filter(({ code }) => code >= 0x76 && code <= 0x8c)) {
      if (call.name === 'HvCallRetargetDeviceInterrupt') continue;
      expect(call.privilege, call.name).toBe('CpuManagement');
      expect(privilegeBit('CpuManagement')).toBe(44);
    }
  });
});
