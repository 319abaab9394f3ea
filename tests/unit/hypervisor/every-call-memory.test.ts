/** Rules of the memory form that hold for every hypercall with a parameter block. */
import { describe, expect, test } from 'vitest';
import type { CallDefinition } from '../../../src/engine/hypervisor/defs/call.ts';
import { access } from '../../../src/engine/hypervisor/defs/model.ts';
import { slot } from '../../../src/engine/hypervisor/defs/registers.ts';
import { mapPage, newPage, unmapPage } from '../../../src/engine/hypervisor/machine/memory.ts';
import { byName, callsThat, ends, inputSize, outputSize, plain } from './support/calls.ts';
import {
  type CallSpec,
  inputGpa,
  load,
  makeCall,
  outputGpa,
  readOnlyGpn,
  readReg,
  testMachine,
  unmappedGpn,
  widthBits,
} from './support/machine.ts';
import { registersOf, stateOf } from './support/snapshot.ts';

const withInput = callsThat((call) => inputSize(call) > 0);
const withOutput = callsThat((call) => outputSize(call) > 0);
const withBoth = callsThat((call) => inputSize(call) > 0 && outputSize(call) > 0);
const badPlace = { outcome: 'returned', status: 'INVALID_ALIGNMENT', reps: 0 };
const pageBytes = 4096;
const spaceEnd = 2 ** widthBits;

/** Puts one block somewhere; the other one stays where it is right. */
const placed = (call: CallDefinition, block: 'input' | 'output', gpa: number): CallSpec =>
  block === 'input' ? { ...plain(call), inputGpa: gpa } : { ...plain(call), outputGpa: gpa };

function expectBadPlace(spec: CallSpec): void {
  const { hv, vp } = testMachine();
  load(vp, spec);
  const before = stateOf(hv.machine);
  expect(makeCall(hv, vp, spec), `at ${spec.inputGpa ?? spec.outputGpa}`).toEqual(badPlace);
  expect(stateOf(hv.machine)).toEqual(before);
}

/** The status of a call whose place is right: whatever it is, it is not about places. */
function expectGoodPlace(spec: CallSpec): void {
  const { hv, vp } = testMachine();
  const answer = makeCall(hv, vp, spec);
  expect(ends).toContain(answer.outcome);
  expect(answer.status).not.toBe('INVALID_ALIGNMENT');
}

describe.each([
  ['input', withInput, inputSize],
  ['output', withOutput, outputSize],
] as const)('the %s block', (block, calls, sizeOf) => {
  test.each(calls)('of %s lies on 8 bytes', (_, call) => {
    for (let offset = 1; offset < 8; offset += 1) {
      expectBadPlace(placed(call, block, 0x3000 + offset));
    }
  });

  test.each(calls)('of %s ends inside its page', (_, call) => {
    const size = sizeOf(call);
    const last = Math.floor((pageBytes - size) / 8) * 8;
    expectGoodPlace(placed(call, block, 0x3000 + last));
    // Some places of those that are left, the first one among them.
    const step = Math.max(8, 8 * Math.floor((pageBytes - last) / 256));
    for (let at = last + 8; at < pageBytes; at += step) {
      expectBadPlace(placed(call, block, 0x3000 + at));
    }
  });

  test.each(calls)('of %s lies inside the address space', (_, call) => {
    expectBadPlace(placed(call, block, spaceEnd));
    expectBadPlace(placed(call, block, 2 ** 52));
    expectBadPlace(placed(call, block, spaceEnd + 0x3000));
  });

  test.each(calls)('of %s in a page that is not mapped stops the processor', (_, call) => {
    expectIntercept(placed(call, block, unmappedGpn * pageBytes));
    expectIntercept(placed(call, block, spaceEnd - pageBytes));
  });
});

