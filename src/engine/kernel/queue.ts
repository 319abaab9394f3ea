/**
 * The pending events of a run, earliest first.
 *
 * A binary heap of slot numbers ordered by (time, insertion number): events of equal time leave in
 * the order in which they came. All columns are typed arrays, so nothing is allocated per event.
 *
 * An event is cancelled by marking its slot; the heap entry is dropped when it reaches the top.
 * That costs O(1) and leaves the hot path without a position index that every move would have to
 * keep. When more than half of the heap is marked it is rebuilt, so marked entries never outweigh
 * the rest.
 */

import { assert } from './result.ts';
import type { Brand } from './units.ts';

/** Names one pushed event for ever: insertion number * 2^20 + slot. Later events never share it. */
export type Ticket = Brand<number, 'ticket'>;

/** The most events that can be pending at once. */
export const pendingEventsMax = 0x10_0000;
/** The most events that can be pushed in the life of a queue, so that a ticket stays exact. */
export const pushedEventsMax = 0x2_0000_0000;

const slotsPerTicket = 0x10_0000;
const initialCapacityEvents = 64;
const compactFromMarked = 64;
/** In the event column: this slot is free, or its event was cancelled. */
const noEvent = -1;

/** A queue of (time, event, argument) that gives the earliest back. */
export class EventQueue {
  /** The event number and the argument that `take` took last. */
  takenEvent = noEvent;
  takenArg = 0;

  /** Heap columns, in heap order. */
  #times = new Float64Array(initialCapacityEvents);
  #slots = new Int32Array(initialCapacityEvents);
  /** Slot columns. A slot does not move while its event waits. */
  #insertions = new Float64Array(initialCapacityEvents);
  #events = new Int32Array(initialCapacityEvents).fill(noEvent);
  #args = new Int32Array(initialCapacityEvents);
  #freeSlots = Int32Array.from({ length: initialCapacityEvents }, (_, slot) => slot);
  #freeCount = initialCapacityEvents;
  #heapCount = 0;
  #markedCount = 0;
  #nextInsertion = 0;

  /** How many events wait, without the cancelled ones. */
  get pendingCount(): number {
    return this.#heapCount - this.#markedCount;
  }

  /** How many events were ever pushed. */
  get pushedCount(): number {
    return this.#nextInsertion;
  }

