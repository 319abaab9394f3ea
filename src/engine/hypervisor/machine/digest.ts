/** The state of the machine and its trace as one number, for golden files and the lab's footer. */
import type { Digest } from '../../kernel/digest.ts';
import type { U64 } from '../../kernel/u64.ts';
import {
  type Connection,
  type Machine,
  type Page,
  type Partition,
  type Port,
  partitionStates,
  portKinds,
  type Synic,
  type Vp,
} from '../defs/model.ts';

const noMarks: ReadonlyMap<number, number> = new Map();

/** Takes in everything that can differ between two runs, in a fixed order. */
export function digestMachine(machine: Machine, digest: Digest): void {
  digest.f64(machine.timeNs).u32(machine.nextSpn).u32(machine.nextPartitionId);
  take64(digest, machine.extendedCapabilities);
  for (const partition of byKey(machine.partitions)) takePartition(digest, partition);
  for (const record of machine.trace.records()) {
    digest.f64(record.timeNs).u32(record.kind).u32(record.actor);
    digest.u32(record.a).u32(record.b).u32(record.c);
  }
}

function takePartition(digest: Digest, partition: Partition): void {
  digest.u32(partition.id).u32(partition.parent?.id ?? 0);
  digest.u32(partitionStates.indexOf(partition.state));
  digest.u32(partition.featuresEdx).u32(partition.gpa.widthBits);
  take64(digest, partition.privileges);
  take64(digest, partition.guestOsId);
  take64(digest, partition.hypercallMsr);
  for (const page of partition.pool.free) digest.u32(page.spn);
  for (const page of partition.pool.used) digest.u32(page.spn);
  for (const [gpn, { page, access }] of byNumber(partition.gpa.mappings)) {
    digest.f64(gpn).u32(access).u32(page.depositedTo);
    takePage(digest, page);
  }
  digest.u32(partition.creationPages);
  for (const [code, value] of byNumber(partition.properties)) take64(digest.u32(code), value);
  for (const table of [...partition.gpa.tables].sort((a, b) => a - b)) digest.f64(table);
  for (const [gpn, marks] of byNumber(partition.gpa.touched ?? noMarks)) digest.f64(gpn).u8(marks);
  for (const stats of partition.statsPages) {
    digest.u32(stats.objectType).u32(stats.objectId).u32(stats.vpIndex).u32(stats.areaType);
    digest.f64(stats.gpn);
    takePage(digest, stats.page);
  }
  for (const port of byKey(partition.ports)) takePort(digest, port);
  for (const connection of byKey(partition.connections)) takeConnection(digest, connection);
  takeClock(digest, partition);
  takeProcessing(digest, partition);
  for (const vp of byKey(partition.vps)) takeVp(digest, vp);
}

function takePort(digest: Digest, port: Port): void {
  digest
    .u32(port.id)
    .u8(portKinds.indexOf(port.kind))
    .u8(port.deleted ? 1 : 0);
  digest.u32(port.targetVp).u32(port.targetSint).u32(port.buffersFree);
  digest
    .u32(port.flagsBase)
    .u32(port.flagsTotal)
    .u32(port.sender?.id ?? 0);
  digest.u32(port.vtl).u32(port.minConnectionVtl).u32(port.posts).u32(port.pages);
  digest.u8(port.connected ? 1 : 0);
}

/** Trust levels, intercepts and interrupt routes of a partition. */
function takeProcessing(digest: Digest, { intercepts, ...partition }: Partition): void {
  const { externalInterrupt, interruptTargets, vtl } = partition;
  for (const [key, rights] of byNumber(intercepts.installed)) digest.f64(key).u32(rights);
  const results = [...intercepts.results.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, result] of results) {
    for (const char of key) digest.u8(char.charCodeAt(0));
    if (result.kind === 'msr') digest.u32(result.access).u32(result.action);
    else for (const word of [...result.values, ...result.masks]) digest.u32(word);
  }
  digest.u8(['none', 'asserted', 'acknowledged'].indexOf(externalInterrupt.state));
  digest.u32(externalInterrupt.vector);
  for (const [id, target] of byNumber(interruptTargets)) {
    digest.u32(id).u32(target.vpIndex).u32(target.vtl);
  }
  digest.u32(vtl.enabled);
  take64(digest, vtl.config);
  for (const [gpn, rights] of byNumber(vtl.protections)) digest.f64(gpn).u32(rights);
}

