/**
 * Fills hosts one by one with the richest content at prices that learn: what ends up on poorly
 * filled hosts becomes dearer in the next round and is placed earlier.
 */
import { Rng } from '../../kernel/prng.ts';
import { assert } from '../../kernel/result.ts';
import type { Budget } from '../defs/answer.ts';
import type { HostContent, Placement } from '../defs/instance.ts';
import { emptiness } from './columns.ts';
import { hostsOf } from './greedy.ts';
import { Knapsack } from './knapsack.ts';
import { onHosts, type Shape, timesPossible } from './shape.ts';

const nodesPerHost = 600;
/** No type becomes so cheap that the search would pass it over. */
const priceMin = 1e-5;

/** Looks for a placement with fewer hosts than `best`; stops at `enough`. */
export function improveByFilling(
  shape: Shape,
  startPrices: Float64Array,
  best: Placement,
  enough: number,
  budget: Budget,
): Placement {
  const knapsack = new Knapsack(shape);
  const random = Rng.fromSeed(1).split('filling');
  const prices = Float64Array.from(startPrices, (price) => Math.max(price, priceMin));
  let found = best;
  for (let round = 0; round < budget.fillRounds && hostsOf(found) > enough; round += 1) {
    const { placement, isWhole } = fillAll(shape, knapsack, prices, hostsOf(found));
    if (isWhole && hostsOf(placement) < hostsOf(found)) found = placement;
    learn(shape, prices, placement, random);
  }
  return found;
}

/** Fills until everything is placed, or as many hosts are full as are known to do. */
function fillAll(
  shape: Shape,
  knapsack: Knapsack,
  prices: Float64Array,
  hostsMax: number,
): Filling {
  const counts = Int32Array.from(shape.itemCounts);
  const placement: HostContent[] = [];
  let hosts = 0;
  while (hosts < hostsMax) {
    const { pattern } = knapsack.search(prices, counts, 0, nodesPerHost);
    if (pattern === undefined) break;
    const times = Math.min(timesPossible(pattern, counts), hostsMax - hosts);
    for (const [at, type] of pattern.types.entries()) {
      counts[type] = (counts[type] as number) - times * (pattern.copies[at] as number);
    }
    placement.push(onHosts(pattern, times));
    hosts += times;
  }
  return { placement, isWhole: counts.every((each) => each === 0) };
}

/** Hosts that were filled, and whether nothing is left over. */
interface Filling {
  readonly placement: Placement;
  readonly isWhole: boolean;
}

function learn(shape: Shape, prices: Float64Array, placement: Placement, random: Rng): void {
  const empty = placement.map((content) => emptiness(shape, content));
  const worst = Math.max(1e-9, ...empty);
  for (const [at, content] of placement.entries()) {
    const part = (empty[at] as number) / worst;
    for (const type of content.types) {
      const raised = 1 + 0.15 * part + random.integer(1000) / 10_000;
      prices[type] = (prices[type] as number) * raised;
    }
  }
  let sum = 0;
  for (let type = 0; type < prices.length; type += 1) {
    sum += (prices[type] as number) * (shape.itemCounts[type] as number);
  }
  assert(sum > 0, 'prices stay positive');
  const scale = hostsOf(placement) / sum;
  for (let type = 0; type < prices.length; type += 1) {
    prices[type] = Math.max(priceMin, (prices[type] as number) * scale);
  }
}
