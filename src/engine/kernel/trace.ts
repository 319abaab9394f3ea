/**
 * What happened, as a ring of fixed-size records.
 *
 * A record is 28 bytes in seven parallel typed arrays: no object is made while the machine runs, so
 * tracing stays cheap, and only what is on screen is decoded. Each model declares its kinds of
 * event once; the sentence for each lives in one table per language, under the message id `says`.
 */
import { assert } from './result.ts';

/** How an argument of an event is to be understood, so that every view prints it the same way. */
export type ArgType =
  | 'number'
  | 'hex'
  | 'bool'
  | 'bytes'
  | 'gpn'
  | 'partition'
  | 'vp'
  | 'call'
  | 'status'
  | 'privilege'
  | 'state'
  | 'field'
  | 'register'
  | 'rights'
  | 'property'
  | 'fault';

/** Begin and end enclose a span of one actor; a mark is a moment; a counter is a running value. */
export type Phase = 'begin' | 'end' | 'mark' | 'counter';

/** The declaration of one kind of event: at most three named arguments, in the order a, b, c. */
export interface EventSpec {
  readonly id: number;
  readonly phase: Phase;
  /** For an end: the id of the begin that it closes. */
  readonly closes?: number;
  readonly args: Readonly<Record<string, ArgType>>;
  /** Message id of the sentence; tables per language hold the text. */
  readonly says: string;
}

/** One model's kinds of event, with the number each has in a trace. */
export interface EventRegistry<K extends string = string> {
  readonly model: string;
  readonly kind: Readonly<Record<K, number>>;
  readonly specs: Readonly<Record<K, EventSpec>>;
  readonly byKind: ReadonlyMap<number, { readonly name: K; readonly spec: EventSpec }>;
}

/** Kinds of one model occupy 256 numbers, so that one trace can hold several models. */
const kindsPerModel = 256;

/**
 * Declares a model's events. `modelNumber` and every `id` are stable for ever: exported traces and
 * golden files hold them.
 */
export function defineEvents<const T extends Record<string, EventSpec>>(
  model: string,
  modelNumber: number,
  specs: T,
): EventRegistry<keyof T & string> {
  type Name = keyof T & string;
  assert(modelNumber > 0 && modelNumber < kindsPerModel, `model number ${modelNumber}`);
  const kind = {} as Record<Name, number>;
  const byKind = new Map<number, { name: Name; spec: EventSpec }>();
  for (const name of Object.keys(specs) as Name[]) {
    const spec = specs[name] as EventSpec;
    const number = modelNumber * kindsPerModel + spec.id;
    assert(spec.id > 0 && spec.id < kindsPerModel, `${model}.${name}: id ${spec.id}`);
    assert(!byKind.has(number), `${model}.${name}: id ${spec.id} is taken`);
    assert(Object.keys(spec.args).length <= 3, `${model}.${name}: more than three arguments`);
    assert((spec.phase === 'end') === (spec.closes !== undefined), `${model}.${name}: closes`);
    kind[name] = number;
    byKind.set(number, { name, spec });
  }
  return { model, kind, specs, byKind };
}

/** One decoded record. `actor` is the number of who did it, as the model defines it. */
export interface TraceRecord {
  readonly seq: number;
  readonly timeNs: number;
  readonly kind: number;
  readonly actor: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const openSlots = 0x1_0000;

/** A ring of records: when it is full the oldest are overwritten and counted as dropped. */
export class Trace {
  /** While false, `emit` does nothing: the untraced run of the same machine. */
  enabled = true;
  readonly capacityRecords: number;
  #total = 0;
  readonly #time: Float64Array;
  readonly #seq: Uint32Array;
  readonly #kind: Uint16Array;
  readonly #actor: Uint16Array;
  readonly #a: Uint32Array;
  readonly #b: Uint32Array;
  readonly #c: Uint32Array;
  /** Per kind: 0 mark or counter, 1 begin, else 2 + the low byte of the begin that it closes. */
  readonly #role = new Uint16Array(openSlots);
  /** Open begins per (low byte of kind, low byte of actor). */
  readonly #open = new Uint16Array(openSlots);
  readonly #mask: number;

  /** `capacityRecords` must be a power of two. */
  constructor(registries: readonly EventRegistry[], capacityRecords: number) {
    const isPowerOfTwo = capacityRecords > 0 && (capacityRecords & (capacityRecords - 1)) === 0;
    assert(isPowerOfTwo, `capacity is not a power of two: ${capacityRecords}`);
    this.capacityRecords = capacityRecords;
    this.#mask = capacityRecords - 1;
    this.#time = new Float64Array(capacityRecords);
    this.#seq = new Uint32Array(capacityRecords);
    this.#kind = new Uint16Array(capacityRecords);
    this.#actor = new Uint16Array(capacityRecords);
    this.#a = new Uint32Array(capacityRecords);
    this.#b = new Uint32Array(capacityRecords);
    this.#c = new Uint32Array(capacityRecords);
    for (const registry of registries) {
      for (const [kind, { spec }] of registry.byKind) {
        if (spec.phase === 'begin') this.#role[kind] = 1;
        if (spec.phase === 'end') this.#role[kind] = 2 + (spec.closes ?? 0);
      }
    }
  }

  /** Appends one record. Arguments are taken as unsigned 32-bit numbers. */
  emit(timeNs: number, kind: number, actor: number, a = 0, b = 0, c = 0): void {
    if (!this.enabled) return;
    const role = this.#role[kind] as number;
    if (role !== 0) this.#pair(role, kind, actor);
    const slot = this.#total & this.#mask;
    this.#seq[slot] = this.#total;
    this.#time[slot] = timeNs;
    this.#kind[slot] = kind;
    this.#actor[slot] = actor;
    this.#a[slot] = a;
    this.#b[slot] = b;
    this.#c[slot] = c;
    this.#total += 1;
  }

  /** Counts open spans; actors that share a low byte share a count, which can hide, not invent. */
  #pair(role: number, kind: number, actor: number): void {
    const begin = role === 1 ? kind & 0xff : role - 2;
    const slot = (begin << 8) | (actor & 0xff);
    const depth = this.#open[slot] as number;
    assert(role === 1 || depth > 0, 'an event ends what never began');
    this.#open[slot] = role === 1 ? depth + 1 : depth - 1;
  }

  /** Records emitted since the start, those already overwritten included. */
  get totalRecords(): number {
    return this.#total;
  }

  /** Records that can still be read. */
  get lengthRecords(): number {
    return Math.min(this.#total, this.capacityRecords);
  }

  /** Records that were overwritten. */
  get droppedRecords(): number {
    return this.#total - this.lengthRecords;
  }

  /** The record at `index`, 0 being the oldest that can still be read. */
  at(index: number): TraceRecord {
    assert(index >= 0 && index < this.lengthRecords, `no record ${index}`);
    const slot = (this.droppedRecords + index) & this.#mask;
    return {
      seq: this.#seq[slot] as number,
      timeNs: this.#time[slot] as number,
      kind: this.#kind[slot] as number,
      actor: this.#actor[slot] as number,
      a: this.#a[slot] as number,
      b: this.#b[slot] as number,
      c: this.#c[slot] as number,
    };
  }

  /** All records that can still be read, oldest first. */
  records(): TraceRecord[] {
    return Array.from({ length: this.lengthRecords }, (_, index) => this.at(index));
  }

  /** Forgets everything, spans that are open included. */
  clear(): void {
    this.#total = 0;
    this.#open.fill(0);
  }
}
