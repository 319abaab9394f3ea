/**
 * The discrete-event kernel: a clock that jumps from event to event, and nothing else.
 *
 * A model is a table of handlers. A handler takes one event, changes the state it owns, and
 * schedules what follows. Time is whole nanoseconds, equal times run first in, first out, and all
 * randomness comes from the seed; so the same model, parameters and seed give the same run in every
 * engine, and going back in time is running again from the start.
 */
import { Digest } from './digest.ts';
import { Rng } from './prng.ts';
import { EventQueue, pushedEventsMax, type Ticket } from './queue.ts';
import { assert } from './result.ts';
import { type EventRegistry, Trace, type TraceRecord } from './trace.ts';
import { type Brand, type Ns, ns } from './units.ts';

/** Names an event of a model: the index of its handler in the model's table. */
export type EventId = Brand<number, 'event'>;

/** Makes an event id from the index of its handler. */
export function eventId(index: number): EventId {
  assert(Number.isInteger(index) && index >= 0, 'an event id is the index of a handler');
  return index as EventId;
}

/** What a handler may use. A handler touches its state and this, nothing else. */
export interface Ctx<P> {
  /** The time of the event that is being handled. */
  readonly now: Ns;
  /** The model's own stream; split it by name for each independent source of randomness. */
  readonly rng: Rng;
  /** What the run was asked for, ports to other models included. */
  readonly params: P;
  /** Lets an event happen after a delay. `arg` is an index into the model's own tables. */
  schedule(delay: Ns, event: EventId, arg: number): Ticket;
  /** Lets a scheduled event not happen. False when it has happened or was cancelled before. */
  cancel(ticket: Ticket): boolean;
  /** Writes a trace record. `kind` comes from the model's event registry. */
  emit(kind: number, actor: number, a?: number, b?: number, c?: number): void;
  /** Draws whether a declared fault strikes now, from that fault's own stream. */
  fault(name: string): boolean;
}

/** Takes one event. `arg` is what was given to `schedule`. */
export type Handler<S, P> = (state: S, ctx: Ctx<P>, arg: number) => void;

/** What happens in a simulation: S is the state it owns, P what a run of it is asked for. */
export interface Model<S, P> {
  readonly name: string;
  /** The kinds of trace record that it emits. */
  readonly events: EventRegistry;
  /** Handlers in the order of their event ids. */
  readonly handlers: readonly Handler<S, P>[];
  /** The faults that its handlers ask for. */
  readonly faults?: readonly string[];
  /** Makes the state at time 0 and schedules the first events. */
  init(params: P, ctx: Ctx<P>): S;
  /** Asserts what must hold between events. */
  invariant(state: S): void;
  /** Takes the state into a digest, in a fixed order. */
  digest(state: S, digest: Digest): void;
}

/** `hits` times in `outOf`, both whole, so that it is the same chance in every engine. */
export interface Ratio {
  readonly hits: number;
  readonly outOf: number;
}

/** What a run is asked for. */
export interface RunOptions<P> {
  readonly params: P;
  readonly seed: number;
  /** Events up to and including this time are run. */
  readonly until: Ns;
  /** The most events to run; when it is used up the run stops and says so. */
  readonly budget: number;
  /** How often each fault strikes. A fault that is not named never strikes. */
  readonly faults?: Readonly<Record<string, Ratio>>;
  /** Records that the trace holds, a power of two; 0 runs without a trace. */
  readonly traceRecords?: number;
  /** The invariant is checked after this many events, and at the end. */
  readonly invariantEvery?: number;
}

/** Why a run stopped: the time is up, nothing is left to happen, or the event budget is used up. */
export type Stop = 'until' | 'idle' | 'budget';

/** How a run went. */
export interface Run<S> {
  readonly trace: Trace;
  readonly state: S;
  readonly stop: Stop;
  /** Events that were run. */
  readonly events: number;
  /** Sixteen hexadecimal digits over clock, state and trace; equal runs have equal digests. */
  readonly digest: string;
}

