/** Carries steps out on a real machine and keeps a plain model of what must have come of them. */
import type {
  Partition,
  PartitionState,
  Port,
  Vp,
} from '../../../src/engine/hypervisor/defs/model.ts';
import { msrIndex } from '../../../src/engine/hypervisor/defs/msrs.ts';
import { mapPage, newPage, unmapPage } from '../../../src/engine/hypervisor/machine/memory.ts';
import { EngineError } from '../../../src/engine/kernel/result.ts';
import { u64 } from '../../../src/engine/kernel/u64.ts';
import {
  type CallSpec,
  execute,
  load,
  pack,
  testMachine,
  word,
} from '../../unit/hypervisor/support/machine.ts';
import { enable } from '../../unit/hypervisor/support/synic.ts';
import { finalize, mapGpa, remove, unmapGpa, withdraw } from './lives.ts';
import { playedPages, ports, type Step, type StepOf } from './steps.ts';

/** Where calls have their blocks: behind the pages that the steps play with. */
const inputGpa = 0x3f0 * 4096;
const outputGpa = 0x3f1 * 4096;
const timeLimitNs = 50_000;

/** Stops a run because something does not hold. */
export function demand(condition: boolean, message: () => string): void {
  if (!condition) throw new Error(message());
}

/** A machine under test, and what must be true of it. */
export class World {
  readonly machine = testMachine();
  /** Pages that deposits have reported, and pages that objects must have taken, per partition. */
  readonly deposited = new Map<number, number>();
  readonly taken = new Map<number, number>();
  readonly ids: number[] = [1, 2];
  /** Page tables that mapping calls must have filled, per partition. */
  readonly tables = new Map<number, Set<number>>();
  /** The state of each partition after the last step. */
  readonly states = new Map<number, PartitionState>();
  /** Per receiver and source: types of messages in the order in which they were accepted. */
  readonly sent = new Map<string, number[]>();
  readonly received = new Map<string, number[]>();
  readonly openPorts: Port[] = [];
  #nextType = 1;
  #lastId = 2;

  constructor() {
    const { hv, root, child } = this.machine;
    hv.mapRam(child, 0, 0x400);
    for (const vp of [this.vp(1), this.vp(2)]) enable(hv, vp);
    for (const id of ports) {
      const [owner, sender] = id % 2 === 0 ? [root, child] : [child, root];
      const kind = id < 3 ? 'message' : 'event';
      const options = {
        id,
        kind,
        targetVp: 0,
        targetSint: id < 3 ? 2 : 3,
        flagsTotal: 64,
      } as const;
      this.openPorts.push(hv.connect(owner, sender, options));
    }
    const gpns = Array.from({ length: 4 }, (_, index) => playedPages + index);
    this.run({ do: 'deposit', by: 1, to: 1, gpns });
    this.run({ do: 'create', by: 1 });
  }

  vp(id: number): Vp {
    return this.machine.hv.vp(id, 0);
  }

  /** Makes a call to its end; gives the name of its status, or undefined if it never returned. */
  call(by: number, spec: CallSpec): { status: string | undefined; reps: number } {
    const { hv } = this.machine;
    const vp = this.vp(by);
    load(vp, { inputGpa, outputGpa, ...spec });
    for (let entries = 0; entries < 4096; entries += 1) {
      const startNs = hv.machine.timeNs;
      const answer = execute(hv, vp);
      demand(
        hv.machine.timeNs - startNs <= timeLimitNs,
        () => 'a call held the processor too long',
      );
      if (answer.outcome === 'continued') continue;
      vp.interceptSuspend = false;
      demand(!(answer.status ?? '').startsWith('0x'), () => `unknown status ${answer.status}`);
      return answer;
    }
    throw new Error('a call never ends');
  }

