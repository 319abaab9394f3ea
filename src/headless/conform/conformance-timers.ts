/**
 * Rows about synthetic timers: a guest that programs one and acknowledges what comes, and single
 * questions to one timer.
 */
import { message } from '../../engine/hypervisor/index.ts';
import {
  u64,
  u64Bit,
  u64FromNumber,
  u64Hex,
  u64Ones,
  u64ToNumber,
} from '../../engine/kernel/u64.ts';
import type { Part } from '../json.ts';
import { type CaseResult, Differences } from './case.ts';
import { guestOfRow } from './conformance-rows.ts';
import { allFeatures, type Guest, unmaskSint } from './guest.ts';

const msr = {
  TIME_REF_COUNT: 0x4000_0020,
  EOI: 0x4000_0070,
  EOM: 0x4000_0084,
  CONFIG: 0x4000_00b0,
  COUNT: 0x4000_00b1,
} as const;

const unitNs = 100;
const runNs = 2_000_000_000;
const stepNs = 500_000;
const bit = { enable: 1, periodic: 2, autoEnable: 8, direct: 0x1000 } as const;
const sintShift = 16;
const vectorShift = 4;
const autoEoi = 0x2_0000;
const span = 10_000;

/** What the rows say is programmed, word for word. */
const programs: Readonly<Record<string, { readonly bits: number; readonly absolute: boolean }>> = {
  'enable|periodic, count=10000': { bits: bit.enable | bit.periodic, absolute: false },
  'enable, count=now+10000': { bits: bit.enable, absolute: true },
  'auto_enable, then count=now+10000': { bits: bit.autoEnable, absolute: true },
  'auto_enable|periodic': { bits: bit.autoEnable | bit.periodic, absolute: false },
};

/** Where the expirations go: both targets that a row names are tried. */
interface Target {
  readonly bits: number;
  readonly vector: number;
  /** Undefined in direct mode. */
  readonly sint: { readonly index: number; readonly value: number } | undefined;
}

const messageTargets: readonly Target[] = [
  { bits: 2 << sintShift, vector: 0xf1, sint: { index: 2, value: 0xf1 } },
  { bits: 3 << sintShift, vector: 0xf2, sint: { index: 3, value: 0xf2 | autoEoi } },
];
const directTargets: readonly Target[] = [0xf3, 0xf4].map((vector) => ({
  bits: bit.direct | (vector << vectorShift),
  vector,
  sint: undefined,
}));

function targetsOf(setup: Part): readonly Target[] {
  switch (setup.at('mode').text) {
    case 'message': {
      const known = '2 (vec 0xf1) or 3 (vec 0xf2 auto-EOI)';
      return setup.at('SINT').value === known ? messageTargets : setup.at('SINT').refuse(known);
    }
    case 'direct': {
      const vectors = setup.at('apic_vector');
      return vectors.value === '0xf3/0xf4' ? directTargets : vectors.refuse('"0xf3/0xf4"');
    }
    default:
      return setup.at('mode').refuse('"message" or "direct"');
  }
}

/** The partition of a row, with everything that the row does not mention switched on. */
function openGuest(row: Part): Guest {
  const guest = guestOfRow(row);
  guest.partition.privileges = u64Ones;
  guest.partition.featuresEdx = allFeatures;
  return guest;
}

/** Runs a row that programs a timer and lets two seconds pass. */
export function runTimerRow(row: Part, expect: Part): CaseResult {
  const setup = row.at('setup').only(['mode', 'SINT', 'cpuid', 'apic_vector']);
  const action = row.at('action').only(['op', 'config', 'unit']);
  if (action.at('unit').value !== '100ns') action.at('unit').refuse('"100ns"');
  const program = programs[action.at('config').text];
  if (program === undefined) return action.at('config').refuse('a program that is known here');
  expect.only(['fires', 'message_type', 'payload_size', 'sim_message']);
  const differences = new Differences();
  for (const target of targetsOf(setup)) {
    const guest = openGuest(row);
    programTimer(guest, target, program);
    compareFires(expect, differences, watch(guest, target));
  }
  return differences.result();
}

function programTimer(guest: Guest, target: Target, program: (typeof programs)[string]): void {
  const { hv, vp } = guest;
  if (target.sint !== undefined) unmaskSint(hv, vp, target.sint.index, target.sint.value);
  const now = hv.readMsr(vp, msr.TIME_REF_COUNT);
  const base = program.absolute && now !== '#GP' ? u64ToNumber(now) : 0;
  const writes: [number, number][] = [
    [msr.CONFIG, program.bits | target.bits],
    [msr.COUNT, base + span],
  ];
  // A timer that starts with its count is configured first, another one last.
  if ((program.bits & bit.autoEnable) === 0) writes.reverse();
  for (const [index, value] of writes) hv.writeMsr(vp, index, u64FromNumber(value));
}

interface Fires {
  expirations: number;
  readonly types: Set<number>;
  payloadMinBytes: number;
}

