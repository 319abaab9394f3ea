/** Estates of ten machine sizes on three host models, drawn anew for each seed. */
import { Rng } from '../../src/engine/kernel/prng.ts';
import type { Instance } from '../../src/engine/sizing/index.ts';

/** Processor hundredths, MB, IOPS, Mbit/s and GB of ten usual machine sizes, overheads included. */
const sizes = [
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

/** The host models: 64 cores 4:1, 16 cores 3:1, 24 cores 2:1. */
const hostModels = {
  big: [25600, 521428, 40000, 20000, 20000],
  small: [4800, 193748, 12000, 10000, 6000],
  tight: [4800, 144596, 9000, 10000, 4500],
} as const;

/** A host model by name. */
export type HostModelName = keyof typeof hostModels;

/** One estate. */
export function estateOf(host: HostModelName, machineCount: number, seed: number): Instance {
  const random = Rng.fromSeed(seed).split(`${host} ${machineCount}`);
  const weights = sizes.map((_size, index) => 1 + random.integer(20 - index));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const counts = sizes.map(() => 0);
  for (let machine = 0; machine < machineCount; machine += 1) {
    let place = random.integer(sum);
    let type = 0;
    for (; place >= (weights[type] ?? sum); type += 1) place -= weights[type] ?? 0;
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return {
    capacity: hostModels[host],
    types: sizes.map((each, type) => ({ sizes: each, itemCount: counts[type] ?? 0 })),
  };
}