  /** Adds an event at a time. Event numbers and arguments are non-negative and below 2^31. */
  push(timeNs: number, event: number, arg: number): Ticket {
    if (this.#freeCount === 0) this.#grow();
    this.#freeCount -= 1;
    const slot = this.#freeSlots[this.#freeCount] as number;
    const insertion = this.#nextInsertion;
    this.#nextInsertion = insertion + 1;
    this.#insertions[slot] = insertion;
    this.#events[slot] = event;
    this.#args[slot] = arg;
    this.#siftUp(this.#heapCount, timeNs, slot);
    this.#heapCount += 1;
    return (insertion * slotsPerTicket + slot) as Ticket;
  }

  /** The time of the earliest event, or infinity when none waits. */
  nextTimeNs(): number {
    if (this.#markedCount !== 0) this.#dropMarkedTop();
    return this.#heapCount === 0 ? Infinity : (this.#times[0] as number);
  }

  /**
   * Takes the earliest event out; `takenEvent` and `takenArg` then hold it.
   *
   * Call `nextTimeNs` before: it drops what was cancelled and tells whether there is an event.
   */
  take(): void {
    const slot = this.#slots[0] as number;
    this.takenEvent = this.#events[slot] as number;
    assert(this.takenEvent !== noEvent, 'there is no event to take');
    this.takenArg = this.#args[slot] as number;
    this.#removeTop();
  }

  /**
   * Makes a pushed event never happen. False when it already left the queue or was cancelled
   * before; a ticket never touches a later event in the same slot.
   */
  cancel(ticket: Ticket): boolean {
    const slot = ticket % slotsPerTicket;
    const insertion = (ticket - slot) / slotsPerTicket;
    assert(insertion >= 0 && insertion < this.#nextInsertion, 'a ticket comes from this queue');
    if (this.#insertions[slot] !== insertion || this.#events[slot] === noEvent) return false;
    this.#events[slot] = noEvent;
    this.#markedCount += 1;
    if (this.#markedCount > compactFromMarked && this.#markedCount * 2 > this.#heapCount) {
      this.#compact();
    }
    return true;
  }

  /**
   * Frees the top's slot and closes the gap: smaller children rise, then the last entry settles.
   *
   * Equal times are told apart in place, not in a method: the call is rare, but where the compiler
   * does not inline it, it costs the whole loop its registers (measured: 15 % of all events).
   */
  #removeTop(): void {
    const times = this.#times;
    const slots = this.#slots;
    const insertions = this.#insertions;
    this.#free(slots[0] as number);
    const last = this.#heapCount - 1;
    this.#heapCount = last;
    let gap = 0;
    let child = 1;
    while (child < last) {
      let childTime = times[child] as number;
      // The last entry is still in its place, so `right` may be that entry; it then just settles.
      const right = child + 1;
      const rightTime = times[right] as number;
      if (
        rightTime < childTime ||
        (rightTime === childTime &&
          (insertions[slots[right] as number] as number) <
            (insertions[slots[child] as number] as number))
      ) {
        child = right;
        childTime = rightTime;
      }
      times[gap] = childTime;
      slots[gap] = slots[child] as number;
      gap = child;
      child = 2 * gap + 1;
    }
    this.#siftUp(gap, times[last] as number, slots[last] as number);
  }

  /** Puts an entry at a gap and moves it up while its parent comes later. */
  #siftUp(from: number, timeNs: number, slot: number): void {
    const times = this.#times;
    const slots = this.#slots;
    const insertions = this.#insertions;
    let gap = from;
    while (gap > 0) {
      const parent = (gap - 1) >>> 1;
      const parentTime = times[parent] as number;
      const parentSlot = slots[parent] as number;
      if (
        parentTime < timeNs ||
        (parentTime === timeNs && (insertions[parentSlot] as number) < (insertions[slot] as number))
      ) {
        break;
      }
      times[gap] = parentTime;
      slots[gap] = parentSlot;
      gap = parent;
    }
    times[gap] = timeNs;
    slots[gap] = slot;
  }

  #free(slot: number): void {
    this.#events[slot] = noEvent;
    this.#freeSlots[this.#freeCount] = slot;
    this.#freeCount += 1;
  }

  #dropMarkedTop(): void {
    while (this.#heapCount > 0 && this.#events[this.#slots[0] as number] === noEvent) {
      this.#removeTop();
      this.#markedCount -= 1;
    }
  }

  /** Builds the heap again from the events that were not cancelled. The order of leaving stays. */
  #compact(): void {
    const heapCount = this.#heapCount;
    this.#heapCount = 0;
    for (let position = 0; position < heapCount; position += 1) {
      const slot = this.#slots[position] as number;
      const timeNs = this.#times[position] as number;
      if (this.#events[slot] === noEvent) {
        this.#free(slot);
      } else {
        this.#siftUp(this.#heapCount, timeNs, slot);
        this.#heapCount += 1;
      }
    }
    this.#markedCount = 0;
  }

  #grow(): void {
    const capacity = this.#times.length;
    assert(capacity < pendingEventsMax, 'more than 2^20 events are pending');
    this.#times = copyInto(new Float64Array(capacity * 2), this.#times);
    this.#slots = copyInto(new Int32Array(capacity * 2), this.#slots);
    this.#insertions = copyInto(new Float64Array(capacity * 2), this.#insertions);
    this.#events = copyInto(new Int32Array(capacity * 2).fill(noEvent), this.#events);
    this.#args = copyInto(new Int32Array(capacity * 2), this.#args);
    this.#freeSlots = new Int32Array(capacity * 2);
    for (let slot = capacity; slot < capacity * 2; slot += 1) this.#free(slot);
  }
}

function copyInto<T extends Float64Array | Int32Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
