/**
 * OpenVMM's own test-suite of the calling convention, replayed with the test's private calls.
 *
 * A row lists the calls ("0x1004 rep hdr16 in8 out8") and what the body gives. Bodies answer with
 * the complement of their input, so every byte shows which element it came from.
 */
import {
  type Block,
  type CallDefinition,
  callTimedOut,
  defineCall,
  defineRepCall,
  HvStatus,
  type HvStatusCode,
  hypercalls,
  vtlCallEnd,
} from '../../engine/hypervisor/index.ts';
import { bytesField, type Struct, struct } from '../../engine/kernel/layout.ts';
import type { Part } from '../json.ts';
import { type CaseResult, skipped } from './case.ts';
import { runDispatch } from './dispatch-case.ts';
import { lacksCall } from './registry.ts';

/** The status names that rows use. */
const statuses: Readonly<Record<string, HvStatusCode | typeof callTimedOut>> = {
  InvalidHypercallCode: HvStatus.INVALID_HYPERCALL_CODE,
  InvalidHypercallInput: HvStatus.INVALID_HYPERCALL_INPUT,
  InvalidAlignment: HvStatus.INVALID_ALIGNMENT,
  AccessDenied: HvStatus.ACCESS_DENIED,
  Timeout: callTimedOut,
};

/** What the body of a row does: its status, and the element at which it stops. */
interface Handler {
  readonly status: HvStatusCode | typeof callTimedOut;
  readonly stopsAt: number;
}

const answers = /^(?:Simple|Rep)\((Success|Failure)(?:\((\w+)(?:, (\d+))?\))?\)$/;

function handlerOf(part: Part): Handler {
  const [, kind, argument, index] = answers.exec(part.text) ?? part.refuse('a handler result');
  if (kind === 'Success') return { status: HvStatus.SUCCESS, stopsAt: Number.POSITIVE_INFINITY };
  const status = statuses[argument ?? ''] ?? part.refuse('a status that the rows use');
  return { status, stopsAt: Number(index ?? 0) };
}

interface DataFields {
  readonly Data: ReturnType<typeof bytesField>;
}

const block = (name: string, sizeBytes: number): Struct<DataFields> =>
  struct(name, { Data: bytesField(sizeBytes, 'Bytes of a test.') });

/** Where test calls are described. */
const source = {
  title: 'OpenVMM, vm/hv1/hv1_hypercall/src/tests.rs',
  url: 'https://github.com/microsoft/openvmm/blob/main/vm/hv1/hv1_hypercall/src/tests.rs',
};

/** The most words that fit the variable header field of a control word. */
const headerMaxWords = 0x3ff;
const entry = /^(0x[0-9a-f]+) (simple|rep|var|var rep|null|vtl)((?: (?:hdr|in|out)\d+)*)$/;

/** One call of the table; undefined for the VTL call, which is not declared like others. */
function testCall(text: string, handler: Handler, table: Part): CallDefinition | undefined {
  const [, code, kind, sizes] = entry.exec(text) ?? table.refuse(`a list of calls ("${text}")`);
  if (kind === 'vtl') return undefined;
  const size = (name: string): number =>
    Number(new RegExp(`\\b${name}(\\d+)`).exec(sizes ?? '')?.[1] ?? 0);
  const shared = {
    code: Number(code),
    name: `HvTest${code}`,
    doc: 'A call of a test.',
    caller: 'any',
    statuses: {},
    source,
    headerMaxWords: kind?.startsWith('var') === true ? headerMaxWords : 0,
  } as const;
  return size('hdr') > 0
    ? repCall(shared, { header: size('hdr'), element: size('in'), output: size('out') }, handler)
    : simpleCall(shared, { input: size('in'), output: size('out') }, handler);
}

type Shared = Omit<Parameters<typeof defineCall>[0], 'handle' | 'input' | 'output' | 'structure'>;