  /** Does one step; what must come of it goes into the model. */
  run(step: Step): void {
    // A partition that was taken apart does nothing any more.
    if ('by' in step && !this.machine.hv.machine.partitions.get(step.by)?.vps.has(0)) return;
    (this.#doers[step.do] as (step: Step) => void)(step);
  }

  readonly #doers: { readonly [K in Step['do']]: (step: StepOf<K>) => void } = {
    create: ({ by }) => this.#create(by),
    deposit: (step) => this.#deposit(step),
    initialize: (step) => this.#initialize(step),
    balance: (step) => this.#balance(step),
    registers: ({ by, id, names }) => {
      this.call(by, { code: 0x50, count: names.length, input: pack(id, 0, ...names) });
    },
    set: ({ by, id, name }) => {
      this.call(by, { code: 0x51, count: 1, fast: true, input: pack(id, 0, name, 0, 1, 0) });
    },
    post: (step) => this.#post(step),
    signal: ({ by, connection, flag }) => {
      this.call(by, { code: 0x5d, fast: true, input: pack(connection + flag * 2 ** 32) });
    },
    flush: ({ by, count }) => {
      this.call(by, { code: 0x3, count, input: new Uint8Array(24 + 8 * count) });
    },
    msr: ({ by, index, value }) => {
      this.machine.hv.writeMsr(this.vp(by), index, value);
    },
    receive: (step) => this.#receive(step),
    map: ({ by, gpn, access }) => {
      if (isFrozen(this.#space(by), gpn)) return;
      mapPage(this.#space(by).gpa, gpn, newPage(this.machine.hv.machine), access);
    },
    unmap: ({ by, gpn }) => {
      if (!isFrozen(this.#space(by), gpn)) unmapPage(this.#space(by).gpa, gpn);
    },
    withdraw: (step) => withdraw(this, step),
    'map gpa': (step) => mapGpa(this, step),
    'unmap gpa': (step) => unmapGpa(this, step),
    finalize: (step) => finalize(this, step),
    delete: (step) => remove(this, step),
    share: ({ gpn }) => this.#share(gpn),
    'delete port': ({ id }) => {
      const port = this.openPorts.find((candidate) => candidate.id === id);
      if (port !== undefined) port.deleted = true;
    },
  };

  #space(id: number): Partition {
    return this.machine.hv.partition(id);
  }

  /** A page of the root becomes one of the child, too. */
  #share(gpn: number): void {
    const { root, child } = this.machine;
    const mapping = root.gpa.mappings.get(gpn);
    if (mapping === undefined || mapping.page.depositedTo !== 0) return;
    if (child.state !== 'active' || isFrozen(child, gpn)) return;
    mapPage(child.gpa, gpn, mapping.page, mapping.access);
  }

  #create(by: number): void {
    const { status } = this.call(by, { code: 0x40, input: new Uint8Array(56) });
    if (status !== 'SUCCESS') return;
    const id = Number(word(this.#space(by), outputGpa));
    demand(id > this.#lastId, () => `partition id ${id} was given before`);
    this.#lastId = id;
    this.ids.push(id);
    add(this.taken, by, 1);
  }

  #deposit({ by, to, gpns }: StepOf<'deposit'>): void {
    const { reps } = this.call(by, { code: 0x48, count: gpns.length, input: pack(to, ...gpns) });
    add(this.deposited, to, reps);
  }

  #initialize({ by, id }: StepOf<'initialize'>): void {
    const { status } = this.call(by, { code: 0x41, fast: true, input: pack(id) });
    if (status === 'SUCCESS') add(this.taken, id, 208);
  }

  #balance({ by, id, fast }: StepOf<'balance'>): void {
    const { status } = this.call(by, { code: 0x4a, fast, input: pack(id, 0) });
    if (status !== 'SUCCESS') return;
    const read = (index: number) =>
      fast
        ? this.vp(by).registers.getUint32(16 + 8 * index, true)
        : Number(word(this.#space(by), outputGpa + 8 * index));
    const total = this.deposited.get(id) ?? 0;
    demand(read(0) + read(1) === total, () => `balance of ${id} is not what was deposited`);
  }

  #post({ by, connection }: StepOf<'post'>): void {
    const type = this.#nextType;
    this.#nextType += 1;
    const input = pack(connection, type + 4 * 2 ** 32, type, new Uint8Array(232));
    const { status } = this.call(by, { code: 0x5c, input });
    if (status !== 'SUCCESS') return;
    const port = this.#space(by).connections.get(connection)?.port;
    if (port === undefined) throw new EngineError('a message went nowhere');
    const key = `${port.owner.id}/${port.targetSint}`;
    this.sent.set(key, [...(this.sent.get(key) ?? []), type]);
  }

  /** The receiver takes what lies in its slot and asks for more. */
  #receive({ by, sint }: StepOf<'receive'>): void {
    const vp = this.vp(by);
    const slot = vp.synic.messagePage.bytes;
    const type = slot?.getUint32(sint * 256, true) ?? 0;
    if (slot !== undefined && type !== 0) {
      const key = `${by}/${sint}`;
      this.received.set(key, [...(this.received.get(key) ?? []), type]);
      slot.setUint32(sint * 256, 0, true);
    }
    this.machine.hv.writeMsr(vp, msrIndex.EOM, u64(0));
  }
}

/** The mapping of a deposited page cannot change before the page is withdrawn. */
const isFrozen = ({ gpa }: Partition, gpn: number): boolean =>
  (gpa.mappings.get(gpn)?.page.depositedTo ?? 0) !== 0;

function add(counts: Map<number, number>, id: number, pages: number): void {
  counts.set(id, (counts.get(id) ?? 0) + pages);
}

/** Pages of a partition that lie outside of what the steps play with stay where they are. */
export const fixedGpns: readonly number[] = [inputGpa / 4096, outputGpa / 4096].filter(
  (gpn) => gpn >= playedPages,
);
