import { describe, expect, test } from 'vitest';
import { casesOf } from '../../../src/headless/conform/detect.ts';
import { runCases } from '../../../src/headless/conform/report.ts';
import type { Json, JsonObject } from '../../../src/headless/json.ts';

const setup = {
  cpuid: { '0x40000003.eax': '0x20' },
  guest_os_id: '0x8100000000000000',
  synic_active: false,
  vps: [0],
};
const kvmRow = {
  kind: 'msr',
  setup,
  action: { op: 'rdmsr', msr: '0x40000000' },
  expect: { exception: null },
  portable: true,
};
const openvmmRow = {
  action: { mode: 'x64', control: '0x46', regs: { rcx: '0x46', r8: '0x4000' }, input_mem: null },
  expect: { rip_advanced: true, changed_regs: { rax: '0x0' }, output_mem: null },
  portable: true,
};
const factRow = {
  portability: 'tlfs',
  setup: {},
  action: { op: 'decode status 0xffff' },
  expect: { known: false },
};

function run(rows: readonly Json[], wrap: (rows: readonly Json[]) => string) {
  const cases = casesOf(wrap(rows));
  return runCases(cases.ok ? cases.value : []);
}

const lines = (rows: readonly Json[]) => rows.map((row) => JSON.stringify(row)).join('\n');
const facts = (rows: readonly Json[]) => JSON.stringify({ meta: {}, cases: rows });

function change(row: JsonObject, part: string, members: JsonObject): JsonObject {
  return { ...row, [part]: { ...(row[part] as JsonObject), ...members } };
}

describe('words without a meaning inside a known format fail the case', () => {
  test.each([
    ['an action', change(kvmRow, 'action', { op: 'jump' }), lines],
    ['a member of the action', change(kvmRow, 'action', { speed: 3 }), lines],
    ['a member of the setup', change(kvmRow, 'setup', { moon: 'full' }), lines],
    ['a CPUID register', change(kvmRow, 'setup', { cpuid: { eax: '0x1' } }), lines],
    ['an expectation', change(kvmRow, 'expect', { happiness: 1 }), lines],
    ['a number with a wrong digit', change(kvmRow, 'action', { msr: '0x4000000g' }), lines],
    ['a JSON number that is not exact', change(kvmRow, 'setup', { guest_os_id: 2 ** 60 }), lines],
    ['a register', change(openvmmRow, 'action', { regs: { rcx: '0x46', bp: '0x1' } }), lines],
    ['an expected register', change(openvmmRow, 'expect', { changed_regs: { cr3: 1 } }), lines],
    ['a sentence', change(factRow, 'action', { op: 'sing a song' }), facts],
    ['a call that is there, in a way that is not', change(factRow, 'action', sent()), facts],
  ])('%s', (_what, row, wrap) => {
    const report = run([row], wrap);
    expect(report).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
    expect(report.failures[0]?.actual).toMatch(/^not understood: /);
  });

  function sent(): JsonObject {
    return { op: null, call: 'HvCallPostMessage', how: 'by mail' };
  }

  test('the same rows without the odd word pass', () => {
    expect(run([kvmRow], lines)).toMatchObject({ passed: 1, failed: 0 });
    expect(run([factRow], facts)).toMatchObject({ passed: 1, failed: 0 });
  });
});

describe('what is compared is compared exactly', () => {
  const call = (expected: JsonObject) =>
    run([change(openvmmRow, 'expect', expected)], lines).failures[0]?.actual;

  test('a register that changed and is not listed', () => {
    expect(call({ changed_regs: {} })).toMatch(/^rax 0x0000000000000000/);
  });

  test('memory that changed and is not listed', () => {
    expect(call({})).toMatch(/^memory at 0x/);
  });

  test('an instruction that advanced', () => {
    expect(call({ rip_advanced: false })).toContain('rip 0x191919191919191c');
  });
});

describe('rows about what is not there', () => {
  const missing = (row: JsonObject, wrap: typeof lines) => [...run([row], wrap).reasons.keys()];

  test('an unknown call is skipped unless the row expects it to be unknown', () => {
    const control = { mode: 'x64', control: '0x39', regs: { rcx: '0x39' }, input_mem: null };
    const row = { ...openvmmRow, action: control };
    expect(missing({ ...row, expect: { ...row.expect, status: 0 } }, lines)).toEqual([
      'behaviour not built yet',
    ]);
    const unknown = { result: '0x2', status: 2, reps_completed: 0, rip_advanced: true };
    const expected = { ...unknown, changed_regs: { rax: '0x2' }, output_mem: null };
    expect(run([{ ...row, expect: expected }], lines)).toMatchObject({ passed: 1 });
  });

  test('an unknown MSR is skipped unless the row expects a fault', () => {
    const row = change(kvmRow, 'action', { msr: '0x400000ff' });
    expect(missing(row, lines)).toEqual(['behaviour not built yet']);
    expect(run([{ ...row, expect: { exception: '#GP' } }], lines)).toMatchObject({ passed: 1 });
  });
});

describe('row lists speak of what a row does, not of its name', () => {
  const call = (rcx: string, more: JsonObject, expected: JsonObject, ebx = '0xffffffff') => ({
    kind: 'hypercall',
    setup: { ...setup, cpuid: { '0x40000003.ebx': ebx, '0x40000003.edx': '0xffffffff' } },
    action: { cpl: 0, protected_mode: true, long_mode: true, rcx, rdx: '0x0', r8: '0x0', ...more },
    expect: expected,
    portable: true,
  });

  test('R3: a flush of nobody may flush anybody, but the status counts', () => {
    const everyone = [{ vp: 0, entries: ['0x7000'] }];
    const xmm = ['0x00000000000070000000000000000000'];
    const done = { result: '0x100000000', status: 0, reps_completed: 1, tlb_flush: everyone };
    expect(run([call('0x100010003', { xmm }, done)], lines)).toMatchObject({ passed: 1 });
    const other = { ...done, result: '0x5', status: 0 };
    expect(run([call('0x100010003', { xmm }, other)], lines)).toMatchObject({ failed: 1 });
  });

  test('R4: an unknown extended call without the privilege is 2 or 6', () => {
    const six = { result: '0x6', status: 6, reps_completed: 0 };
    expect(run([call('0x8055', {}, six, '0x0')], lines)).toMatchObject({ passed: 1 });
    expect(run([call('0x8055', {}, six)], lines)).toMatchObject({ failed: 1 });
  });

  test('R5: PostMessage on a SynIC that is off is not 3', () => {
    const three = { result: '0x3', status: 3, reps_completed: 0 };
    expect([...run([call('0x5c', {}, three)], lines).reasons.keys()]).toEqual(['row list R5']);
  });

  test('R1 and R8: nested state, and the VTL test call', () => {
    const nested = { ...factRow, setup: { 'evmcs.revision_id': '1' } };
    const vtl = { ...factRow, action: { abi: 'x64', control: '0x1009', regs: {} } };
    expect([...run([nested, vtl], facts).reasons.keys()]).toEqual(['row list R1', 'row list R8']);
  });
});
