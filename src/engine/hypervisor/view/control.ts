/** The control word and the result value as groups of bits. */
import type { BitField, BitGroup } from '../../kernel/bitfield.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64Bit, u64Hex, u64HexGrouped } from '../../kernel/u64.ts';
import { hypercallInput } from '../defs/control.ts';

/** One bit that can be toggled. */
export interface BitView {
  readonly index: number;
  readonly on: boolean;
}

/** One group of bits with its value. */
export interface GroupView extends BitGroup {
  readonly valueText: string;
  /** Largest value that fits. */
  readonly maxText: string;
  /** Set although it must be zero. */
  readonly broken: boolean;
  readonly bits: readonly BitView[];
}

/** A word in the three forms that the lab shows at once. */
export interface WordView {
  readonly hex: string;
  readonly groups: readonly GroupView[];
}

/** A word by its groups, from the highest bit down. */
function wordView(field: BitField, word: U64): WordView {
  return {
    hex: u64HexGrouped(word),
    groups: field.groups.map((group) => {
      const value = field.get(word, group.name);
      const bits = Array.from({ length: group.widthBits }, (_, offset) => {
        const index = group.high - offset;
        return { index, on: u64Bit(word, index) };
      });
      const valueText = u64Hex(u64(value));
      assert(group.widthBits < 32, 'the groups of the word are narrow');
      const maxText = u64Hex(u64((1 << group.widthBits) - 1));
      return { ...group, valueText, maxText, broken: group.reserved && value !== 0, bits };
    }),
  };
}

/** The control word of a call. */
export const controlView = (control: U64): WordView => wordView(hypercallInput, control);
