import { expect, test } from 'vitest';
import { instanceIssues } from '../../../src/engine/sizing/index.ts';

test.each([
  ['no resource', [], [], 'capacity'],
  ['a negative capacity', [-1], [], 'capacity[0]'],
  ['a fraction', [10], [{ sizes: [0.5], itemCount: 1 }], 'types[0].sizes[0]'],
  ['a size too many', [10], [{ sizes: [1, 2], itemCount: 1 }], 'types[0].sizes'],
  [
    'a count that is no number',
    [10],
    [{ sizes: [1], itemCount: Number.NaN }],
    'types[0].itemCount',
  ],
  ['too many machines', [10], [{ sizes: [1], itemCount: 1_000_001 }], 'types'],
  ['a sum that is not exact', [10], [{ sizes: [2 ** 52], itemCount: 3 }], 'capacity[0]'],
])('%s is refused with its place', (_what, capacity, types, path) => {
  expect(instanceIssues({ capacity, types })).toMatchObject([{ path }]);
});

test('whole numbers are an instance', () => {
  expect(instanceIssues({ capacity: [10], types: [{ sizes: [3], itemCount: 2 }] })).toEqual([]);
});
