import { describe, expect, test } from 'vitest';
import { EventQueue, pendingEventsMax, type Ticket } from '../../../src/engine/kernel/queue.ts';
import { EngineError } from '../../../src/engine/kernel/result.ts';

/** Takes everything out and gives the arguments in the order of leaving. */
function drain(queue: EventQueue): number[] {
  const args: number[] = [];
  while (queue.nextTimeNs() !== Number.POSITIVE_INFINITY) {
    queue.take();
    args.push(queue.takenArg);
  }
  return args;
}

/** Pushes one event per time; the argument is the place in the list. */
function filled(times: readonly number[]): { queue: EventQueue; tickets: Ticket[] } {
  const queue = new EventQueue();
  return { queue, tickets: times.map((time, place) => queue.push(time, 0, place)) };
}

/** The places in a list of times in the order in which their events must leave. */
const inOrder = (times: readonly number[]): number[] =>
  times.map((_, place) => place).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);

/** All lists of `length` times out of 0, 1, 2. */
function* allTimes(length: number): Generator<readonly number[]> {
  for (let code = 0; code < 3 ** length; code += 1) {
    yield Array.from({ length }, (_, place) => Math.floor(code / 3 ** place) % 3);
  }
}

describe('events leave by time, and equal times in the order of coming', () => {
  test.each([1, 2, 3, 4, 5, 6, 7])('for every list of %i events at three times', (length) => {
    for (const times of allTimes(length)) {
      expect(drain(filled(times).queue)).toEqual(inOrder(times));
    }
  });

  test.each([1, 2, 3, 4, 5])('for every choice of cancelled ones out of %i', (length) => {
    for (const times of allTimes(length)) {
      for (let choice = 0; choice < 2 ** length; choice += 1) {
        const { queue, tickets } = filled(times);
        const isCancelled = (place: number): boolean => ((choice >>> place) & 1) === 1;
        for (const [place, ticket] of tickets.entries()) {
          if (isCancelled(place)) expect(queue.cancel(ticket)).toBe(true);
        }
        const expected = inOrder(times).filter((place) => !isCancelled(place));
        expect(queue.pendingCount).toBe(expected.length);
        expect(drain(queue)).toEqual(expected);
      }
    }
  });

  test('when events come and go in turn', () => {
    const queue = new EventQueue();
    const left: number[] = [];
    for (let round = 0; round < 300; round += 1) {
      queue.push(round + 2, 0, 2 * round);
      queue.push(round + 2, 0, 2 * round + 1);
      queue.nextTimeNs();
      queue.take();
      left.push(queue.takenArg);
    }
    expect([...left, ...drain(queue)]).toEqual(Array.from({ length: 600 }, (_, place) => place));
  });
});

describe('the queue grows', () => {
  test('past its first capacity without losing an event', () => {
    const times = Array.from({ length: 5000 }, (_, place) => (place * 7919) % 1009);
    expect(drain(filled(times).queue)).toEqual(inOrder(times));
  });

  test('to 2^20 pending events and no further', () => {
    const queue = new EventQueue();
    for (let place = 0; place < pendingEventsMax; place += 1) queue.push(0, 0, place);
    expect(queue.pendingCount).toBe(pendingEventsMax);
    expect(() => queue.push(0, 0, 0)).toThrow(EngineError);
  });
});

describe('a ticket names one event', () => {
  test('cancelling twice does nothing the second time', () => {
    const { queue, tickets } = filled([1, 2]);
    const [first] = tickets as [Ticket];
    expect([queue.cancel(first), queue.cancel(first)]).toEqual([true, false]);
    expect(queue.pendingCount).toBe(1);
  });

  test('cancelling an event that has left touches no later event in its place', () => {
    const { queue, tickets } = filled([1]);
    const [first] = tickets as [Ticket];
    drain(queue);
    expect(queue.cancel(first)).toBe(false);
    const second = queue.push(1, 0, 7);
    expect(second).not.toBe(first);
    expect(queue.cancel(first)).toBe(false);
    expect(drain(queue)).toEqual([7]);
  });

  test('a ticket that this queue never gave is refused', () => {
    expect(() => new EventQueue().cancel(0 as Ticket)).toThrow(EngineError);
  });

  test('timers that are nearly always cancelled do not pile up', () => {
    // Each timer is cancelled long before its time; kept, they would pass the limit of the queue.
    const queue = new EventQueue();
    const answer = queue.push(1e9, 0, 1);
    for (let round = 0; round < 2 * pendingEventsMax; round += 1) {
      queue.cancel(queue.push(1e6 + round, 0, 0));
    }
    expect(queue.pendingCount).toBe(1);
    expect(queue.cancel(answer)).toBe(true);
    expect(queue.nextTimeNs()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('taking needs an event', () => {
  test('from an empty queue it is refused', () => {
    expect(() => new EventQueue().take()).toThrow(EngineError);
  });

  test('a cancelled event cannot be taken', () => {
    const { queue, tickets } = filled([1]);
    for (const ticket of tickets) queue.cancel(ticket);
    expect(() => queue.take()).toThrow(EngineError);
  });
});

test('the queue counts what was pushed and knows when the earliest is due', () => {
  const { queue } = filled([30, 10, 20]);
  expect(queue.nextTimeNs()).toBe(10);
  drain(queue);
  expect([queue.pushedCount, queue.pendingCount]).toEqual([3, 0]);
});
