/** Long lists give the processor back in time and go on where they stopped. */
import { describe, expect, test } from 'vitest';
import { hvEvents } from '../../../src/engine/hypervisor/defs/events.ts';
import { slot } from '../../../src/engine/hypervisor/defs/registers.ts';
import { Hypervisor } from '../../../src/engine/hypervisor/machine/hypervisor.ts';
import { setProcessorMode } from '../../../src/engine/hypervisor/machine/registers.ts';
import {
  controlWord,
  execute,
  inputGpa,
  load,
  makeCall,
  memory,
  pack,
  readReg,
  testMachine,
} from './support/machine.ts';
import { privateCalls } from './support/private-calls.ts';
import { registersOf } from './support/snapshot.ts';

const limitNs = 50_000;
/** A flush of 508 ranges, as many as fit into one input page; it succeeds whatever they are. */
const flush = { code: 0x3, count: 509, input: new Uint8Array(24 + 509 * 8) };

describe('a call that takes longer than 50 microseconds', () => {
  test('gives the processor back before the limit, with RIP on the instruction', () => {
    const { hv, vp } = testMachine();
    load(vp, flush);
    const rip = readReg(vp, slot.RIP);
    const startNs = hv.machine.timeNs;
    expect(execute(hv, vp).outcome).toBe('continued');
    expect(hv.machine.timeNs - startNs).toBeLessThanOrEqual(limitNs);
    expect(readReg(vp, slot.RIP)).toBe(rip);
  });

  test('holds the processor for nearly the whole limit before it does', () => {
    const { hv, vp } = testMachine();
    const startNs = hv.machine.timeNs;
    makeCall(hv, vp, flush);
    expect(hv.machine.timeNs - startNs).toBeGreaterThan(limitNs * 0.9);
  });

  test('moves the start index in RCX by what was done and changes nothing else', () => {
    const { hv, vp } = testMachine();
    load(vp, flush);
    const before = registersOf(vp);
    expect(execute(hv, vp).outcome).toBe('continued');
    const control = readReg(vp, slot.RCX);
    const start = Number(control >> 48n) & 0xfff;
    expect(start).toBeGreaterThan(0);
    expect(control).toBe(controlWord({ ...flush, start }));
    const after = registersOf(vp);
    after.set(before.subarray(slot.RCX, slot.RCX + 8), slot.RCX);
    expect(after).toEqual(before);
  });

  test('ends after more entries with all elements counted and RIP behind the instruction', () => {
    const { hv, vp } = testMachine();
    load(vp, flush);
    const rip = readReg(vp, slot.RIP);
    let start = 0;
    let entries = 0;
    for (;;) {
      const answer = execute(hv, vp);
      entries += 1;
      if (answer.outcome !== 'continued') {
        expect(answer).toEqual({ outcome: 'returned', status: 'SUCCESS', reps: 509 });
        break;
      }
      const next = Number(readReg(vp, slot.RCX) >> 48n) & 0xfff;
      expect(next).toBeGreaterThan(start);
      start = next;
    }
    expect(entries).toBe(5);
    expect(readReg(vp, slot.RIP)).toBe(rip + 3n);
  });

  test('does every element once, whatever the entries', () => {
    const { hv, vp } = testMachine();
    const ranges = Array.from({ length: 509 }, (_, index) => (index + 1) * 4096);
    load(vp, { ...flush, input: pack(0, 1, 0, ...ranges) });
    const flushed: number[] = [];
    for (let outcome = 'continued'; outcome === 'continued'; ) {
      hv.trace.clear();
      outcome = execute(hv, vp).outcome;
      for (const { kind, b } of hv.trace.records()) {
        if (kind === hvEvents.kind.tlbFlush) flushed.push(b);
      }
    }
    expect(flushed).toEqual(ranges);
  });

  test('an element that fails after a continuation is reported with all that were done', () => {
    const { hv, vp } = testMachine();
    const pages = Array.from({ length: 300 }, (_, index) =>
      index === 250 ? 0xfffff : 0x20 + index,
    );
    load(vp, { code: 0x48, count: 300, input: pack(1, ...pages) });
    let answer = execute(hv, vp);
    while (answer.outcome === 'continued') answer = execute(hv, vp);
    expect(answer).toEqual({ outcome: 'returned', status: 'OPERATION_DENIED', reps: 250 });
  });

  test('its input page is read again by each entry', () => {
    const { hv, vp, root } = testMachine();
    load(vp, flush);
    expect(execute(hv, vp).outcome).toBe('continued');
    root.gpa.mappings.delete(inputGpa / 4096);
    expect(execute(hv, vp).outcome).toBe('intercepted');
  });

  test('in 32-bit mode the start index moves in EDX', () => {
    const { hv, vp } = testMachine();
    setProcessorMode(vp.registers, { protectedMode: true, longMode: false, cpl: 0 });
    load(vp, { ...flush, narrow: true });
    expect(execute(hv, vp, true).outcome).toBe('continued');
    const control = readReg(vp, slot.RDX);
    expect(control & 0xffffn).toBe(509n);
    expect(control >> 16n).toBeGreaterThan(0n);
    let answer = execute(hv, vp, true);
    while (answer.outcome === 'continued') answer = execute(hv, vp, true);
    expect(answer).toEqual({ outcome: 'returned', status: 'SUCCESS', reps: 509 });
  });
});

describe('at least one element', () => {
  test.each([0, 1, 1400])('is done even when the limit is %i ns', (timeLimitNs) => {
    const hv = new Hypervisor({ calls: privateCalls, timeLimitNs });
    const root = hv.addPartition({ ramPages: 4 });
    const vp = hv.vp(root.id, 0);
    load(vp, { code: 0x4005, count: 3, input: pack(100, 1, 2, 3) });
    for (let done = 1; done <= 3; done += 1) {
      const { outcome, reps } = execute(hv, vp);
      expect(outcome).toBe(done < 3 ? 'continued' : 'returned');
      if (done === 3) expect(reps).toBe(3);
      expect(memory(root, 0x2000, 24)).toEqual(pack(101, done > 1 ? 102 : 0, done > 2 ? 103 : 0));
    }
  });
});
