/** Makes the parts of the machine in their state at reset. */
import { assert } from '../../kernel/result.ts';
import type { Trace } from '../../kernel/trace.ts';
import { u64, u64Ones, u64Zero } from '../../kernel/u64.ts';
import {
  access,
  type CpuVendor,
  type Machine,
  type Partition,
  type PartitionClock,
  type Synic,
  type SyntheticTimer,
  type VirtualApic,
  type Vp,
} from '../defs/model.ts';
import { crashParameters, sintSources, timersPerVp } from '../defs/msrs.ts';
import { childPrivileges, modelFeatures, rootPrivileges } from '../defs/privileges.ts';
import { registerFileBytes } from '../defs/registers.ts';
import { sintRegister } from '../defs/synic.ts';
import { mapPage, newGpaSpace, newPage } from './memory.ts';
import { setProcessorMode } from './registers.ts';

/** Width of a guest-physical address space unless something else is asked for. */
const defaultWidthBits = 40;

/** A machine without partitions. */
export function newMachine(trace: Trace, vendor: CpuVendor): Machine {
  return {
    vendor,
    trace,
    timeNs: 0,
    nextTimerNs: Number.POSITIVE_INFINITY,
    partitions: new Map(),
    nextPartitionId: 1,
    nextSpn: 0,
    mappedStats: 0,
    extendedCapabilities: u64Zero,
  };
}

/**
 * Adds a partition with the next id, uninitialized and with an empty pool. Without a parent it is
 * the root. Ids are never used again.
 */
export function addPartition(
  machine: Machine,
  parent: Partition | undefined,
  widthBits = defaultWidthBits,
): Partition {
  assert(parent !== undefined || machine.partitions.size === 0, 'there is already a root');
  const partition: Partition = {
    id: machine.nextPartitionId,
    parent,
    depth: parent === undefined ? 0 : parent.depth + 1,
    state: 'uninitialized',
    privileges: parent === undefined ? rootPrivileges : childPrivileges,
    featuresEdx: modelFeatures,
    pool: { free: [], used: [] },
    gpa: newGpaSpace(widthBits),
    vps: new Map(),
    guestOsId: u64Zero,
    hypercallMsr: u64Zero,
    hypercallPage: newPage(machine),
    ports: new Map(),
    connections: new Map(),
    creationPages: 0,
    properties: new Map(),
    statsPages: [],
    intercepts: { installed: new Map(), results: new Map() },
    externalInterrupt: { state: 'none', vector: 0 },
    interruptTargets: new Map(),
    vtl: { enabled: 1, config: u64Zero, protections: new Map() },
    clock: newClock(machine),
    crash: Array.from({ length: crashParameters }, () => u64Zero),
  };
  assert(!machine.partitions.has(partition.id), 'an id is given once');
  machine.nextPartitionId += 1;
  machine.partitions.set(partition.id, partition);
  return partition;
}

function newClock(machine: Machine): PartitionClock {
  return {
    startNs: machine.timeNs,
    offset: u64Zero,
    sequence: 1,
    tscPageMsr: u64Zero,
    tscPage: newPage(machine),
    reenlightenment: u64Zero,
    tscEmulation: u64Zero,
    tscInvariant: u64Zero,
  };
}

/** A local APIC in its state at reset. */
const newApic = (): VirtualApic => ({
  inService: new Set(),
  taskPriority: 0,
  command: u64Zero,
});

/** A synthetic timer in its state at reset. */
const newTimer = (): SyntheticTimer => ({
  config: u64Zero,
  countWord: u64Zero,
  dueNs: Number.POSITIVE_INFINITY,
});

/** A SynIC in its state at reset: off, every source masked. */
export function newSynic(machine: Machine): Synic {
  const masked = sintRegister.pack({ Masked: 1 });
  return {
    scontrol: u64Zero,
    siefp: u64Zero,
    simp: u64Zero,
    sints: Array.from({ length: sintSources }, () => masked),
    messagePage: newPage(machine),
    eventPage: newPage(machine),
    queues: Array.from({ length: sintSources }, () => []),
  };
}

/** Adds a virtual processor, suspended, in 64-bit mode at privilege level 0. */
export function addVp(machine: Machine, partition: Partition, index: number): Vp {
  assert(!partition.vps.has(index), `virtual processor ${index} exists`);
  assert(partition.state !== 'finalized', 'a partition that ended gets no processor');
  const vp: Vp = {
    index,
    partition,
    registers: new DataView(new ArrayBuffer(registerFileBytes)),
    explicitSuspend: true,
    interceptSuspend: false,
    synic: newSynic(machine),
    pendingVectors: new Set(),
    nmiPending: false,
    waitsForSipi: false,
    vtl: { active: 0, enabled: 1, requested: undefined, contexts: new Map() },
    poolPages: 0,
    statePages: new Map(),
    apic: newApic(),
    timers: Array.from({ length: timersPerVp }, newTimer),
    assistMsr: u64Zero,
    assistPage: newPage(machine),
    idle: false,
    runtimeNs: 0,
  };
  setProcessorMode(vp.registers, { protectedMode: true, longMode: true, cpl: 0 });
  partition.vps.set(index, vp);
  return vp;
}

/** Gives a partition `pages` fresh zeroed pages, mapped with all rights from page `firstGpn`. */
export function addRam(
  machine: Machine,
  partition: Partition,
  firstGpn: number,
  pages: number,
): void {
  assert(Number.isInteger(pages) && pages >= 0, 'memory has a whole number of pages');
  for (let index = 0; index < pages; index += 1) {
    mapPage(partition.gpa, firstGpn + index, newPage(machine), access.all);
  }
}

/** The highest value of a partition id, which stands for the caller itself. */
export const selfPartitionId = u64Ones;

/** The virtual processor index that stands for the caller's own. */
export const selfVpIndex = u64(0xfffffffe).lo;
