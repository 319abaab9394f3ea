/**
 * Recordings of KVM's dispatcher: one MSR access or one hypercall a row.
 *
 * The harness of the recorder: 1 MiB of memory at 0, a guest-physical space of 36 bits, an Intel
 * processor, processor 0 of the listed ones calls, and CPUID is the whole feature state.
 */
import {
  eventFlagsBytes,
  hypercalls,
  peekBytes,
  pokeBytes,
  setProcessorMode,
  type Vp,
} from '../../engine/hypervisor/index.ts';
import { toHex } from '../../engine/kernel/bytes.ts';
import { type U64, u64, u64And, u64Hex, u64Zero } from '../../engine/kernel/u64.ts';
import { Part } from '../json.ts';
import { type Case, type CaseResult, Differences, skipped, toCase } from './case.ts';
import { buildGuest, type Guest, peekMsr, readCpuid, recordsOf, unmaskSint } from './guest.ts';
import {
  compareMemory,
  compareRegisters,
  copyMemory,
  copyRegisters,
  loadRegisters,
  peekWord,
  resultOf,
} from './processor.ts';
import { lacksCall, lacksMsr } from './registry.ts';
import { judgeRow } from './skips.ts';

/** The members of every row. */
export const kvmShape =
  'lines with kind ("msr" or "hypercall"), setup.cpuid, action, expect and portable';

/** True for a row of this format. */
export function isKvmRow(row: Part): boolean {
  const kind = row.at('kind').value;
  const parts = ['setup', 'action', 'expect'].every((key) => row.at(key).keys.length > 0);
  const judged = typeof row.at('portable').value === 'boolean';
  return (
    (kind === 'msr' || kind === 'hypercall') &&
    row.at('setup').at('cpuid').exists &&
    parts &&
    judged
  );
}

/** The case of a row. */
export const kvmCase = (row: Part, rowNumber: number): Case =>
  toCase(row.value ?? null, rowNumber, runRow);

function runRow(row: Part): CaseResult {
  const verdict = judgeRow('kvm', row, row.at('portable').flag);
  if ('skip' in verdict) return skipped(verdict.skip);
  const run = row.at('kind').value === 'msr' ? runMsr : runCall;
  return run(row, verdict.expect);
}

function guestOf(row: Part, synicActive: boolean): Guest {
  const setup = row.at('setup').only(['cpuid', 'guest_os_id', 'synic_active', 'vps']);
  const before = row.at('action').at('hypercall_msr_before');
  const guest = buildGuest({
    calls: hypercalls,
    vpIndexes: setup.at('vps').items.map((part) => part.number),
    gpaWidthBits: 36,
    ...readCpuid(setup.at('cpuid')),
    guestOsId: setup.at('guest_os_id').word,
    hypercallMsr: before.exists ? before.word : u64Zero,
    synicActive,
  });
  return guest;
}

const hypercallMsr = 0x4000_0001;

/** The recorder accessed MSRs on a processor whose SynIC registers were as after a reset. */
function runMsr(row: Part, expect: Part): CaseResult {
  const index = row.at('action').at('msr').number;
  const fault = expect.at('exception');
  if (lacksMsr(index, fault.value === '#GP')) return skipped('behaviour not built yet');
  row.at('action').only(['op', 'msr', 'value', 'hypercall_msr_before']);
  expect.only(['exception', 'value', 'readback', 'hypercall_msr_after', 'page_bytes']);
  const { hv, vp } = guestOf(row, false);
  const differences = new Differences();
  const answer = access(row, { hv, vp });
  if (fault.exists) {
    const actual = answer === '#GP' ? answer : 'null';
    differences.compare('exception', String(fault.value), actual);
  }
  const compareWord = (name: string, actual: U64 | '#GP') => {
    const part = expect.at(name);
    if (!part.exists) return;
    differences.compare(name, u64Hex(part.word), actual === '#GP' ? actual : u64Hex(actual));
  };
  compareWord('value', answer);
  compareWord('readback', peekMsr(hv, vp, index));
  compareWord('hypercall_msr_after', peekMsr(hv, vp, hypercallMsr));
  if (expect.at('page_bytes').exists) {
    const wanted = expect.at('page_bytes').bytes;
    const page = u64And(vp.partition.hypercallMsr, u64(0xffff_f000));
    const actual = peekBytes(vp.partition.gpa, page.lo, wanted.length);
    differences.compare('page_bytes', toHex(wanted), toHex(actual));
  }
  return differences.result();
}

