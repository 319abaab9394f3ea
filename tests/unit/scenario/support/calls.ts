/** Calls as a reader can make them: examples with anything changed that the lab lets one change. */
import fc from 'fast-check';
import {
  type CallParams,
  flipControlBit,
  hypercallInput,
  presets,
} from '../../../../src/engine/hypervisor/index.ts';
import { u64, u64FromBigint } from '../../../../src/engine/kernel/u64.ts';

/** Addresses at which something happens: good, crossing, unmapped, covered, beyond the space. */
const places = [0x3000, 0x3ff8, 0x3004, 0x1_0000, 0x2_0000, 0x30_0000, 0x3f_fff8, 0x7fff_f000];

const place = fc.oneof(
  fc.constantFrom(...places).map((lo) => u64(lo)),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(u64FromBigint),
);

type Change = (params: CallParams) => CallParams;

const change = fc.oneof(
  fc.integer({ min: 0, max: 63 }).map(
    (bit): Change =>
      (params) =>
        flipControlBit(params, bit),
  ),
  fc.constantFrom('root' as const, 'child' as const).map(
    (caller): Change =>
      (params) => ({
        ...params,
        caller,
      }),
  ),
  fc.integer({ min: 0, max: 40 }).map(
    (RepCount): Change =>
      (params) => ({
        ...params,
        control: hypercallInput.with(params.control, 'RepCount', RepCount),
      }),
  ),
  fc.uint8Array({ maxLength: 120 }).map(
    (input): Change =>
      (params) => ({ ...params, input }),
  ),
  fc.tuple(fc.nat(63), fc.nat(255)).map(
    ([at, value]): Change =>
      (params) => {
        const input = new Uint8Array(Math.max(params.input.length, at + 1));
        input.set(params.input);
        input[at] = value;
        return { ...params, input };
      },
  ),
  place.map(
    (inputGpa): Change =>
      (params) => ({ ...params, inputGpa }),
  ),
  place.map(
    (outputGpa): Change =>
      (params) => ({ ...params, outputGpa }),
  ),
);

/** An example and the call that a reader made of it. */
export const anyCall = fc
  .tuple(fc.constantFrom(...presets), fc.array(change, { maxLength: 4 }))
  .map(([preset, changes]) => ({
    preset,
    params: changes.reduce((params, apply) => apply(params), preset.params),
  }));
