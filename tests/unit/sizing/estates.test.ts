import { expect, test } from 'vitest';
import { solve } from '../../../src/engine/sizing/index.ts';
import { estate } from './support/instances.ts';

const seeds = Array.from({ length: 8 }, (_, seed) => seed);

test.each([50, 200, 1000, 3000])(
  'estates of %i machines of ten sizes are proven',
  (machines) => {
    for (const seed of seeds) {
      const answer = solve(estate(machines, seed));
      expect(answer, `seed ${seed}`).toMatchObject({ proven: true });
      expect(answer.hostCount).toBeLessThanOrEqual(answer.firstFitDecreasing);
    }
  },
  60_000,
);
