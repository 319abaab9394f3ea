/** Rules of processor modes and of the register forms that hold for every hypercall. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallDefinition } from '../../../src/engine/hypervisor/defs/call.ts';
import type { Partition } from '../../../src/engine/hypervisor/defs/model.ts';
import type { Outcome } from '../../../src/engine/hypervisor/defs/outcome.ts';
import { registerTable, slot } from '../../../src/engine/hypervisor/defs/registers.ts';
import { setProcessorMode } from '../../../src/engine/hypervisor/machine/registers.ts';
import {
  byName,
  callsThat,
  ends,
  fastSize,
  inputSize,
  outputSize,
  plain,
} from './support/calls.ts';
import { execute, load, makeCall, readReg, testMachine, writeReg } from './support/machine.ts';
import { registersOf, stateOf } from './support/snapshot.ts';

const kernelMode = { protectedMode: true, longMode: true, cpl: 0 };
const xmmInput = 1 << 4;
const xmmOutput = 1 << 15;

/** Runs a prepared call that must fault: nothing at all may differ afterwards. */
function expectFault(
  call: CallDefinition,
  spec: Parameters<typeof load>[1],
  prepare: (machine: ReturnType<typeof testMachine>) => void,
): void {
  const machine = testMachine();
  const { hv, vp } = machine;
  prepare(machine);
  load(vp, spec);
  const before = stateOf(hv.machine);
  const registers = registersOf(vp);
  expect(execute(hv, vp).outcome, call.name).toBe('#UD');
  expect(registersOf(vp)).toEqual(registers);
  expect(stateOf(hv.machine)).toEqual(before);
}

describe('processor mode', () => {
  test.each(byName)('%s from privilege level 1 to 3 is an invalid opcode', (_, call) => {
    for (const cpl of [1, 2, 3]) {
      for (const longMode of [true, false]) {
        expectFault(call, { ...plain(call), narrow: !longMode }, ({ vp }) =>
          setProcessorMode(vp.registers, { protectedMode: true, longMode, cpl }),
        );
      }
    }
  });

  test.each(byName)('%s from real mode is an invalid opcode', (_, call) => {
    expectFault(call, { ...plain(call), narrow: true }, ({ vp }) =>
      setProcessorMode(vp.registers, { protectedMode: false, longMode: false, cpl: 0 }),
    );
  });

  test('the mode is looked at before anything else, even whether the call exists', () => {
    const { hv, vp } = testMachine();
    setProcessorMode(vp.registers, { ...kernelMode, cpl: 3 });
    expect(makeCall(hv, vp, { code: 0xffff }).outcome).toBe('#UD');
  });

  test('only EFER.LMA together with CS.L makes a 64-bit caller', () => {
    const { hv, vp } = testMachine();
    setProcessorMode(vp.registers, kernelMode);
    // Long mode is active, but the code segment is a 32-bit one: the control word is in EDX:EAX.
    vp.registers.setUint16(slot.CS + 14, 0, true);
    expect(makeCall(hv, vp, { code: 0xffff, narrow: true }).status).toBe('INVALID_HYPERCALL_CODE');
    expect(readReg(vp, slot.RDX)).toBe(0n);
  });
});

describe('the fast form', () => {
  const fits = callsThat((call) => fastSize(call) <= 112);
  const tooLarge = callsThat((call) => fastSize(call) > 112);
  const needsXmm = callsThat((call) => fastSize(call) > 16 && fastSize(call) <= 112);
  const plainFast = callsThat((call) => fastSize(call) <= 16);

  const without = (features: number) => (machine: { root: Partition }) => {
    machine.root.featuresEdx &= ~features;
  };

  test.each(tooLarge)('%s does not fit into registers', (_, call) => {
    const { hv, vp } = testMachine();
    const before = stateOf(hv.machine);
    expect(makeCall(hv, vp, { ...plain(call), fast: true })).toEqual({
      outcome: 'returned',
      status: 'INVALID_HYPERCALL_INPUT',
      reps: 0,
    });
    expect(stateOf(hv.machine)).toEqual(before);
  });

  test.each(fits)('%s gives the same status and state as from memory', (_, call) => {
    const fast = testMachine();
    const slow = testMachine();
    const answer = makeCall(fast.hv, fast.vp, { ...plain(call), fast: true });
    expect(answer).toEqual(makeCall(slow.hv, slow.vp, plain(call)));
    expect(ends).toContain(answer.outcome);
  });

  test.each(needsXmm)('%s without the XMM features is an invalid opcode', (_, call) => {
    const spec = { ...plain(call), fast: true };
    if (inputSize(call) > 16) expectFault(call, spec, without(xmmInput));
    const outputEnd = Math.ceil(inputSize(call) / 16) * 16 + outputSize(call);
    if (outputSize(call) > 0 && outputEnd > 16) expectFault(call, spec, without(xmmOutput));
  });

  test.each(plainFast)('%s in two registers needs no XMM feature', (_, call) => {
    const { hv, vp, root } = testMachine();
    root.featuresEdx = 0;
    expect(ends).toContain(makeCall(hv, vp, { ...plain(call), fast: true }).outcome);
  });

  test.each(byName)('addresses do not matter to %s in the fast form', (_, call) => {
    const { hv, vp } = testMachine();
    const input = new Uint8Array(inputSize(call)).fill(0xff);
    const answer = makeCall(hv, vp, { ...plain(call), fast: true, input });
    expect(ends).toContain(answer.outcome);
    expect(answer.status).not.toBe('INVALID_ALIGNMENT');
  });
});

