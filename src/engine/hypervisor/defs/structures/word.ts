/** Short forms for structures that are one word divided into bits. */
import { bitfield } from '../../../kernel/bitfield.ts';
import { type Layout, struct, u8, u16, u32, u64Field } from '../../../kernel/layout.ts';

/** A group of bits: highest, lowest, what it means. */
type Bits = readonly [high: number, low: number, doc: string];

/** Groups by name; those called ReservedZ must be zero, those called Reserved are ignored. */
type Groups = Readonly<Record<string, Bits>>;

/** Divides a word. */
export function bitsOf(name: string, widthBits: 8 | 16 | 32 | 64, groups: Groups) {
  const specs = Object.entries(groups).map(([group, [high, low, doc]]) => {
    const spec = { bits: [high, low] as const, doc };
    return [group, group.startsWith('ReservedZ') ? { ...spec, reserved: true as const } : spec];
  });
  return bitfield(name, widthBits, Object.fromEntries(specs));
}

const integers = { 8: u8, 16: u16, 32: u32, 64: u64Field } as const;

/** A structure that is one word of `widthBits` bits. */
export function word(
  widthBits: 8 | 16 | 32 | 64,
  name: string,
  aka: readonly string[],
  doc: string,
  groups: Groups,
): Layout {
  const field = integers[widthBits](doc, { bits: bitsOf(name, widthBits, groups) });
  return struct<Readonly<Record<string, typeof field>>>(name, { Value: field }, { aka });
}

/** Groups of one bit each, from bit 0 up; the documentation is the start and the readable name. */
export function flags(names: readonly string[], start: string, firstBit = 0): Groups {
  return Object.fromEntries(
    names.map((name, index) => [
      name,
      [firstBit + index, firstBit + index, `${start} ${readable(name)}.`] as const,
    ]),
  );
}

/** "UseApicMsrs" as "use apic msrs": names in capitals stay together. */
const readable = (name: string): string =>
  name.replaceAll(/([a-z])([A-Z0-9])/g, '$1 $2').replaceAll('_', ' ');
