/** What must hold after every step, whatever happened before. */
import type { Page, Partition, PartitionState } from '../../../src/engine/hypervisor/defs/model.ts';
import { lookUp } from '../../../src/engine/hypervisor/machine/memory.ts';
import { demand, fixedGpns, type World } from './world.ts';

const messageBuffers = 16;

/** Stops with the first invariant that does not hold. */
export function checkInvariants(world: World): void {
  checkPages(world);
  checkPools(world);
  checkBuffers(world);
  checkOrder(world);
  checkIds(world);
  checkStates(world);
}

const allPartitions = ({ machine }: World): Partition[] => [
  ...machine.hv.machine.partitions.values(),
];

const hypervisor = 'the hypervisor';

/** Who has each page that no guest may reach, by the number of the page. */
function ownersOf(world: World): string[] {
  const owners: string[] = [];
  const own = ({ spn }: Page, owner: string) => {
    const other = owners[spn];
    demand(other === undefined, () => `page ${spn} belongs to ${other} and to ${owner}`);
    owners[spn] = owner;
  };
  for (const { id, pool, hypercallPage, clock, vps } of allPartitions(world)) {
    for (const page of [...pool.free, ...pool.used]) {
      own(page, `the pool of ${id}`);
      demand(page.depositedTo === id, () => `page ${page.spn} does not know that ${id} has it`);
    }
    own(hypercallPage, hypervisor);
    own(clock.tscPage, hypervisor);
    for (const { synic, assistPage } of vps.values()) {
      own(assistPage, hypervisor);
      own(synic.messagePage, hypervisor);
      own(synic.eventPage, hypervisor);
    }
  }
  return owners;
}

/** A page is mapped or in one pool or the hypervisor's own, and in a pool it cannot be reached. */
function checkPages(world: World): void {
  const owners = ownersOf(world);
  for (const { id, gpa } of allPartitions(world)) {
    for (const [gpn, { page }] of gpa.mappings) {
      const owner = owners[page.spn];
      if (owner === undefined) {
        demand(page.depositedTo === 0, () => `page ${page.spn} left a pool unseen`);
        continue;
      }
      demand(owner !== hypervisor, () => `${id} has a page of the hypervisor mapped`);
      demand(lookUp(gpa, gpn)?.page !== page, () => `${id} reaches deposited page ${page.spn}`);
    }
  }
  for (const gpn of fixedGpns) {
    const isThere = world.machine.root.gpa.mappings.has(gpn);
    demand(isThere, () => `page ${gpn} went away by itself`);
  }
}

/** Free and used pages are exactly those that deposits reported and objects took. */
function checkPools(world: World): void {
  for (const { id, pool } of allPartitions(world)) {
    const deposited = world.deposited.get(id) ?? 0;
    const taken = world.taken.get(id) ?? 0;
    demand(pool.used.length === taken, () => `${id} uses ${pool.used.length} pages, not ${taken}`);
    const total = pool.free.length + pool.used.length;
    demand(total === deposited, () => `${id} has ${total} pages of ${deposited} deposited`);
  }
}

/** Buffers are free or hold a message that waits. */
function checkBuffers(world: World): void {
  const waiting = new Map<object, number>();
  for (const { vps } of allPartitions(world)) {
    for (const { port } of [...vps.values()].flatMap(({ synic }) => synic.queues.flat())) {
      if (port !== undefined) waiting.set(port, (waiting.get(port) ?? 0) + 1);
    }
  }
  for (const port of world.openPorts) {
    const used = messageBuffers - port.buffersFree;
    const isInRange = used >= 0 && used <= messageBuffers;
    demand(isInRange, () => `port ${port.id} has ${port.buffersFree} free buffers`);
    demand(used === (waiting.get(port) ?? 0), () => `port ${port.id}: ${used} buffers in use`);
  }
}

/** Messages arrive once and in the order in which they were accepted. */
function checkOrder(world: World): void {
  for (const [key, received] of world.received) {
    const sent = world.sent.get(key) ?? [];
    const isPrefix = received.every((type, index) => type === sent[index]);
    demand(isPrefix, () => `${key} received ${received.join()} of ${sent.join()}`);
  }
}

/** Partitions are those that were created, each with the id that was told. */
function checkIds(world: World): void {
  const ids = allPartitions(world).map(({ id }) => id);
  demand(
    ids.join() === world.ids.join(),
    () => `partitions ${ids.join()}, told ${world.ids.join()}`,
  );
}

/** States follow one another as documented, and only what is empty can go. */
function checkStates(world: World): void {
  const { states } = world;
  const now = new Map(allPartitions(world).map(({ id, state }) => [id, state] as const));
  for (const [id, before] of states) {
    const after = now.get(id);
    const isAllowed = after === undefined ? mayEnd(before) : mayFollow(before, after);
    demand(isAllowed, () => `${id} went from ${before} to ${after ?? 'nothing'}`);
  }
  states.clear();
  for (const [id, state] of now) states.set(id, state);
}

const mayEnd = (state: PartitionState): boolean =>
  state === 'uninitialized' || state === 'finalized';

/** One call finalizes a partition, so that after it the state between is not seen. */
function mayFollow(before: PartitionState, after: PartitionState): boolean {
  if (before === after) return true;
  if (before === 'uninitialized') return after === 'active';
  return before === 'active' && after === 'finalized';
}
