/**
 * Hypercalls that exist in the tests alone: one for each shape that the interface allows.
 *
 * What they do is trivial, so that a plain model can foretell every byte: a simple call gives its
 * two input words back in reverse order, a rep call adds the header's base to each element. The
 * value `poison` makes a simple call or an element fail.
 */
import {
  type CallDefinition,
  defineCall,
  defineRepCall,
} from '../../../../src/engine/hypervisor/defs/call.ts';
import { tlfs } from '../../../../src/engine/hypervisor/defs/source.ts';
import { HvStatus } from '../../../../src/engine/hypervisor/defs/status.ts';
import { struct, u32, u64Field } from '../../../../src/engine/kernel/layout.ts';
import { u64 } from '../../../../src/engine/kernel/u64.ts';

/** The value that makes a call or an element fail. */
export const poison = 0xdead;

const source = tlfs('hypercall-interface', 'Hypercall Interface');
const shared = { doc: 'A call of the tests.', caller: 'any', statuses: {}, source } as const;
const pair = struct('PAIR', { First: u64Field('First.'), Second: u64Field('Second.') });
const base = struct('BASE', { Base: u64Field('Added to each element.') });
const number = struct('NUMBER', { Value: u32('A number.'), Tag: u32('Ignored.') });
const sum = struct('SUM', { Sum: u64Field('Base and value.') });

const outcome = (value: number) =>
  value === poison ? HvStatus.OPERATION_DENIED : HvStatus.SUCCESS;

/** Input and output of two words each. */
const swap = defineCall({
  ...shared,
  code: 0x4001,
  name: 'HvTestSwap',
  input: pair,
  output: pair,
  handle({ First, Second }, _ports, output) {
    output.First = Second;
    output.Second = First;
    return outcome(First.lo);
  },
});

/** Input alone. */
const take = defineCall({
  ...shared,
  code: 0x4002,
  name: 'HvTestTake',
  input: pair,
  handle: ({ First }) => outcome(First.lo),
});

/** Output alone. */
const give = defineCall({
  ...shared,
  code: 0x4003,
  name: 'HvTestGive',
  output: pair,
  handle(_input, _ports, output) {
    output.First = u64(1);
    output.Second = u64(2);
    return HvStatus.SUCCESS;
  },
});

/** Neither input nor output. */
const ping = defineCall({
  ...shared,
  code: 0x4004,
  name: 'HvTestPing',
  handle: () => HvStatus.SUCCESS,
});

const addSpec = {
  ...shared,
  input: base,
  element: number,
  begin: ({ Base }: { Base: { lo: number } }) => ({ base: Base.lo }),
};

/** A list in, a list out. */
const add = defineRepCall({
  ...addSpec,
  code: 0x4005,
  name: 'HvTestAdd',
  outputElement: sum,
  each(context, { Value }, _ports, output) {
    output.Sum = u64(context.base + Value);
    return outcome(Value);
  },
});

/** A list in, nothing out. */
const check = defineRepCall({
  ...addSpec,
  code: 0x4006,
  name: 'HvTestCheck',
  each: (_context, { Value }) => outcome(Value),
});

/** The list lies behind a variable header of up to four words. */
const addBehind = defineRepCall({
  ...addSpec,
  code: 0x4007,
  name: 'HvTestAddBehind',
  headerMaxWords: 4,
  outputElement: sum,
  each(context, { Value }, _ports, output) {
    output.Sum = u64(context.base + Value);
    return outcome(Value);
  },
});

/** A list without a fixed header, and a body that has nothing to prepare. */
const bare = defineRepCall({
  ...shared,
  code: 0x4008,
  name: 'HvTestBare',
  element: number,
  begin: () => HvStatus.SUCCESS,
  each: (_context, { Value }) => outcome(Value),
});

/** One call for each shape. */
export const privateCalls: readonly CallDefinition[] = [
  swap,
  take,
  give,
  ping,
  add,
  check,
  addBehind,
  bare,
];
