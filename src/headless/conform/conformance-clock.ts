/**
 * Rows about the reference time: the page, the counter and a clock that is set from outside.
 *
 * The virtual TSC is that of the engine; the page is read as a guest reads it, through its overlay.
 */
import { peekBytes, pokeBytes, referenceTscPage } from '../../engine/hypervisor/index.ts';
import {
  type U64,
  u64,
  u64Add,
  u64Compare,
  u64Equal,
  u64Hex,
  u64MulHigh,
  u64Sub,
  u64WithBit,
  u64Zero,
} from '../../engine/kernel/u64.ts';
import type { Part } from '../json.ts';
import { type CaseResult, Differences } from './case.ts';
import { guestOfRow } from './conformance-rows.ts';
import type { Guest } from './guest.ts';

const msr = {
  TIME_REF_COUNT: 0x4000_0020,
  REFERENCE_TSC: 0x4000_0021,
  REENLIGHTENMENT_CONTROL: 0x4000_0106,
  TSC_EMULATION_CONTROL: 0x4000_0107,
} as const;

const pageGpa = 0x6000;
const second = 1_000_000_000;
/** The partition has run for a while, so that setting its clock to 0 changes something. */
const startNs = 5 * second;
const instants = 1000;
const toleranceUnits = u64(100_000);

type Page = ReturnType<typeof readPage>;

/** The fields that rows ask for are at the start; reading the rest each time would be slow. */
const pageHeadBytes = 24;

function readPage({ partition }: Guest) {
  const bytes = new Uint8Array(referenceTscPage.sizeBytes);
  bytes.set(peekBytes(partition.gpa, pageGpa, pageHeadBytes));
  return referenceTscPage.decode(bytes);
}

/** The time that a guest computes from the page. */
function pageTime({ hv, partition }: Guest, page: Page): U64 {
  return u64Add(u64MulHigh(hv.readTsc(partition), page.TscScale), page.TscOffset);
}

function counter({ hv, vp }: Guest): U64 {
  const value = hv.readMsr(vp, msr.TIME_REF_COUNT);
  return value === '#GP' ? u64Zero : value;
}

const enablePage = ({ hv, vp }: Guest, on: boolean) =>
  hv.writeMsr(vp, msr.REFERENCE_TSC, u64WithBit(u64(pageGpa), 0, on));

/** What each action does, and what the row expects of it. */
type Check = (guest: Guest, expect: Part, differences: Differences, row: Part) => void;

/** `gpa|0`, `gpa|1` or a plain number. */
const writePage: Check = (guest, expect, differences, row) => {
  const value = row.at('action').at('value').text;
  const [, bit] = /^gpa\|([01])$/.exec(value) ?? [];
  if (bit !== undefined) enablePage(guest, bit === '1');
  else guest.hv.writeMsr(guest.vp, msr.REFERENCE_TSC, row.at('action').at('value').word);
  if (expect.at('page_updates').exists) {
    comparePageStop(guest, expect.at('page_updates'), differences);
    return;
  }
  const page = readPage(guest);
  const actual = {
    'page.tsc_sequence': u64(page.TscSequence),
    'page.tsc_scale': page.TscScale,
    'page.tsc_offset': page.TscOffset,
  };
  expect.only(Object.keys(actual));
  for (const [name, word] of Object.entries(actual)) {
    const wanted = expect.at(name);
    if (!wanted.exists) continue;
    if (wanted.value === '!= 0')
      differences.compare(name, 'true', String(!u64Equal(word, u64Zero)));
    else differences.compare(name, u64Hex(wanted.word), u64Hex(word));
  }
};

/** A page that is switched off is the guest's own memory again and stays as the guest left it. */
function comparePageStop(guest: Guest, wanted: Part, differences: Differences): void {
  if (wanted.value !== 'stop (guest-zeroed page stays zero)') wanted.refuse('"stop (…)"');
  pokeBytes(guest.partition.gpa, pageGpa, new Uint8Array(referenceTscPage.sizeBytes));
  guest.hv.advance(guest.hv.machine.timeNs + second);
  const { TscSequence } = readPage(guest);
  differences.compare('sequence after a second', '0', String(TscSequence));
}

