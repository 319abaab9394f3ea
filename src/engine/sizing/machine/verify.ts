/**
 * The judge of every claim: small, apart from the solver, and exact.
 *
 * It trusts nothing that it is given. Sums are bigint; the search multiplies only numbers whose
 * product is below 2^53. What it accepts is true, whatever the solver did wrong.
 */
import { err, type Issue, ok, type Result } from '../../kernel/result.ts';
import {
  type Certificate,
  type HostContent,
  type Instance,
  type ItemType,
  type Placement,
  type PriceCertificate,
  priceMax,
  sumMax,
} from '../defs/instance.ts';

/** Steps after which the search for a richer host gives up; giving up is never agreeing. */
const verifierNodes = 1_000_000;

const refuse = (path: string, message: string, allowed: string): Result<never, Issue> =>
  err({ path, code: 'sizing.verify', message, allowed });

const isCount = (value: number | undefined): value is number =>
  value !== undefined && Number.isSafeInteger(value) && value >= 0;

/** Checks that every item stands on one host and that no host holds too much; gives the hosts. */
export function verifyPlacement(instance: Instance, placement: Placement): Result<number, Issue> {
  const placed = instance.types.map(() => 0n);
  let hosts = 0n;
  for (const [index, content] of placement.entries()) {
    const problem = contentProblem(instance, content);
    if (problem !== undefined) return refuse(`placement[${index}]`, ...problem);
    hosts += BigInt(content.hostCount);
    for (const [at, type] of content.types.entries()) {
      const copies = BigInt(content.copies[at] as number) * BigInt(content.hostCount);
      placed[type] = (placed[type] ?? 0n) + copies;
    }
  }
  const wrong = placed.findIndex(
    (sum, type) => sum !== BigInt((instance.types[type] as ItemType).itemCount),
  );
  if (wrong !== -1) {
    return refuse(`types[${wrong}]`, `is placed ${placed[wrong]} times`, 'every item once');
  }
  return ok(Number(hosts));
}

/** What is wrong with one host, as a message and what would be right. */
function contentProblem(
  { capacity, types }: Instance,
  content: HostContent,
): readonly [string, string] | undefined {
  if (!isCount(content.hostCount) || content.types.length !== content.copies.length) {
    return ['is not a host content', 'types, copies and a number of hosts'];
  }
  const used = capacity.map(() => 0n);
  for (const [at, type] of content.types.entries()) {
    const copies = content.copies[at];
    const item = types[type];
    if (!isCount(copies) || item === undefined) {
      return ['names a type that does not exist', 'types of the instance'];
    }
    for (const [resource, each] of item.sizes.entries()) {
      used[resource] = (used[resource] ?? 0n) + BigInt(each) * BigInt(copies);
    }
  }
  const over = used.findIndex((sum, resource) => sum > BigInt(capacity[resource] as number));
  if (over === -1) return undefined;
  return [`holds ${used[over]} of resource ${over}`, `${capacity[over]}`];
}

/** Checks a certificate and gives the number of hosts that it proves to be needed. */
export function verifyCertificate(
  instance: Instance,
  certificate: Certificate,
): Result<number, Issue> {
  if (certificate.kind === 'prices') return verifyPrices(instance, certificate);
  const capacity = instance.capacity[certificate.resource];
  if (!isCount(capacity) || capacity === 0) {
    return refuse('resource', 'has no capacity', 'a resource of the instance');
  }
  const total = sumOf(instance, ({ sizes }) => sizes[certificate.resource]);
  const atLeast = instance.types.some(({ itemCount }) => itemCount > 0) ? 1 : 0;
  return ok(Math.max(ceilDivide(total, capacity), atLeast));
}

/** How many hosts a total needs when one host has this much. */
const ceilDivide = (total: bigint, each: number): number =>
  Number((total + BigInt(each) - 1n) / BigInt(each));

const sumOf = (
  instance: Instance,
  each: (type: Instance['types'][number], index: number) => number | undefined,
): bigint =>
  instance.types.reduce(
    (sum, type, index) => sum + BigInt(each(type, index) as number) * BigInt(type.itemCount),
    0n,
  );

function verifyPrices(instance: Instance, certificate: PriceCertificate): Result<number, Issue> {
  const { prices, hostValueMax, totalPrice } = certificate;
  const isPrice = (price: number | undefined) => isCount(price) && price <= priceMax;
  const odd = instance.types.findIndex((_type, index) => !isPrice(prices[index]));
  if (odd !== -1 || prices.length !== instance.types.length) {
    return refuse(`prices[${odd}]`, 'is no price', `one whole number up to ${priceMax} a type`);
  }
  const total = sumOf(instance, (_type, index) => prices[index]);
  if (!isCount(totalPrice) || total !== BigInt(totalPrice)) {
    return refuse('totalPrice', `is ${totalPrice}`, `${total}`);
  }
  if (!isCount(hostValueMax) || hostValueMax === 0) {
    return refuse('hostValueMax', 'is no value', 'a whole number above 0');
  }
  const weights = weigh(instance, certificate);
  if (weights === undefined) {
    return refuse('resourceWeights', 'are no weights', 'one whole number for each resource');
  }
  const richer = new RicherHost(instance, certificate, weights).find();
  if (richer === 'found') {
    return refuse('hostValueMax', 'is exceeded by a host that fits', 'the value of the best host');
  }
  if (richer === 'gave up') return refuse('hostValueMax', 'is too hard to check', 'other prices');
  return ok(ceilDivide(total, hostValueMax));
}

