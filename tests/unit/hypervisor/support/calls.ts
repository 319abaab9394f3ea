/** What the tests derive from the declaration of a call. */
import { hypercalls } from '../../../../src/engine/hypervisor/calls/index.ts';
import type { CallDefinition } from '../../../../src/engine/hypervisor/defs/call.ts';
import { hypercallInput } from '../../../../src/engine/hypervisor/defs/control.ts';
import type { Outcome } from '../../../../src/engine/hypervisor/defs/outcome.ts';
import type { CallSpec } from './machine.ts';

/** Every call under its name, for `test.each`. */
export const allByName: readonly (readonly [string, CallDefinition])[] = hypercalls.map((call) => [
  call.name,
  call,
]);

/** VTL call and VTL return: they end in another trust level or in a fault, never with a status. */
const withoutStatus: readonly number[] = [0x11, 0x12];

/** Every call that ends with a status, under its name. */
export const byName = allByName.filter(([, { code }]) => !withoutStatus.includes(code));

/** Some of the calls under their names; a test over none of them would prove nothing. */
export function callsThat(
  holds: (call: CallDefinition) => boolean,
): readonly (readonly [string, CallDefinition])[] {
  const chosen = byName.filter(([, call]) => holds(call));
  if (chosen.length === 0) throw new Error('no call is tested');
  return chosen;
}

/** How a call ends that nothing stops: with a status, or validated where it is not simulated. */
export const ends: readonly Outcome[] = ['returned', 'validated'];

/** The fewest elements that the call may be asked for. */
export const leastCount = ({ kind }: CallDefinition): number => (kind === 'rep' ? 1 : 0);

/** The call with a correct control word and a parameter block of zeros. */
export const plain = (call: CallDefinition): CallSpec => ({
  code: call.code,
  count: leastCount(call),
  input: new Uint8Array(inputSize(call)),
});

/** Bytes of the input block. */
export const inputSize = (call: CallDefinition, count = leastCount(call)): number =>
  (call.input?.sizeBytes ?? 0) + count * (call.element?.sizeBytes ?? 0);

/** Bytes of the output block. */
export const outputSize = (call: CallDefinition, count = leastCount(call)): number =>
  (call.output?.sizeBytes ?? 0) + count * (call.outputElement?.sizeBytes ?? 0);

/** Bytes of registers that the fast form takes: output starts at the next 16-byte pair. */
export function fastSize(call: CallDefinition, count = leastCount(call)): number {
  const input = inputSize(call, count);
  const output = outputSize(call, count);
  return output === 0 ? input : Math.ceil(input / 16) * 16 + output;
}

/** The bits of the control word that must be zero. */
export const reservedControlBits: readonly number[] = hypercallInput.groups
  .filter(({ reserved }) => reserved)
  .flatMap(({ low, widthBits }) => Array.from({ length: widthBits }, (_, index) => low + index));
