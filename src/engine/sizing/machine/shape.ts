/** An instance in flat arrays, for the search; and patterns, the contents of one host. */
import { assert } from '../../kernel/result.ts';
import type { HostContent, Instance } from '../defs/instance.ts';

/** Numbers of an instance in the form that the inner loops read. */
export interface Shape {
  readonly typeCount: number;
  readonly resourceCount: number;
  readonly capacity: Float64Array;
  /** Sizes of type t from `t * resourceCount` on. */
  readonly sizes: Float64Array;
  /** The same as a part of the capacity, 0 to 1. */
  readonly parts: Float64Array;
  readonly itemCounts: Int32Array;
  /** How many of a type fit on an empty host, at most as many as there are. */
  readonly copiesMax: Int32Array;
}

/** What stands on one host: types ascending, and how many of each. */
export interface Pattern {
  readonly types: readonly number[];
  readonly copies: readonly number[];
}

/** Takes an instance apart. */
export function shapeOf({ capacity, types }: Instance): Shape {
  const resourceCount = capacity.length;
  assert(resourceCount > 0, 'a host has resources');
  const sizes = new Float64Array(types.length * resourceCount);
  const parts = new Float64Array(types.length * resourceCount);
  const itemCounts = new Int32Array(types.length);
  const copiesMax = new Int32Array(types.length);
  for (const [type, item] of types.entries()) {
    let copies = item.itemCount;
    for (const [resource, each] of item.sizes.entries()) {
      const room = capacity[resource] ?? 0;
      sizes[type * resourceCount + resource] = each;
      parts[type * resourceCount + resource] = each === 0 ? 0 : each / room;
      if (each > 0) copies = Math.min(copies, Math.floor(room / each));
    }
    itemCounts[type] = item.itemCount;
    copiesMax[type] = copies;
  }
  return {
    typeCount: types.length,
    resourceCount,
    capacity: Float64Array.from(capacity),
    sizes,
    parts,
    itemCounts,
    copiesMax,
  };
}

/** How many of a type fit into what is left. */
export function copiesThatFit(
  shape: Shape,
  type: number,
  left: Float64Array,
  most: number,
): number {
  const { resourceCount, sizes } = shape;
  let copies = most;
  for (
    let resource = 0, at = type * resourceCount;
    resource < resourceCount;
    resource += 1, at += 1
  ) {
    const each = sizes[at] as number;
    const room = left[resource] as number;
    if (each * copies > room) copies = Math.floor(room / each);
  }
  return copies;
}

/** Takes items off what is left; a negative number of copies gives it back. */
export function take(shape: Shape, type: number, copies: number, left: Float64Array): void {
  const { resourceCount, sizes } = shape;
  for (let resource = 0; resource < resourceCount; resource += 1) {
    const each = sizes[type * resourceCount + resource] as number;
    left[resource] = (left[resource] as number) - copies * each;
  }
}

/** How often a pattern can be used before one of its types runs out. */
export function timesPossible(pattern: Pattern, counts: Int32Array): number {
  let times = Number.MAX_SAFE_INTEGER;
  for (const [at, type] of pattern.types.entries()) {
    times = Math.min(times, Math.floor((counts[type] as number) / (pattern.copies[at] as number)));
  }
  return times;
}

/** The pattern made smaller so that no type is taken more often than it is there. */
export function clip({ types, copies }: Pattern, counts: Int32Array): Pattern {
  const kept = types.map((type, at) => ({
    type,
    copies: Math.min(copies[at] as number, counts[type] as number),
  }));
  const some = kept.filter((each) => each.copies > 0);
  return { types: some.map(({ type }) => type), copies: some.map((each) => each.copies) };
}

/** Makes a pattern of counts by type. */
export function patternOf(counts: Int32Array): Pattern {
  const types: number[] = [];
  const copies: number[] = [];
  for (let type = 0; type < counts.length; type += 1) {
    if ((counts[type] as number) === 0) continue;
    types.push(type);
    copies.push(counts[type] as number);
  }
  return { types, copies };
}

/** Puts a pattern on a number of hosts. */
export const onHosts = ({ types, copies }: Pattern, hostCount: number): HostContent => ({
  types,
  copies,
  hostCount,
});
