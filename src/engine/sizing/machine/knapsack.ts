/**
 * The richest content of one host, given a price for each type.
 *
 * Branch and bound over types. One weight a resource joins the resources into a single one, which
 * gives both the order of the types and the bound; the weights are improved from call to call,
 * since prices change little. Found contents fit exactly; only the values are floating point.
 */
import type { Pattern, Shape } from './shape.ts';

/** What one search found. */
export interface Found {
  /** The best content above the threshold, if there is one. */
  readonly pattern: Pattern | undefined;
  /** Its value, or the threshold. */
  readonly value: number;
  /** True when every content was looked at or ruled out. */
  readonly complete: boolean;
}

const tolerance = 1e-9;
const refineSteps = 24;
const weightMin = 1e-12;

/** Searches again and again over the same types. */
export class Knapsack {
  /** Steps of all searches so far. */
  nodesSpent = 0;
  readonly #shape: Shape;
  /** Price of a whole host's worth of each resource. */
  #weights: Float64Array;
  readonly #trial: Float64Array;
  readonly #slope: Float64Array;
  readonly #reduced: Float64Array;
  readonly #order: Int32Array;
  readonly #prices: Float64Array;
  readonly #itemWeights: Float64Array;
  readonly #limits: Int32Array;
  readonly #sizes: Float64Array;
  /** What is left of each resource, one row for each depth of the search. */
  readonly #left: Float64Array;
  readonly #chosen: Int32Array;
  readonly #copies: Int32Array;
  #typeCount = 0;
  #best = 0;
  #bestPattern: Pattern | undefined;
  #nodesLeft = 0;

  constructor(shape: Shape) {
    const { typeCount, resourceCount } = shape;
    this.#shape = shape;
    this.#weights = new Float64Array(resourceCount).fill(1 / resourceCount);
    this.#trial = new Float64Array(resourceCount);
    this.#slope = new Float64Array(resourceCount);
    this.#reduced = new Float64Array(typeCount);
    this.#order = new Int32Array(typeCount);
    this.#prices = new Float64Array(typeCount);
    this.#itemWeights = new Float64Array(typeCount);
    this.#limits = new Int32Array(typeCount);
    this.#sizes = new Float64Array(typeCount * resourceCount);
    this.#left = new Float64Array((typeCount + 1) * resourceCount);
    this.#chosen = new Int32Array(typeCount + 1);
    this.#copies = new Int32Array(typeCount + 1);
  }

