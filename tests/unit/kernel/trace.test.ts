import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../src/engine/kernel/result.ts';
import { defineEvents, type EventSpec, Trace } from '../../../src/engine/kernel/trace.ts';

const events = defineEvents('test', 3, {
  start: { id: 1, phase: 'begin', args: { io: 'number' }, says: 'test.start' },
  stop: { id: 2, phase: 'end', closes: 1, args: {}, says: 'test.stop' },
  note: { id: 3, phase: 'mark', args: { a: 'hex', b: 'hex', c: 'hex' }, says: 'test.note' },
  level: { id: 4, phase: 'counter', args: { pages: 'number' }, says: 'test.level' },
});
const { kind } = events;
const mark = (id: number, args: EventSpec['args'] = {}): EventSpec => ({
  id,
  phase: 'mark',
  args,
  says: 'x',
});

describe('a ring of records', () => {
  const u32 = fc.nat(0xffff_ffff);
  const record = fc.record({
    timeNs: fc.maxSafeNat(),
    actor: fc.nat(0xffff),
    a: u32,
    b: u32,
    c: u32,
  });

  test('keeps the newest records in order and counts those it lost', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 40 }), fc.nat(4), (records, log) => {
        const trace = new Trace([events], 1 << log);
        for (const { timeNs, actor, a, b, c } of records) {
          trace.emit(timeNs, kind.note, actor, a, b, c);
        }
        const expected = records
          .map((one, seq) => ({ seq, kind: kind.note, ...one }))
          .slice(-trace.capacityRecords);
        expect(trace.records()).toEqual(expected);
        expect(trace.totalRecords).toBe(records.length);
        expect(trace.lengthRecords + trace.droppedRecords).toBe(records.length);
      }),
    );
  });

  test('arguments left out are 0', () => {
    const trace = new Trace([events], 4);
    trace.emit(5, kind.level, 1);
    expect(trace.at(0)).toEqual({
      seq: 0,
      timeNs: 5,
      kind: kind.level,
      actor: 1,
      a: 0,
      b: 0,
      c: 0,
    });
  });

  test('a record that is not there is our own bug', () => {
    const trace = new Trace([events], 2);
    expect(() => trace.at(0)).toThrow(EngineError);
    trace.emit(0, kind.note, 0);
    expect(() => trace.at(1)).toThrow('no record 1');
    expect(() => trace.at(-1)).toThrow(EngineError);
  });

  test.each([0, -1, 3, 12])('a ring of %i records is refused: not a power of two', (size) => {
    expect(() => new Trace([events], size)).toThrow('not a power of two');
  });

  test('while it is off nothing is recorded', () => {
    const trace = new Trace([events], 4);
    trace.enabled = false;
    trace.emit(0, kind.start, 1);
    trace.emit(0, kind.stop, 1);
    expect(trace.totalRecords).toBe(0);
  });
});

describe('begin and end', () => {
  test('an end without a begin of the same actor is our own bug', () => {
    const trace = new Trace([events], 8);
    trace.emit(0, kind.start, 1);
    expect(() => trace.emit(1, kind.stop, 2)).toThrow('ends what never began');
    trace.emit(1, kind.stop, 1);
    expect(() => trace.emit(2, kind.stop, 1)).toThrow('ends what never began');
  });

  test('spans of one actor nest', () => {
    const trace = new Trace([events], 8);
    for (const step of [kind.start, kind.start, kind.stop, kind.stop]) trace.emit(0, step, 7);
    expect(trace.totalRecords).toBe(4);
    expect(() => trace.emit(0, kind.stop, 7)).toThrow(EngineError);
  });

  test('a begin still counts after the ring has overwritten it', () => {
    const trace = new Trace([events], 1);
    trace.emit(0, kind.start, 1);
    trace.emit(1, kind.note, 1);
    trace.emit(2, kind.stop, 1);
    expect(trace.at(0).kind).toBe(kind.stop);
  });

  test('marks and counters need no partner', () => {
    const trace = new Trace([events], 4);
    trace.emit(0, kind.note, 1);
    trace.emit(0, kind.level, 1);
    expect(trace.totalRecords).toBe(2);
  });

  test('clearing forgets records and open spans', () => {
    const trace = new Trace([events], 4);
    trace.emit(0, kind.start, 1);
    trace.clear();
    expect(trace.records()).toEqual([]);
    expect(() => trace.emit(0, kind.stop, 1)).toThrow('ends what never began');
  });
});

describe('declarations of events', () => {
  test('a kind is found again by its number, with its name and arguments', () => {
    expect(kind.note).toBe(3 * 256 + 3);
    expect(events.byKind.get(kind.note)).toEqual({ name: 'note', spec: events.specs.note });
    expect(events.byKind.size).toBe(4);
  });

  test('kinds of two models never share a number', () => {
    const other = defineEvents('other', 4, { note: mark(3) });
    expect(other.kind.note).not.toBe(kind.note);
  });

  test.each([
    ['model number 0', 0, { a: mark(1) }],
    ['a model number above a byte', 256, { a: mark(1) }],
    ['id 0', 1, { a: mark(0) }],
    ['an id above a byte', 1, { a: mark(256) }],
    ['the same id twice', 1, { a: mark(1), b: mark(1) }],
    ['four arguments', 1, { a: mark(1, { a: 'hex', b: 'hex', c: 'hex', d: 'hex' }) }],
    ['an end that closes nothing', 1, { a: { ...mark(1), phase: 'end' as const } }],
    ['a mark that closes something', 1, { a: { ...mark(1), closes: 2 } }],
  ])('%s is refused', (_, modelNumber, specs) => {
    expect(() => defineEvents('broken', modelNumber, specs)).toThrow(EngineError);
  });
});
