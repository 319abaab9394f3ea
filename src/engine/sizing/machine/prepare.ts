/** Brings an instance into the form that the search likes, and placements back from it. */
import type { HostContent, Instance, ItemType, Placement } from '../defs/instance.ts';

/** What is searched, and how it belongs to what was asked. */
export interface Prepared {
  /** Only types that fit on a host and take something; equal ones are joined. */
  readonly instance: Instance;
  /** For each joined type the types that it is made of. */
  readonly members: readonly (readonly number[])[];
  /** Types of which one alone is larger than a host. */
  readonly tooLarge: readonly number[];
  /** Types that take nothing; they stand anywhere. */
  readonly weightless: readonly number[];
}

/** Sorts types into those that fit, that cannot fit, and that need nothing. */
export function prepare({ capacity, types }: Instance): Prepared {
  const joined = new Map<string, number[]>();
  const tooLarge: number[] = [];
  const weightless: number[] = [];
  for (const [type, { sizes, itemCount }] of types.entries()) {
    if (itemCount === 0) continue;
    if (sizes.some((each, resource) => each > (capacity[resource] as number))) tooLarge.push(type);
    else if (sizes.every((each) => each === 0)) weightless.push(type);
    else {
      const key = sizes.join();
      joined.set(key, [...(joined.get(key) ?? []), type]);
    }
  }
  const members = [...joined.values()];
  const merged = members.map((group): ItemType => {
    const itemCount = group.reduce((sum, type) => sum + (types[type] as ItemType).itemCount, 0);
    return { sizes: (types[group[0] as number] as ItemType).sizes, itemCount };
  });
  return { instance: { capacity, types: merged }, members, tooLarge, weightless };
}

/** What is asked without the types that cannot be placed: bounds and placements are about this. */
export function withoutTooLarge(asked: Instance, tooLarge: readonly number[]): Instance {
  const out = new Set(tooLarge);
  return {
    capacity: asked.capacity,
    types: asked.types.map((type, index) => (out.has(index) ? { ...type, itemCount: 0 } : type)),
  };
}

/** A placement of joined types as one of the types that were asked about. */
export function placementOf(asked: Instance, prepared: Prepared, found: Placement): Placement {
  const rest = asked.types.map(({ itemCount }) => itemCount);
  const placement: HostContent[] = [];
  for (const { types, copies, hostCount } of found) {
    const isSimple = types.every((type) => prepared.members[type]?.length === 1);
    for (let host = 0; host < (isSimple ? 1 : hostCount); host += 1) {
      const content = split(types, copies, prepared, rest);
      placement.push({ ...content, hostCount: isSimple ? hostCount : 1 });
    }
  }
  if (prepared.weightless.length === 0) return placement;
  const [first] = placement;
  const extra = prepared.weightless;
  const extraCopies = extra.map((type) => (asked.types[type] as ItemType).itemCount);
  if (first === undefined) return [{ types: extra, copies: extraCopies, hostCount: 1 }];
  return [
    { types: [...first.types, ...extra], copies: [...first.copies, ...extraCopies], hostCount: 1 },
    ...(first.hostCount > 1 ? [{ ...first, hostCount: first.hostCount - 1 }] : []),
    ...placement.slice(1),
  ];
}

/** Replaces joined types by members that are not placed yet. */
function split(
  types: readonly number[],
  copies: readonly number[],
  { members }: Prepared,
  rest: number[],
): { types: readonly number[]; copies: readonly number[] } {
  const content: { type: number; copies: number }[] = [];
  for (const [at, joined] of types.entries()) {
    let open = copies[at] as number;
    const group = members[joined] as readonly number[];
    for (const type of group) {
      const here = group.length === 1 ? open : Math.min(open, rest[type] as number);
      if (here === 0) continue;
      content.push({ type, copies: here });
      rest[type] = (rest[type] as number) - here;
      open -= here;
    }
  }
  content.sort((a, b) => a.type - b.type);
  return { types: content.map(({ type }) => type), copies: content.map((each) => each.copies) };
}
