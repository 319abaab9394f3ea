import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exponentialMeanMaxNs, Rng, ZipfTable } from '../../../src/engine/kernel/prng.ts';
import { EngineError } from '../../../src/engine/kernel/result.ts';
import { ns } from '../../../src/engine/kernel/units.ts';

const take = (rng: Rng, draws: number): number[] => Array.from({ length: draws }, () => rng.u32());

/** Pearson's statistic of observed counts against expected ones. */
function chiSquare(observed: readonly number[], expected: readonly number[]): number {
  return observed.reduce((sum, found, index) => {
    const wanted = expected[index] ?? Number.NaN;
    return sum + (found - wanted) ** 2 / wanted;
  }, 0);
}

function countDraws(draws: number, kinds: number, draw: () => number): number[] {
  const counts = new Array<number>(kinds).fill(0);
  for (let index = 0; index < draws; index += 1) {
    const kind = draw();
    counts[kind] = (counts[kind] ?? Number.NaN) + 1;
  }
  return counts;
}

describe('the generator is sfc32', () => {
  /**
   * Outputs of PractRand pre0.95, as published in the tests of the Rust crates rand_sfc and
   * sfc-prng: https://docs.rs/rand_sfc, https://docs.rs/sfc-prng. The third starts with three
   * outputs less thrown away, which PractRand does for a 64-bit seed.
   */
  test.each([
    [0, 0, 0, 15, 'fb52c520 38802be1 948279e6 ec4bf1d9 7cb0a909 fad8b4a8 3ca4b808 3821b4c5'],
    [0, 2, 1, 15, '03b80bb8 a87dbc7e 1787178c 4c7b7234 c65dade2 2c692349 f52c2153 df098072'],
    [
      0,
      0x89abcdef,
      0x01234567,
      12,
      '84712d97 f5a3d9c8 5cd0a295 35e05b54 4c627ca1 33a043e2 b6113c67 7cab9699',
    ],
  ])('started from %i, %i, %i', (a, b, c, rounds, expected) => {
    const words = take(Rng.fromWords(a, b, c, rounds), 8);
    expect(words.map((word) => word.toString(16).padStart(8, '0')).join(' ')).toBe(expected);
  });
});

describe('streams have names', () => {
  test('a stream is the same whatever was split off or drawn before', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 6 });
    const plain = names.filter((list) => list.every((name) => !name.includes('/')));
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), plain, (seed, list) => {
        const forward = Rng.fromSeed(seed);
        const backward = Rng.fromSeed(seed);
        const first = new Map(list.map((name) => [name, take(forward.split(name), 4)]));
        for (const name of list.toReversed()) {
          backward.u32();
          expect(take(backward.split(name), 4)).toEqual(first.get(name));
        }
        expect(new Set([...first.values()].map(String)).size).toBe(list.length);
      }),
    );
  });

  test('a stream depends on the seed', () => {
    expect(take(Rng.fromSeed(1).split('a'), 4)).not.toEqual(take(Rng.fromSeed(2).split('a'), 4));
  });

  test('a child is another stream than one of the joined name', () => {
    const nested = Rng.fromSeed(1).split('a').split('b');
    expect(take(nested, 4)).not.toEqual(take(Rng.fromSeed(1).split('ab'), 4));
  });

  test('a name is taken once', () => {
    const rng = Rng.fromSeed(1);
    rng.split('disk');
    expect(() => rng.split('disk')).toThrow(EngineError);
  });

  test.each(['', 'a/b'])('"%s" is no name', (name) => {
    expect(() => Rng.fromSeed(1).split(name)).toThrow(EngineError);
  });

  test.each([-1, 0.5, 2 ** 32, Number.NaN])('%d is no seed', (seed) => {
    expect(() => Rng.fromSeed(seed)).toThrow(EngineError);
  });
});

