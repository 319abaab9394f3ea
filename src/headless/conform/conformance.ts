/**
 * Facts read from other projects' tests: one sentence-like row a case, of several families.
 *
 * A family is recognised by what the row sets up and does. Families about calls or registers that
 * the engine does not have are skipped as not built; a row that no family takes is a failure.
 */
import { sparseProcessors, statusName } from '../../engine/hypervisor/index.ts';
import { isObject, type Json, Part } from '../json.ts';
import { type Case, type CaseResult, Differences, skipped, toCase } from './case.ts';
import { runClockRow } from './conformance-clock.ts';
import { runConnectionRow } from './conformance-connections.ts';
import { isPartitionCall, runPartitionRow } from './conformance-partitions.ts';
import { isProcessorRow, runProcessorRow } from './conformance-processor.ts';
import { runCallRow, runMsrRow } from './conformance-rows.ts';
import { runTimerQuestion, runTimerRow } from './conformance-timers.ts';
import { runVtlRow } from './conformance-vtl.ts';
import { runAbi } from './openvmm-abi.ts';
import { hasCallNamed } from './registry.ts';
import { judgeRow } from './skips.ts';

/** The members of the file and of every row. */
export const conformanceShape =
  'an object with meta and cases[]; each case has id, portability, setup, action and expect';

/** True for a row of this format. */
export function isConformanceRow(row: Part): boolean {
  const parts = ['setup', 'action', 'expect'].every((key) => isObject(row.at(key).value as Json));
  return parts && typeof row.at('portability').value === 'string';
}

/** The case of a row. */
export const conformanceCase = (row: Part, rowNumber: number): Case =>
  toCase(row.value ?? null, rowNumber, runRow);

function runRow(row: Part): CaseResult {
  const verdict = judgeRow('conformance', row, row.at('portability').value === 'tlfs');
  if ('skip' in verdict) return skipped(verdict.skip);
  const family = families.find(({ takes }) => takes(row));
  return family === undefined
    ? row.at('action').refuse('an action that is known here')
    : family.run(row, verdict.expect);
}

/** One family of rows. */
interface Family {
  readonly takes: (row: Part) => boolean;
  readonly run: (row: Part, expect: Part) => CaseResult;
}

const opOf = (row: Part): string => {
  const { value } = row.at('action').at('op');
  return typeof value === 'string' ? value : '';
};

/** A family whose behaviour is not there: skipped until it is, and then a failure to be mended. */
const notBuilt = (isBuilt: (row: Part) => boolean) => (row: Part) =>
  isBuilt(row)
    ? row.at('action').refuse('an action that is run here')
    : skipped('behaviour not built yet');

/** Every hypercall that a row names, in its action, its sequence or its expectations. */
function callsNamed(row: Part): readonly string[] {
  const text = JSON.stringify([row.at('setup').value, row.at('action').value]);
  return [...new Set(text.match(/\bHv(?:Ext)?Call\w+/g) ?? [])];
}

const clockSetup = ['ref_tsc', 'ref_tsc_page', 'REENLIGHTENMENT_CONTROL', 'TSC_EMULATION_CONTROL'];
const clockExpectations = ['page_updates', 'page.tsc_sequence'];
const clockActions = /^(compute|compare page time|VMM sets partition clock)/;

const families: readonly Family[] = [
  { takes: (row) => row.at('action').at('abi').exists, run: runAbi },
  { takes: (row) => row.at('setup').at('connections').exists, run: runConnectionRow },
  {
    takes: (row) =>
      clockSetup.some((key) => row.at('setup').at(key).exists) ||
      clockActions.test(opOf(row)) ||
      clockExpectations.some((key) => row.at('expect').at(key).exists),
    run: runClockRow,
  },
  { takes: (row) => /^(?:rd|wr)msr\b/.test(opOf(row)) && !isVtlRow(row), run: runMsrRow },
  { takes: (row) => row.at('action').at('control').exists, run: runCallRow },
  {
    takes: (row) => /^program STIMER/.test(opOf(row)),
    run: runTimerRow,
  },
  {
    takes: (row) => /^(evaluate at|set count)/.test(opOf(row)),
    run: runTimerQuestion,
  },
  {
    takes: (row) => row.at('action').at('valid_banks').exists,
    run: runSetRow,
  },
  { takes: (row) => opOf(row).startsWith('decode status '), run: runStatusRow },
  { takes: isVtlRow, run: runVtlRow },
  {
    takes: (row) => callsNamed(row).length > 0 && callsNamed(row).every(isPartitionCall),
    run: runPartitionRow,
  },
  {
    takes: isProcessorRow,
    run: (row, expect) =>
      callsNamed(row).every(hasCallNamed)
        ? runProcessorRow(row, expect)
        : skipped('behaviour not built yet'),
  },
  {
    takes: (row) => callsNamed(row).length > 0,
    run: notBuilt((row) => callsNamed(row).every(hasCallNamed)),
  },
];

function isVtlRow(row: Part): boolean {
  return row.at('setup').at('vtl1').exists || row.at('setup').at('partition_vtl1').exists;
}

/** A sparse set, decoded without a call. */
function runSetRow(row: Part, expect: Part): CaseResult {
  const action = row.at('action').only(['valid_banks', 'banks']);
  const banks = action.at('banks').items.map(({ word }) => word);
  const vps = sparseProcessors(action.at('valid_banks').word, banks);
  const wanted = expect
    .only(['vps', 'count'])
    .at('vps')
    .items.map((part) => part.number);
  const differences = new Differences();
  differences.compare('vps', wanted.join(', '), vps.join(', '));
  differences.compare('count', String(expect.at('count').number), String(vps.length));
  return differences.result();
}

function runStatusRow(row: Part, expect: Part): CaseResult {
  const code = new Part(opOf(row).slice('decode status '.length), 'action.op').number;
  const differences = new Differences();
  const isKnown = statusName(code) !== undefined;
  differences.compare('known', String(expect.only(['known']).at('known').flag), String(isKnown));
  return differences.result();
}
