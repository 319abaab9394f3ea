/**
 * Recordings of OpenVMM's dispatcher: one hypercall a row.
 *
 * The recorder replaced the bodies of the calls by the rules that the first line of the file
 * describes, so only dispatch, layouts and structural checks are compared.
 */
import {
  type Block,
  type CallDefinition,
  callTimedOut,
  HvStatus,
  type HvStatusCode,
  hypercalls,
  vtlCallEnd,
} from '../../engine/hypervisor/index.ts';
import type { Part } from '../json.ts';
import { type Case, type CaseResult, skipped, toCase } from './case.ts';
import { runDispatch } from './dispatch-case.ts';
import { lacksCall } from './registry.ts';
import { judgeRow } from './skips.ts';

/** The members of every row. */
export const openvmmShape =
  'an optional line with model, then lines with action.mode ("x64" or "x86"), action.control, ' +
  'action.regs, expect and portable';

/** True for a row of this format. */
export function isOpenvmmRow(row: Part): boolean {
  const action = row.at('action');
  const { value } = action.at('mode');
  const isWhole = action.at('control').exists && action.at('regs').keys.length > 0;
  const isJudged = typeof row.at('portable').value === 'boolean';
  const isMode = value === 'x64' || value === 'x86';
  return (
    isMode && isWhole && row.at('expect').keys.length > 0 && isJudged && !row.at('setup').exists
  );
}

/** The case of a row. */
export const openvmmCase = (row: Part, rowNumber: number): Case =>
  toCase(row.value ?? null, rowNumber, runRow);

/** Register names and numbers for which the recorder's bodies fail or run out of time. */
const failing = 0xdead;
const slow = 0x7777;
const connection = 4;

const readWord = (block: Block, at: number): number => block.inputBytes.getUint32(at, true);

function elementStatus(number: number): HvStatusCode | typeof callTimedOut {
  if (number === slow) return callTimedOut;
  return number === failing ? HvStatus.INVALID_PARAMETER : HvStatus.SUCCESS;
}

/** A body that takes one connection only. */
const oneConnection = (block: Block): HvStatusCode =>
  readWord(block, block.inputAt) === connection ? HvStatus.SUCCESS : HvStatus.INVALID_CONNECTION_ID;

const extendedCapabilities = 0xb;
const cacheTypeWriteBack = 6;

/** The bodies of the recorder by code; calls that are not listed succeed. */
const bodies: Readonly<Record<number, Pick<CallDefinition, 'body'>['body']>> = {
  92: oneConnection,
  93: oneConnection,
  82: (block) => {
    const page = readWord(block, block.inputAt + 24);
    if (page === failing) return HvStatus.INVALID_PARAMETER;
    block.outputBytes.setUint32(0, 0, true);
    block.outputBytes.setUint32(4, cacheTypeWriteBack, true);
    block.outputBytes.setUint32(8, page + 0x1000, true);
    block.outputBytes.setUint32(12, readWord(block, block.inputAt + 28), true);
    return HvStatus.SUCCESS;
  },
  32769: (block) => {
    block.outputBytes.setUint32(0, extendedCapabilities, true);
    return HvStatus.SUCCESS;
  },
};

/** What the recorder's bodies do with one element, by code. */
const steps: Readonly<Record<number, NonNullable<CallDefinition['step']>>> = {
  12: (_context, block) =>
    readWord(block, block.elementAt) === failing ? HvStatus.OPERATION_DENIED : HvStatus.SUCCESS,
  80: (_context, block) => {
    const name = readWord(block, block.elementAt);
    const at = block.outputElementAt;
    const value = [0x3333_4444, 0x1111_2222, name, 0];
    for (const [index, word] of value.entries()) {
      block.outputBytes.setUint32(at + 4 * index, word, true);
    }
    return elementStatus(name);
  },
  81: (_context, block) => elementStatus(readWord(block, block.elementAt)),
  154: (_context, block) => {
    const apicId = readWord(block, block.elementAt);
    block.outputBytes.setUint32(block.outputElementAt, apicId + 0x100, true);
    return elementStatus(apicId);
  },
};

const noContext = {};

/** VTL calls: the id of the row says what the recorder's handler answered. */
const vtlCodes: readonly number[] = [0x11, 0x12];

function vtlBody(id: string): Pick<CallDefinition, 'body'>['body'] {
  return () => (id.endsWith('-allowed') ? vtlCallEnd.switch : vtlCallEnd.fault);
}

/** A call of the engine with the recorder's body in place of its own. */
function withRecordedBody(call: CallDefinition): CallDefinition {
  const succeed = () => HvStatus.SUCCESS;
  const recorded = { ...call, behaviour: 'simulated' } as const;
  return call.kind === 'simple'
    ? { ...recorded, body: bodies[call.code] ?? succeed }
    : { ...recorded, body: () => noContext, step: steps[call.code] ?? succeed };
}

const recordedCalls = hypercalls.map(withRecordedBody);

/** Page numbers that the recorder mapped, and the byte that it filled them with. */
const mappedGpns = [2, 4];
const background = 0x19;
const instructionBytes = 3;

function runRow(row: Part): CaseResult {
  const verdict = judgeRow('openvmm', row, row.at('portable').flag);
  if ('skip' in verdict) return skipped(verdict.skip);
  const action = row.at('action').only(['mode', 'control', 'regs', 'input_mem']);
  const expect = verdict.expect.only([
    'result',
    'status',
    'reps_completed',
    'rip_advanced',
    'changed_regs',
    'output_mem',
    'continuation',
    'exception',
    'vtl_switch',
    'decoded',
  ]);
  const question = {
    code: action.at('control').word.lo & 0xffff,
    status: expect.at('status').exists ? expect.at('status').number : undefined,
    modeAllows: true,
  };
  if (lacksCall(question)) return skipped('behaviour not built yet');
  return runDispatch({
    calls: recordedCalls.map((call) =>
      vtlCodes.includes(call.code)
        ? { ...call, body: vtlBody(row.at('id').exists ? row.at('id').text : '') }
        : call,
    ),
    wide: action.at('mode').value === 'x64',
    gpns: mappedGpns,
    background,
    action,
    expect,
    ripDelta: expect.at('rip_advanced').flag ? instructionBytes : 0,
  });
}