/** Makes the access; gives the value read, 0 after a write, or the fault. */
function access(row: Part, { hv, vp }: Pick<Guest, 'hv' | 'vp'>): U64 | '#GP' {
  const action = row.at('action');
  const index = action.at('msr').number;
  switch (action.at('op').text) {
    case 'rdmsr':
      return hv.readMsr(vp, index);
    case 'wrmsr':
      return hv.writeMsr(vp, index, action.at('value').word) ?? u64Zero;
    default:
      return action.at('op').refuse('"rdmsr" or "wrmsr"');
  }
}

const modeKeys = ['cpl', 'protected_mode', 'long_mode'] as const;
const wideKeys = ['rcx', 'rdx', 'r8'] as const;
const narrowKeys = ['eax', 'ebx', 'ecx', 'edx', 'esi', 'edi'] as const;

function runCall(row: Part, expect: Part): CaseResult {
  const action = row.at('action').only([...modeKeys, ...wideKeys, ...narrowKeys, 'xmm', 'mem']);
  expect.only([
    'result',
    'status',
    'reps_completed',
    'exception',
    'tlb_flush',
    'ipis',
    'event_signaled',
  ]);
  const wide = action.at('long_mode').flag;
  const isRing0 = action.at('protected_mode').flag && action.at('cpl').number === 0;
  const question = {
    code: action.at(wide ? 'rcx' : 'eax').word.lo & 0xffff,
    status: expect.at('status').exists ? expect.at('status').number : undefined,
    modeAllows: isRing0,
  };
  if (lacksCall(question)) return skipped('behaviour not built yet');
  const guest = guestOf(row, row.at('setup').at('synic_active').flag);
  const port = openEventPort(guest, expect.at('event_signaled'));
  loadCall(guest.vp, action);
  const before = { registers: copyRegisters(guest.vp), memory: copyMemory(guest.partition) };
  guest.hv.trace.clear();
  const outcome = guest.hv.hypercall(guest.vp);
  const differences = new Differences();
  if (expect.at('exception').exists) {
    differences.compare('exception', expect.at('exception').text, outcome);
    const all = { wide: true, free: [0, 0] } as const;
    compareRegisters(differences, before.registers, guest.vp.registers, all);
    compareMemory(differences, before.memory, copyMemory(guest.partition));
    return differences.result();
  }
  differences.compare('outcome', 'returned', outcome);
  compareResult(differences, expect, resultOf(guest.vp, wide));
  compareFlushes(differences, guest, expect.at('tlb_flush'));
  if (port === undefined) compareIpis(differences, guest, expect.at('ipis'));
  else compareEvent(differences, guest, action);
  return differences.result();
}

function loadCall(vp: Vp, action: Part): void {
  setProcessorMode(vp.registers, {
    protectedMode: action.at('protected_mode').flag,
    longMode: action.at('long_mode').flag,
    cpl: action.at('cpl').number,
  });
  const keys = action.at('long_mode').flag ? wideKeys : narrowKeys;
  const words = Object.fromEntries(keys.map((key) => [key, action.at(key).value ?? '0x0']));
  loadRegisters(vp.registers, new Part(words, 'action'));
  if (action.at('xmm').exists) {
    const xmm = action.at('xmm').items.map((part, index) => [`xmm${index}`, part.value ?? '0x0']);
    loadRegisters(vp.registers, new Part(Object.fromEntries(xmm), 'action.xmm'));
  }
  const blocks = action.at('mem').exists ? action.at('mem').items : [];
  for (const block of blocks) {
    pokeBytes(vp.partition.gpa, block.at('gpa').number, block.at('hex').bytes);
  }
}