/** Nothing but the wait for the parent may change: no register, no memory, no result. */
function expectIntercept(spec: CallSpec): void {
  const { hv, vp } = testMachine();
  load(vp, spec);
  const before = stateOf(hv.machine);
  const registers = registersOf(vp);
  expect(makeCall(hv, vp, spec).outcome).toBe('intercepted');
  expect(registersOf(vp)).toEqual(registers);
  expect(vp.interceptSuspend).toBe(true);
  vp.interceptSuspend = false;
  expect(stateOf(hv.machine)).toEqual(before);
}

describe('access rights of the blocks', () => {
  test.each(withInput)('%s reads its input from a read-only page', (_, call) => {
    const { hv, vp } = testMachine();
    const spec = placed(call, 'input', readOnlyGpn * pageBytes);
    expect(ends).toContain(makeCall(hv, vp, spec).outcome);
  });

  test.each(withOutput)('%s cannot answer into a read-only page', (_, call) => {
    expectIntercept(placed(call, 'output', readOnlyGpn * pageBytes));
  });

  test.each(withInput)('%s cannot read from a page without rights', (_, call) => {
    const { hv, vp, root } = testMachine();
    mapPage(root.gpa, 0x700, newPage(hv.machine), access.execute);
    const answer = makeCall(hv, vp, placed(call, 'input', 0x700 * pageBytes));
    expect(answer.outcome).toBe('intercepted');
  });

  test.each(withInput)(
    'once the parent has mapped the page, %s runs as if never stopped',
    (_, call) => {
      const { hv, vp, root } = testMachine();
      const spec = placed(call, 'input', unmappedGpn * pageBytes);
      const rip = readReg(vp, slot.RIP);
      expect(makeCall(hv, vp, spec).outcome).toBe('intercepted');
      mapPage(root.gpa, unmappedGpn, newPage(hv.machine), access.all);
      vp.interceptSuspend = false;
      const { outcome } = makeCall(hv, vp, spec);
      expect(ends).toContain(outcome);
      expect(readReg(vp, slot.RIP)).toBe(outcome === 'returned' ? rip + 3n : rip);
    },
  );

  test.each(withInput)('a page that was unmapped again stops %s', (_, call) => {
    const { hv, vp, root } = testMachine();
    unmapPage(root.gpa, 3);
    expect(makeCall(hv, vp, placed(call, 'input', 0x3000)).outcome).toBe('intercepted');
  });

  test.each(withBoth)('the blocks of %s do not overlap, but may touch', (_, call) => {
    const input = Math.ceil(inputSize(call) / 8) * 8;
    const output = Math.ceil(outputSize(call) / 8) * 8;
    const end = 0x3000 + pageBytes;
    for (let at = end - input - output + 8; at <= end - output; at += 8) {
      expectBadPlace({ ...plain(call), inputGpa: end - input, outputGpa: at });
    }
    for (let at = 0x3000; at < 0x3000 + input; at += 8) {
      expectBadPlace({ ...plain(call), inputGpa: 0x3000, outputGpa: at });
    }
    expectGoodPlace({ ...plain(call), inputGpa: end - input, outputGpa: end - input - output });
    expectGoodPlace({ ...plain(call), inputGpa: 0x3000, outputGpa: 0x3000 + input });
  });

  test.each(withBoth)('blocks of %s at equal places of different pages are apart', (_, call) => {
    expectGoodPlace({ ...plain(call), inputGpa: 0x3000, outputGpa: 0x4000 });
  });
});

describe('blocks that are not there', () => {
  const nowhere = { inputGpa: unmappedGpn * pageBytes + 1, outputGpa: spaceEnd + 3 };

  test.each(callsThat((call) => inputSize(call) === 0))(
    'the input address of %s, which has no input, is ignored',
    (_, call) => {
      expectGoodPlace({ ...plain(call), inputGpa: nowhere.inputGpa });
    },
  );

  test.each(callsThat((call) => outputSize(call) === 0))(
    'the output address of %s, which has no output, is ignored',
    (_, call) => {
      expectGoodPlace({ ...plain(call), outputGpa: nowhere.outputGpa });
    },
  );

  test.each(byName)('the tests above start from a place that is right for %s', (_, call) => {
    expectGoodPlace({ ...plain(call), inputGpa, outputGpa });
  });
});
