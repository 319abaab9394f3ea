import { describe, expect, test } from 'vitest';
import {
  type Ctx,
  eventId,
  fork,
  Kernel,
  type Model,
  type RunOptions,
  run,
} from '../../../src/engine/kernel/kernel.ts';
import type { Ticket } from '../../../src/engine/kernel/queue.ts';
import { assert, EngineError } from '../../../src/engine/kernel/result.ts';
import { defineEvents } from '../../../src/engine/kernel/trace.ts';
import { type Ns, ns } from '../../../src/engine/kernel/units.ts';

/** A log of (time, argument), and a script of what the first event schedules. */
interface Log {
  readonly seen: [number, number][];
  readonly struck: boolean[];
  total: number;
}

type Script = (ctx: Ctx<Script>) => void;

const events = defineEvents('probe', 9, {
  note: { id: 1, phase: 'mark', args: { value: 'number' }, says: 'probe.note' },
});

const note = eventId(0);
const again = eventId(1);
const draw = eventId(2);

/** Notes what happens; `again` repeats itself every 10 ns, `draw` asks for a fault and a number. */
const probe: Model<Log, Script> = {
  name: 'probe',
  events,
  handlers: [
    (state, ctx, arg) => {
      state.seen.push([ctx.now, arg]);
      state.total += arg;
      ctx.emit(events.kind.note, 1, arg);
    },
    (state, ctx, arg) => {
      state.seen.push([ctx.now, arg]);
      ctx.emit(events.kind.note, 2, arg);
      ctx.schedule(ns(10), again, arg + 1);
    },
    (state, ctx, arg) => {
      state.struck.push(ctx.fault('ringFull'));
      state.seen.push([ctx.now, ctx.rng.integer(1000)]);
      if (ctx.fault('lateInterrupt')) state.total += 1;
      if (arg > 0) ctx.schedule(ns(1), draw, arg - 1);
    },
  ],
  faults: ['ringFull', 'lateInterrupt'],
  init(script, ctx) {
    script(ctx);
    return { seen: [], struck: [], total: 0 };
  },
  invariant(state) {
    assert(state.total < 1000, 'the total stays below 1000');
  },
  digest(state, digest) {
    for (const [time, arg] of state.seen) digest.f64(time).f64(arg);
    digest.f64(state.total);
  },
};

const repeating: Script = (ctx) => {
  ctx.schedule(ns(0), again, 0);
};
const drawing: Script = (ctx) => {
  ctx.schedule(ns(0), draw, 199);
};

/** Options of a run with the rest filled in. */
const options = (params: Script, more: Partial<RunOptions<Script>> = {}): RunOptions<Script> => ({
  params,
  seed: 1,
  until: ns(1000),
  budget: 1000,
  ...more,
});

describe('order', () => {
  test('events run by time, and equal times in the order of scheduling', () => {
    const script: Script = (ctx) => {
      ctx.schedule(ns(20), note, 1);
      ctx.schedule(ns(10), note, 2);
      ctx.schedule(ns(20), note, 3);
      ctx.schedule(ns(10), note, 4);
    };
    expect(run(probe, options(script)).state.seen).toEqual([
      [10, 2],
      [10, 4],
      [20, 1],
      [20, 3],
    ]);
  });

  test('a cancelled event does not happen, and only the first cancel counts', () => {
    let cancelled: boolean[] = [];
    const script: Script = (ctx) => {
      const ticket: Ticket = ctx.schedule(ns(10), note, 1);
      ctx.schedule(ns(20), note, 2);
      cancelled = [ctx.cancel(ticket), ctx.cancel(ticket)];
    };
    expect(run(probe, options(script)).state.seen).toEqual([[20, 2]]);
    expect(cancelled).toEqual([true, false]);
  });
});