describe('draws are spread as they should be', () => {
  test.each([
    // Degrees of freedom n - 1; the limit is passed by chance in one of 10 000 seeds.
    [2, 15.1],
    [6, 25.7],
    [10, 33.7],
    [64, 110.8],
  ])('integer(%i) gives each value equally often', (n, limit) => {
    const rng = Rng.fromSeed(42);
    const draws = n * 10_000;
    const counts = countDraws(draws, n, () => rng.integer(n));
    expect(chiSquare(counts, new Array<number>(n).fill(draws / n))).toBeLessThan(limit);
  });

  test('integer(n) does not favour low values where n does not divide 2^32', () => {
    // The bare remainder would fall into the lowest third in half of the draws.
    const rng = Rng.fromSeed(42);
    const third = 2 ** 30;
    const counts = countDraws(30_000, 3, () => Math.floor(rng.integer(3 * third) / third));
    expect(chiSquare(counts, [10_000, 10_000, 10_000])).toBeLessThan(18.5);
  });

  test('integer(2^32) is all 32 bits', () => {
    expect(Rng.fromSeed(9).integer(2 ** 32)).toBe(Rng.fromSeed(9).u32());
  });

  test('ratio(a, b) is true in a of b draws', () => {
    const rng = Rng.fromSeed(42);
    const counts = countDraws(50_000, 2, () => (rng.ratio(1, 50) ? 1 : 0));
    expect(chiSquare(counts, [49_000, 1000])).toBeLessThan(15.1);
  });

  test('ratio(0, b) is never true and ratio(b, b) always', () => {
    const rng = Rng.fromSeed(42);
    for (let draw = 0; draw < 1000; draw += 1) {
      expect(rng.ratio(0, 3)).toBe(false);
      expect(rng.ratio(3, 3)).toBe(true);
    }
  });

  test('pick gives each item equally often', () => {
    const rng = Rng.fromSeed(42);
    const items = ['a', 'b', 'c'];
    const counts = countDraws(30_000, 3, () => items.indexOf(rng.pick(items)));
    expect(chiSquare(counts, [10_000, 10_000, 10_000])).toBeLessThan(18.5);
  });

  test('exponential spans are whole and have the mean and the spread of their kind', () => {
    const rng = Rng.fromSeed(42);
    const draws = 200_000;
    let sum = 0;
    let squares = 0;
    let broken = 0;
    for (let draw = 0; draw < draws; draw += 1) {
      const spanNs = rng.exponentialNs(ns(1_000_000));
      if (!Number.isSafeInteger(spanNs) || spanNs < 0) broken += 1;
      sum += spanNs / 1e6;
      squares += (spanNs / 1e6) ** 2;
    }
    expect(broken).toBe(0);
    // Mean and deviation are both 1; four standard errors are 0.009 and 0.013.
    expect(Math.abs(sum / draws - 1)).toBeLessThan(0.009);
    expect(Math.abs(Math.sqrt(squares / draws - (sum / draws) ** 2) - 1)).toBeLessThan(0.013);
  });

  test('spans of the longest mean are still exact integers', () => {
    const rng = Rng.fromSeed(42);
    for (let draw = 0; draw < 10_000; draw += 1) {
      expect(Number.isSafeInteger(rng.exponentialNs(ns(exponentialMeanMaxNs)))).toBe(true);
    }
  });

  test('zipf draws follow the weights 1 / rank^exponent', () => {
    const rng = Rng.fromSeed(42);
    const table = new ZipfTable(5, 1);
    const weights = [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5];
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const counts = countDraws(50_000, 5, () => rng.zipf(table));
    const expected = weights.map((weight) => (50_000 * weight) / total);
    expect(chiSquare(counts, expected)).toBeLessThan(23.6);
  });

  test('a zipf table gives the item whose share of the weight holds the fraction', () => {
    // Weights 1 and 1/2: the first item has two thirds.
    const halving = new ZipfTable(2, 1);
    expect([0, 0.66, 0.67, 0.999].map((share) => halving.indexAt(share))).toEqual([0, 0, 1, 1]);
    expect(new ZipfTable(4, 0).indexAt(0.5)).toBe(2);
    expect(new ZipfTable(1, 3).indexAt(0.5)).toBe(0);
  });
});

test.each<[string, (rng: Rng) => void]>([
  ['integer(0)', (rng) => rng.integer(0)],
  ['integer(1.5)', (rng) => rng.integer(1.5)],
  ['integer(2^32 + 1)', (rng) => rng.integer(2 ** 32 + 1)],
  ['ratio(3, 2)', (rng) => rng.ratio(3, 2)],
  ['ratio(-1, 2)', (rng) => rng.ratio(-1, 2)],
  ['ratio(0.5, 2)', (rng) => rng.ratio(0.5, 2)],
  ['pick([])', (rng) => rng.pick([])],
  ['exponentialNs(0)', (rng) => rng.exponentialNs(ns(0))],
  ['exponentialNs of a longer mean', (rng) => rng.exponentialNs(ns(exponentialMeanMaxNs + 1))],
  ['a table of no item', () => new ZipfTable(0, 1)],
  ['a table of half an item', () => new ZipfTable(1.5, 1)],
  ['a table of negative exponent', () => new ZipfTable(2, -1)],
  ['a fraction of 1', () => new ZipfTable(2, 1).indexAt(1)],
])('%s is refused', (_, draw) => {
  expect(() => draw(Rng.fromSeed(1))).toThrow(EngineError);
});
