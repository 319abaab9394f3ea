/** The digest: equal machines have equal ones, and whatever differs shows in it. */
import { describe, expect, test } from 'vitest';
import { interceptKey } from '../../../src/engine/hypervisor/defs/intercepts.ts';
import type { Page, StatePage } from '../../../src/engine/hypervisor/defs/model.ts';
import { newPage, pokeBytes } from '../../../src/engine/hypervisor/machine/memory.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import { deposit, makeCall, pack, type TestMachine, testMachine } from './support/machine.ts';
import { enable } from './support/synic.ts';

type Change = (machine: TestMachine) => void;

const childId = 2;
const self = 0xffff_ffff_ffff_ffffn;
/** The counters of the child, at page 0x380 of the root. */
const statsPage = pack(0x1_0001, childId, 0, 0x380);
const message = pack(9, 1, new Uint8Array(240));

/** A machine with something in every list that the digest walks. */
function richMachine(): TestMachine {
  const machine = testMachine();
  const { hv, root, child, vp, childVp } = machine;
  deposit(hv, vp, self, 0x10, 2);
  hv.connect(child, root, { id: 9, targetVp: 0, targetSint: 2, kind: 'message' });
  enable(hv, childVp);
  for (let sent = 0; sent < 2; sent += 1) makeCall(hv, vp, { code: 0x5c, input: message });
  child.intercepts.installed.set(interceptKey(1, 0), 3);
  child.intercepts.results.set('0 cpuid', { kind: 'cpuid', values: [1, 2], masks: [3, 4] });
  child.intercepts.results.set('0 msr', { kind: 'msr', access: 1, action: 0 });
  child.interruptTargets.set(1, { vpIndex: 0, vtl: 0 });
  child.vtl.protections.set(3, 1);
  makeCall(hv, vp, { code: 0x131, input: statsPage });
  child.vps.get(1)?.statePages.set(0, statePage(machine, newPage(hv.machine)));
  return machine;
}

const statePage = ({ root }: TestMachine, page: Page): StatePage => ({
  page,
  viewer: root,
  gpn: 0x30,
});

/** The registers and the SynIC of a trust level that does not run. */
const otherLevel: Change = ({ childVp }) => {
  const { registers, synic, vtl } = childVp;
  vtl.contexts.set(1, { registers: new Uint8Array(registers.byteLength), synic });
};

const ofTheMachine: Readonly<Record<string, Change>> = {
  'the time': ({ hv }) => {
    hv.machine.timeNs += 1;
  },
  'what extended calls there are': ({ hv }) => {
    hv.machine.extendedCapabilities = u64(1);
  },
  'a record of the trace': ({ hv, vp }) => {
    makeCall(hv, vp, { code: 0x5c, input: message });
  },
};

const ofPartitions: Readonly<Record<string, Change>> = {
  'the state of a partition': ({ child }) => {
    child.state = 'finalizing';
  },
  'the content of a page': ({ root }) => pokeBytes(root.gpa, 0x9000, Uint8Array.of(1)),
  'a mapping': ({ child }) => void child.gpa.mappings.delete(3),
  'a page table': ({ child }) => void child.gpa.tables.add(5),
  'a mark of an access': ({ child }) => {
    child.gpa.touched = new Map([[3, 1]]);
  },
  'a property': ({ child }) => void child.properties.set(1, u64(1)),
  'whose counters a page shows': ({ root }) => {
    const [stats] = root.statsPages;
    if (stats === undefined) throw new Error('no statistics page');
    root.statsPages.splice(0, 1, { ...stats, vpIndex: 1 });
  },
  'an intercept': ({ child }) => void child.intercepts.installed.set(interceptKey(1, 0), 1),
  'a CPUID word that is answered': ({ child }) =>
    void child.intercepts.results.set('0 cpuid', { kind: 'cpuid', values: [1, 3], masks: [3, 4] }),
  'what is done with an MSR': ({ child }) =>
    void child.intercepts.results.set('0 msr', { kind: 'msr', access: 1, action: 1 }),
  'an interrupt line': ({ child }) => {
    child.externalInterrupt.state = 'asserted';
  },
  'where an interrupt goes': ({ child }) =>
    void child.interruptTargets.set(1, { vpIndex: 1, vtl: 0 }),
  'a protected page': ({ child }) => void child.vtl.protections.set(3, 2),
  'a crash parameter': ({ child }) => void child.crash.splice(2, 1, u64(7)),
  'what a port accepted': ({ child }) => {
    for (const port of child.ports.values()) port.posts += 1;
  },
  'a port that is gone': ({ child }) => {
    for (const port of child.ports.values()) port.deleted = true;
  },
  'a connection': ({ root }) => root.connections.clear(),
  'what rings a doorbell': ({ root }) => {
    const [connection] = root.connections.values();
    if (connection === undefined) throw new Error('no connection');
    const trigger = { gpa: u64(4096), value: u64(0), flags: u64(0) };
    root.connections.set(connection.id, { ...connection, trigger });
  },
};

const ofProcessors: Readonly<Record<string, Change>> = {
  'a register': ({ vp }) => vp.registers.setUint8(0, 1),
  'a suspended processor': ({ childVp }) => {
    childVp.explicitSuspend = true;
  },
  'a processor that waits for an answer': ({ childVp }) => {
    childVp.interceptSuspend = true;
  },
  'a non-maskable interrupt': ({ childVp }) => {
    childVp.nmiPending = true;
  },
  'a processor before its start': ({ childVp }) => {
    childVp.waitsForSipi = true;
  },
  'a processor at rest': ({ childVp }) => {
    childVp.idle = true;
  },
  'a vector that is requested': ({ childVp }) => void childVp.pendingVectors.add(0x50),
  'a vector in service': ({ childVp }) => void childVp.apic.inService.add(0x50),
  'another trust level': otherLevel,
  'a timer': ({ childVp }) => {
    const [timer] = childVp.timers;
    if (timer === undefined) throw new Error('no timer');
    timer.dueNs = 100;
  },
  'the type of a state page': ({ child }) => {
    const pages = child.vps.get(1)?.statePages;
    const page = pages?.get(0);
    if (page === undefined) throw new Error('no state page');
    pages?.delete(0);
    pages?.set(1, page);
  },
  'whose message waits': ({ childVp }) => {
    const queue = childVp.synic.queues[2];
    const [first] = queue ?? [];
    if (first === undefined) throw new Error('no message waits');
    queue?.splice(0, 1, { ...first, port: undefined });
  },
};

const changes = Object.entries({ ...ofTheMachine, ...ofPartitions, ...ofProcessors });

describe('the digest', () => {
  test('is the same for machines with the same past', () => {
    expect(richMachine().hv.digest()).toBe(richMachine().hv.digest());
  });

  test('does not depend on the order in which answers were registered', () => {
    const machine = richMachine();
    const digest = machine.hv.digest();
    const { results } = machine.child.intercepts;
    const entries = [...results].reverse();
    results.clear();
    for (const [key, result] of entries) results.set(key, result);
    expect(machine.hv.digest()).toBe(digest);
  });

  test.each(changes)('shows %s', (_what, change) => {
    const machine = richMachine();
    const digest = machine.hv.digest();
    change(machine);
    expect(machine.hv.digest()).not.toBe(digest);
  });

  test('does not change by being taken', () => {
    const { hv } = richMachine();
    expect(hv.digest()).toBe(hv.digest());
    expect(hv.partition(childId).state).toBe('active');
  });
});
