import { expect, test } from 'vitest';
import { solve } from '../../../src/engine/sizing/index.ts';
import { estate } from './support/instances.ts';

test.each([
  50, 200, 1000, 3000,
])('forty estates of %i machines of ten sizes are proven and hold every machine', (machines) => {
  for (let seed = 0; seed < 40; seed += 1) {
    const answer = solve(estate(machines, seed));
    expect(answer, `seed ${seed}`).toMatchObject({ proven: true });
    expect(answer.hostCount).toBeLessThanOrEqual(answer.firstFitDecreasing);
  }
});