/** Lets time pass in small steps and acknowledges what comes, as a guest does. */
function watch({ hv, vp }: Guest, { sint, vector }: Target): Fires {
  const fires: Fires = { expirations: 0, types: new Set(), payloadMinBytes: 255 };
  const endNs = hv.machine.timeNs + runNs;
  while (hv.machine.timeNs < endNs) {
    hv.advance(hv.machine.timeNs + stepNs);
    const taken = hv.takeInterrupt(vp);
    if (taken === vector) fires.expirations += 1;
    if (taken !== undefined && vp.apic.inService.has(taken)) hv.writeMsr(vp, msr.EOI);
    emptySlots(vp, fires);
    if (sint !== undefined) hv.writeMsr(vp, msr.EOM);
  }
  return fires;
}

/** Notes and takes away the messages of all sources. */
function emptySlots({ synic }: Guest['vp'], fires: Fires): void {
  const page = synic.messagePage.bytes;
  if (page === undefined) return;
  for (let slot = 0; slot < synic.sints.length; slot += 1) {
    const view = message.view(page, slot * message.sizeBytes);
    if (view.MessageType === 0) continue;
    fires.types.add(view.MessageType);
    fires.payloadMinBytes = Math.min(fires.payloadMinBytes, view.PayloadSize);
    view.MessageType = 0;
  }
}

function compareFires(expect: Part, differences: Differences, fires: Fires): void {
  const { expirations, types, payloadMinBytes } = fires;
  const [, least, exact] =
    /^(?:>=(\d+) expirations|(\d+) expiration)$/.exec(expect.at('fires').text) ??
    expect.at('fires').refuse('a number of expirations');
  if (exact !== undefined) differences.compare('expirations', exact, String(expirations));
  else if (expirations < Number(least)) {
    differences.compare('expirations', `at least ${least}`, String(expirations));
  }
  const shown = [...types].map((type) => u64Hex(u64(type))).join(', ');
  if (expect.at('sim_message').exists) {
    differences.compare('messages', expect.at('sim_message').text, shown || 'none');
  }
  if (expect.at('message_type').exists) {
    differences.compare('types', u64Hex(expect.at('message_type').word), shown);
  }
  if (expect.at('payload_size').exists) {
    const [, bytes] = /^>= (\d+)$/.exec(expect.at('payload_size').text) ?? [];
    if (bytes === undefined) expect.at('payload_size').refuse('">= NUMBER"');
    if (payloadMinBytes < Number(bytes)) {
      differences.compare('payload', `at least ${bytes}`, String(payloadMinBytes));
    }
  }
}

/** Configurations of the rows that ask one timer; a message goes to source 2. */
const unitConfigs: Readonly<Record<string, number>> = {
  auto_enable: bit.autoEnable | (2 << sintShift),
  'auto_enable|direct vector 0x40': bit.autoEnable | bit.direct | (0x40 << vectorShift),
};

/** Runs a row that sets one timer at a reference time and looks at it. */
export function runTimerQuestion(row: Part, expect: Part): CaseResult {
  const setup = row.at('setup').only(['config', 'ref_time', 'count', 'ref_time_at_program']);
  const config = unitConfigs[setup.at('config').text];
  if (config === undefined) return setup.at('config').refuse('a configuration known here');
  const op = row.at('action').only(['op']).at('op');
  const [, count, until] =
    /^(?:set count=(\d+)|evaluate at ref_time (\d+))$/.exec(op.text) ?? op.refuse('a question');
  const guest = openGuest(row);
  const { hv, vp, partition } = guest;
  const start = setup.at(count === undefined ? 'ref_time_at_program' : 'ref_time').number;
  hv.setReferenceTime(partition, u64(start));
  hv.writeMsr(vp, msr.CONFIG, u64(config));
  hv.writeMsr(vp, msr.COUNT, count === undefined ? setup.at('count').word : u64(Number(count)));
  const startNs = hv.machine.timeNs;
  if (until !== undefined) hv.advance(startNs + (Number(until) - start) * unitNs);
  const differences = new Differences();
  compareTimer(expect, differences, guest, (dueNs) => start + (dueNs - startNs) / unitNs);
  return differences.result();
}

function compareTimer(
  expect: Part,
  differences: Differences,
  { hv, vp }: Guest,
  unitsAt: (dueNs: number) => number,
): void {
  const [timer] = vp.timers;
  const dueNs = timer?.dueNs ?? Number.POSITIVE_INFINITY;
  const isEnabled = timer !== undefined && u64Bit(timer.config, 0);
  const vector = hv.takeInterrupt(vp);
  const isInService = vector !== undefined && vp.apic.inService.has(vector);
  const facts: Readonly<Record<string, string>> = {
    enabled: String(isEnabled),
    enabled_after: String(isEnabled),
    due_time: dueNs === Number.POSITIVE_INFINITY ? 'null' : String(unitsAt(dueNs)),
    interrupt_vector: vector === undefined ? 'null' : u64Hex(u64(vector)),
    auto_eoi: String(!isInService),
  };
  for (const key of expect.only(Object.keys(facts)).keys) {
    differences.compare(key, String(expect.at(key).value), facts[key] ?? '');
  }
}
