/**
 * Stations with one server each, exponential arrivals and exponential service (M/M/1).
 *
 * The one queueing model whose mean time in system is known exactly: 1 / (service rate - arrival
 * rate), here 5 service times. So it serves both as the yardstick of speed and as an oracle.
 */
import { type Ctx, eventId, type Model } from '../../src/engine/kernel/kernel.ts';
import type { Rng } from '../../src/engine/kernel/prng.ts';
import { assert } from '../../src/engine/kernel/result.ts';
import { defineEvents } from '../../src/engine/kernel/trace.ts';
import { ns } from '../../src/engine/kernel/units.ts';

/** Mean time of one service: 1 ms. */
export const meanServiceNs = ns(1_000_000);
/** Mean time between arrivals: 1.25 ms, so that the server is busy 80 % of the time. */
export const meanBetweenArrivalsNs = ns(1_250_000);
/** What theory says: 1 / (1 / 1 ms - 1 / 1.25 ms) = 5 ms. */
export const meanInSystemNs = 5_000_000;

/** Places in each station's line; more than this many waiting has a chance of 0.8^256. */
export const lineCapacity = 256;

/** What a run of the model is asked for. */
export interface Mm1Params {
  readonly stationCount: number;
}

/** The lines, and the sums from which the mean time in system follows. */
export interface Mm1State {
  readonly arrivals: Rng;
  readonly services: Rng;
  /** When each waiting customer came, one ring per station. */
  readonly cameAtNs: Float64Array;
  readonly head: Int32Array;
  readonly waiting: Int32Array;
  served: number;
  inSystemSumNs: number;
}

const events = defineEvents('mm1', 1, {
  arrive: { id: 1, phase: 'mark', args: { waiting: 'number' }, says: 'mm1.arrive' },
  depart: { id: 2, phase: 'mark', args: { waiting: 'number' }, says: 'mm1.depart' },
});
const { arrive: arriveKind, depart: departKind } = events.kind;

const arriveEvent = eventId(0);
const departEvent = eventId(1);

function onArrive(state: Mm1State, ctx: Ctx<Mm1Params>, station: number): void {
  const waiting = state.waiting[station] as number;
  const place = ((state.head[station] as number) + waiting) & (lineCapacity - 1);
  state.cameAtNs[station * lineCapacity + place] = ctx.now;
  state.waiting[station] = waiting + 1;
  ctx.emit(arriveKind, station, waiting + 1);
  ctx.schedule(state.arrivals.exponentialNs(meanBetweenArrivalsNs), arriveEvent, station);
  if (waiting === 0) {
    ctx.schedule(state.services.exponentialNs(meanServiceNs), departEvent, station);
  }
}

function onDepart(state: Mm1State, ctx: Ctx<Mm1Params>, station: number): void {
  const waiting = (state.waiting[station] as number) - 1;
  const head = state.head[station] as number;
  state.inSystemSumNs += ctx.now - (state.cameAtNs[station * lineCapacity + head] as number);
  state.served += 1;
  state.head[station] = (head + 1) & (lineCapacity - 1);
  state.waiting[station] = waiting;
  ctx.emit(departKind, station, waiting);
  if (waiting > 0) {
    ctx.schedule(state.services.exponentialNs(meanServiceNs), departEvent, station);
  }
}

/** The model: one arrival is always pending per station, and one departure while it serves. */
export const mm1: Model<Mm1State, Mm1Params> = {
  name: 'mm1',
  events,
  handlers: [onArrive, onDepart],
  init({ stationCount }, ctx) {
    const state: Mm1State = {
      arrivals: ctx.rng.split('arrivals'),
      services: ctx.rng.split('services'),
      cameAtNs: new Float64Array(stationCount * lineCapacity),
      head: new Int32Array(stationCount),
      waiting: new Int32Array(stationCount),
      served: 0,
      inSystemSumNs: 0,
    };
    for (let station = 0; station < stationCount; station += 1) {
      ctx.schedule(state.arrivals.exponentialNs(meanBetweenArrivalsNs), arriveEvent, station);
    }
    return state;
  },
  invariant(state) {
    for (const waiting of state.waiting) {
      assert(waiting >= 0 && waiting < lineCapacity, 'a line holds 0 to 255 customers');
    }
  },
  digest(state, digest) {
    digest.f64(state.served).f64(state.inSystemSumNs);
    for (const waiting of state.waiting) digest.u32(waiting);
  },
};