function simpleCall(
  shared: Shared,
  bytes: { readonly input: number; readonly output: number },
  { status }: Handler,
): CallDefinition {
  const call = defineCall({
    ...shared,
    ...(bytes.input === 0 ? {} : { input: block('TestInput', bytes.input) }),
    ...(bytes.output === 0 ? {} : { output: block('TestOutput', bytes.output) }),
    handle: () => HvStatus.SUCCESS,
  });
  return {
    ...call,
    body(frame) {
      complement(frame, frame.inputAt, 0, bytes.output);
      return status as HvStatusCode;
    },
  };
}

function repCall(
  shared: Shared,
  bytes: { readonly header: number; readonly element: number; readonly output: number },
  { status, stopsAt }: Handler,
): CallDefinition {
  const call = defineRepCall({
    ...shared,
    input: block('TestHeader', bytes.header),
    element: block('TestElement', bytes.element),
    ...(bytes.output === 0 ? {} : { outputElement: block('TestOutputElement', bytes.output) }),
    begin: () => ({}),
    each: () => HvStatus.SUCCESS,
  });
  return {
    ...call,
    step(_context, frame) {
      if (frame.index >= stopsAt) return status;
      complement(frame, frame.elementAt, frame.outputElementAt, bytes.output);
      return HvStatus.SUCCESS;
    },
  };
}

function complement(frame: Block, from: number, to: number, sizeBytes: number): void {
  for (let index = 0; index < sizeBytes; index += 1) {
    frame.outputBytes.setUint8(to + index, ~frame.inputBytes.getUint8(from + index) & 0xff);
  }
}

const vtlCalls = [0x0011, 0x0012];

/** Runs one row. */
export function runAbi(row: Part, expect: Part): CaseResult {
  const setup = row
    .at('setup')
    .only(['handler_returns', 'test_call_table', 'mapped_gpa_pages', 'background_byte']);
  const action = row.at('action').only(['abi', 'control', 'regs', 'input_mem']);
  expect.only([
    'rip_delta',
    'changed_regs',
    'result',
    'status',
    'reps_completed',
    'output_mem',
    'continuation',
    'exception',
  ]);
  const code = action.at('control').word.lo & 0xffff;
  const question = { code, status: undefined, modeAllows: true };
  if (vtlCalls.includes(code) && lacksCall(question)) return skipped('behaviour not built yet');
  const returns = setup.at('handler_returns');
  if (vtlCalls.includes(code)) return runVtl(setup, action, expect, returns);
  const handler = handlerOf(returns);
  const table = setup.at('test_call_table');
  const calls = table.text.split('; ').map((text) => testCall(text, handler, table));
  return runDispatch({
    calls: calls.filter((call) => call !== undefined),
    wide: isWide(action.at('abi')),
    gpns: setup.at('mapped_gpa_pages').items.map((part) => part.number),
    background: setup.at('background_byte').number,
    action,
    expect,
    ripDelta: expect.at('rip_delta').number,
  });
}

/** A VTL call or return of the engine, with the recorder's answer in place of its body. */
function runVtl(setup: Part, action: Part, expect: Part, returns: Part): CaseResult {
  const [, allowed] = /^Vtl\((true|false)\)$/.exec(returns.text) ?? returns.refuse('Vtl(…)');
  const body = () => (allowed === 'true' ? vtlCallEnd.switch : vtlCallEnd.fault);
  return runDispatch({
    calls: hypercalls
      .filter((call) => vtlCalls.includes(call.code))
      .map((call) => ({ ...call, body })),
    wide: isWide(action.at('abi')),
    gpns: setup.at('mapped_gpa_pages').items.map((part) => part.number),
    background: setup.at('background_byte').number,
    action,
    expect,
    ripDelta: expect.at('rip_delta').number,
  });
}

function isWide(abi: Part): boolean {
  if (abi.value === 'x64') return true;
  return abi.value === 'x86-32' ? false : abi.refuse('"x64" or "x86-32"');
}
