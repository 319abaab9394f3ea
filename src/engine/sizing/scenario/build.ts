/** Turns an inventory into resources, capacities and sizes: whole numbers with named units. */
import type { WindowsServerVersion } from '../../facts/limits.ts';
import { sizingFacts } from '../../facts/limits-policy.ts';
import { assert } from '../../kernel/result.ts';
import type { Instance } from '../defs/instance.ts';
import type { Inventory, VmGroup } from '../defs/inventory.ts';
import { limitValue } from './read-inventory.ts';

/** One thing that hosts have and machines take. */
export interface Resource {
  readonly name: string;
  readonly unit: string;
  readonly capacity: number;
  readonly sizeOf: (vm: VmGroup) => number;
}

const mebibyte = 0x10_0000;
const mebibytesPerGib = 1024;

/** A number grown by so many percent, rounded up. */
const grown = (value: number, percent: number): number =>
  Math.floor((value * (100 + percent) + 99) / 100);

/** Memory of a machine with what the hypervisor spends on it. */
function memoryWithOverheadMiB(memoryMiB: number): number {
  const furtherGib = Math.max(0, Math.ceil(memoryMiB / mebibytesPerGib) - 1);
  const first = sizingFacts.firstGibOverheadBytes.value / mebibyte;
  const further = sizingFacts.furtherGibOverheadBytes.value / mebibyte;
  return memoryMiB + first + further * furtherGib;
}

/** The resources of an inventory, in the order of the instance. */
export function resourcesOf(inventory: Inventory<WindowsServerVersion>): readonly Resource[] {
  const { host, policy, windowsServer } = inventory;
  const free = (value: number) => Math.floor((value * (100 - policy.headroomPercent)) / 100);
  const plain = (value: number) => grown(value, policy.growthPercent);
  const resources: Resource[] = [
    {
      name: 'processor',
      unit: '1/100 virtual processor',
      capacity: free(host.cores * policy.vcpuPerCore * 100),
      sizeOf: (vm) => plain(vm.virtualProcessors * (100 + policy.cpuOverheadPercent)),
    },
    {
      name: 'memory',
      unit: 'MiB',
      capacity: Math.max(0, free(host.memoryMiB) - policy.hostReserveMiB),
      sizeOf: (vm) => memoryWithOverheadMiB(plain(vm.memoryMiB)),
    },
  ];
  const add = (name: string, unit: string, of: number | undefined, sizeOf: Resource['sizeOf']) => {
    if (of !== undefined) resources.push({ name, unit, capacity: of, sizeOf });
  };
  const optional = (value: number | undefined) => (value === undefined ? value : free(value));
  const iopsPercent = policy.diskOverheadPercent;
  add('IOPS', '1/s', optional(host.iops), (vm) => grown(plain(vm.iops), iopsPercent));
  add('network', 'Mbit/s', optional(host.networkMbps), (vm) => plain(vm.networkMbps));
  add('disk', 'GB', optional(host.diskGB), (vm) => plain(vm.diskGB));
  const running = limitValue(windowsServer, 'hostRunningVms');
  const most = Math.min(policy.vmsPerHostMax ?? Infinity, running ?? Infinity);
  add('machines', 'machines', most === Infinity ? undefined : most, () => 1);
  const inUse = limitValue(windowsServer, 'hostVirtualProcessors');
  add('processors in use', 'processors', inUse, (vm) => vm.virtualProcessors);
  const perLogical = limitValue(windowsServer, 'virtualPerLogicalProcessor');
  const ratioMax = (perLogical ?? 0) * host.cores * host.threadsPerCore;
  add('processor ratio', 'processors', perLogical && ratioMax, (vm) => vm.virtualProcessors);
  const apart = new Set(inventory.vms.flatMap(({ antiAffinity }) => antiAffinity ?? []));
  for (const group of apart) {
    add(`apart: ${group}`, 'machines', 1, (vm) => (vm.antiAffinity === group ? 1 : 0));
  }
  return resources;
}

/** The instance of an inventory: one type for each group of machines. */
export function instanceOf(
  { vms }: Inventory<WindowsServerVersion>,
  resources: readonly Resource[],
): Instance {
  assert(resources.length > 0, 'a host has resources');
  return {
    capacity: resources.map(({ capacity }) => capacity),
    types: vms.map((vm) => ({
      sizes: resources.map(({ sizeOf }) => sizeOf(vm)),
      itemCount: vm.machineCount,
    })),
  };
}