/** Weight of one item of each type, and of what a host may hold; rounded to the safe side. */
interface Weights {
  readonly items: readonly number[];
  readonly host: number;
}

/** The largest weight of a host: times a price it stays exact. */
const hostWeightMax = 0x3ff_ffffn;

/**
 * Joins the resources into one. What fits by every resource fits by any weighted sum of them, and
 * still does when the weight of each item is rounded down.
 */
function weigh(instance: Instance, certificate: PriceCertificate): Weights | undefined {
  const { capacity } = instance;
  const given = certificate.resourceWeights ?? capacity.map((each) => evenWeight(each));
  if (given.length !== capacity.length || !given.every(isCount)) return undefined;
  const sum = (sizes: readonly number[]): bigint =>
    sizes.reduce((total, each, index) => total + BigInt(each) * BigInt(given[index] as number), 0n);
  const full = sum(capacity);
  const divisor = full / hostWeightMax + 1n;
  return {
    host: Number(full / divisor),
    items: instance.types.map(({ sizes }) => Number(sum(sizes) / divisor)),
  };
}

const evenWeight = (capacity: number): number =>
  capacity === 0 ? 0 : Math.floor(0x1_0000_0000_0000 / capacity);

/** Looks through all contents of one host for one that is worth more than the certificate says. */
class RicherHost {
  readonly #order: readonly number[];
  readonly #prices: readonly number[];
  readonly #weights: readonly number[];
  readonly #limits: readonly number[];
  readonly #sizes: readonly (readonly number[])[];
  readonly #left: number[];
  readonly #hostWeight: number;
  readonly #valueMax: number;
  #nodes = 0;

  constructor(instance: Instance, certificate: PriceCertificate, weights: Weights) {
    const price = (type: number) => certificate.prices[type] as number;
    const weight = (type: number) => Math.min(weights.items[type] as number, weights.host + 1);
    this.#order = instance.types
      .map((_type, index) => index)
      .filter((type) => price(type) > 0 && (instance.types[type] as ItemType).itemCount > 0)
      .sort((a, b) => price(b) * weight(a) - price(a) * weight(b) || a - b);
    this.#prices = this.#order.map(price);
    this.#weights = this.#order.map(weight);
    this.#limits = this.#order.map((type) => (instance.types[type] as ItemType).itemCount);
    this.#sizes = this.#order.map((type) => (instance.types[type] as ItemType).sizes);
    this.#left = [...instance.capacity];
    this.#hostWeight = weights.host;
    this.#valueMax = certificate.hostValueMax;
  }

  find(): 'found' | 'none' | 'gave up' {
    const found = this.#search(0, 0, this.#hostWeight);
    if (found) return 'found';
    return this.#nodes > verifierNodes ? 'gave up' : 'none';
  }

  /** Tries every type from `from` on as the next one on the host. */
  #search(from: number, value: number, weightLeft: number): boolean {
    for (let at = from; at < this.#order.length; at += 1) {
      const each = this.#weights[at] as number;
      const most =
        each === 0 ? sumMax : Math.floor(((this.#prices[at] as number) * weightLeft) / each);
      if (value + most <= this.#valueMax) return false;
      const copiesMax = this.#copiesThatFit(at);
      if (copiesMax === 0) continue;
      this.#nodes += 1;
      if (this.#nodes > verifierNodes) return false;
      if (value + this.#mostFrom(at, weightLeft) <= this.#valueMax) return false;
      if (this.#searchWith(at, copiesMax, value, weightLeft)) return true;
    }
    return false;
  }

  /** Tries a type as often as it fits, then once less, down to once. */
  #searchWith(at: number, copiesMax: number, value: number, weightLeft: number): boolean {
    for (let copies = copiesMax; copies > 0; copies -= 1) {
      const worth = value + copies * (this.#prices[at] as number);
      if (worth > this.#valueMax) return true;
      this.#take(at, copies);
      const left = weightLeft - copies * (this.#weights[at] as number);
      const isRicher = this.#search(at + 1, worth, left);
      this.#take(at, -copies);
      if (isRicher) return true;
    }
    return false;
  }

  #take(at: number, copies: number): void {
    for (const [resource, each] of (this.#sizes[at] as readonly number[]).entries()) {
      this.#left[resource] = (this.#left[resource] as number) - copies * each;
    }
  }

  #copiesThatFit(at: number): number {
    let copies = this.#limits[at] as number;
    const sizes = this.#sizes[at] as readonly number[];
    for (let resource = 0; resource < sizes.length && copies > 0; resource += 1) {
      const each = sizes[resource] as number;
      if (each > 0) copies = Math.min(copies, Math.floor((this.#left[resource] as number) / each));
    }
    return copies;
  }

  /** No completion is worth more than this: the best by weight alone, the last item in part. */
  #mostFrom(from: number, weight: number): number {
    let worth = 0;
    let left = weight;
    for (let at = from; at < this.#order.length; at += 1) {
      const copies = this.#copiesThatFit(at);
      if (copies === 0) continue;
      const price = this.#prices[at] as number;
      const each = this.#weights[at] as number;
      if (copies * each > left) return worth + Math.floor((price * left) / each);
      worth += copies * price;
      left -= copies * each;
    }
    return worth;
  }
}
