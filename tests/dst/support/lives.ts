/** The steps of a partition's life beside its beginning: mappings, withdrawing, its end. */
import type { Hypervisor } from '../../../src/engine/hypervisor/machine/hypervisor.ts';
import { type CallSpec, pack } from '../../unit/hypervisor/support/machine.ts';
import type { StepOf } from './steps.ts';

/** The world as these steps see it. */
interface World {
  readonly machine: { readonly hv: Hypervisor };
  readonly deposited: Map<number, number>;
  readonly taken: Map<number, number>;
  readonly tables: Map<number, Set<number>>;
  readonly ids: number[];
  call(by: number, spec: CallSpec): { status: string | undefined; reps: number };
}

const mappingsPerTable = 512;
const readWrite = 3;

/** Pages leave the pool: as many as the call reports. */
export function withdraw(world: World, { by, id, count }: StepOf<'withdraw'>): void {
  const { status, reps } = world.call(by, { code: 0x49, count, input: pack(id, 0) });
  const free = world.machine.hv.machine.partitions.get(id)?.pool.free.length ?? 0;
  if (status === 'NO_RESOURCES' && free > 0) throw new Error(`${id} has ${free} pages, gives none`);
  world.deposited.set(id, (world.deposited.get(id) ?? 0) - reps);
}

/** Each 2 MiB that get their first mapping by a call take one page of the pool. */
export function mapGpa(world: World, { by, id, base, gpns }: StepOf<'map gpa'>): void {
  const input = pack(id, base, readWrite, ...gpns);
  const { reps } = world.call(by, { code: 0x4b, count: gpns.length, input });
  if (id === 1) return;
  const tables = world.tables.get(id) ?? new Set();
  world.tables.set(id, tables);
  const before = tables.size;
  for (let index = 0; index < reps; index += 1) {
    tables.add(Math.floor((base + index) / mappingsPerTable));
  }
  world.taken.set(id, (world.taken.get(id) ?? 0) + tables.size - before);
}

/** Tables stay where they are. */
export function unmapGpa(world: World, { by, id, base, count }: StepOf<'unmap gpa'>): void {
  world.call(by, { code: 0x4c, count, input: pack(id, base, 0) });
}

/** All objects of a finalized partition are gone, so its whole pool is free. */
export function finalize(world: World, { by, id }: StepOf<'finalize'>): void {
  const { status } = world.call(by, { code: 0x42, fast: true, input: pack(id) });
  if (status === 'SUCCESS') world.taken.set(id, 0);
}

/** Only a drained partition can go, and what it cost its parent is free again. */
export function remove(world: World, { by, id }: StepOf<'delete'>): void {
  const { status } = world.call(by, { code: 0x43, fast: true, input: pack(id) });
  if (status !== 'SUCCESS') return;
  const left = world.deposited.get(id) ?? 0;
  if (left !== 0) throw new Error(`${id} went with ${left} pages`);
  world.ids.splice(world.ids.indexOf(id), 1);
  // The second partition was there from the start and cost nothing.
  if (id !== 2) world.taken.set(1, (world.taken.get(1) ?? 0) - 1);
}
