import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Rng } from '../../../src/engine/kernel/prng.ts';
import {
  type Answer,
  defaultBudget,
  type Instance,
  solve,
  totalsBound,
  verifyCertificate,
  verifyPlacement,
} from '../../../src/engine/sizing/index.ts';
import { leastHosts } from './support/exhaustive.ts';
import { different, estate, smallInstance } from './support/instances.ts';

/** What must hold of every answer, whatever the instance. */
function expectHonest(instance: Instance, answer: Answer): void {
  const out = new Set(answer.tooLarge);
  const placeable = {
    ...instance,
    types: instance.types.map((type, at) => (out.has(at) ? { ...type, itemCount: 0 } : type)),
  };
  expect(verifyPlacement(placeable, answer.placement)).toEqual({
    ok: true,
    value: answer.hostCount,
  });
  if (answer.certificate !== undefined) {
    const proof = verifyCertificate(placeable, answer.certificate);
    expect(proof).toEqual({ ok: true, value: answer.lowerBound });
  }
  expect(answer.lowerBound).toBeLessThanOrEqual(answer.hostCount);
  expect(answer.proven).toBe(answer.lowerBound === answer.hostCount);
}

describe('small instances', () => {
  test('the answer is the one that trying everything gives', () => {
    fc.assert(
      fc.property(smallInstance, (instance) => {
        const least = leastHosts(instance);
        const answer = solve(instance);
        expectHonest(instance, answer);
        if (least === undefined) {
          expect(answer.tooLarge.length).toBeGreaterThan(0);
          return;
        }
        expect(answer.lowerBound).toBeLessThanOrEqual(least);
        expect(answer.hostCount).toBe(least);
      }),
      { numRuns: 500 },
    );
  });

  test('nothing to place needs no host and no proof', () => {
    const answer = solve({ capacity: [4], types: [{ sizes: [2], itemCount: 0 }] });
    expect(answer).toMatchObject({ hostCount: 0, lowerBound: 0, proven: true, placement: [] });
    expect(answer.certificate).toBeUndefined();
  });

  test('machines that take nothing still need one host', () => {
    const idle = { sizes: [0, 0], itemCount: 7 };
    const answer = solve({ capacity: [4, 4], types: [idle] });
    expect(answer).toMatchObject({ hostCount: 1, proven: true });
    const mixed = solve({ capacity: [4, 4], types: [{ sizes: [3, 0], itemCount: 5 }, idle] });
    expect(mixed).toMatchObject({ hostCount: 5, proven: true });
  });

  test('a machine larger than a host is named and the others are placed', () => {
    const types = [
      { sizes: [30, 101], itemCount: 1 },
      { sizes: [10, 10], itemCount: 5 },
    ];
    const answer = solve({ capacity: [100, 100], types });
    expect(answer).toMatchObject({ tooLarge: [0], hostCount: 1, totalsOnly: 2 });
  });
});

describe('proofs', () => {
  test('ten machines of half a host and a bit more need ten hosts; adding up says six', () => {
    const instance = { capacity: [384], types: [{ sizes: [193], itemCount: 10 }] };
    const answer = solve(instance);
    expectHonest(instance, answer);
    expect(answer).toMatchObject({ hostCount: 10, lowerBound: 10, totalsOnly: 6 });
    expect(answer.certificate?.kind).toBe('prices');
  });

  test('an estate of ten types is proven, and better than first fit decreasing', () => {
    const instance = estate(1000, 3);
    const answer = solve(instance);
    expectHonest(instance, answer);
    expect(answer.proven).toBe(true);
    expect(answer.firstFitDecreasing).toBeGreaterThan(answer.hostCount);
    expect(answer.totalsOnly).toBeLessThan(answer.hostCount);
    expect(totalsBound(instance).hostCount).toBe(answer.totalsOnly);
  });

  test('estates with the same sizes under several names are one type inside', () => {
    const { capacity, types } = estate(300, 5);
    const twice = types.flatMap(({ sizes, itemCount }) => [
      { sizes, itemCount: itemCount >> 1 },
      { sizes, itemCount: itemCount - (itemCount >> 1) },
    ]);
    const answer = solve({ capacity, types: twice });
    expectHonest({ capacity, types: twice }, answer);
    expect(answer.hostCount).toBe(solve({ capacity, types }).hostCount);
  });

  test.each([1, 2, 3])('forty different machines are proven (%i)', (seed) => {
    const instance = different(40, 3, seed);
    const answer = solve(instance);
    expectHonest(instance, answer);
    expect(answer.hostCount - answer.lowerBound).toBeLessThanOrEqual(1);
  });

  test('the same instance gets the same answer', () => {
    const instance = different(30, 2, 9);
    expect(solve(instance)).toEqual(solve(instance));
  });
});

describe('hard placements', () => {
  test('planted triples: every host is full to the last unit', () => {
    const random = Rng.fromSeed(11);
    const types = Array.from({ length: 16 }, () => {
      const first = [30 + random.integer(8), 30 + random.integer(8)];
      const second = [30 + random.integer(8), 30 + random.integer(8)];
      const third = first.map((size, at) => 100 - size - (second[at] ?? 0));
      return [first, second, third].map((sizes) => ({ sizes, itemCount: 1 }));
    }).flat();
    const instance = { capacity: [100, 100], types };
    const answer = solve(instance);
    expectHonest(instance, answer);
    expect(answer).toMatchObject({ lowerBound: 16 });
    expect(answer.hostCount).toBeLessThanOrEqual(17);
  });

  test.each([1, 2, 3, 4])(
    'dives alone, one way down after the other (%i)',
    (seed) => {
      for (const [machines, resources] of [
        [60, 3],
        [75, 5],
      ] as const) {
        const instance = different(machines, resources, seed);
        const answer = solve(instance, { ...defaultBudget, dives: 6, fillRounds: 0 });
        expectHonest(instance, answer);
        expect(answer.hostCount - answer.lowerBound).toBeLessThanOrEqual(2);
      }
    },
    60_000,
  );

  test('a hundred different machines: the inverse is computed anew on the way', () => {
    const instance = different(100, 3, 21);
    const answer = solve(instance, { ...defaultBudget, dives: 2, fillRounds: 4 });
    expectHonest(instance, answer);
    expect(answer.hostCount - answer.lowerBound).toBeLessThanOrEqual(2);
  }, 60_000);
});

describe('budgets', () => {
  test.each([
    ['no search at all', { pricingNodes: 1, proofNodes: 1, columns: 1, dives: 0, fillRounds: 0 }],
    ['no placement out of the programme', { dives: 0, fillRounds: 0 }],
    ['only dives', { fillRounds: 0, dives: 3 }],
    ['fewer types than there are', { typesMax: 5 }],
  ])('%s still gives an honest answer', (_what, change) => {
    for (const instance of [different(30, 3, 4), estate(200, 6)]) {
      expectHonest(instance, solve(instance, { ...defaultBudget, ...change }));
    }
  });
});
