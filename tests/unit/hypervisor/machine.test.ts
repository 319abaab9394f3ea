/** Memory, construction, trace and digest of the machine as its users see them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hypervisorFacts } from '../../../src/engine/facts/hypervisor.ts';
import { hypercalls } from '../../../src/engine/hypervisor/calls/index.ts';
import { defineCall } from '../../../src/engine/hypervisor/defs/call.ts';
import { hvEvents } from '../../../src/engine/hypervisor/defs/events.ts';
import { access } from '../../../src/engine/hypervisor/defs/model.ts';
import { msrIndex } from '../../../src/engine/hypervisor/defs/msrs.ts';
import { tlfs } from '../../../src/engine/hypervisor/defs/source.ts';
import { HvStatus, statusName, statusTable } from '../../../src/engine/hypervisor/defs/status.ts';
import { Hypervisor } from '../../../src/engine/hypervisor/machine/hypervisor.ts';
import {
  mapPage,
  newGpaSpace,
  newPage,
  peekBytes,
  pokeBytes,
} from '../../../src/engine/hypervisor/machine/memory.ts';
import { addPartition, addVp } from '../../../src/engine/hypervisor/machine/state.ts';
import { EngineError } from '../../../src/engine/kernel/result.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import { enabledPage, makeCall, pack, type TestMachine, testMachine } from './support/machine.ts';
import { emptySlot, post, signal, wired, writeEom } from './support/synic.ts';

describe('guest memory from outside', () => {
  test('bytes that are put into mapped pages are found there, across pages', () => {
    fc.assert(
      fc.property(fc.nat(3 * 4096), fc.uint8Array({ maxLength: 5000 }), (gpa, bytes) => {
        const { root } = testMachine();
        pokeBytes(root.gpa, gpa, bytes);
        expect(peekBytes(root.gpa, gpa, bytes.length)).toEqual(bytes);
      }),
      { numRuns: 25 },
    );
  });

  test('bytes that are not mapped are passed over and read as 0', () => {
    const { root } = testMachine();
    const end = 0x400 * 4096;
    pokeBytes(root.gpa, end - 2, Uint8Array.of(1, 2, 3, 4));
    expect([...peekBytes(root.gpa, end - 2, 4)]).toEqual([1, 2, 0, 0]);
  });

  test('looking at a page does not change what the machine is', () => {
    const { hv, root } = testMachine();
    const before = hv.digest();
    peekBytes(root.gpa, 0x7000, 4096);
    expect(hv.digest()).toBe(before);
  });

  test.each([31, 53])('an address space of %i bits is our own bug', (bits) => {
    expect(() => newGpaSpace(bits)).toThrow(EngineError);
  });

  test('rights are read, write and execute in any mixture, and nothing else', () => {
    const { hv, root } = testMachine();
    expect(() => mapPage(root.gpa, 0, newPage(hv.machine), 8)).toThrow('access rights 8');
    expect(() => mapPage(root.gpa, 0, newPage(hv.machine), -1)).toThrow(EngineError);
    expect(() => mapPage(root.gpa, 0, newPage(hv.machine), access.none)).not.toThrow();
  });

  test.each([32, 36, 52])(
    'with %i bits the last page is inside and the next one is not',
    (bits) => {
      const hv = new Hypervisor({ calls: hypercalls });
      const root = hv.addPartition({ gpaWidthBits: bits });
      mapPage(root.gpa, 2 ** (bits - 12) - 1, newPage(hv.machine), access.all);
      const vp = hv.vp(1, 0);
      const inside = makeCall(hv, vp, { code: 0x46, outputGpa: 2 ** bits - 8 });
      expect(inside.status).toBe('SUCCESS');
      expect(peekBytes(root.gpa, 2 ** bits - 8, 8)).toEqual(pack(1));
      expect(makeCall(hv, vp, { code: 0x46, outputGpa: 2 ** bits }).status).toBe(
        'INVALID_ALIGNMENT',
      );
    },
  );
});

describe('building a machine', () => {
  test('there is one root', () => {
    const { hv } = testMachine();
    expect(() => hv.addPartition({})).toThrow('there is already a root');
    expect(() => addPartition(hv.machine, undefined)).toThrow(EngineError);
  });

  test('what does not exist is our own bug', () => {
    const { hv, child } = testMachine();
    expect(() => hv.partition(9)).toThrow('no partition 9');
    expect(() => hv.vp(2, 9)).toThrow('partition 2 has no virtual processor 9');
    expect(() => addVp(hv.machine, child, 0)).toThrow('virtual processor 0 exists');
  });

  test('a partition has the privileges and features that it is given', () => {
    const { hv, root } = testMachine();
    const partition = hv.addPartition({ parent: root, privileges: u64(1, 2), featuresEdx: 3 });
    expect(partition).toMatchObject({ privileges: u64(1, 2), featuresEdx: 3, state: 'active' });
  });

  test('two calls cannot share a code, and a code has 16 bits', () => {
    const twice = [...hypercalls, ...hypercalls.slice(0, 1)];
    expect(() => new Hypervisor({ calls: twice })).toThrow('two calls share a code');
    for (const code of [0, 0x1_0000]) {
      expect(() =>
        defineCall({
          code,
          name: 'HvTestCode',
          doc: 'A call of the tests.',
          caller: 'any',
          statuses: {},
          source: tlfs('hypercall-interface', 'Hypercall Interface'),
          handle: () => HvStatus.SUCCESS,
        }),
      ).toThrow(EngineError);
    }
  });

  test('new RAM is zeroed and has all rights', () => {
    const { hv, child } = testMachine();
    hv.mapRam(child, 0x90, 2);
    expect(child.gpa.mappings.get(0x91)?.access).toBe(access.all);
    expect(peekBytes(child.gpa, 0x90 * 4096, 8192)).toEqual(new Uint8Array(8192));
  });
});

describe('the trace of a call', () => {
  const namesOf = ({ hv }: TestMachine) =>
    hv.trace.records().map(({ kind }) => hvEvents.byKind.get(kind)?.name);

  test('tells every check in order, then what was done, between call and return', () => {
    const machine = testMachine();
    makeCall(machine.hv, machine.vp, { code: 0x4a, input: pack(1, 0) });
    expect(namesOf(machine)).toEqual([
      'call',
      'checkMode',
      'checkCode',
      'checkPrivilege',
      'checkReserved',
      'checkReps',
      'checkHeader',
      'checkInputPlace',
      'checkOutputPlace',
      'checkInputAccess',
      'checkOutputAccess',
      'checkFields',
      'output',
      'status',
      'return',
    ]);
  });

  test('ends at the check that failed', () => {
    const machine = testMachine();
    makeCall(machine.hv, machine.vp, { code: 0x4a, count: 1 });
    expect(namesOf(machine).slice(-3)).toEqual(['checkReps', 'status', 'return']);
    const last = machine.hv.trace.records().find(({ kind }) => kind === hvEvents.kind.checkReps);
    expect(last).toMatchObject({ a: 1, b: 0, c: 0 });
  });

  test('of an intercept names the page, the parent and the direction', () => {
    const { hv, childVp } = testMachine();
    makeCall(hv, childVp, { code: 0x5c, inputGpa: 0x99_9000 });
    const record = hv.trace.records().find(({ kind }) => kind === hvEvents.kind.intercept);
    expect(record).toMatchObject({ a: 0x999, b: 1, c: 0 });
  });

  test('is not written while it is off, and the machine does the same', () => {
    const loud = wired();
    const quiet = wired();
    for (const machine of [loud, quiet]) {
      machine.hv.trace.clear();
      machine.hv.trace.enabled = machine === loud;
      exercise(machine);
      machine.hv.trace.clear();
    }
    expect(quiet.hv.digest()).toBe(loud.hv.digest());
  });

  test('takes time: entry of a call and each element', () => {
    const { hv, vp } = testMachine();
    makeCall(hv, vp, { code: 0x46 });
    const { hypercallEntryNs, hypercallElementNs } = hypervisorFacts;
    expect(hv.machine.timeNs).toBe(hypercallEntryNs.value);
    makeCall(hv, vp, { code: 0x48, count: 2, input: pack(1, 0x20, 0x21) });
    expect(hv.machine.timeNs).toBe(2 * hypercallEntryNs.value + 2 * hypercallElementNs.value);
  });
});

/** A little of everything that the machine does. */
function exercise(machine: ReturnType<typeof wired>): void {
  const { hv, vp } = machine;
  makeCall(hv, vp, { code: 0x48, count: 3, input: pack(1, 0x20, 0x21, 0x22) });
  makeCall(hv, vp, { code: 0x40, input: new Uint8Array(56) });
  makeCall(hv, vp, { code: 0x3, count: 200, input: new Uint8Array(24 + 1600).fill(1, 8, 9) });
  makeCall(hv, vp, { code: 0x50, count: 1, input: pack(2, 0, 0x2_0000) });
  makeCall(hv, vp, { code: 0x46, fast: true });
  makeCall(hv, vp, { code: 0x5c, inputGpa: 0x60_0000 });
  makeCall(hv, vp, { code: 0xffff });
  for (const type of [1, 2, 3]) post(machine, type);
  signal(machine, 5);
  emptySlot(machine);
  writeEom(machine);
  hv.readMsr(vp, msrIndex.VP_INDEX);
  hv.writeMsr(vp, msrIndex.GUEST_OS_ID, u64(1));
  hv.writeMsr(vp, msrIndex.HYPERCALL, enabledPage(0x70));
}

