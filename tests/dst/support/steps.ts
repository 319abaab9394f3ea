/** What a random run can do: plain data, so that a failing run can be printed, cut and repeated. */
import { msrIndex, sintBase } from '../../../src/engine/hypervisor/defs/msrs.ts';
import { sintRegister } from '../../../src/engine/hypervisor/defs/synic.ts';
import { type U64, u64 } from '../../../src/engine/kernel/u64.ts';
import type { Dice } from '../../unit/hypervisor/support/random.ts';

/** One thing that one of the partitions, or the world around them, does. */
export type Step =
  | { readonly do: 'create'; readonly by: number }
  | { readonly do: 'deposit'; readonly by: number; readonly to: number; readonly gpns: number[] }
  | { readonly do: 'initialize'; readonly by: number; readonly id: number }
  | { readonly do: 'balance'; readonly by: number; readonly id: number; readonly fast: boolean }
  | { readonly do: 'registers'; readonly by: number; readonly id: number; readonly names: number[] }
  | { readonly do: 'set'; readonly by: number; readonly id: number; readonly name: number }
  | { readonly do: 'post'; readonly by: number; readonly connection: number }
  | {
      readonly do: 'signal';
      readonly by: number;
      readonly connection: number;
      readonly flag: number;
    }
  | { readonly do: 'flush'; readonly by: number; readonly count: number }
  | { readonly do: 'msr'; readonly by: number; readonly index: number; readonly value: U64 }
  | { readonly do: 'receive'; readonly by: number; readonly sint: number }
  | { readonly do: 'map'; readonly by: number; readonly gpn: number; readonly access: number }
  | { readonly do: 'unmap'; readonly by: number; readonly gpn: number }
  | { readonly do: 'share'; readonly gpn: number }
  | { readonly do: 'withdraw'; readonly by: number; readonly id: number; readonly count: number }
  | {
      readonly do: 'map gpa';
      readonly by: number;
      readonly id: number;
      readonly base: number;
      readonly gpns: number[];
    }
  | {
      readonly do: 'unmap gpa';
      readonly by: number;
      readonly id: number;
      readonly base: number;
      readonly count: number;
    }
  | { readonly do: 'finalize'; readonly by: number; readonly id: number }
  | { readonly do: 'delete'; readonly by: number; readonly id: number }
  | { readonly do: 'delete port'; readonly id: number };

/** The steps of one kind. */
export type StepOf<K extends Step['do']> = Extract<Step, { readonly do: K }>;

/** Pages of each partition that the steps play with. */
export const playedPages = 700;
/** Ports between the root and the child: two for messages, two for events. */
export const ports = [1, 2, 3, 4] as const;

const sints = [2, 3];
const overlayGpns = [0x20, 0x21, 0x22];

const someGpns = (dice: Dice): number[] => {
  const first = dice.next(playedPages);
  const count = 1 + dice.next(dice.chance(2) ? 320 : 4);
  const last = Math.min(first + count, playedPages);
  const run = Array.from({ length: last - first }, (_, index) => first + index);
  return dice.chance(8) ? [...run, dice.pick(run)] : run;
};

const overlay = (dice: Dice): U64 =>
  dice.chance(4) ? u64(0) : u64(dice.pick(overlayGpns) * 4096 + 1, dice.chance(20) ? 0x100 : 0);

function msrStep(dice: Dice, by: number): Step {
  const step = (index: number, value: U64): Step => ({ do: 'msr', by, index, value });
  switch (dice.next(6)) {
    case 0:
      return step(msrIndex.SIMP, overlay(dice));
    case 1:
      return step(msrIndex.SIEFP, overlay(dice));
    case 2:
      return step(msrIndex.SCONTROL, u64(dice.chance(5) ? 0 : 1));
    case 3:
      return step(msrIndex.GUEST_OS_ID, u64(dice.next(3)));
    case 4:
      return step(msrIndex.HYPERCALL, overlay(dice));
    default: {
      const flags = { Masked: dice.next(2), Polling: dice.next(2), AutoEoi: dice.next(2) };
      const value = sintRegister.pack({ Vector: dice.next(256), ...flags });
      return step(sintBase + dice.pick(sints), value);
    }
  }
}

type Maker = (dice: Dice, by: number, id: number) => Step;

/** How often each kind of step is taken, and how it is drawn. */
const makers: readonly (readonly [weight: number, Maker])[] = [
  [2, (_, by) => ({ do: 'create', by })],
  [6, (dice, by, to) => ({ do: 'deposit', by, to, gpns: someGpns(dice) })],
  [3, (_, by, id) => ({ do: 'initialize', by, id })],
  [1, (dice, by, id) => ({ do: 'balance', by, id, fast: dice.chance(2) })],
  [
    1,
    (dice, by, id) => ({
      do: 'registers',
      by,
      id,
      names: [0x2_0000 + dice.next(20), dice.next(3)],
    }),
  ],
  [1, (dice, by, id) => ({ do: 'set', by, id, name: dice.pick([0x2_0003, 0, 0x9_0001, 7]) })],
  [8, (dice, by) => ({ do: 'post', by, connection: dice.chance(6) ? 1 + dice.next(5) : by })],
  [3, (dice, by) => ({ do: 'signal', by, connection: 1 + dice.next(5), flag: dice.next(70) })],
  [1, (dice, by) => ({ do: 'flush', by, count: 1 + dice.next(500) })],
  [3, msrStep],
  [6, (dice, by) => ({ do: 'receive', by, sint: dice.chance(6) ? dice.pick(sints) : 2 })],
  [
    2,
    (dice, by) => ({
      do: 'map',
      by,
      gpn: dice.next(playedPages),
      access: dice.chance(3) ? dice.next(8) : 7,
    }),
  ],
  [1, (dice, by) => ({ do: 'unmap', by, gpn: dice.next(playedPages) })],
  [1, (dice) => ({ do: 'share', gpn: dice.next(playedPages) })],
  [1, (dice, by, id) => ({ do: 'withdraw', by, id, count: dice.pick([1, 3, 512]) })],
  [2, (dice, by, id) => ({ do: 'map gpa', by, id, base: dice.next(1500), gpns: someGpns(dice) })],
  [
    1,
    (dice, by, id) => ({
      do: 'unmap gpa',
      by,
      id,
      base: dice.next(1500),
      count: 1 + dice.next(300),
    }),
  ],
  [2, (dice, by, id) => ({ do: dice.chance(3) ? 'delete' : 'finalize', by, id })],
];

const drawn = makers.flatMap(([weight, maker]) => Array.from({ length: weight }, () => maker));

/** A random list of steps; the root acts more often than the others. */
export function randomSteps(dice: Dice, count: number): Step[] {
  return Array.from({ length: count }, () => {
    if (dice.chance(200)) return { do: 'delete port', id: dice.pick(ports) };
    const by = dice.chance(3) ? 2 : 1;
    // Mostly one new partition, so that its pool gets large enough to initialize it.
    const id = dice.chance(3) ? dice.next(9) : 3;
    return dice.pick(drawn)(dice, by, id);
  });
}
