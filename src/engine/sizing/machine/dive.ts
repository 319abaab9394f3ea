/**
 * From the fractional solution to whole hosts: fix what is whole, then the largest part, ask the
 * linear programme again, and finish greedily at every step.
 */
import { Rng } from '../../kernel/prng.ts';
import type { Budget } from '../defs/answer.ts';
import type { HostContent, Placement } from '../defs/instance.ts';
import { ceilSafe, type Relaxation, relax } from './columns.ts';
import { bestGreedy, hostsOf } from './greedy.ts';
import type { Share } from './master.ts';
import { clip, onHosts, type Pattern, type Shape } from './shape.ts';

/** The part of a shape that is still to be placed, and which types its types are. */
interface Rest {
  readonly shape: Shape;
  readonly origin: readonly number[];
}

/** Leaves out the types that are placed. */
function restrict(shape: Shape, counts: Int32Array): Rest {
  const { resourceCount } = shape;
  const origin: number[] = [];
  for (let type = 0; type < counts.length; type += 1) {
    if ((counts[type] as number) > 0) origin.push(type);
  }
  const cut = (table: Float64Array) => {
    const kept = new Float64Array(origin.length * resourceCount);
    for (const [at, type] of origin.entries()) {
      const from = type * resourceCount;
      kept.set(table.subarray(from, from + resourceCount), at * resourceCount);
    }
    return kept;
  };
  const itemCounts = Int32Array.from(origin, (type) => counts[type] as number);
  return {
    origin,
    shape: {
      ...shape,
      typeCount: origin.length,
      sizes: cut(shape.sizes),
      parts: cut(shape.parts),
      itemCounts,
      copiesMax: Int32Array.from(origin, (type) =>
        Math.min(shape.copiesMax[type] as number, counts[type] as number),
      ),
    },
  };
}

/** Contents known so far, in the numbers of the whole shape. */
class Pool {
  readonly patterns: Pattern[] = [];
  readonly #known = new Set<string>();

  add(pattern: Pattern): void {
    const key = `${pattern.types.join()}|${pattern.copies.join()}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.patterns.push(pattern);
  }

  /** The contents that still have something to place, in the numbers of the rest. */
  forRest({ origin }: Rest, counts: Int32Array): Pattern[] {
    const numberOf = new Map(origin.map((type, at) => [type, at]));
    const seen = new Set<string>();
    const seeds: Pattern[] = [];
    for (const pattern of this.patterns) {
      const { types, copies } = clip(pattern, counts);
      const key = `${types.join()}|${copies.join()}`;
      if (types.length < 1 || seen.has(key)) continue;
      seen.add(key);
      seeds.push({ types: types.map((type) => numberOf.get(type) as number), copies });
    }
    return seeds;
  }
}

const inWhole = ({ types, copies }: Pattern, origin: readonly number[]): Pattern => ({
  types: types.map((type) => origin[type] as number),
  copies,
});

/** Looks for a placement with fewer hosts than `best`; stops at `enough`. */
export function improveByDiving(
  shape: Shape,
  root: Relaxation,
  best: Placement,
  enough: number,
  budget: Budget,
): Placement {
  const pool = new Pool();
  for (const column of root.master.columns) pool.add(column);
  const random = Rng.fromSeed(1).split('dives');
  let found = best;
  for (let dive = 0; dive < budget.dives && hostsOf(found) > enough; dive += 1) {
    const wanted = hostsOf(found) - 1;
    found = new Dive(shape, pool, wanted, budget, dive === 0 ? undefined : random).run() ?? found;
  }
  return found;
}

class Dive {
  readonly #shape: Shape;
  readonly #pool: Pool;
  readonly #wanted: number;
  readonly #budget: Budget;
  readonly #random: Rng | undefined;
  readonly #counts: Int32Array;
  readonly #fixed: HostContent[] = [];
  #fixedHosts = 0;

  constructor(shape: Shape, pool: Pool, wanted: number, budget: Budget, random: Rng | undefined) {
    this.#shape = shape;
    this.#pool = pool;
    this.#wanted = wanted;
    this.#random = random;
    this.#counts = Int32Array.from(shape.itemCounts);
    this.#budget = {
      ...budget,
      columns: 60,
      proofNodes: budget.pricingNodes,
      nodes: budget.nodes / 40,
    };
  }

  /** A placement with at most the wanted number of hosts, if this way down leads to one. */
  run(): Placement | undefined {
    for (;;) {
      const rest = restrict(this.#shape, this.#counts);
      const greedy = bestGreedy(rest.shape, rest.shape.itemCounts);
      if (this.#fixedHosts + hostsOf(greedy) <= this.#wanted) {
        return [
          ...this.#fixed,
          ...greedy.map((host) => ({ ...host, ...inWhole(host, rest.origin) })),
        ];
      }
      if (this.#fixedHosts >= this.#wanted) return undefined;
      const below = this.#wanted - this.#fixedHosts + 1;
      const seeds = this.#pool.forRest(rest, this.#counts);
      const relaxation = relax(rest.shape, seeds, below, this.#budget);
      for (const column of relaxation.master.columns.slice(rest.origin.length + seeds.length)) {
        this.#pool.add(inWhole(column, rest.origin));
      }
      const shares = relaxation.master.shares();
      if (ceilSafe(relaxation.bound) >= below || shares.length === 0) return undefined;
      this.#fix(relaxation, shares, rest);
    }
  }

  /** Takes over whole hosts; without one, a content of which the solution has the most. */
  #fix({ master }: Relaxation, found: readonly Share[], rest: Rest): void {
    const shares = [...found].sort((a, b) => b.hosts - a.hosts || a.column - b.column);
    let isFixed = false;
    for (const { column, hosts } of shares) {
      const whole = Math.floor(hosts + 1e-4);
      if (whole < 1) break;
      this.#place(inWhole(master.columns[column] as Pattern, rest.origin), whole);
      isFixed = true;
    }
    if (isFixed) return;
    const among = Math.min(shares.length, 4);
    const at = this.#random?.ratio(1, 3) === true ? this.#random.integer(among) : 0;
    const { column } = shares[at] as Share;
    this.#place(inWhole(master.columns[column] as Pattern, rest.origin), 1);
  }

  #place(pattern: Pattern, hosts: number): void {
    for (let host = 0; host < hosts; host += 1) {
      const content = clip(pattern, this.#counts);
      if (content.types.length === 0) return;
      for (const [at, type] of content.types.entries()) {
        this.#counts[type] = (this.#counts[type] as number) - (content.copies[at] as number);
      }
      this.#fixed.push(onHosts(content, 1));
      this.#fixedHosts += 1;
    }
  }
}
