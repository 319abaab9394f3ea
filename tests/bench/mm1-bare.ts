/**
 * The same M/M/1 stations as one hand-written loop: the yardstick for the kernel.
 *
 * A fixed binary heap in typed arrays and a branch per event, nothing else: no handlers, tickets,
 * checks, budget or trace. It draws from the same streams in the same order as the model on the
 * kernel and so computes the same run, which the benchmark compares.
 */
import { Rng } from '../../src/engine/kernel/prng.ts';
import { lineCapacity, meanBetweenArrivalsNs, meanServiceNs } from './mm1-model.ts';

/** A heap of (time, order, code) that holds at most `capacity` entries and trusts its caller. */
function bareHeap(capacity: number) {
  const times = new Float64Array(capacity + 1);
  const order = new Float64Array(capacity + 1);
  const codes = new Int32Array(capacity + 1);
  let pending = 0;
  let pushed = 0;

  /** A new entry is later in order than all others, so an equal time stays above it. */
  function push(time: number, code: number): void {
    let gap = pending;
    pending += 1;
    while (gap > 0) {
      const parent = (gap - 1) >>> 1;
      const parentTime = times[parent] as number;
      if (parentTime <= time) break;
      times[gap] = parentTime;
      order[gap] = order[parent] as number;
      codes[gap] = codes[parent] as number;
      gap = parent;
    }
    times[gap] = time;
    order[gap] = pushed;
    codes[gap] = code;
    pushed += 1;
  }

  function removeTop(): void {
    pending -= 1;
    const time = times[pending] as number;
    const rank = order[pending] as number;
    let gap = 0;
    let child = 1;
    while (child < pending) {
      let childTime = times[child] as number;
      const right = child + 1;
      const rightTime = times[right] as number;
      if (
        right < pending &&
        (rightTime < childTime ||
          (rightTime === childTime && (order[right] as number) < (order[child] as number)))
      ) {
        child = right;
        childTime = rightTime;
      }
      if (time < childTime || (time === childTime && rank < (order[child] as number))) break;
      times[gap] = childTime;
      order[gap] = order[child] as number;
      codes[gap] = codes[child] as number;
      gap = child;
      child = 2 * gap + 1;
    }
    times[gap] = time;
    order[gap] = rank;
    codes[gap] = codes[pending] as number;
  }

  function clear(): void {
    pending = 0;
    pushed = 0;
  }

  return { times, codes, push, removeTop, clear };
}

/** Makes a loop over this many stations; each call runs it afresh and gives the summed times. */
export function bareMm1(stationCount: number): (eventCount: number, seed: number) => number {
  const { times, codes, push, removeTop, clear } = bareHeap(2 * stationCount);
  const cameAtNs = new Float64Array(stationCount * lineCapacity);
  const head = new Int32Array(stationCount);
  const waiting = new Int32Array(stationCount);

  function start(arrivals: Rng): void {
    clear();
    head.fill(0);
    waiting.fill(0);
    for (let station = 0; station < stationCount; station += 1) {
      // A code is the station * 2, plus 1 for a departure.
      push(arrivals.exponentialNs(meanBetweenArrivalsNs), station * 2);
    }
  }

  return (eventCount, seed) => {
    const rng = Rng.fromSeed(seed).split('mm1');
    const arrivals = rng.split('arrivals');
    const services = rng.split('services');
    let inSystemSumNs = 0;
    start(arrivals);
    for (let event = 0; event < eventCount; event += 1) {
      const now = times[0] as number;
      const code = codes[0] as number;
      const station = code >>> 1;
      const first = head[station] as number;
      removeTop();
      if ((code & 1) === 0) {
        const line = waiting[station] as number;
        cameAtNs[station * lineCapacity + ((first + line) & (lineCapacity - 1))] = now;
        waiting[station] = line + 1;
        push(now + arrivals.exponentialNs(meanBetweenArrivalsNs), code);
        if (line === 0) push(now + services.exponentialNs(meanServiceNs), code + 1);
      } else {
        const line = (waiting[station] as number) - 1;
        inSystemSumNs += now - (cameAtNs[station * lineCapacity + first] as number);
        head[station] = (first + 1) & (lineCapacity - 1);
        waiting[station] = line;
        if (line > 0) push(now + services.exponentialNs(meanServiceNs), code);
      }
    }
    return inSystemSumNs;
  };
}
