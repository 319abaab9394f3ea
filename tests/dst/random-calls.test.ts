/**
 * Random lives of a machine: many seeds, many steps, the same invariants after each step.
 *
 * `DST_SEED` sets the first seed and `DST_RUNS` how many follow. A failure prints its seed and the
 * shortest list of steps that still fails.
 */
import { describe, expect, test } from 'vitest';
import { type Dice, dice } from '../unit/hypervisor/support/random.ts';
import { checkInvariants } from './support/invariants.ts';
import { shrink } from './support/shrink.ts';
import { randomSteps, type Step } from './support/steps.ts';
import { World } from './support/world.ts';

const firstSeed = Number(process.env.DST_SEED ?? 1);
const runs = Number(process.env.DST_RUNS ?? 100);
const stepsPerRun = 100;
const timeoutMs = 60_000;

/** Lives through the steps; gives the problem or the world at the end. */
function live(steps: readonly Step[], spoil?: (world: World, step: Step) => void) {
  const world = new World();
  for (const step of steps) {
    try {
      world.run(step);
      spoil?.(world, step);
      checkInvariants(world);
    } catch (problem) {
      return { world, problem: problem instanceof Error ? problem.message : String(problem) };
    }
  }
  return { world, problem: undefined };
}

const stepsOf = (seed: number, random: Dice = dice(seed)) => randomSteps(random, stepsPerRun);

function report(seed: number, steps: readonly Step[], problem: string): string {
  const shortest = shrink(steps, (rest) => live(rest).problem !== undefined);
  const list = shortest.map((step) => `  ${JSON.stringify(step)}`).join('\n');
  return `seed ${seed}: ${problem}\nrepeat with DST_SEED=${seed} DST_RUNS=1\nsteps:\n${list}`;
}

describe('random calls', () => {
  test(
    `keep every invariant, from seed ${firstSeed} on`,
    () => {
      expect(runs).toBeGreaterThan(0);
      for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
        const steps = stepsOf(seed);
        const { problem } = live(steps);
        if (problem !== undefined) throw new Error(report(seed, steps, problem));
      }
    },
    timeoutMs,
  );

  test('repeat bit for bit', () => {
    for (let seed = firstSeed; seed < firstSeed + 5; seed += 1) {
      const [first, second] = [live(stepsOf(seed)), live(stepsOf(seed))];
      expect(second.world.machine.hv.digest()).toBe(first.world.machine.hv.digest());
    }
  });

  test('reach the interesting places', () => {
    const worlds = Array.from({ length: 40 }, (_, index) => live(stepsOf(index + 1)).world);
    const count = (holds: (world: World) => boolean) => worlds.filter(holds).length;
    expect(count(({ ids }) => ids.length > 3)).toBeGreaterThan(5);
    expect(count(({ taken }) => [...taken.values()].some((pages) => pages >= 208))).toBeGreaterThan(
      2,
    );
    expect(
      count(({ received }) => [...received.values()].some(({ length }) => length > 3)),
    ).toBeGreaterThan(5);
    expect(count(({ states }) => [...states.values()].includes('finalized'))).toBeGreaterThan(2);
    expect(
      count(({ tables }) => [...tables.values()].some(({ size }) => size > 0)),
    ).toBeGreaterThan(0);
  });
});

describe('the invariants are not blind', () => {
  const planted: [string, RegExp, (world: World) => void][] = [
    [
      'a page in two pools',
      /belongs to the pool of 1 and to the pool of 2/,
      ({ machine }) => {
        const page = machine.root.pool.free[0];
        if (page !== undefined) machine.child.pool.free.push(page);
      },
    ],
    [
      'a deposited page that can be reached',
      /reaches deposited page|left a pool unseen|does not know/,
      ({ machine }) => {
        for (const page of machine.root.pool.free) page.depositedTo = 0;
      },
    ],
    [
      'a page that was lost',
      /has \d+ pages of \d+ deposited/,
      ({ machine }) => {
        const page = machine.root.pool.free.pop();
        if (page !== undefined) {
          for (const [gpn, mapping] of machine.root.gpa.mappings) {
            if (mapping.page === page) machine.root.gpa.mappings.delete(gpn);
          }
        }
      },
    ],
    [
      'a message buffer that was lost',
      /port \d: \d+ buffers in use/,
      ({ openPorts }) => {
        for (const port of openPorts) port.buffersFree -= 1;
      },
    ],
    [
      'a message that overtook another',
      /received/,
      ({ received }) => {
        received.set('1/2', [-1]);
      },
    ],
    [
      'a partition that nobody created',
      /partitions 1,2,/,
      ({ machine }) => {
        machine.hv.addPartition({ parent: machine.root });
      },
    ],
  ];

  test.each(planted)(
    '%s is found and the list is cut down to what matters',
    (_, message, plant) => {
      const marker: Step = { do: 'balance', by: 1, id: 1, fast: true };
      const steps = [...stepsOf(1).slice(0, 20), marker, ...stepsOf(2).slice(0, 20)];
      const spoil = (world: World, step: Step) => {
        if (step === marker) plant(world);
      };
      expect(live(steps, spoil).problem).toMatch(message);
      const shortest = shrink(steps, (rest) => live(rest, spoil).problem !== undefined);
      expect(shortest).toEqual([marker]);
    },
  );
});
