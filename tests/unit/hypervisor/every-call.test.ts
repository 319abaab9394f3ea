/** Rules that hold for every hypercall there is: declaration, privilege, control word. */
import { describe, expect, test } from 'vitest';
import { hypercalls } from '../../../src/engine/hypervisor/calls/index.ts';
import { privilegeBit, privilegeMask } from '../../../src/engine/hypervisor/defs/privileges.ts';
import { slot } from '../../../src/engine/hypervisor/defs/registers.ts';
import { statusTable } from '../../../src/engine/hypervisor/defs/status.ts';
import { u64, u64WithBit } from '../../../src/engine/kernel/u64.ts';
import {
  allByName,
  byName,
  callsThat,
  leastCount,
  plain,
  reservedControlBits,
} from './support/calls.ts';
import { type CallSpec, makeCall, readReg, testMachine } from './support/machine.ts';
import { registersOf, stateOf } from './support/snapshot.ts';

/** Makes a call that must be refused: only RAX and RIP may differ afterwards. */
function refusal(spec: CallSpec, prepare = (_machine: ReturnType<typeof testMachine>) => {}) {
  const machine = testMachine();
  prepare(machine);
  const { hv, vp } = machine;
  // The parameters are in place before the first look, so that the call alone is judged.
  const { input: _input, ...again } = spec;
  makeCall(hv, vp, { ...spec, code: 0xffff });
  const before = stateOf(hv.machine);
  const rip = readReg(vp, slot.RIP);
  const answer = makeCall(hv, vp, again);
  expect(stateOf(hv.machine)).toEqual(before);
  expect(readReg(vp, slot.RIP)).toBe(rip + 3n);
  return answer;
}

describe('every declaration', () => {
  test('codes and names are unique, codes rise in the list', () => {
    const codes = hypercalls.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b));
    expect(new Set(hypercalls.map(({ name }) => name)).size).toBe(hypercalls.length);
  });

  test.each(allByName)('%s says what it is and where that is written', (_, call) => {
    expect(call.name).toMatch(/^Hv(Ext)?Call[A-Z]\w+$/);
    expect(call.doc).toMatch(/^[A-Z].*\.$/);
    expect(call.source.title).toMatch(/^(TLFS|Linux|OpenVMM)\b/);
    expect(new URL(call.source.url).protocol).toBe('https:');
    expect(call.aka).not.toContain(call.name);
  });

  test.each(allByName)('%s names only statuses that exist, each with its condition', (_, call) => {
    for (const [status, when] of Object.entries(call.statuses)) {
      expect(statusTable).toHaveProperty(status);
      expect(when).toMatch(/^[A-Z].*\.$/);
    }
  });

  test.each(allByName)('%s documents every field of its blocks', (_, call) => {
    for (const layout of [call.input, call.element, call.output, call.outputElement]) {
      for (const { path, field } of layout?.fields ?? []) {
        expect(field.doc, path).toMatch(/\.$/);
        for (const group of field.bits?.groups ?? []) expect(group.doc, path).toMatch(/\.$/);
      }
    }
  });

  test.each(allByName)('%s has list elements only if it is a rep call', (_, call) => {
    const hasList = call.element !== undefined || call.outputElement !== undefined;
    expect(hasList && call.kind === 'simple').toBe(false);
    const isDone = call.kind === 'rep' && call.behaviour === 'simulated';
    expect(call.step !== undefined).toBe(isDone);
  });

  test.each(allByName)('%s has blocks whose list starts on an 8-byte boundary', (_, call) => {
    if (call.kind === 'rep') expect((call.input?.sizeBytes ?? 0) % 8).toBe(0);
    expect((call.output?.sizeBytes ?? 0) % 8).toBe(0);
  });
});