describe('32-bit callers', () => {
  const narrowMode = { ...kernelMode, longMode: false };

  test.each(byName)('%s from memory answers as to a 64-bit caller', (_, call) => {
    const narrow = testMachine();
    const wide = testMachine();
    setProcessorMode(narrow.vp.registers, narrowMode);
    const answer = makeCall(narrow.hv, narrow.vp, { ...plain(call), narrow: true });
    expect(answer).toEqual(makeCall(wide.hv, wide.vp, plain(call)));
  });

  test.each(byName)('%s has no XMM form and no output in registers', (_, call) => {
    const { hv, vp } = testMachine();
    setProcessorMode(vp.registers, narrowMode);
    const answer = makeCall(hv, vp, { ...plain(call), fast: true, narrow: true });
    const isPossible = inputSize(call) <= 16 && outputSize(call) === 0;
    expect(ends).toContain(answer.outcome);
    expect(answer.status === 'INVALID_HYPERCALL_INPUT').toBe(!isPossible);
  });

  test('the upper halves of all registers but RAX and RDX stay as they are', () => {
    const { hv, vp } = testMachine();
    setProcessorMode(vp.registers, narrowMode);
    load(vp, { code: 0x5d, fast: true, narrow: true, input: new Uint8Array(8) });
    const inputs = [slot.RBX, slot.RCX, slot.RSI, slot.RDI];
    const upper = 0xdead_beefn << 32n;
    for (const at of inputs) writeReg(vp, at, readReg(vp, at) | upper);
    expect(execute(hv, vp, true).status).toBe('INVALID_CONNECTION_ID');
    for (const at of inputs) expect(readReg(vp, at) >> 32n).toBe(0xdead_beefn);
    expect(readReg(vp, slot.RAX) >> 32n).toBe(0n);
    expect(readReg(vp, slot.RDX) >> 32n).toBe(0n);
  });
});

describe('registers after a call', () => {
  /** Names of the registers that differ. */
  function changed(before: Uint8Array, after: Uint8Array): string[] {
    return registerTable
      .filter(({ slotBytes, sizeBytes }) => {
        if (slotBytes === undefined) return false;
        const of = (bytes: Uint8Array) => bytes.subarray(slotBytes, slotBytes + sizeBytes).join();
        return of(before) !== of(after);
      })
      .map(({ short }) => short);
  }

  /** The registers of the fast output: those behind the input, in 16-byte pairs. */
  function outputRegisters(call: CallDefinition): string[] {
    if (outputSize(call) === 0) return [];
    const first = Math.ceil(inputSize(call) / 16) * 16;
    return registerTable
      .filter(({ slotBytes }) => slotBytes !== undefined && slotBytes < 112)
      .filter(({ slotBytes = 0 }) => slotBytes >= first && slotBytes < first + outputSize(call))
      .map(({ short }) => short);
  }

  /** A call that is only validated changes nothing at all. */
  function expectChanges(outcome: Outcome, names: readonly string[], output: string[]): void {
    const allowed = outcome === 'validated' ? [] : ['RAX', 'RIP', ...output];
    for (const short of names) expect(allowed).toContain(short);
  }

  const random = fc.record({
    call: fc.constantFrom(...byName.map(([, call]) => call)),
    fast: fc.boolean(),
    seed: fc.uint8Array({ minLength: 64, maxLength: 64 }),
  });

  test('only RAX, RIP and the registers of a fast output change', () => {
    fc.assert(
      fc.property(random, ({ call, fast, seed }) => {
        const { hv, vp } = testMachine();
        for (const [index, at] of [slot.RBX, slot.RSI, slot.RDI, slot.RIP].entries()) {
          writeReg(vp, at, new DataView(seed.buffer).getBigUint64(8 * index, true) >> 1n);
        }
        // All ones would name the caller itself, whose registers a call may set.
        const input = Uint8Array.from({ length: inputSize(call) }, (_, at) => seed[at % 64] ?? 0);
        input[0] = Math.min(input[0] ?? 0, 0xfe);
        load(vp, { ...plain(call), fast, input });
        const rip = readReg(vp, slot.RIP);
        const before = registersOf(vp);
        const { outcome } = execute(hv, vp);
        expect(ends).toContain(outcome);
        expectChanges(outcome, changed(before, registersOf(vp)), fast ? outputRegisters(call) : []);
        expect(readReg(vp, slot.RIP)).toBe(outcome === 'returned' ? rip + 3n : rip);
      }),
    );
  });

  test('RIP carries into its upper half', () => {
    const { hv, vp } = testMachine();
    writeReg(vp, slot.RIP, 0x1_ffff_fffen);
    makeCall(hv, vp, { code: 0xffff });
    expect(readReg(vp, slot.RIP)).toBe(0x2_0000_0001n);
  });
});
