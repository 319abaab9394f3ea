import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue, type Ticket } from '../../../src/engine/kernel/queue.ts';

interface Pushed {
  readonly time: number;
  readonly arg: number;
  readonly ticket: Ticket;
}

/** The plain model: all tickets ever given, and what waits as a list in the order of leaving. */
interface Plain {
  readonly given: Ticket[];
  waiting: Pushed[];
}

type Command = fc.Command<Plain, EventQueue>;

/** Shows itself in a counterexample. */
const command = (
  name: string,
  check: (plain: Plain) => boolean,
  run: (plain: Plain, queue: EventQueue) => void,
): Command => ({ check, run, toString: () => name });

const always = () => true;

function push(time: number, repeat: number): Command {
  return command(`push ${repeat} at ${time}`, always, (plain, queue) => {
    for (let index = 0; index < repeat; index += 1) {
      const arg = plain.given.length;
      const ticket = queue.push(time + index, arg % 3, arg);
      plain.given.push(ticket);
      plain.waiting.push({ time: time + index, arg, ticket });
    }
    // A stable sort: equal times stay in the order of coming.
    plain.waiting.sort((left, right) => left.time - right.time);
  });
}

const take = command(
  'take',
  (plain) => plain.waiting.length > 0,
  (plain, queue) => {
    const expected = plain.waiting.shift();
    expect(queue.nextTimeNs()).toBe(expected?.time);
    queue.take();
    expect(queue.takenArg).toBe(expected?.arg);
    expect(queue.takenEvent).toBe((expected?.arg ?? 0) % 3);
  },
);

function cancel(start: number, repeat: number): Command {
  return command(
    `cancel ${repeat} from ${start}`,
    (plain) => plain.given.length > 0,
    (plain, queue) => {
      for (let index = 0; index < repeat; index += 1) {
        const ticket = plain.given[(start + index) % plain.given.length] as Ticket;
        const still = plain.waiting.filter((pushed) => pushed.ticket !== ticket);
        expect(queue.cancel(ticket)).toBe(still.length < plain.waiting.length);
        plain.waiting = still;
      }
    },
  );
}

const look = command('look', always, (plain, queue) => {
  expect(queue.pendingCount).toBe(plain.waiting.length);
  expect(queue.pushedCount).toBe(plain.given.length);
  expect(queue.nextTimeNs()).toBe(plain.waiting[0]?.time ?? Number.POSITIVE_INFINITY);
});

/** Few different times, so that many are equal; now and then many at once, to grow and compact. */
const commands = fc.commands(
  [
    fc.tuple(fc.nat(5), fc.constantFrom(1, 1, 1, 100)).map(([time, repeat]) => push(time, repeat)),
    fc.constant(take),
    fc.tuple(fc.nat(300), fc.constantFrom(1, 1, 90)).map(([at, repeat]) => cancel(at, repeat)),
    fc.constant(look),
  ],
  { size: 'large', maxCommands: 60 },
);

test('the queue does what a sorted list does, for any pushes, takes and cancels', () => {
  fc.assert(
    fc.property(commands, (list) => {
      const start = () => ({ model: { given: [], waiting: [] }, real: new EventQueue() });
      fc.modelRun(start, [...list, look]);
    }),
    { numRuns: 300 },
  );
});
