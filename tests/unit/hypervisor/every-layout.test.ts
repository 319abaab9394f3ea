/** The structures of all calls: offsets, round trips, and every reserved bit. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hypercalls } from '../../../src/engine/hypervisor/calls/index.ts';
import type { CallDefinition } from '../../../src/engine/hypervisor/defs/call.ts';
import { message, messageHeader } from '../../../src/engine/hypervisor/defs/synic.ts';
import type { FieldInfo, Layout, Struct } from '../../../src/engine/kernel/layout.ts';
import { u64Bit } from '../../../src/engine/kernel/u64.ts';
import { byName, inputSize, outputSize, plain } from './support/calls.ts';
import { knownLayouts, knownMessage } from './support/known-layouts.ts';
import { type CallSpec, load, makeCall, pack, testMachine } from './support/machine.ts';
import { stateOf } from './support/snapshot.ts';

type AnyStruct = Struct<Record<string, never>>;
const parts = ['input', 'element', 'output', 'outputElement'] as const;

const layouts: (readonly [string, AnyStruct])[] = hypercalls.flatMap((call) =>
  parts.flatMap((part) => {
    const layout = call[part];
    return layout === undefined ? [] : [[`${call.name} ${part}`, layout as AnyStruct] as const];
  }),
);

const placesOf = (layout: Layout | undefined) =>
  layout?.fields.map(({ path, offsetBytes, field }) => [path, offsetBytes, field.sizeBytes]);

/** Bits of a structure that must be zero, counted from its first bit. */
function reservedBits({ offsetBytes, field }: FieldInfo): number[] {
  const first = offsetBytes * 8;
  const all = Array.from({ length: field.sizeBytes * 8 }, (_, bit) => bit);
  const mask = field.bits?.reserved;
  const reserved =
    field.role === 'reserved'
      ? all
      : mask === undefined
        ? []
        : all.filter((bit) => u64Bit(mask, bit));
  return reserved.map((bit) => first + bit);
}

function withBit(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) | (1 << (bit & 7));
  return copy;
}

/** Headers that let a call get as far as its first element. */
const goodHeaders: Readonly<Record<string, Uint8Array>> = {
  // The caller's own processor.
  HvCallSetVpRegisters: pack(0xffff_ffff_ffff_ffffn, 0xffff_fffe),
};

describe('offsets', () => {
  test.each(byName)('%s has the sizes and offsets of the independent table', (_, call) => {
    const known = knownLayouts[call.code];
    expect(known, 'the table has no such call').toBeDefined();
    for (const part of parts) {
      expect(placesOf(call[part]), part).toEqual(known?.[part]?.fields);
      expect(call[part]?.sizeBytes, part).toBe(known?.[part]?.sizeBytes);
    }
  });

  test('a message has the sizes and offsets of the independent table', () => {
    expect(placesOf(message)).toEqual(knownMessage.fields);
    expect(message.sizeBytes).toBe(knownMessage.sizeBytes);
    expect(placesOf(messageHeader)).toEqual(knownMessage.fields.slice(0, -1));
  });
});

describe('codecs', () => {
  const anyMessage: Layout = message;

  test.each([...layouts, ['a message', anyMessage as AnyStruct] as const])(
    'any bytes of %s keep all data fields through decoding and encoding',
    (_, layout) => {
      const size = layout.sizeBytes;
      fc.assert(
        fc.property(fc.uint8Array({ minLength: size, maxLength: size }), (bytes) => {
          const values = layout.decode(bytes);
          const again = layout.encode(values);
          expect(layout.decode(again)).toEqual(values);
          for (const { offsetBytes, field } of layout.fields) {
            const slice = (of: Uint8Array) => of.slice(offsetBytes, offsetBytes + field.sizeBytes);
            const expected = field.role === 'data' ? slice(bytes) : new Uint8Array(field.sizeBytes);
            expect(slice(again)).toEqual(expected);
          }
        }),
      );
    },
  );

  test.each(layouts)('%s is not decoded from fewer bytes than it has', (_, layout) => {
    for (let length = 0; length < layout.sizeBytes; length += 1) {
      expect(() => layout.decode(new Uint8Array(512).subarray(0, length))).toThrow('too few');
    }
  });

  test.each(layouts)('the fields of %s cover it without gap', (_, layout) => {
    let next = 0;
    for (const { path, offsetBytes, field } of layout.fields) {
      expect(offsetBytes, path).toBe(next);
      next += field.sizeBytes;
    }
    expect(next).toBe(layout.sizeBytes);
  });
});

describe('reserved fields and bits', () => {
  const invalid = { outcome: 'returned', status: 'INVALID_PARAMETER', reps: 0 };

  function expectRefused(spec: CallSpec, bit: number): void {
    const { hv, vp } = testMachine();
    load(vp, spec);
    const before = stateOf(hv.machine);
    expect(makeCall(hv, vp, spec), `bit ${bit}`).toEqual(invalid);
    expect(stateOf(hv.machine)).toEqual(before);
  }

  const cases = (layout: Layout | undefined) => layout?.fields.flatMap(reservedBits) ?? [];
  const withHeader = byName.filter(([, call]) => cases(call.input).length > 0);
  const withElement = byName.filter(([, call]) => cases(call.element).length > 0);

  test('there are calls of both kinds', () => {
    expect(withHeader.length).toBeGreaterThan(3);
    expect(withElement.length).toBeGreaterThan(0);
  });

  test.each(withHeader)('each one in the header of %s is refused', (_, call) => {
    for (const bit of cases(call.input)) {
      expectRefused({ ...plain(call), input: withBit(new Uint8Array(inputSize(call)), bit) }, bit);
    }
  });

  test.each(withElement)('each one in an element of %s is refused', (_, call) => {
    const header = goodHeaders[call.name];
    expect(header, 'no header is known that reaches the elements').toBeDefined();
    if (header === undefined) return;
    for (const bit of cases(call.element)) {
      const element = withBit(new Uint8Array(call.element?.sizeBytes ?? 0), bit);
      expectRefused({ ...plain(call), input: pack(header, element) }, bit);
    }
  });

  test.each(withHeader)(
    'those of %s are refused in the fast form, too',
    (_, call: CallDefinition) => {
      const bit = cases(call.input)[0] ?? 0;
      const input = withBit(new Uint8Array(inputSize(call)), bit);
      const needed = inputSize(call) + outputSize(call);
      const { hv, vp } = testMachine();
      const { status } = makeCall(hv, vp, { ...plain(call), fast: true, input });
      expect(status).toBe(needed > 112 ? 'INVALID_HYPERCALL_INPUT' : 'INVALID_PARAMETER');
    },
  );

  test('padding is ignored', () => {
    const { hv, vp } = testMachine();
    const input = new Uint8Array(56).fill(0xff, 20, 24);
    expect(makeCall(hv, vp, { code: 0x40, input }).status).toBe('INSUFFICIENT_MEMORY');
  });
});
