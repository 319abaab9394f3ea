/** Calls whose rules are known and whose effect is not simulated. */
import { describe, expect, test } from 'vitest';
import { defineValidatedCall } from '../../../src/engine/hypervisor/defs/call.ts';
import { hvEvents } from '../../../src/engine/hypervisor/defs/events.ts';
import { slot } from '../../../src/engine/hypervisor/defs/registers.ts';
import { tlfs } from '../../../src/engine/hypervisor/defs/source.ts';
import { HvStatus } from '../../../src/engine/hypervisor/defs/status.ts';
import { reserved, struct, u32 } from '../../../src/engine/kernel/layout.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import { type CallSpec, execute, load, pack, readReg, testMachine } from './support/machine.ts';
import { registersOf, stateOf } from './support/snapshot.ts';

const shared = {
  doc: 'A call of the tests.',
  caller: 'any',
  privilege: 'PostMessages',
  statuses: {},
  source: tlfs('hypercall-interface', 'Hypercall Interface'),
} as const;
const header = struct('HEADER', { Id: u32('An id.'), RsvdZ: reserved(4) });

const simple = defineValidatedCall({
  ...shared,
  kind: 'simple',
  code: 0x4101,
  name: 'HvTestKnown',
  input: header,
  rules: ({ Id }) => (Id === 7 ? HvStatus.NOT_FOUND : HvStatus.SUCCESS),
});
const list = defineValidatedCall({
  ...shared,
  kind: 'rep',
  code: 0x4102,
  name: 'HvTestKnownList',
  element: header,
});

function run(spec: CallSpec) {
  const machine = testMachine([simple, list]);
  const { hv, vp } = machine;
  load(vp, spec);
  const before = {
    state: stateOf(hv.machine),
    registers: registersOf(vp),
    rip: readReg(vp, slot.RIP),
  };
  return { ...machine, before, answer: execute(hv, vp) };
}

describe('a call that is known and not simulated', () => {
  test.each<[string, CallSpec]>([
    ['simple', { code: 0x4101, input: pack(1) }],
    ['simple, fast', { code: 0x4101, fast: true, input: pack(1) }],
    ['rep', { code: 0x4102, count: 3, input: pack(1, 2, 3) }],
  ])('%s: changes nothing when every check has passed, and says so', (_, spec) => {
    const { hv, vp, before, answer } = run(spec);
    expect(answer.outcome).toBe('validated');
    expect(stateOf(hv.machine)).toEqual(before.state);
    expect(registersOf(vp)).toEqual(before.registers);
    const kinds = hv.trace.records().map(({ kind }) => kind);
    expect(kinds).toContain(hvEvents.kind.notSimulated);
    expect(kinds.at(-1)).toBe(hvEvents.kind.return);
  });

  test.each<[string, CallSpec, string]>([
    ['its own rules', { code: 0x4101, input: pack(7) }, 'NOT_FOUND'],
    ['reserved fields', { code: 0x4101, input: pack(2 ** 32) }, 'INVALID_PARAMETER'],
    ['the rep count', { code: 0x4102 }, 'INVALID_HYPERCALL_INPUT'],
    ['the header', { code: 0x4101, headerWords: 1 }, 'INVALID_HYPERCALL_INPUT'],
    ['the control word', { code: 0x4101, extra: u64(0, 0x8000_0000) }, 'INVALID_HYPERCALL_INPUT'],
    ['the place', { code: 0x4101, inputGpa: 0x1004 }, 'INVALID_ALIGNMENT'],
  ])('is refused by %s like any other', (_, spec, status) => {
    const { vp, before, answer } = run(spec);
    expect(answer).toEqual({ outcome: 'returned', status, reps: 0 });
    expect(readReg(vp, slot.RIP)).toBe(before.rip + 3n);
  });

  test('needs its privilege', () => {
    const { hv, vp, root } = testMachine([simple]);
    root.privileges = u64(0);
    load(vp, { code: 0x4101, input: pack(1) });
    expect(execute(hv, vp).status).toBe('ACCESS_DENIED');
  });
});