/** What a processor waits for, its trust levels and its state pages. */
function takeVpState(digest: Digest, { vtl, statePages, ...vp }: Vp): void {
  digest
    .u8(vp.nmiPending ? 1 : 0)
    .u8(vp.waitsForSipi ? 1 : 0)
    .u32(vp.poolPages);
  digest
    .u32(vtl.active)
    .u32(vtl.enabled)
    .u32(vtl.requested ?? 0);
  for (const [level, { registers, synic }] of byNumber(vtl.contexts)) {
    digest.u32(level).bytes(registers);
    takeSynic(digest, synic);
  }
  for (const [type, { page, gpn }] of byNumber(statePages)) {
    digest.u32(type).f64(gpn);
    takePage(digest, page);
  }
}

function takeSynic(digest: Digest, synic: Synic): void {
  for (const register of [synic.scontrol, synic.siefp, synic.simp, ...synic.sints]) {
    take64(digest, register);
  }
  for (const queue of synic.queues) {
    digest.u32(queue.length);
    for (const { messageType, payload, port, origin } of queue) {
      digest
        .u32(origin)
        .u8(port === undefined ? 1 : 0)
        .u32(messageType)
        .u32(payload.length)
        .bytes(payload);
    }
  }
  takePage(digest, synic.messagePage);
  takePage(digest, synic.eventPage);
}

function takeVp(digest: Digest, vp: Vp): void {
  digest
    .u32(vp.index)
    .u8(vp.explicitSuspend ? 1 : 0)
    .u8(vp.interceptSuspend ? 1 : 0);
  digest.bytes(new Uint8Array(vp.registers.buffer));
  takeSynic(digest, vp.synic);
  for (const vector of [...vp.pendingVectors].sort((a, b) => a - b)) digest.u8(vector);
  takeVpState(digest, vp);
  takeTime(digest, vp);
}

function takeConnection(digest: Digest, { id, port, vtl, trigger, pages }: Connection): void {
  digest.u32(id).u32(port.owner.id).u32(port.id).u32(vtl).u32(pages);
  if (trigger === undefined) return;
  for (const word of [trigger.gpa, trigger.value, trigger.flags]) take64(digest, word);
}

function takeClock(digest: Digest, { clock, crash }: Partition): void {
  digest.f64(clock.startNs).u32(clock.sequence);
  const { offset, tscPageMsr, reenlightenment, tscEmulation, tscInvariant } = clock;
  const words = [offset, tscPageMsr, reenlightenment, tscEmulation, tscInvariant, ...crash];
  for (const word of words) take64(digest, word);
  takePage(digest, clock.tscPage);
}

/** The APIC and the timers of a processor, and how long it has run. */
function takeTime(digest: Digest, { apic, timers, ...vp }: Vp): void {
  for (const vector of [...apic.inService].sort((a, b) => a - b)) digest.u8(vector);
  digest.u32(apic.taskPriority);
  take64(digest, apic.command);
  for (const { config, countWord, dueNs } of timers) {
    take64(digest, config);
    take64(digest, countWord);
    digest.f64(dueNs);
  }
  take64(digest, vp.assistMsr);
  takePage(digest, vp.assistPage);
  digest.u8(vp.idle ? 1 : 0).f64(vp.runtimeNs);
}

/** An untouched page is left out: it is zero, as one that was touched and cleared is not. */
function takePage(digest: Digest, page: Page): void {
  digest.u32(page.spn);
  if (page.bytes !== undefined) digest.bytes(new Uint8Array(page.bytes.buffer));
}

const take64 = (digest: Digest, value: U64): void => {
  digest.u32(value.lo).u32(value.hi);
};

/** Entries by rising number, whatever the order in which they were made. */
const byNumber = <T>(map: ReadonlyMap<number, T>): [number, T][] =>
  [...map.entries()].sort(([a], [b]) => a - b);

const byKey = <T>(map: ReadonlyMap<number, T>): T[] => byNumber(map).map(([, value]) => value);