  /** The weights of the resources as they are now, for a certificate. */
  get weights(): readonly number[] {
    return [...this.#weights];
  }

  /** The best content worth more than `above`, with at most `limits` of each type. */
  search(prices: Float64Array, limits: Int32Array, above: number, nodes: number): Found {
    const most = this.#refine(prices, limits, above);
    if (most <= above + tolerance) return { pattern: undefined, value: above, complete: true };
    this.#sort(prices, limits);
    this.#best = above;
    this.#bestPattern = undefined;
    this.#nodesLeft = nodes;
    this.#left.set(this.#shape.capacity);
    let hostWeight = 0;
    for (const weight of this.#weights) hostWeight += weight;
    // Weights of items are raised to the least weight, so the host must be allowed as much more.
    for (let at = 0; at < this.#typeCount; at += 1) {
      hostWeight += (this.#limits[at] as number) * weightMin;
    }
    this.#descend(0, 0, 0, hostWeight);
    const complete = this.#nodesLeft > 0;
    this.nodesSpent += nodes - this.#nodesLeft;
    return { pattern: this.#bestPattern, value: this.#best, complete };
  }

  /** Moves the weights so that they promise as little as possible; gives that least promise. */
  #refine(prices: Float64Array, limits: Int32Array, target: number): number {
    const { resourceCount } = this.#shape;
    const trial = this.#trial;
    const slope = this.#slope;
    trial.set(this.#weights);
    let best = Infinity;
    for (let step = 0; step < refineSteps; step += 1) {
      const promise = this.#promise(prices, limits);
      if (promise < best) {
        best = promise;
        this.#weights.set(trial);
      }
      let square = 0;
      for (const each of slope) square += each * each;
      if (square < 1e-14 || promise <= target) break;
      const goal = Math.max(target, best * 0.9);
      const far = ((promise - goal) * (step < 8 ? 1 : 0.5)) / square;
      for (let resource = 0; resource < resourceCount; resource += 1) {
        const moved = (trial[resource] as number) - far * (slope[resource] as number);
        trial[resource] = Math.max(0, moved);
      }
    }
    return best;
  }

  /** The most a host can be worth at the trial weights, and how that changes with each weight. */
  #promise(prices: Float64Array, limits: Int32Array): number {
    const { typeCount, resourceCount, parts, copiesMax } = this.#shape;
    const trial = this.#trial;
    const slope = this.#slope;
    slope.fill(1);
    let promise = 0;
    for (const weight of trial) promise += weight;
    for (let type = 0; type < typeCount; type += 1) {
      let reduced = prices[type] as number;
      const base = type * resourceCount;
      for (let resource = 0; resource < resourceCount; resource += 1) {
        reduced -= (trial[resource] as number) * (parts[base + resource] as number);
      }
      this.#reduced[type] = reduced;
      if (reduced <= 0) continue;
      const copies = Math.min(limits[type] as number, copiesMax[type] as number);
      promise += copies * reduced;
      for (let resource = 0; resource < resourceCount; resource += 1) {
        const part = parts[base + resource] as number;
        slope[resource] = (slope[resource] as number) - copies * part;
      }
    }
    return promise;
  }

  /** Lays the types out by price for their weight, the best first. */
  #sort(prices: Float64Array, limits: Int32Array): void {
    const { typeCount, resourceCount, parts, copiesMax, sizes } = this.#shape;
    const rate = this.#reduced;
    let count = 0;
    for (let type = 0; type < typeCount; type += 1) {
      const price = prices[type] as number;
      if (price <= tolerance || Math.min(limits[type] as number, copiesMax[type] as number) < 1) {
        continue;
      }
      rate[type] = price / Math.max(weightMin, this.#weightOf(type, parts));
      this.#order[count] = type;
      count += 1;
    }
    this.#typeCount = count;
    const order = this.#order.subarray(0, count);
    order.sort((a, b) => (rate[b] as number) - (rate[a] as number) || a - b);
    for (let at = 0; at < count; at += 1) {
      const type = order[at] as number;
      this.#prices[at] = prices[type] as number;
      this.#itemWeights[at] = Math.max(weightMin, this.#weightOf(type, parts));
      this.#limits[at] = Math.min(limits[type] as number, copiesMax[type] as number);
      for (let resource = 0; resource < resourceCount; resource += 1) {
        this.#sizes[at * resourceCount + resource] = sizes[
          type * resourceCount + resource
        ] as number;
      }
    }
  }

  #weightOf(type: number, parts: Float64Array): number {
    const { resourceCount } = this.#shape;
    let weight = 0;
    for (let resource = 0; resource < resourceCount; resource += 1) {
      const part = parts[type * resourceCount + resource] as number;
      weight += (this.#weights[resource] as number) * part;
    }
    return weight;
  }

  #descend(from: number, depth: number, value: number, weightLeft: number): void {
    for (let at = from; at < this.#typeCount; at += 1) {
      const price = this.#prices[at] as number;
      const each = this.#itemWeights[at] as number;
      if (value + (price / each) * weightLeft <= this.#best + tolerance) return;
      const copiesMax = this.#fit(at, depth);
      if (copiesMax === 0) continue;
      if (this.#nodesLeft <= 0) return;
      this.#nodesLeft -= 1;
      if (value + this.#mostFrom(at, depth, weightLeft) <= this.#best + tolerance) return;
      this.#descendWith(at, depth, copiesMax, value, weightLeft);
    }
  }

  /** Tries a type as often as it fits, then once less, down to once. */
  #descendWith(at: number, depth: number, copiesMax: number, value: number, weightLeft: number) {
    this.#chosen[depth] = at;
    for (let copies = copiesMax; copies > 0 && this.#nodesLeft > 0; copies -= 1) {
      this.#copies[depth] = copies;
      const worth = value + copies * (this.#prices[at] as number);
      if (worth > this.#best + tolerance) this.#keep(depth, worth);
      this.#leave(at, depth, copies);
      const left = weightLeft - copies * (this.#itemWeights[at] as number);
      this.#descend(at + 1, depth + 1, worth, left);
    }
  }

  #keep(depth: number, worth: number): void {
    this.#best = worth;
    const pairs: [number, number][] = [];
    for (let level = 0; level <= depth; level += 1) {
      pairs.push([
        this.#order[this.#chosen[level] as number] as number,
        this.#copies[level] as number,
      ]);
    }
    pairs.sort(([a], [b]) => a - b);
    this.#bestPattern = { types: pairs.map(([type]) => type), copies: pairs.map(([, n]) => n) };
  }

  #leave(at: number, depth: number, copies: number): void {
    const { resourceCount } = this.#shape;
    const row = depth * resourceCount;
    const from = at * resourceCount;
    for (let resource = 0; resource < resourceCount; resource += 1) {
      const each = this.#sizes[from + resource] as number;
      const left = this.#left[row + resource] as number;
      this.#left[row + resourceCount + resource] = left - copies * each;
    }
  }

  #fit(at: number, depth: number): number {
    const { resourceCount } = this.#shape;
    const row = depth * resourceCount;
    const from = at * resourceCount;
    let copies = this.#limits[at] as number;
    for (let resource = 0; resource < resourceCount; resource += 1) {
      const each = this.#sizes[from + resource] as number;
      const left = this.#left[row + resource] as number;
      if (each * copies > left) copies = Math.floor(left / each);
      if (copies === 0) return 0;
    }
    return copies;
  }

  /** No completion is worth more: the best by weight alone, the last item in part. */
  #mostFrom(from: number, depth: number, weight: number): number {
    let worth = 0;
    let left = weight;
    for (let at = from; at < this.#typeCount; at += 1) {
      const copies = this.#fit(at, depth);
      if (copies === 0) continue;
      const price = this.#prices[at] as number;
      const each = this.#itemWeights[at] as number;
      if (copies * each >= left) return worth + (price * left) / each;
      worth += copies * price;
      left -= copies * each;
    }
    return worth;
  }
}
