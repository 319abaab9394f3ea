/**
 * Everything in the machine that a guest or its parent could notice, as plain values.
 *
 * Written without the engine's own digest, so that "nothing has changed" has a second opinion. Time
 * and the trace are left out: a refused call takes time and is reported. Pages that were never
 * touched and pages of zeros are the same.
 */
import type { Machine, Page, Partition, Vp } from '../../../../src/engine/hypervisor/defs/model.ts';
import { toHex } from '../../../../src/engine/kernel/bytes.ts';

const contents = ({ bytes }: Page): string => {
  if (bytes === undefined) return '';
  const all = new Uint8Array(bytes.buffer);
  return all.every((byte) => byte === 0) ? '' : toHex(all);
};

/** A virtual processor without its register file. */
function vpState(vp: Vp): unknown {
  const { synic } = vp;
  return {
    index: vp.index,
    explicitSuspend: vp.explicitSuspend,
    interceptSuspend: vp.interceptSuspend,
    registers: [synic.scontrol, synic.siefp, synic.simp, ...synic.sints],
    messages: contents(synic.messagePage),
    flags: contents(synic.eventPage),
    queues: synic.queues.map((queue) =>
      queue.map((waiting) => `${waiting.origin} ${waiting.messageType} ${toHex(waiting.payload)}`),
    ),
    vectors: [...vp.pendingVectors],
    inService: [...vp.apic.inService],
    apic: [vp.apic.taskPriority, vp.apic.command],
    timers: vp.timers.map(({ config, countWord, dueNs }) => [config, countWord, dueNs]),
    assist: [vp.assistMsr, contents(vp.assistPage)],
    idle: vp.idle,
    signals: [vp.nmiPending, vp.waitsForSipi],
    levels: [vp.vtl.active, vp.vtl.enabled, vp.vtl.requested, [...vp.vtl.contexts.keys()]],
    poolPages: vp.poolPages,
    statePages: [...vp.statePages].map(([type, { gpn, page }]) => [type, gpn, contents(page)]),
  };
}

function partitionState(partition: Partition): unknown {
  const { pool, gpa } = partition;
  return {
    id: partition.id,
    parent: partition.parent?.id,
    state: partition.state,
    privileges: partition.privileges,
    features: partition.featuresEdx,
    free: pool.free.map(({ spn }) => spn),
    used: pool.used.map(({ spn }) => spn),
    guestOsId: partition.guestOsId,
    hypercallMsr: partition.hypercallMsr,
    overlays: [...gpa.overlays].map(([gpn, list]) => [gpn, list.map(({ kind }) => kind)]),
    pages: [...gpa.mappings].map(
      ([gpn, { page, access }]) =>
        `${gpn} ${access} ${page.spn} ${page.depositedTo} ${contents(page)}`,
    ),
    ports: [...partition.ports.values()].map(({ owner, sender, ...port }) => ({
      ...port,
      owner: owner.id,
      sender: sender?.id,
    })),
    clock: { ...partition.clock, tscPage: contents(partition.clock.tscPage) },
    crash: [...partition.crash],
    intercepts: [...partition.intercepts.installed],
    answers: [...partition.intercepts.results],
    external: { ...partition.externalInterrupt },
    targets: [...partition.interruptTargets],
    levels: [partition.vtl.enabled, partition.vtl.config, [...partition.vtl.protections]],
    connections: [...partition.connections.keys()],
    vps: [...partition.vps.values()].map(vpState),
  };
}

/** The state without registers; compare two with `toEqual`. */
export const stateOf = (machine: Machine): unknown => ({
  nextPartitionId: machine.nextPartitionId,
  partitions: [...machine.partitions.values()].map(partitionState),
});

/** A copy of the register file. */
export const registersOf = (vp: Vp): Uint8Array => new Uint8Array(vp.registers.buffer.slice(0));
