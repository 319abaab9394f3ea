/** Rows that read or write an MSR, or make one hypercall. */
import { hypercalls, msrTable, pokeBytes, type Vp } from '../../engine/hypervisor/index.ts';
import { type U64, u64, u64Hex, u64Parse, u64Zero } from '../../engine/kernel/u64.ts';
import { Part } from '../json.ts';
import { type CaseResult, Differences, skipped } from './case.ts';
import { buildGuest, type Guest, peekMsr, readCpuid, recordsOf } from './guest.ts';
import { loadRegisters, peekWord, resultOf } from './processor.ts';
import { lacksCall, lacksMsr } from './registry.ts';

/** Members of `setup` that these rows may have; `enforce_cpuid` is another project's policy. */
const setupKeys = [
  'cpuid',
  'vps',
  'sender_vp',
  'caller_vp',
  'guest_os_id',
  'hypercall_msr',
  'synic_active',
  'enforce_cpuid',
  'synic',
  'vmm_supplied_capabilities',
];

const inputPage = 0x2000;
/** The free pages that rows name; the input page is zero. */
const pages: Readonly<Record<string, number>> = {
  page: inputPage,
  gpa: inputPage,
  'page+0x1000': 0x3000,
  page2: 0x4000,
};
const gpaWidthBits = 40;

/** The partition that a row describes. */
export function guestOfRow(row: Part, vpIndexes: readonly number[] = [0]): Guest {
  const setup = row.at('setup');
  const vps = setup.at('vps');
  const osId = setup.at('guest_os_id');
  const active = setup.at('synic_active');
  const guest = buildGuest({
    calls: hypercalls,
    vpIndexes: vps.exists ? vps.items.map((part) => part.number) : vpIndexes,
    gpaWidthBits,
    ...readCpuid(setup.at('cpuid')),
    guestOsId: osId.exists ? osId.word : u64Zero,
    hypercallMsr: hypercallMsrOf(setup.at('hypercall_msr')),
    synicActive: active.exists ? active.flag : true,
  });
  const capabilities = setup.at('vmm_supplied_capabilities');
  if (capabilities.exists) guest.hv.machine.extendedCapabilities = capabilities.word;
  return guest;
}

/** `page|1` enables the hypercall page; the other text that rows use leaves the bit clear. */
function hypercallMsrOf(part: Part): U64 {
  if (!part.exists) return u64Zero;
  switch (part.text) {
    case 'page|1':
      return u64(0x9000 + 1);
    case 'written with page GPA, enable bit 0':
      return u64(0x9000);
    default:
      return part.refuse('"page|1" or "written with page GPA, enable bit 0"');
  }
}

/** Runs a row with `op` rdmsr or wrmsr; `msr` is a number or a list of names. */
export function runMsrRow(row: Part, expect: Part): CaseResult {
  const accesses = accessesOf(row.at('action').only(['op', 'msr', 'msr_name', 'value']));
  const fault = expect.at('exception').value;
  if (accesses.some(({ index }) => lacksMsr(index, fault === '#GP'))) {
    return skipped('behaviour not built yet');
  }
  row.at('setup').only(setupKeys);
  expect.only(['exception', 'value', 'readback', 'event']);
  const { hv, vp } = guestOfRow(row);
  const differences = new Differences();
  for (const { name, index, write } of accesses) {
    const answer = write === undefined ? hv.readMsr(vp, index) : hv.writeMsr(vp, index, write.word);
    if (expect.at('exception').exists) {
      const actual = answer === '#GP' ? answer : 'null';
      differences.compare(`${name}: exception`, String(fault), actual);
    }
    compareWord(differences, expect.at('value'), answer ?? u64Zero);
    compareEvent(differences, expect.at('event'), hv);
    compareWord(differences, expect.at('readback'), peekMsr(hv, vp, index));
  }
  return differences.result();
}

function compareWord(differences: Differences, wanted: Part, actual: U64 | '#GP'): void {
  if (!wanted.exists) return;
  const shown = actual === '#GP' ? actual : u64Hex(actual);
  differences.compare(wanted.path, u64Hex(wanted.word), shown);
}

/** Events that rows name, under the names of the engine. */
const events = { system_reset: 'systemReset' } as const;

function compareEvent(differences: Differences, wanted: Part, hv: Guest['hv']): void {
  if (!wanted.exists) return;
  if (wanted.value !== 'system_reset') wanted.refuse('"system_reset"');
  differences.compare('resets', '1', String(recordsOf(hv, events.system_reset).length));
}

interface Access {
  readonly name: string;
  readonly index: number;
  /** The value to write; undefined to read. */
  readonly write: Part | undefined;
}

/** `op: "rdmsr", msr: …`, or all in one: `op: "wrmsr 0x40000021 = 0"`. */
function accessesOf(action: Part): readonly Access[] {
  const op = action.at('op');
  const [, verb, msr, value] =
    /^(rdmsr|wrmsr)(?: (\w+) = (\w+))?$/.exec(op.text) ?? op.refuse('an access');
  if (msr !== undefined) {
    const index = new Part(msr, op.path).number;
    return [{ name: msr, index, write: new Part(value, op.path) }];
  }
  const write = verb === 'wrmsr' ? action.at('value') : undefined;
  const named = action.at('msr');
  if (typeof named.value === 'number' || u64Parse(named.text) !== undefined) {
    return [{ name: named.text, index: named.number, write }];
  }
  return msrNames(named).map((name) => ({ name, index: msrNamed(named, name), write }));
}