/** Where a run stands, for the report of a bug in the engine. */
export interface Situation {
  readonly model: string;
  readonly seed: number;
  readonly events: number;
  readonly nowNs: number;
  readonly lastRecords: readonly TraceRecord[];
}

/** 1.75 MiB of trace: enough for the longest timeline that a lab draws. */
const defaultTraceRecords = 0x1_0000;
const defaultInvariantEvery = 1024;
const lastRecordsShown = 20;

/** One run of one model, which can be advanced in parts. `run` is the short way to a whole run. */
export class Kernel<S, P> implements Ctx<P> {
  now: Ns = ns(0);
  /** Events run so far. While a handler runs, its own event is counted. */
  events = 0;
  readonly rng: Rng;
  readonly params: P;
  readonly state: S;
  readonly trace: Trace;
  readonly #model: Model<S, P>;
  readonly #seed: number;
  readonly #queue = new EventQueue();
  readonly #handlerCount: number;
  readonly #faults: ReadonlyMap<string, Ratio & { readonly rng: Rng }>;
  readonly #invariantEvery: number;

  constructor(model: Model<S, P>, options: Omit<RunOptions<P>, 'until' | 'budget'>) {
    const { traceRecords = defaultTraceRecords, invariantEvery = defaultInvariantEvery } = options;
    assert(model.handlers.length > 0, 'a model has at least one handler');
    assert(invariantEvery >= 1, 'the invariant is checked every 1 or more events');
    const root = Rng.fromSeed(options.seed);
    this.#model = model;
    this.#seed = options.seed;
    this.#handlerCount = model.handlers.length;
    this.#invariantEvery = invariantEvery;
    this.#faults = faultStreams(model.faults ?? [], options.faults ?? {}, root.split('faults'));
    this.trace = new Trace([model.events], Math.max(traceRecords, 1));
    this.trace.enabled = traceRecords > 0;
    this.rng = root.split(model.name);
    this.params = options.params;
    this.state = model.init(options.params, this);
    model.invariant(this.state);
  }

