import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldRange, fieldText, setFieldText } from '../../../src/engine/hypervisor/defs/fields.ts';
import { hypercalls } from '../../../src/engine/hypervisor/index.ts';
import type { Layout } from '../../../src/engine/kernel/layout.ts';

const layouts = hypercalls
  .flatMap(({ name, input, element, output, outputElement }) => [
    { name: `${name} input`, layout: input },
    { name: `${name} element`, layout: element },
    { name: `${name} output`, layout: output },
    { name: `${name} output element`, layout: outputElement },
  ])
  .filter((each): each is { name: string; layout: Layout } => each.layout !== undefined);

const sizes = { u8: 1, u16: 2, u32: 4, u64: 8 } as const;

test('there are layouts to try', () => {
  expect(layouts.length).toBeGreaterThan(hypercalls.length);
});

describe.each(layouts)('$name', ({ layout }) => {
  const blocks = fc.uint8Array({ minLength: layout.sizeBytes, maxLength: layout.sizeBytes });

  test('every field reads as a text that sets the same bytes again', () => {
    fc.assert(
      fc.property(blocks, (bytes) => {
        const copy = new Uint8Array(bytes.length);
        for (const info of layout.fields) {
          const text = fieldText(info, new DataView(bytes.buffer));
          expect(setFieldText(info, new DataView(copy.buffer), text)).toEqual({
            ok: true,
            value: true,
          });
        }
        expect(copy).toEqual(bytes);
      }),
      { numRuns: 20 },
    );
  });

  test('every integer takes its largest value and refuses the next', () => {
    for (const info of layout.fields) {
      const { kind } = info.field;
      if (kind === 'bytes' || kind === 'struct') continue;
      const max = 256n ** BigInt(sizes[kind]) - 1n;
      const block = new DataView(new ArrayBuffer(layout.sizeBytes));
      expect(setFieldText(info, block, String(max)).ok).toBe(true);
      expect(BigInt(fieldText(info, block))).toBe(max);
      expect(fieldRange(info)).toContain(`0x${max.toString(16)}`);
      expect(setFieldText(info, block, String(max + 1n))).toMatchObject({
        ok: false,
        error: { path: info.path, code: 'field.number', allowed: fieldRange(info) },
      });
      expect(BigInt(fieldText(info, block))).toBe(max);
    }
  });

  test('every run of bytes takes as many as it has and refuses one more', () => {
    for (const info of layout.fields) {
      if (info.field.kind !== 'bytes') continue;
      const { sizeBytes } = info.field;
      const block = new DataView(new ArrayBuffer(layout.sizeBytes));
      expect(setFieldText(info, block, 'ff'.repeat(sizeBytes)).ok).toBe(true);
      expect(setFieldText(info, block, '00'.repeat(sizeBytes + 1))).toMatchObject({
        ok: false,
        error: { path: info.path, code: 'hex.long' },
      });
      expect(fieldText(info, block)).toBe('ff'.repeat(sizeBytes));
      expect(fieldRange(info)).toContain(String(sizeBytes));
    }
  });
});