/** `SVERSION,SINT0..15` as single names. */
function msrNames(part: Part): readonly string[] {
  return part.text.split(',').flatMap((name) => {
    const [, stem, from, to] = /^([A-Z]+)(\d+)\.\.(\d+)$/.exec(name) ?? [];
    if (stem === undefined) return [name];
    const first = Number(from);
    return Array.from({ length: Number(to) - first + 1 }, (_, index) => `${stem}${first + index}`);
  });
}

function msrNamed(part: Part, name: string): number {
  const spec = msrTable.find((candidate) => candidate.name === `HV_X64_MSR_${name}`);
  return spec?.index ?? part.refuse(`names of MSRs ("${name}")`);
}

/** Runs a row with a control word. */
export function runCallRow(row: Part, expect: Part): CaseResult {
  row.at('setup').only(setupKeys);
  const action = row
    .at('action')
    .only([
      'call',
      'control',
      'fast',
      'rdx',
      'r8',
      'xmm_qwords',
      'input_gpa',
      'input_hex',
      'output_gpa',
    ]);
  expect.only([
    'result',
    'status',
    'reps_completed',
    'exception',
    'output_u64',
    'ipi',
    'flushed_vps',
  ]);
  const question = {
    code: action.at('control').word.lo & 0xffff,
    status: expect.at('status').exists ? expect.at('status').number : undefined,
    modeAllows: true,
  };
  if (lacksCall(question)) return skipped('behaviour not built yet');
  const guest = guestOfRow(row);
  const outputGpa = loadCall(guest.vp, action);
  guest.hv.trace.clear();
  const outcome = guest.hv.hypercall(guest.vp);
  const differences = new Differences();
  const fault = expect.at('exception').value;
  differences.compare('outcome', typeof fault === 'string' ? fault : 'returned', outcome);
  compareResult(differences, expect, resultOf(guest.vp, true));
  if (expect.at('output_u64').exists) {
    const actual = peekWord(guest.partition, outputGpa);
    differences.compare('output', u64Hex(expect.at('output_u64').word), u64Hex(actual));
  }
  compareFlushes(differences, guest, expect.at('flushed_vps'));
  compareIpi(differences, guest, expect.at('ipi'));
  return differences.result();
}

/** Loads registers and the input block; gives the output address. */
function loadCall(vp: Vp, action: Part): number {
  const inputGpa = gpaOf(action.at('input_gpa'), inputPage);
  const outputGpa = gpaOf(action.at('output_gpa'), pages['page+0x1000'] ?? 0);
  const isFast = action.at('rdx').exists;
  const registers = {
    rcx: action.at('control').value ?? null,
    rdx: isFast ? (action.at('rdx').value ?? null) : inputGpa,
    r8: isFast ? (action.at('r8').value ?? '0x0') : outputGpa,
  };
  loadRegisters(vp.registers, new Part(registers, 'action'));
  const words = action.at('xmm_qwords').exists ? action.at('xmm_qwords').items : [];
  const xmm: Record<string, string> = {};
  for (let index = 0; index < words.length; index += 2) {
    const low = BigInt(words[index]?.text ?? '0x0');
    const high = BigInt(words[index + 1]?.text ?? '0x0');
    xmm[`xmm${index / 2}`] = `0x${((high << 64n) | low).toString(16)}`;
  }
  loadRegisters(vp.registers, new Part(xmm, 'action.xmm_qwords'));
  if (action.at('input_hex').exists) {
    pokeBytes(vp.partition.gpa, inputGpa, action.at('input_hex').bytes);
  }
  return outputGpa;
}

/** A number, or one of the free pages. */
function gpaOf(part: Part, absent: number): number {
  if (!part.exists) return absent;
  const page = pages[String(part.value).replace(/ \(all zero\)$/, '')];
  return page ?? part.number;
}

/** Compares as much of the result as the row gives. */
function compareResult(differences: Differences, expect: Part, actual: U64): void {
  compareWord(differences, expect.at('result'), actual);
  compareWord(differences, expect.at('status'), u64(actual.lo & 0xffff));
  compareWord(differences, expect.at('reps_completed'), u64(actual.hi & 0xfff));
}

/** The set of processors that flushed anything. */
function compareFlushes(differences: Differences, guest: Guest, wanted: Part): void {
  if (!wanted.exists) return;
  const all = [...guest.partition.vps.keys()];
  const expected = wanted.value === 'all' ? all : wanted.items.map((part) => part.number);
  const flushes = [...recordsOf(guest.hv, 'tlbFlush'), ...recordsOf(guest.hv, 'tlbFlushAll')];
  const actual = new Set(flushes.map(({ a }) => a));
  differences.compare('flushed_vps', setText(expected), setText([...actual]));
}

/** The set of processors that got the vector, and nobody got another. */
function compareIpi(differences: Differences, { hv }: Guest, wanted: Part): void {
  if (!wanted.exists) return;
  const vector = wanted.only(['vector', 'delivered_to_vps']).at('vector').number;
  const expected = wanted.at('delivered_to_vps').items.map((part) => part.number);
  const records = recordsOf(hv, 'interrupt');
  const others = records.filter(({ c }) => c !== vector).length;
  differences.compare('other interrupts', '0', String(others));
  differences.compare('delivered_to_vps', setText(expected), setText(records.map(({ b }) => b)));
}

const setText = (indexes: readonly number[]): string =>
  `{${[...indexes].sort((a, b) => a - b).join(', ')}}`;
