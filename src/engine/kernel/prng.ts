/**
 * Seeded randomness in named streams.
 *
 * Every stream is its own generator whose start depends on the seed and on the stream's name, not
 * on when it was made. So a model can gain a stream (a fault, a second disk) without shifting what
 * any other stream draws, and two runs that differ in one thing stay comparable in the rest.
 *
 * The generator is sfc32 by Chris Doty-Humphrey: 128 bits of state, only 32-bit integer operations.
 * Source: PractRand pre0.95, https://pracrand.sourceforge.net/.
 */
import { exp, ln } from './math.ts';
import { assert } from './result.ts';
import type { Ns } from './units.ts';

const twoTo32 = 0x1_0000_0000;
const twoTo53 = 0x20_0000_0000_0000;
/** PractRand discards this many outputs after seeding, so that similar seeds part ways. */
const mixingRounds = 15;

/** A draw is at most 53 ln 2 = 36.8 means; below this mean every draw is an exact integer. */
export const exponentialMeanMaxNs = 0x8000_0000_0000;

const fnvPrime = 0x0100_0193;
const fnvOffsetBasis = 0x811c_9dc5;
/** A second start value makes a second, different 32-bit hash of the same name. */
const fnvOtherBasis = 0x050c_5d1f;

/** One stream of random numbers. Draws give integers; fractions stay inside. */
export class Rng {
  readonly #state = new Int32Array(4);
  readonly #seed: number;
  readonly #path: string;
  readonly #children = new Set<string>();

  private constructor(seed: number, path: string) {
    this.#seed = seed;
    this.#path = path;
  }

  /** The root stream of a run. The seed is a whole number from 0 to 0xFFFFFFFF. */
  static fromSeed(seed: number): Rng {
    assert(seed >>> 0 === seed, 'a seed is a whole number from 0 to 0xFFFFFFFF');
    return Rng.#named(seed, '');
  }

  /**
   * A generator at a given place of sfc32's own seeding.
   *
   * It exists so that published outputs of sfc32 can be compared with ours.
   */
  static fromWords(a: number, b: number, c: number, rounds = mixingRounds): Rng {
    return new Rng(0, '').#start(a, b, c, rounds);
  }

  static #named(seed: number, path: string): Rng {
    return new Rng(seed, path).#start(
      fnv1a(path, fnvOffsetBasis),
      seed,
      fnv1a(path, fnvOtherBasis),
      mixingRounds,
    );
  }

  #start(a: number, b: number, c: number, rounds: number): this {
    this.#state.set([a, b, c, 1]);
    for (let round = 0; round < rounds; round += 1) this.u32();
    return this;
  }

  /**
   * The stream of this name below this one.
   *
   * It depends on the seed and the names alone. A name is taken once: a second stream of the same
   * name would repeat the first draw for draw.
   */
  split(name: string): Rng {
    assert(name !== '' && !name.includes('/'), 'a stream name is not empty and has no slash');
    assert(!this.#children.has(name), 'a stream of this name was split off before');
    this.#children.add(name);
    return Rng.#named(this.#seed, `${this.#path}/${name}`);
  }

  /** The next 32 bits, as a whole number from 0 to 0xFFFFFFFF. */
  u32(): number {
    const state = this.#state;
    const b = state[1] as number;
    const c = state[2] as number;
    const counter = state[3] as number;
    const out = ((state[0] as number) + b + counter) | 0;
    state[0] = b ^ (b >>> 9);
    state[1] = (c + (c << 3)) | 0;
    state[2] = (((c << 21) | (c >>> 11)) + out) | 0;
    state[3] = (counter + 1) | 0;
    return out >>> 0;
  }

  /** A whole number from 0 to n - 1; draws that would make some of them likelier are redone. */
  integer(n: number): number {
    assert(
      n >= 1 && n <= twoTo32 && Math.floor(n) === n,
      'integer(n) needs a whole n from 1 to 2^32',
    );
    const limit = twoTo32 - (twoTo32 % n);
    let draw = this.u32();
    while (draw >= limit) draw = this.u32();
    return draw % n;
  }

  /** True in `hits` of `outOf` draws. */
  ratio(hits: number, outOf: number): boolean {
    assert(
      hits >= 0 && hits <= outOf && Math.floor(hits) === hits,
      'a ratio is a of b, both whole, a <= b',
    );
    return this.integer(outOf) < hits;
  }

  /** One of the items, each equally likely. */
  pick<T>(items: readonly T[]): T {
    assert(items.length > 0, 'pick needs at least one item');
    return items[this.integer(items.length)] as T;
  }

  /** An exponentially distributed span with this mean, rounded to whole nanoseconds. */
  exponentialNs(meanNs: Ns): Ns {
    assert(meanNs > 0 && meanNs <= exponentialMeanMaxNs, 'the mean must be from 1 ns to 2^47 ns');
    return Math.floor(0.5 - meanNs * ln(this.#fraction())) as Ns;
  }

  /** A number from 2^-53 to 1 in steps of 2^-53. Zero is left out because ln has no value there. */
  #fraction(): number {
    const high = this.u32() >>> 5;
    const low = this.u32() >>> 6;
    return (high * 0x400_0000 + low + 1) / twoTo53;
  }

  /** An index of the table, drawn with the table's weights. */
  zipf(table: ZipfTable): number {
    return table.indexAt(1 - this.#fraction());
  }
}

/**
 * How often each of a row of items is asked for, when few items get most of the attention.
 *
 * The item of index i has weight 1 / (i + 1)^exponent. Made once, because it sums all weights.
 */
export class ZipfTable {
  readonly #weightUpTo: Float64Array;

  constructor(itemCount: number, exponent: number) {
    assert(
      itemCount >= 1 && itemCount <= 0x10_0000 && Math.floor(itemCount) === itemCount,
      '1 to 2^20 items',
    );
    assert(exponent >= 0 && exponent <= 10, 'a Zipf exponent is a number from 0 to 10');
    this.#weightUpTo = new Float64Array(itemCount);
    let sum = 0;
    for (let rank = 1; rank <= itemCount; rank += 1) {
      sum += exp(-exponent * ln(rank));
      this.#weightUpTo[rank - 1] = sum;
    }
  }

  /** The index at this fraction (0 to below 1) of the summed weights, by halving the range. */
  indexAt(fraction: number): number {
    assert(fraction >= 0 && fraction < 1, 'a fraction is from 0 to below 1');
    let low = 0;
    let high = this.#weightUpTo.length - 1;
    const wanted = fraction * (this.#weightUpTo[high] as number);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#weightUpTo[middle] as number) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** 32-bit FNV-1a over the 16-bit units of a text. Source: RFC 9923. */
function fnv1a(text: string, basis: number): number {
  let hash = basis;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), fnvPrime);
    hash = Math.imul(hash ^ (unit >>> 8), fnvPrime);
  }
  return hash;
}
