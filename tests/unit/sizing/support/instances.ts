/** Instances for tests: random small ones, and estates of ten usual machine sizes. */
import fc from 'fast-check';
import { Rng } from '../../../../src/engine/kernel/prng.ts';
import type { Instance } from '../../../../src/engine/sizing/index.ts';

/** A few types, two or three resources, eight items at most. */
export const smallInstance: fc.Arbitrary<Instance> = fc
  .integer({ min: 1, max: 3 })
  .chain((resourceCount) =>
    fc.record({
      capacity: fc.array(fc.integer({ min: 8, max: 20 }), {
        minLength: resourceCount,
        maxLength: resourceCount,
      }),
      types: fc.array(
        fc.record({
          sizes: fc.array(fc.integer({ min: 0, max: 11 }), {
            minLength: resourceCount,
            maxLength: resourceCount,
          }),
          itemCount: fc.integer({ min: 0, max: 3 }),
        }),
        { maxLength: 5 },
      ),
    }),
  )
  .filter(({ types }) => types.reduce((sum, { itemCount }) => sum + itemCount, 0) <= 8);

/** Processor hundredths, MB, IOPS, Mbit/s and GB of ten usual machine sizes. */
const usualSizes = [
  [110, 2088, 43, 20, 60],
  [220, 4152, 86, 40, 80],
  [220, 8280, 130, 60, 120],
  [440, 8280, 216, 120, 150],
  [440, 16536, 378, 150, 250],
  [880, 16536, 432, 300, 200],
  [880, 33048, 972, 250, 500],
  [880, 66072, 1944, 300, 1000],
  [1760, 66072, 2700, 500, 1500],
  [1760, 132120, 5400, 800, 3000],
];

/** An estate of ten types on small hosts. */
export function estate(itemCount: number, seed: number): Instance {
  const random = Rng.fromSeed(seed);
  const counts = usualSizes.map(() => 0);
  for (let item = 0; item < itemCount; item += 1) {
    const type = Math.min(random.integer(10), random.integer(10));
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return {
    capacity: [4800, 193748, 12000, 10000, 6000],
    types: usualSizes.map((sizes, type) => ({ sizes, itemCount: counts[type] ?? 0 })),
  };
}

/** Every machine different: sizes from a fifth to a half of a host. */
export function different(itemCount: number, resourceCount: number, seed: number): Instance {
  const random = Rng.fromSeed(seed);
  return {
    capacity: Array.from({ length: resourceCount }, () => 1000),
    types: Array.from({ length: itemCount }, () => ({
      sizes: Array.from({ length: resourceCount }, () => 150 + random.integer(350)),
      itemCount: 1,
    })),
  };
}