describe('the digest', () => {
  test('the same run gives the same digest', () => {
    const [first, second] = [wired(), wired()];
    exercise(first);
    exercise(second);
    expect(first.hv.digest()).toMatch(/^[0-9a-f]{16}$/);
    expect(second.hv.digest()).toBe(first.hv.digest());
  });

  type Change = (machine: ReturnType<typeof wired>) => unknown;
  test.each<[string, Change]>([
    ['a register', ({ vp }) => vp.registers.setUint8(40, 1)],
    ['a byte of memory', ({ root }) => pokeBytes(root.gpa, 0x9000, Uint8Array.of(1))],
    ['access rights', ({ root, hv }) => mapPage(root.gpa, 0x3ff, newPage(hv.machine), access.read)],
    ['a privilege', ({ root }) => Object.assign(root, { privileges: u64(0) })],
    ['a feature', ({ root }) => Object.assign(root, { featuresEdx: 0 })],
    ['the state of a partition', ({ child }) => Object.assign(child, { state: 'finalizing' })],
    ['a suspended processor', ({ vp }) => Object.assign(vp, { explicitSuspend: true })],
    ['an intercepted processor', ({ vp }) => Object.assign(vp, { interceptSuspend: true })],
    ['a pending vector', ({ vp }) => vp.pendingVectors.add(9)],
    ['a vector in service', ({ vp }) => vp.apic.inService.add(9)],
    ['a task priority', ({ vp }) => Object.assign(vp.apic, { taskPriority: 9 })],
    ['an APIC command', ({ vp }) => Object.assign(vp.apic, { command: u64(9) })],
    ['when a timer is due', ({ vp }) => Object.assign(vp.timers[3] ?? {}, { dueNs: 9 })],
    ['how a timer is set', ({ vp }) => Object.assign(vp.timers[0] ?? {}, { countWord: u64(9) })],
    ['an assist page', ({ vp }) => Object.assign(vp, { assistMsr: u64(9) })],
    ['an idle processor', ({ vp }) => Object.assign(vp, { idle: true })],
    ['the time that a processor ran', ({ vp }) => Object.assign(vp, { runtimeNs: 9 })],
    ['the clock of a partition', ({ root }) => Object.assign(root.clock, { offset: u64(9) })],
    ['a crash parameter', ({ root }) => root.crash.fill(u64(9))],
    ['how often a port was used', ({ eventPort }) => Object.assign(eventPort, { posts: 9 })],
    ['the sender of a port', ({ eventPort }) => Object.assign(eventPort, { sender: undefined })],
    ['a port that is gone', ({ eventPort }) => Object.assign(eventPort, { deleted: true })],
    ['a connection that is gone', ({ child }) => child.connections.delete(4)],
    ['a page in a pool', ({ hv, root }) => root.pool.free.push(newPage(hv.machine))],
    ['a page in use', ({ hv, root }) => root.pool.used.push(newPage(hv.machine))],
    ['extended calls', ({ hv }) => Object.assign(hv.machine, { extendedCapabilities: u64(1) })],
    ['time', ({ hv }) => Object.assign(hv.machine, { timeNs: hv.machine.timeNs + 1 })],
    ['a record of the trace', ({ hv }) => hv.trace.emit(0, hvEvents.kind.fault, 0, 6)],
  ])('%s makes a difference', (_, change) => {
    const machine = wired();
    const before = machine.hv.digest();
    change(machine);
    expect(machine.hv.digest()).not.toBe(before);
  });

  test('a message that waits makes a difference, with or without the trace', () => {
    const digests = [7, 8].map((type) => {
      const machine = wired();
      post(machine, 1);
      post(machine, type);
      // The sender's memory still shows what was sent; only the queue may tell.
      pokeBytes(machine.child.gpa, 0x1000, new Uint8Array(256));
      machine.hv.trace.clear();
      return machine.hv.digest();
    });
    expect(digests[0]).not.toBe(digests[1]);
  });
});

describe('facts and statuses', () => {
  test('every number names its source by https, its date and its meaning', () => {
    for (const [name, fact] of Object.entries(hypervisorFacts)) {
      expect(fact.value, name).toBeGreaterThan(0);
      expect(new URL(fact.source.url).protocol, name).toBe('https:');
      expect(fact.asOf, name).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(fact.note, name).toMatch(/\.$/);
    }
  });

  test('every status has a number of its own, and is found by it', () => {
    for (const [name, { code, doc }] of Object.entries(statusTable)) {
      expect(statusName(code)).toBe(name);
      expect(doc).toMatch(/\.$/);
    }
    expect(statusName(0xffff)).toBeUndefined();
  });
});
