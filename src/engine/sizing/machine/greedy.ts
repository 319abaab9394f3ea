/** Placements in one pass: first fit and best fit decreasing, and filling hosts one by one. */
import type { HostContent, Placement } from '../defs/instance.ts';
import { copiesThatFit, onHosts, patternOf, type Shape, take, timesPossible } from './shape.ts';

/** How large a type counts when types are put in order, one number each. */
type Measure = Float64Array;

/** Resources by how scarce they are: what all machines together want of one host. */
function scarcity(shape: Shape, counts: Int32Array): Float64Array {
  const { resourceCount, parts } = shape;
  const wanted = new Float64Array(resourceCount);
  for (let type = 0; type < shape.typeCount; type += 1) {
    for (let resource = 0; resource < resourceCount; resource += 1) {
      const part = parts[type * resourceCount + resource] as number;
      wanted[resource] = (wanted[resource] as number) + part * (counts[type] as number);
    }
  }
  return wanted;
}

/** The size of each type as a weighted sum over the resources. */
function sumMeasure(shape: Shape, weights: Float64Array): Measure {
  const measure = new Float64Array(shape.typeCount);
  for (let type = 0; type < shape.typeCount; type += 1) {
    let sum = 0;
    for (let resource = 0; resource < shape.resourceCount; resource += 1) {
      const part = shape.parts[type * shape.resourceCount + resource] as number;
      sum += part * (weights[resource] as number);
    }
    measure[type] = sum;
  }
  return measure;
}

function largestMeasure(shape: Shape): Measure {
  const measure = new Float64Array(shape.typeCount);
  for (let at = 0; at < shape.parts.length; at += 1) {
    const type = Math.floor(at / shape.resourceCount);
    measure[type] = Math.max(measure[type] as number, shape.parts[at] as number);
  }
  return measure;
}

const byMeasure = (measure: Measure): Int32Array =>
  Int32Array.from(measure.keys()).sort(
    (a, b) => (measure[b] as number) - (measure[a] as number) || a - b,
  );

/** Hosts under construction. */
class Hosts {
  readonly left: Float64Array[] = [];
  readonly contents: Int32Array[] = [];
  readonly #shape: Shape;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  open(): void {
    this.left.push(Float64Array.from(this.#shape.capacity));
    this.contents.push(new Int32Array(this.#shape.typeCount));
  }

  put(host: number, type: number, copies: number): void {
    const content = this.contents[host] as Int32Array;
    content[type] = (content[type] as number) + copies;
    take(this.#shape, type, copies, this.left[host] as Float64Array);
  }

  placement(): Placement {
    return this.contents.map((content) => onHosts(patternOf(content), 1));
  }
}

/** Types from large to small, each item on the first host that has room. */
export function firstFitDecreasing(
  shape: Shape,
  counts: Int32Array,
  measure: Measure = sumMeasure(shape, new Float64Array(shape.resourceCount).fill(1)),
): Placement {
  const hosts = new Hosts(shape);
  for (const type of byMeasure(measure)) {
    let rest = counts[type] as number;
    for (let host = 0; rest > 0; host += 1) {
      if (host === hosts.left.length) hosts.open();
      const copies = copiesThatFit(shape, type, hosts.left[host] as Float64Array, rest);
      if (copies > 0) hosts.put(host, type, copies);
      rest -= copies;
    }
  }
  return hosts.placement();
}

/**
 * Fills one host after the other, each time with the type that goes best with what is left there;
 * a content that is found once is used for as many hosts as its machines allow.
 */
function fillByDirection(shape: Shape, counts: Int32Array, weights: Float64Array): Placement {
  const rest = Int32Array.from(counts);
  const placement: HostContent[] = [];
  const left = new Float64Array(shape.resourceCount);
  for (let open = rest.some((each) => each > 0); open; open = rest.some((each) => each > 0)) {
    left.set(shape.capacity);
    const content = new Int32Array(shape.typeCount);
    for (let type = bestFor(shape, rest, content, left, weights); type >= 0; ) {
      content[type] = (content[type] as number) + 1;
      take(shape, type, 1, left);
      type = bestFor(shape, rest, content, left, weights);
    }
    const pattern = patternOf(content);
    const times = timesPossible(pattern, rest);
    for (const [at, type] of pattern.types.entries()) {
      rest[type] = (rest[type] as number) - times * (pattern.copies[at] as number);
    }
    placement.push(onHosts(pattern, times));
  }
  return placement;
}

/** The type that fits and points most in the direction of what is left; -1 when none fits. */
function bestFor(
  shape: Shape,
  rest: Int32Array,
  content: Int32Array,
  left: Float64Array,
  weights: Float64Array,
): number {
  const { resourceCount, parts, capacity } = shape;
  let best = -1;
  let bestScore = -1;
  for (let type = 0; type < shape.typeCount; type += 1) {
    if ((content[type] as number) >= (rest[type] as number)) continue;
    if (copiesThatFit(shape, type, left, 1) === 0) continue;
    let score = 0;
    for (let resource = 0; resource < resourceCount; resource += 1) {
      const part = parts[type * resourceCount + resource] as number;
      const room = (left[resource] as number) / Math.max(1, capacity[resource] as number);
      score += (weights[resource] as number) * part * room;
    }
    if (score > bestScore) {
      bestScore = score;
      best = type;
    }
  }
  return best;
}

/** Number of hosts of a placement. */
export const hostsOf = (placement: Placement): number =>
  placement.reduce((sum, { hostCount }) => sum + hostCount, 0);

/** The best of the quick ways. */
export function bestGreedy(shape: Shape, counts: Int32Array): Placement {
  const even = new Float64Array(shape.resourceCount).fill(1);
  const scarce = scarcity(shape, counts);
  const tries = [
    firstFitDecreasing(shape, counts, sumMeasure(shape, scarce)),
    firstFitDecreasing(shape, counts),
    firstFitDecreasing(shape, counts, largestMeasure(shape)),
    fillByDirection(shape, counts, scarce),
    fillByDirection(shape, counts, even),
  ];
  return tries.reduce((best, each) => (hostsOf(each) < hostsOf(best) ? each : best));
}