/** `result` is one word, or several of which each is right; it implies `status` and `reps`. */
function compareResult(differences: Differences, expect: Part, actual: U64): void {
  const wanted = expect.at('result');
  const shown = u64Hex(actual);
  if (Array.isArray(wanted.value)) {
    const words = wanted.items.map((part) => u64Hex(part.word));
    differences.compare(
      'result',
      words.join(' or '),
      words.includes(shown) ? words.join(' or ') : shown,
    );
    return;
  }
  differences.compare('result', u64Hex(wanted.word), shown);
  differences.compare('status', u64Hex(expect.at('status').word), u64Hex(u64(actual.lo & 0xffff)));
  const reps = u64Hex(u64(actual.hi & 0xfff));
  differences.compare('reps_completed', u64Hex(expect.at('reps_completed').word), reps);
}

const eventPort = { targetVp: 0, targetSint: 2 } as const;
const eventVector = 0x50;

/** The connection whose event flag the row says was set exists beforehand. */
function openEventPort({ hv, partition, vp }: Guest, signaled: Part): true | undefined {
  if (!signaled.exists) return undefined;
  unmaskSint(hv, vp, eventPort.targetSint, eventVector);
  hv.connect(partition, partition, { id: signaled.number, kind: 'event', ...eventPort });
  return true;
}

/** The flag is in bits 47 to 32 of the second half of the input, for both forms. */
function compareEvent(differences: Differences, guest: Guest, action: Part): void {
  const isFast = ((action.at('rcx').word.lo >>> 16) & 1) === 1;
  const rdx = action.at('rdx');
  const input = isFast ? rdx.word : peekWord(guest.partition, rdx.number);
  const flag = input.hi & 0xffff;
  const page = guest.vp.synic.eventPage.bytes;
  const at = eventPort.targetSint * eventFlagsBytes + (flag >>> 3);
  const isSet = page !== undefined && ((page.getUint8(at) >>> (flag & 7)) & 1) === 1;
  differences.compare(`event flag ${flag}`, 'set', isSet ? 'set' : 'clear');
}

/** Interrupts that this call requested, as a multiset; none when the row lists none. */
function compareIpis(differences: Differences, { hv }: Guest, ipis: Part): void {
  const wanted = ipis.exists
    ? ipis.items.map((ipi) => `vp ${ipi.at('vp').number} vector ${ipi.at('vector').number}`)
    : [];
  const actual = recordsOf(hv, 'interrupt').map(({ b, c }) => `vp ${b} vector ${c}`);
  differences.compare('ipis', sorted(wanted), sorted(actual));
}

const sorted = (lines: readonly string[]): string => `[${[...lines].sort().join(', ')}]`;

/** What each processor flushed, entries in order; none when the row lists none. */
function compareFlushes(differences: Differences, { hv }: Guest, flushes: Part): void {
  if (flushes.value === 'any') return;
  const wanted = flushes.exists
    ? flushes.items.map((flush) => {
        const entries = flush.at('entries').items.map(({ text }) => text.toLowerCase());
        return `vp ${flush.at('vp').number}: ${entries.join(' ')}`;
      })
    : [];
  const actual = new Map<number, string[]>();
  const add = (vp: number, entry: string) => actual.set(vp, [...(actual.get(vp) ?? []), entry]);
  for (const { a } of recordsOf(hv, 'tlbFlushAll')) add(a, 'all');
  for (const { a, b, c } of recordsOf(hv, 'tlbFlush')) add(a, u64Hex(u64(b, c)));
  const lines = [...actual].map(([vp, entries]) => `vp ${vp}: ${entries.join(' ')}`);
  differences.compare('tlb_flush', sorted(wanted), sorted(lines));
}
