/** What of an inventory is beyond the limits of a version or of a host, named one by one. */

import type { Source } from '../../facts/basis.ts';
import { type LimitName, limitOf, type WindowsServerVersion } from '../../facts/limits.ts';
import type { Inventory, VmGroup } from '../defs/inventory.ts';
import type { Resource } from './build.ts';

/** One thing that does not fit, or of which nobody knows. */
export interface Finding {
  readonly kind: 'beyond-host' | 'beyond-limit' | 'unknown-limit' | 'beyond-numa-node';
  /** The host model or the group of machines. */
  readonly subject: string;
  readonly what: string;
  readonly asked: number;
  /** Undefined when the limit is not known. */
  readonly most: number | undefined;
  readonly source: Source | undefined;
}

const mebibyte = 0x10_0000;

/** Everything that does not fit. */
export function findingsOf(
  inventory: Inventory<WindowsServerVersion>,
  resources: readonly Resource[],
): readonly Finding[] {
  const { host, windowsServer, vms } = inventory;
  const limit = (subject: string, name: LimitName, asked: number) =>
    limitFindings(windowsServer, subject, name, asked);
  return [
    ...limit(host.name, 'hostLogicalProcessors', host.cores * host.threadsPerCore),
    ...limit(host.name, 'hostMemoryBytes', host.memoryMiB * mebibyte),
    ...vms.flatMap((vm) => {
      const bytes = vm.memoryMiB * mebibyte;
      const [processors, memory]: readonly [LimitName, LimitName] =
        vm.generation === 1
          ? ['vmProcessorsGeneration1', 'vmMemoryBytesGeneration1']
          : ['vmProcessorsGeneration2', 'vmMemoryBytesGeneration2'];
      return [
        ...limit(vm.name, processors, vm.virtualProcessors),
        ...limit(vm.name, memory, bytes),
        ...hostFindings(vm, resources),
        ...numaFindings(vm, inventory),
      ];
    }),
  ];
}

function limitFindings(
  version: WindowsServerVersion,
  subject: string,
  what: LimitName,
  asked: number,
): readonly Finding[] {
  const limit = limitOf(version, what);
  if (limit === 'none') return [];
  if (limit === undefined) {
    const source = undefined;
    return [{ kind: 'unknown-limit', subject, what, asked, most: undefined, source }];
  }
  const { value: most, source } = limit;
  return asked > most ? [{ kind: 'beyond-limit', subject, what, asked, most, source }] : [];
}

function hostFindings(vm: VmGroup, resources: readonly Resource[]): readonly Finding[] {
  return resources.flatMap(({ name, capacity, sizeOf }): readonly Finding[] => {
    const asked = sizeOf(vm);
    if (asked <= capacity) return [];
    const found = { subject: vm.name, what: name, asked, most: capacity, source: undefined };
    return [{ kind: 'beyond-host', ...found }];
  });
}

/** A machine larger than a NUMA node needs spanning; on 2025 it does not even start without. */
function numaFindings(vm: VmGroup, { host }: Inventory<WindowsServerVersion>): readonly Finding[] {
  if (host.numaNodes === 1) return [];
  const threads = Math.floor((host.cores * host.threadsPerCore) / host.numaNodes);
  const memoryMiB = Math.floor(host.memoryMiB / host.numaNodes);
  const rows = [
    { what: 'processors of a NUMA node', asked: vm.virtualProcessors, most: threads },
    { what: 'memory of a NUMA node in MiB', asked: vm.memoryMiB, most: memoryMiB },
  ];
  return rows
    .filter(({ asked, most }) => asked > most)
    .map((row) => ({ kind: 'beyond-numa-node', subject: vm.name, source: undefined, ...row }));
}
