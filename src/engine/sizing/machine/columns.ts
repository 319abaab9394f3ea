/**
 * Column generation: contents of hosts are made when the linear programme asks for them.
 *
 * Its value is a lower bound that no bound of one resource reaches, its prices become the
 * certificate, and its contents the placement.
 */
import { assert } from '../../kernel/result.ts';
import type { Budget } from '../defs/answer.ts';
import { Knapsack } from './knapsack.ts';
import { Master } from './master.ts';
import { type Pattern, type Shape, take } from './shape.ts';

/** What the linear programme says. */
export interface Relaxation {
  readonly master: Master;
  /** Fewer hosts than this, rounded up, are impossible as far as floating point can tell. */
  readonly bound: number;
  /** Prices that give the bound, scaled so that a host is worth at most 1. */
  readonly prices: Float64Array;
  /** Weights of the resources that go with these prices. */
  readonly weights: readonly number[];
  /** Value of the programme over the contents that were made. */
  readonly value: number;
}

/** Rounds up, but not a number that is whole except for noise. */
export const ceilSafe = (value: number): number => Math.ceil(value - 1e-6);

/** From so many types on, prices are smoothed and several contents are made at a time. */
const manyTypes = 24;

/** Solves the programme for a shape; stops early when it cannot help to need less than `below`. */
export function relax(
  shape: Shape,
  seeds: readonly Pattern[],
  below: number,
  budget: Budget,
): Relaxation {
  return new Generator(shape, seeds, budget).run(below);
}

class Generator {
  readonly #shape: Shape;
  readonly #budget: Budget;
  readonly #master: Master;
  readonly #knapsack: Knapsack;
  readonly #isMany: boolean;
  readonly #best: Float64Array;
  readonly #mixed: Float64Array;
  #bound = 0;
  #weights: readonly number[] = [];

  constructor(shape: Shape, seeds: readonly Pattern[], budget: Budget) {
    this.#shape = shape;
    this.#budget = budget;
    this.#master = new Master(shape.itemCounts, shape.copiesMax);
    for (const seed of seeds) this.#master.add(seed);
    this.#knapsack = new Knapsack(shape);
    this.#isMany = shape.typeCount > manyTypes;
    this.#best = new Float64Array(shape.typeCount);
    this.#mixed = new Float64Array(shape.typeCount);
  }

  run(below: number): Relaxation {
    const columnsMax = this.#master.columns.length + this.#budget.columns;
    for (let isOpen = true; isOpen; ) {
      this.#master.solve();
      const bound = ceilSafe(this.#bound);
      if (bound >= below || bound >= ceilSafe(this.#totalAt(this.#master.duals))) break;
      const isAllowed = this.#knapsack.nodesSpent < this.#budget.nodes;
      if (!isAllowed || this.#master.columns.length > columnsMax) break;
      isOpen = this.#step();
    }
    return {
      master: this.#master,
      bound: this.#bound,
      prices: this.#best,
      weights: this.#weights,
      value: this.#totalAt(this.#master.duals),
    };
  }

  #totalAt(prices: Float64Array): number {
    let total = 0;
    for (let type = 0; type < prices.length; type += 1) {
      total += (prices[type] as number) * (this.#shape.itemCounts[type] as number);
    }
    return total;
  }

  /** Makes new contents; false when there are none. */
  #step(): boolean {
    const { duals } = this.#master;
    if (this.#isMany && this.#bound > 0) {
      for (let type = 0; type < duals.length; type += 1) {
        const now = Math.max(0, duals[type] as number);
        this.#mixed[type] = 0.5 * (this.#best[type] as number) + 0.5 * now;
      }
      if (this.#priceAt(this.#mixed, this.#budget.pricingNodes)) return true;
    }
    for (let type = 0; type < duals.length; type += 1) {
      this.#mixed[type] = Math.max(0, duals[type] as number);
    }
    if (this.#priceAt(this.#mixed, this.#budget.pricingNodes)) return true;
    return !this.#isSettled() && this.#priceAt(this.#mixed, this.#budget.proofNodes);
  }

  #isSettled(): boolean {
    return ceilSafe(this.#bound) >= ceilSafe(this.#totalAt(this.#master.duals));
  }

  /** Searches at given prices; true when a content was found that the programme wants. */
  #priceAt(prices: Float64Array, nodes: number): boolean {
    const { itemCounts } = this.#shape;
    const found = this.#knapsack.search(prices, itemCounts, 1, nodes);
    if (found.complete) this.#improve(prices, found.value);
    if (found.pattern === undefined) return false;
    const isWanted = this.#offer(found.pattern);
    if (isWanted && this.#isMany) this.#offerMore(prices, found.pattern);
    return isWanted;
  }

  #improve(prices: Float64Array, hostValue: number): void {
    assert(hostValue > 0, 'a host is worth something');
    const bound = this.#totalAt(prices) / hostValue;
    if (bound <= this.#bound) return;
    this.#bound = bound;
    this.#weights = this.#knapsack.weights;
    for (let type = 0; type < prices.length; type += 1) {
      this.#best[type] = (prices[type] as number) / hostValue;
    }
  }

  #offer(pattern: Pattern): boolean {
    if (this.#master.worth(pattern) <= 1 + 1e-7) return false;
    this.#master.add(pattern);
    return true;
  }

  /** Contents for what the first one leaves over: together they are a part of a placement. */
  #offerMore(prices: Float64Array, first: Pattern): void {
    const limits = Int32Array.from(this.#shape.itemCounts);
    let last: Pattern | undefined = first;
    for (let more = 0; more < 5 && last !== undefined; more += 1) {
      for (const [at, type] of last.types.entries()) {
        limits[type] = (limits[type] as number) - (last.copies[at] as number);
      }
      last = this.#knapsack.search(prices, limits, 1, 300).pattern;
      if (last !== undefined) this.#offer(last);
    }
  }
}

/** The value of what is left of a host: 1 when it is empty. */
export function emptiness(shape: Shape, { types, copies }: Pattern): number {
  const left = Float64Array.from(shape.capacity);
  for (const [at, type] of types.entries()) take(shape, type, copies[at] as number, left);
  let sum = 0;
  for (const [resource, room] of left.entries()) {
    sum += room / Math.max(1, shape.capacity[resource] as number);
  }
  return sum / Math.max(1, left.length);
}