describe('a run stops and says why', () => {
  test('idle: nothing is left to happen, and the clock stays at the last event', () => {
    const kernel = new Kernel(
      probe,
      options((ctx) => ctx.schedule(ns(7), note, 1)),
    );
    expect(kernel.advance(ns(100), 10)).toBe('idle');
    expect([kernel.now, kernel.events]).toEqual([7, 1]);
  });

  test('until: events at the last moment run, later ones wait, and the clock shows it', () => {
    const kernel = new Kernel(probe, options(repeating));
    expect(kernel.advance(ns(35), 100)).toBe('until');
    expect([kernel.now, kernel.events]).toEqual([35, 4]);
    expect(kernel.advance(ns(40), 100)).toBe('until');
    expect(kernel.events).toBe(5);
  });

  test('budget: an endless burst at one moment ends as a value', () => {
    const storm: Model<Log, Script> = {
      ...probe,
      handlers: [(_, ctx) => ctx.schedule(ns(0), note, 0)],
    };
    const found = run(
      storm,
      options((ctx) => ctx.schedule(ns(5), note, 0), { budget: 5000 }),
    );
    expect([found.stop, found.events]).toEqual(['budget', 5000]);
  });

  test('a budget that is just enough is no reason to stop', () => {
    const script: Script = (ctx) => ctx.schedule(ns(5), note, 1);
    expect(run(probe, options(script, { budget: 1 })).stop).toBe('idle');
    expect(run(probe, options(script, { budget: 0 })).stop).toBe('budget');
    expect(run(probe, options(repeating, { budget: 1, until: ns(5) })).stop).toBe('until');
  });

  test('time does not run backwards', () => {
    const kernel = new Kernel(probe, options(repeating));
    kernel.advance(ns(50), 100);
    expect(() => kernel.advance(ns(49), 100)).toThrow(EngineError);
  });

  test.each([-1, 0.5, Number.NaN])('%d is no budget', (budget) => {
    expect(() => run(probe, options(repeating, { budget }))).toThrow(EngineError);
  });
});

describe('the same run again', () => {
  test('the same seed gives the same digest, another seed another', () => {
    const digestOf = (seed: number) => run(probe, options(drawing, { seed })).digest;
    expect(digestOf(5)).toBe(digestOf(5));
    expect(digestOf(5)).not.toBe(digestOf(6));
    expect(digestOf(5)).toMatch(/^[0-9a-f]{16}$/);
  });

  test('in parts it is what it is in one go', () => {
    const parts = new Kernel(probe, options(repeating));
    for (const [untilNs, budget] of [
      [333, 7],
      [333, 1000],
      [991, 1000],
      [1000, 1000],
    ] as const) {
      parts.advance(ns(untilNs), budget);
    }
    expect(parts.digest()).toBe(run(probe, options(repeating)).digest);
  });

  test('without a trace the state is the same', () => {
    const traced = run(probe, options(drawing));
    const untraced = run(probe, options(drawing, { traceRecords: 0 }));
    expect(untraced.state).toEqual(traced.state);
    expect(untraced.trace.totalRecords).toBe(0);
  });

  test('the trace has the time, the actor and the arguments of what happened', () => {
    const { trace } = run(probe, options(repeating, { until: ns(10) }));
    expect(trace.records().map(({ timeNs, actor, a }) => [timeNs, actor, a])).toEqual([
      [0, 2, 0],
      [10, 2, 1],
    ]);
  });
});

describe('the invariant', () => {
  const growing: Script = (ctx) => {
    for (let at = 1; at <= 30; at += 1) ctx.schedule(ns(at), note, at * 3);
  };

  test('is checked between events, and its failure tells where the run stands', () => {
    const kernel = new Kernel(probe, { ...options(growing), invariantEvery: 1 });
    expect(() => kernel.advance(ns(1000), 1000)).toThrow('the total stays below 1000');
    const situation = kernel.situation();
    // 3 * (1 + ... + 26) = 1053 is the first sum that is too large.
    expect(situation).toMatchObject({ model: 'probe', seed: 1, events: 26, nowNs: 26 });
    expect(situation.lastRecords.map(({ timeNs }) => timeNs)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 7),
    );
  });

  test('is checked at the end when events are fewer than the interval', () => {
    expect(() => run(probe, options(growing))).toThrow(EngineError);
  });

  test('is checked at the start', () => {
    const broken: Model<Log, Script> = {
      ...probe,
      init: () => ({ seen: [], struck: [], total: 5000 }),
    };
    expect(() => new Kernel(broken, options(repeating))).toThrow(EngineError);
  });

  test('is checked every 1 or more events', () => {
    expect(() => run(probe, options(growing, { invariantEvery: 0 }))).toThrow(EngineError);
  });
});