  schedule(delay: Ns, event: EventId, arg: number): Ticket {
    const time = this.now + delay;
    assert(delay >= 0 && time <= Number.MAX_SAFE_INTEGER, 'a delay is from 0 to the end of time');
    assert(Math.floor(time) === time, 'a delay is in whole nanoseconds');
    assert(event >= 0 && event < this.#handlerCount, 'the event has no handler');
    assert((arg | 0) === arg && arg >= 0, 'an event argument is an index below 2^31');
    return this.#queue.push(time, event, arg);
  }

  cancel(ticket: Ticket): boolean {
    return this.#queue.cancel(ticket);
  }

  emit(kind: number, actor: number, a = 0, b = 0, c = 0): void {
    if (this.trace.enabled) this.trace.emit(this.now, kind, actor, a, b, c);
  }

  fault(name: string): boolean {
    const fault = this.#faults.get(name);
    assert(fault !== undefined, 'the model does not declare this fault');
    return fault.rng.ratio(fault.hits, fault.outOf);
  }

  /** Runs events up to and including a time, at most `budget` of them, and says why it stopped. */
  advance(until: Ns, budget: number): Stop {
    assert(until >= this.now, 'time does not run backwards; run again from the seed');
    assert(Number.isSafeInteger(budget) && budget >= 0, 'a budget is a whole number of events');
    const budgetEnd = this.events + budget;
    let isDue = this.#queue.nextTimeNs() <= until;
    while (isDue && this.events < budgetEnd) {
      this.#runEvents(until, Math.min(budgetEnd, this.events + this.#invariantEvery));
      this.#model.invariant(this.state);
      assert(this.#queue.pushedCount < pushedEventsMax, 'more than 2^33 events were scheduled');
      isDue = this.#queue.nextTimeNs() <= until;
    }
    if (isDue) return 'budget';
    if (this.#queue.pendingCount === 0) return 'idle';
    this.now = until;
    return 'until';
  }

  /** The innermost loop: nothing here allocates, and its asserts are in `schedule` and `take`. */
  #runEvents(until: Ns, eventsEnd: number): void {
    const { handlers } = this.#model;
    const queue = this.#queue;
    const state = this.state;
    while (this.events < eventsEnd) {
      const time = queue.nextTimeNs();
      if (time > until) return;
      queue.take();
      this.now = time as Ns;
      this.events += 1;
      (handlers[queue.takenEvent] as Handler<S, P>)(state, this, queue.takenArg);
    }
  }

  /** Changes the state between two events, as a reader's edit does, and checks the invariant. */
  intervene(edit: (state: S, ctx: Ctx<P>) => void): void {
    edit(this.state, this);
    this.#model.invariant(this.state);
  }

  /** Sixteen hexadecimal digits over clock, counters, state and trace. */
  digest(): string {
    const digest = new Digest();
    digest.f64(this.now).f64(this.events).f64(this.#queue.pushedCount);
    this.#model.digest(this.state, digest);
    return digestTrace(this.trace, digest).hex();
  }

  /** Where the run stands. Read it after an `EngineError` to tell how to see the error again. */
  situation(): Situation {
    return {
      model: this.#model.name,
      seed: this.#seed,
      events: this.events,
      nowNs: this.now,
      lastRecords: lastRecords(this.trace),
    };
  }
}

/** Runs a model from the start until the time, the events or the budget end. */
export function run<S, P>(model: Model<S, P>, options: RunOptions<P>): Run<S> {
  const kernel = new Kernel(model, options);
  return finish(kernel, kernel.advance(options.until, options.budget));
}

/**
 * Runs a model again up to an event, changes the state there, and runs on.
 *
 * A fork costs no snapshot: 100 000 events replay in about as long as one frame is shown.
 */
export function fork<S, P>(
  model: Model<S, P>,
  options: RunOptions<P>,
  afterEvents: number,
  edit: (state: S, ctx: Ctx<P>) => void,
): Run<S> {
  assert(afterEvents <= options.budget, 'a fork is within the budget of its run');
  const kernel = new Kernel(model, options);
  kernel.advance(options.until, afterEvents);
  kernel.intervene(edit);
  return finish(kernel, kernel.advance(options.until, options.budget - kernel.events));
}

function finish<S, P>(kernel: Kernel<S, P>, stop: Stop): Run<S> {
  const { trace, state, events } = kernel;
  return { trace, state, stop, events, digest: kernel.digest() };
}

/** Gives every declared fault its own stream, so that one more fault does not shift the others. */
function faultStreams(
  declared: readonly string[],
  wanted: Readonly<Record<string, Ratio>>,
  rng: Rng,
): Map<string, Ratio & { readonly rng: Rng }> {
  const streams = new Map<string, Ratio & { readonly rng: Rng }>();
  for (const name of declared) {
    const { hits, outOf } = wanted[name] ?? { hits: 0, outOf: 1 };
    assert(hits >= 0 && hits <= outOf, `fault ${name}: ${hits} of ${outOf} is not a ratio`);
    streams.set(name, { hits, outOf, rng: rng.split(name) });
  }
  for (const name of Object.keys(wanted)) {
    assert(streams.has(name), `fault ${name} is not declared; known: ${declared.join(', ')}`);
  }
  return streams;
}

function digestTrace(trace: Trace, digest: Digest): Digest {
  digest.f64(trace.totalRecords);
  for (let index = 0; index < trace.lengthRecords; index += 1) {
    const { seq, timeNs, kind, actor, a, b, c } = trace.at(index);
    digest.u32(seq).f64(timeNs).u32(kind).u32(actor).u32(a).u32(b).u32(c);
  }
  return digest;
}

function lastRecords(trace: Trace): TraceRecord[] {
  const records: TraceRecord[] = [];
  const first = Math.max(0, trace.lengthRecords - lastRecordsShown);
  for (let index = first; index < trace.lengthRecords; index += 1) records.push(trace.at(index));
  return records;
}