const comparesTimes: Check = (guest, expect, differences) => {
  const wanted = expect.only(['vs_TIME_REF_COUNT']).at('vs_TIME_REF_COUNT');
  const known = 'msr >= page value and difference < 100000 (10 ms)';
  if (wanted.value !== known) wanted.refuse(JSON.stringify(known));
  for (let index = 0; index < instants; index += 1) {
    guest.hv.advance(guest.hv.machine.timeNs + 777_777 + index);
    const time = pageTime(guest, readPage(guest));
    const msrTime = counter(guest);
    const isRight =
      u64Compare(msrTime, time) >= 0 && u64Compare(u64Sub(msrTime, time), toleranceUnits) < 0;
    if (!isRight) differences.compare('counter', `near ${u64Hex(time)}`, u64Hex(msrTime));
  }
};

/** The clock is set to 0: the page follows, or stays when the guest has the old TSC emulated. */
const setsClock: Check = (guest, expect, differences) => {
  const before = readPage(guest);
  guest.hv.setReferenceTime(guest.partition, u64Zero);
  const after = readPage(guest);
  expect.only(['page_time', 'page.tsc_offset', 'page.tsc_scale']);
  const compareChange = (name: string, was: U64, is: U64) => {
    const wanted = expect.at(name);
    if (wanted.exists) differences.compare(name, wanted.text, changeText(was, is));
  };
  compareChange('page.tsc_offset', before.TscOffset, after.TscOffset);
  compareChange('page.tsc_scale', before.TscScale, after.TscScale);
  if (!expect.at('page_time').exists) return;
  if (expect.at('page_time').value !== '< 100000') expect.at('page_time').refuse('"< 100000"');
  const isSmall = u64Compare(pageTime(guest, after), toleranceUnits) < 0;
  differences.compare('page time below 10 ms', 'true', String(isSmall));
};

const changeText = (was: U64, is: U64): string => (u64Equal(was, is) ? 'unchanged' : 'changed');

const staysBetween: Check = (guest, expect, differences) => {
  expect.only(['page_before <= msr <= page_after', 'monotonic']);
  let last = u64Zero;
  for (let index = 0; index < instants; index += 1) {
    const before = pageTime(guest, readPage(guest));
    const value = counter(guest);
    const after = pageTime(guest, readPage(guest));
    const isBetween = u64Compare(before, value) <= 0 && u64Compare(value, after) <= 0;
    differences.compare(
      'between',
      String(expect.at('page_before <= msr <= page_after').flag),
      String(isBetween),
    );
    differences.compare(
      'monotonic',
      String(expect.at('monotonic').flag),
      String(u64Compare(last, value) < 0),
    );
    last = value;
    guest.hv.advance(guest.hv.machine.timeNs + second / instants);
  }
};

const checks: readonly (readonly [action: RegExp, check: Check])[] = [
  [/^wrmsr$/, writePage],
  [/^compute$/, comparesTimes],
  [/^VMM sets partition clock to 0$/, setsClock],
  [/^compare page time and TIME_REF_COUNT for 1s on each VP$/, staysBetween],
];

const setupKeys = ['ref_tsc', 'ref_tsc_page', 'REENLIGHTENMENT_CONTROL', 'TSC_EMULATION_CONTROL'];

/** Runs a row about the reference time. */
export function runClockRow(row: Part, expect: Part): CaseResult {
  const setup = row.at('setup').only(setupKeys);
  const op = row.at('action').only(['op', 'msr', 'value', 'formula']).at('op');
  const check = checks.find(([pattern]) => pattern.test(op.text))?.[1];
  if (check === undefined) return op.refuse('an action on the clock');
  const guest = guestOfRow(row);
  guest.hv.advance(startNs);
  if (setup.at('ref_tsc_page').value !== 'zeroed') enablePage(guest, true);
  for (const name of ['REENLIGHTENMENT_CONTROL', 'TSC_EMULATION_CONTROL'] as const) {
    if (setup.at(name).exists) guest.hv.writeMsr(guest.vp, msr[name], setup.at(name).word);
  }
  const differences = new Differences();
  check(guest, expect, differences, row);
  return differences.result();
}