describe('faults', () => {
  const always = { hits: 1, outOf: 1 };
  const rarely = { hits: 1, outOf: 10 };

  test('a fault strikes as often as asked, and never when not asked for', () => {
    expect(run(probe, options(drawing)).state.struck).not.toContain(true);
    const struck = (ratio: typeof always) =>
      run(probe, options(drawing, { faults: { ringFull: ratio } })).state.struck;
    expect(struck(always)).not.toContain(false);
    const rare = struck(rarely).filter(Boolean).length;
    expect(rare).toBeGreaterThan(5);
    expect(rare).toBeLessThan(40);
  });

  test('one more fault shifts neither the other fault nor the model', () => {
    const one = run(probe, options(drawing, { faults: { ringFull: rarely } })).state;
    const faults = { ringFull: rarely, lateInterrupt: rarely };
    const two = run(probe, options(drawing, { faults })).state;
    expect(two.struck).toEqual(one.struck);
    expect(two.seen).toEqual(one.seen);
    expect(two.total).toBeGreaterThan(one.total);
  });

  test('a fault that the model does not declare is refused with the known ones', () => {
    expect(() => run(probe, options(drawing, { faults: { ringFul: always } }))).toThrow(
      'fault ringFul is not declared; known: ringFull, lateInterrupt',
    );
    const quiet: Model<Log, Script> = { ...probe, faults: [] };
    expect(() => run(quiet, options(drawing))).toThrow('does not declare this fault');
  });

  test('a fault may have the name of its model', () => {
    const named: Model<Log, Script> = { ...probe, name: 'ringFull' };
    const { state } = run(named, options(drawing, { faults: { ringFull: always } }));
    expect(state.struck).not.toContain(false);
  });

  test.each([
    { hits: 2, outOf: 1 },
    { hits: -1, outOf: 1 },
  ])('$hits of $outOf is no ratio', (ringFull) => {
    expect(() => run(probe, options(drawing, { faults: { ringFull } }))).toThrow(EngineError);
  });
});

describe('what cannot be scheduled is refused', () => {
  test.each<[string, number, number, number]>([
    ['a delay into the past', -1, 0, 0],
    ['a part of a nanosecond', 0.5, 0, 0],
    ['a delay that is no number', Number.NaN, 0, 0],
    ['a delay past the end of time', Number.MAX_SAFE_INTEGER + 1, 0, 0],
    ['an event without a handler', 0, 3, 0],
    ['a negative argument', 0, 0, -1],
    ['an argument that is no index', 0, 0, 0.5],
    ['an argument of 2^31', 0, 0, 2 ** 31],
  ])('%s', (_, delay, event, arg) => {
    const script: Script = (ctx) => ctx.schedule(delay as Ns, event as typeof note, arg);
    expect(() => new Kernel(probe, options(script))).toThrow(EngineError);
  });

  test.each([-1, 0.5])('%d is no event id', (index) => {
    expect(() => eventId(index)).toThrow(EngineError);
  });

  test('a model without handlers cannot run', () => {
    expect(() => run({ ...probe, handlers: [] }, options(repeating))).toThrow(EngineError);
  });
});

describe('a fork', () => {
  const asked = options(drawing, { budget: 150 });

  test('that changes nothing is the same run', () => {
    expect(fork(probe, asked, 70, () => undefined).digest).toBe(run(probe, asked).digest);
  });

  test('shares the past with its run and differs after the change', () => {
    const plain = run(probe, asked).state.seen;
    const forked = fork(probe, asked, 70, (_, ctx) => ctx.rng.u32()).state.seen;
    expect(forked.slice(0, 70)).toEqual(plain.slice(0, 70));
    expect(forked.slice(70)).not.toEqual(plain.slice(70));
    expect(forked).toHaveLength(150);
  });

  test('must leave the state legal', () => {
    const edit = (state: Log) => {
      state.total = 5000;
    };
    expect(() => fork(probe, asked, 70, edit)).toThrow(EngineError);
  });

  test('lies within the budget of its run', () => {
    expect(() => fork(probe, asked, 151, () => undefined)).toThrow(EngineError);
  });
});
