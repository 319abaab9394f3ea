import { describe, expect, test } from 'vitest';
import {
  type Instance,
  type PriceCertificate,
  solve,
  verifyCertificate,
  verifyPlacement,
} from '../../../src/engine/sizing/index.ts';
import { estate } from './support/instances.ts';

/** Two of size 6 and three of size 4 on hosts of 10: three hosts. */
const instance: Instance = {
  capacity: [10, 5],
  types: [
    { sizes: [6, 1], itemCount: 2 },
    { sizes: [4, 2], itemCount: 3 },
  ],
};
const pair = { types: [0, 1], copies: [1, 1], hostCount: 2 };
const single = { types: [1], copies: [1], hostCount: 1 };

describe('placements', () => {
  test('every item once and no host too full is accepted', () => {
    expect(verifyPlacement(instance, [pair, single])).toEqual({ ok: true, value: 3 });
  });

  test.each([
    ['an item is missing', [pair], 'types[1]', 'is placed 2 times'],
    ['an item stands twice', [pair, single, single], 'types[1]', 'is placed 4 times'],
    [
      'a host holds too much',
      [{ types: [0], copies: [2], hostCount: 1 }],
      'placement[0]',
      'holds 12 of resource 0',
    ],
    [
      'the second resource is too full',
      [{ types: [1], copies: [3], hostCount: 1 }],
      'placement[0]',
      'of resource',
    ],
    ['a type does not exist', [{ types: [2], copies: [1], hostCount: 1 }], 'placement[0]', 'type'],
    ['copies are negative', [{ types: [0], copies: [-1], hostCount: 1 }], 'placement[0]', 'type'],
    [
      'copies are a fraction',
      [{ types: [0], copies: [0.5], hostCount: 4 }],
      'placement[0]',
      'type',
    ],
    ['copies are missing', [{ types: [0, 1], copies: [1], hostCount: 1 }], 'placement[0]', 'host'],
    ['hosts are negative', [{ ...pair, hostCount: -2 }], 'placement[0]', 'is not a host content'],
    ['hosts are no number', [{ ...pair, hostCount: Number.NaN }], 'placement[0]', 'is not a host'],
  ])('refused when %s', (_what, placement, path, says) => {
    const verdict = verifyPlacement(instance, placement);
    expect(verdict).toMatchObject({ ok: false, error: { path } });
    expect(verdict.ok ? '' : verdict.error.message).toContain(says);
  });
});

const prices: PriceCertificate = {
  kind: 'prices',
  prices: [6, 4],
  hostValueMax: 10,
  totalPrice: 24,
};

describe('certificates', () => {
  test('prices prove as many hosts as the total is worth', () => {
    expect(verifyCertificate(instance, prices)).toEqual({ ok: true, value: 3 });
  });

  test.each([
    ['a host value below what fits', { hostValueMax: 9 }, 'hostValueMax'],
    ['no host value', { hostValueMax: 0 }, 'hostValueMax'],
    ['a total that is not the sum', { totalPrice: 25 }, 'totalPrice'],
    ['a price that makes a host richer', { prices: [7, 4], totalPrice: 26 }, 'hostValueMax'],
    ['a negative price', { prices: [-6, 4] }, 'prices[0]'],
    ['a price that is no whole number', { prices: [6, 4.5] }, 'prices[1]'],
    ['a price beyond exact products', { prices: [6, 0x400_0000] }, 'prices[1]'],
    ['a price too few', { prices: [6] }, 'prices[1]'],
    ['a price too many', { prices: [6, 4, 1] }, 'prices[-1]'],
    ['weights for other resources', { resourceWeights: [1] }, 'resourceWeights'],
    ['a negative weight', { resourceWeights: [1, -1] }, 'resourceWeights'],
  ])('refused: %s', (_what, change, path) => {
    const verdict = verifyCertificate(instance, { ...prices, ...change });
    expect(verdict).toMatchObject({ ok: false, error: { path } });
  });

  test('weights are a hint: any of them lead to the same verdict', () => {
    for (const resourceWeights of [
      [0, 0],
      [1, 0],
      [0, 1],
      [7, 1_000_000],
      [2 ** 52, 2 ** 52],
    ]) {
      expect(verifyCertificate(instance, { ...prices, resourceWeights }).ok).toBe(true);
      const lie = { ...prices, resourceWeights, hostValueMax: 9 };
      expect(verifyCertificate(instance, lie).ok).toBe(false);
    }
  });

  test('a resource proves its own total', () => {
    expect(verifyCertificate(instance, { kind: 'totals', resource: 0 })).toMatchObject({
      value: 3,
    });
    expect(verifyCertificate(instance, { kind: 'totals', resource: 2 })).toMatchObject({
      ok: false,
    });
  });

  test('a search that grows too large is refused, not believed', () => {
    const sizes = Array.from({ length: 40 }, (_, at) => [1001 + ((at * 37) % 97), 997 + at]);
    const types = sizes.map((each) => ({ sizes: each, itemCount: 2 }));
    const hard: PriceCertificate = {
      kind: 'prices',
      prices: sizes.map(([first = 0]) => first),
      hostValueMax: 20_000,
      totalPrice: sizes.reduce((sum, [first = 0]) => sum + 2 * first, 0),
      resourceWeights: [0, 1],
    };
    const verdict = verifyCertificate({ capacity: [20_001, 20_001], types }, hard);
    expect(verdict.ok).toBe(false);
  });

  test('each number of a found certificate matters', () => {
    const asked = estate(400, 2);
    const { certificate, lowerBound } = solve(asked);
    expect(certificate?.kind).toBe('prices');
    const found = certificate as PriceCertificate;
    expect(verifyCertificate(asked, found)).toEqual({ ok: true, value: lowerBound });
    for (const [at, type] of asked.types.entries()) {
      const raised = found.prices.map((price, other) => (other === at ? price * 2 + 1 : price));
      const more = (found.prices[at] ?? 0) + 1;
      const totalPrice = found.totalPrice + more * type.itemCount;
      expect(verifyCertificate(asked, { ...found, prices: raised }).ok).toBe(false);
      expect(verifyCertificate(asked, { ...found, prices: raised, totalPrice }).ok).toBe(false);
    }
    const slack = Math.floor(found.totalPrice / lowerBound) - 1;
    expect(verifyCertificate(asked, { ...found, hostValueMax: slack }).ok).toBe(false);
  });
});
