/** Structures that are documented beside the blocks of the calls. */
import { describe, expect, test } from 'vitest';
import { documentedStructures } from '../../../src/engine/hypervisor/defs/structures/index.ts';
import { hypervisorLayouts } from '../../../src/engine/hypervisor/index.ts';
import type { FieldInfo, Layout } from '../../../src/engine/kernel/layout.ts';
import { u64Bit } from '../../../src/engine/kernel/u64.ts';

const all = [...new Set([...hypervisorLayouts, ...documentedStructures])];
const named = all.map((layout) => [layout.name, layout] as const);

/** Where the field starts, in bits, and which of its bits must be zero. */
function reservedBits({ offsetBytes, field }: FieldInfo): number[] {
  const bits = Array.from({ length: field.sizeBytes * 8 }, (_, bit) => bit);
  const mask = field.bits?.reserved;
  const isReserved = (bit: number) =>
    field.role === 'reserved' || (mask !== undefined && u64Bit(mask, bit));
  return bits.filter(isReserved).map((bit) => offsetBytes * 8 + bit);
}

/** What a structure says of bytes in which one bit is set. */
function problemOf(layout: Layout, bit: number): FieldInfo | undefined {
  const bytes = new Uint8Array(layout.sizeBytes);
  bytes[bit >> 3] = 1 << (bit & 7);
  return layout.reservedProblem(new DataView(bytes.buffer), 0);
}

describe('the list of structures', () => {
  test('holds at least 150', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBeGreaterThanOrEqual(150);
  });

  test('gives one name to two structures only if they lie alike', () => {
    const places = new Map<string, string>();
    for (const { name, fields } of all) {
      const text = fields.map(({ path, offsetBytes }) => `${path} ${offsetBytes}`).join();
      expect(places.get(name) ?? text, name).toBe(text);
      places.set(name, text);
    }
  });

  test('gives no other name to two structures of different size', () => {
    const sizes = new Map<string, number>();
    for (const { name, aka, sizeBytes } of all) {
      for (const other of aka) {
        expect(sizes.get(other) ?? sizeBytes, `${other} of ${name}`).toBe(sizeBytes);
        sizes.set(other, sizeBytes);
      }
    }
  });

  test.each(named)('%s covers its bytes without gap and says what each field is', (_, layout) => {
    let next = 0;
    for (const { path, offsetBytes, field } of layout.fields) {
      expect(offsetBytes, path).toBe(next);
      expect(field.doc, path).toMatch(/^[A-Z0-9].*\.$/);
      next += field.sizeBytes;
    }
    expect(next).toBe(layout.sizeBytes);
  });
});

describe('reserved bits', () => {
  const withReserved = named.filter(([, { fields }]) => fields.flatMap(reservedBits).length > 0);

  test.each(withReserved)('each one of %s is found, and no other bit is', (_, layout) => {
    for (const info of layout.fields) {
      const reserved = new Set(reservedBits(info));
      for (let index = 0; index < info.field.sizeBytes * 8; index += 1) {
        const bit = info.offsetBytes * 8 + index;
        expect(problemOf(layout, bit), `bit ${bit}`).toBe(reserved.has(bit) ? info : undefined);
      }
    }
  });
});
