/**
 * Named groups of bits in a word of up to 64 bits.
 *
 * Declared once, used to pack and unpack, to draw the word bit by bit, and to find reserved bits
 * that are set.
 */
import { assert, EngineError } from './result.ts';
import { type U64, u64, u64WithBit, u64Zero } from './u64.ts';

/** A group of bits from `low` up to and including `high`; `reserved` bits must be zero. */
export interface BitGroup {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  readonly widthBits: number;
  readonly doc: string;
  readonly reserved: boolean;
}

/** A word divided into groups that together cover every bit exactly once. */
export interface BitField<N extends string = string> {
  readonly name: string;
  readonly widthBits: number;
  /** Groups from the highest bit down, the order in which specifications print them. */
  readonly groups: readonly BitGroup[];
  /** All reserved bits, or undefined when there are none. */
  readonly reserved: U64 | undefined;
  /** The value of a group; groups wider than 32 bits lose nothing below 2^53. */
  get(word: U64, name: N): number;
  /** The word with a group replaced. */
  with(word: U64, name: N, value: number): U64;
  /** The word made of the given groups, all others zero. */
  pack(values: Readonly<Partial<Record<N, number>>>): U64;
}

/** `[high, low]` or a single bit, its documentation, and whether it is reserved. */
interface GroupSpec {
  readonly bits: readonly [high: number, low: number] | number;
  readonly doc: string;
  readonly reserved?: true;
}

/** Declares a word; the groups must cover bits 0 to `widthBits` - 1 without gap or overlap. */
export function bitfield<const S extends Readonly<Record<string, GroupSpec>>>(
  name: string,
  widthBits: 8 | 16 | 32 | 64,
  specs: S,
): BitField<keyof S & string> {
  type Name = keyof S & string;
  const groups = Object.entries(specs).map(([group, spec]) => toGroup(group, spec));
  groups.sort((a, b) => b.high - a.high);
  let next = widthBits - 1;
  for (const group of groups) {
    assert(group.high === next && group.low <= group.high, `${name}.${group.name}: gap or overlap`);
    next = group.low - 1;
  }
  assert(next === -1, `${name}: bits ${next} to 0 are not declared`);
  const byName = new Map(groups.map((group) => [group.name, group]));
  const find = (wanted: string): BitGroup => {
    const group = byName.get(wanted);
    if (group === undefined) throw new EngineError(`${name} has no bits called ${wanted}`);
    return group;
  };
  const put = (word: U64, wanted: Name, value: number): U64 => insert(word, find(wanted), value);
  return {
    name,
    widthBits,
    groups,
    reserved: reservedMask(groups),
    get: (word, wanted) => extract(word, find(wanted)),
    with: put,
    pack: (values) => {
      let word = u64Zero;
      for (const wanted of Object.keys(values) as Name[]) {
        word = put(word, wanted, values[wanted] ?? 0);
      }
      return word;
    },
  };
}

function toGroup(name: string, { bits, doc, reserved }: GroupSpec): BitGroup {
  const [high, low] = typeof bits === 'number' ? [bits, bits] : bits;
  return { name, high, low, widthBits: high - low + 1, doc, reserved: reserved ?? false };
}

/** The value of one group as a number. */
function extract(word: U64, { high, low, widthBits }: BitGroup): number {
  assert(widthBits <= 53, 'a group of more than 53 bits does not fit a number');
  if (low >= 32) return field32(word.hi, low - 32, widthBits);
  if (high < 32) return field32(word.lo, low, widthBits);
  const lowPart = word.lo >>> low;
  const highPart = field32(word.hi, 0, high - 31);
  return highPart * (0x1_0000_0000 / ((1 << low) >>> 0)) + lowPart;
}

const field32 = (half: number, low: number, widthBits: number): number =>
  widthBits === 32 ? half : (half >>> low) & ((1 << widthBits) - 1);

function insert(word: U64, group: BitGroup, value: number): U64 {
  const limit = group.widthBits >= 53 ? Number.MAX_SAFE_INTEGER : scale(group.widthBits) - 1;
  const fits = Number.isSafeInteger(value) && value >= 0 && value <= limit;
  assert(fits, `${group.name} holds 0 to ${limit}, not ${value}`);
  let result = word;
  let rest = value;
  for (let bit = group.low; bit <= group.high; bit += 1) {
    result = u64WithBit(result, bit, rest % 2 === 1);
    rest = Math.floor(rest / 2);
  }
  return result;
}

/** Two to the power of a whole number below 53, by doubling. */
function scale(bits: number): number {
  assert(bits >= 0 && bits < 53, `2^${bits} is not exact here`);
  let value = 1;
  for (let bit = 0; bit < bits; bit += 1) value *= 2;
  return value;
}

function reservedMask(groups: readonly BitGroup[]): U64 | undefined {
  let mask: U64 | undefined;
  for (const group of groups.filter(({ reserved }) => reserved)) {
    for (let bit = group.low; bit <= group.high; bit += 1) {
      mask = u64WithBit(mask ?? u64(0), bit, true);
    }
  }
  return mask;
}