describe('privileges', () => {
  const privileged = callsThat(({ privilege }) => privilege !== undefined);

  test.each(privileged)('the privilege of %s is a bit of the mask', (_, call) => {
    expect(privilegeMask.groups.map(({ name }) => name)).toContain(call.privilege);
    expect(Object.keys(call.statuses)).toContain('ACCESS_DENIED');
  });

  test.each(privileged)('without its privilege %s is denied and changes nothing', (_, call) => {
    const answer = refusal(plain(call), ({ root }) => {
      const bit = privilegeBit(call.privilege ?? 'Reserved1');
      root.privileges = u64WithBit(root.privileges, bit, false);
    });
    expect(answer).toEqual({ outcome: 'returned', status: 'ACCESS_DENIED', reps: 0 });
  });

  test.each(privileged)('%s does not look at any other privilege bit', (_, call) => {
    const { hv, root, vp } = testMachine();
    root.privileges = u64WithBit(u64(0), privilegeBit(call.privilege ?? 'Reserved1'), true);
    expect(makeCall(hv, vp, { ...plain(call), count: leastCount(call) ^ 1 }).status).toBe(
      'INVALID_HYPERCALL_INPUT',
    );
  });
});

describe('control word', () => {
  const invalidInput = { outcome: 'returned', status: 'INVALID_HYPERCALL_INPUT', reps: 0 };
  const reps = callsThat(({ kind }) => kind === 'rep');
  const simple = callsThat(({ kind }) => kind === 'simple');

  test('bits 27 to 30, 44 to 47 and 60 to 63 are reserved', () => {
    expect(reservedControlBits.toSorted((a, b) => a - b)).toEqual([
      27, 28, 29, 30, 44, 45, 46, 47, 60, 61, 62, 63,
    ]);
  });

  test.each(byName)('each reserved bit makes %s invalid', (_, call) => {
    for (const bit of reservedControlBits) {
      const extra = u64WithBit(u64(0), bit, true);
      expect(refusal({ ...plain(call), extra }), `bit ${bit}`).toEqual(invalidInput);
    }
  });

  test.each(simple)('a rep count or a start index makes the simple call %s invalid', (_, call) => {
    for (const [count, start] of [
      [1, 0],
      [0, 1],
      [2, 1],
      [4095, 4095],
    ] as const) {
      expect(refusal({ ...plain(call), count, start })).toEqual(invalidInput);
    }
  });

  test.each(reps)('%s needs at least one element and a start below the count', (_, call) => {
    for (const [count, start] of [
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 2],
      [5, 4095],
      [4095, 4095],
    ] as const) {
      expect(refusal({ ...plain(call), count, start })).toEqual(invalidInput);
    }
  });

  test.each(callsThat((call) => call.headerMaxWords === 0))(
    'a variable header makes %s invalid, whatever its size',
    (_, call) => {
      for (const headerWords of [1, 2, 512, 1023]) {
        expect(refusal({ ...plain(call), headerWords })).toEqual(invalidInput);
      }
    },
  );

  test('a code without a call is refused, whatever the rest of the word says', () => {
    const known = new Set(hypercalls.map(({ code }) => code));
    for (const code of [0, 5, 0x39, 0x3f, 0x7fff, 0x8000, 0x8042, 0xffff]) {
      expect(known.has(code)).toBe(false);
      for (const count of [0, 1, 4095]) {
        const answer = refusal({ code, count, start: count, headerWords: count & 1023 });
        expect(answer.status, `code ${code}`).toBe('INVALID_HYPERCALL_CODE');
      }
    }
  });

  test('without the privilege nobody learns which extended calls exist', () => {
    for (const code of [0x8001, 0x8002, 0x8041]) {
      const answer = refusal({ code }, ({ root }) => {
        const bit = privilegeBit('EnableExtendedHypercalls');
        root.privileges = u64WithBit(root.privileges, bit, false);
      });
      expect(answer.status).toBe('ACCESS_DENIED');
    }
  });

  test('a refused call leaves all registers but RAX and RIP alone', () => {
    for (const [, call] of byName) {
      const { hv, vp } = testMachine();
      makeCall(hv, vp, { code: 0xffff });
      const before = registersOf(vp);
      makeCall(hv, vp, { ...plain(call), extra: u64(0, 0x8000_0000) });
      const after = registersOf(vp);
      // RCX differs because the two calls have different control words.
      for (const at of [slot.RAX, slot.RIP, slot.RCX]) {
        after.set(before.subarray(at, at + 8), at);
      }
      expect(after).toEqual(before);
    }
  });
});
