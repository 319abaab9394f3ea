/** Random choices that repeat with their seed, without the engine's own generator. */
export interface Dice {
  /** A whole number from 0 to `below` - 1. */
  next(below: number): number;
  /** True once in `of` times. */
  chance(of: number): boolean;
  pick<T>(items: readonly T[]): T;
  bytes(lengthBytes: number): Uint8Array;
}

/** Mulberry32, a published 32-bit generator; good enough to choose test inputs. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const draw = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const next = (below: number): number => draw() % below;
  return {
    next,
    chance: (of) => next(of) === 0,
    pick<T>(items: readonly T[]): T {
      return items[next(items.length)] as T;
    },
    bytes: (lengthBytes) => Uint8Array.from({ length: lengthBytes }, () => draw() & 0xff),
  };
}
