/** What a plan assumes about overheads until the reader says otherwise. */
import type { Fact, Source } from './basis.ts';

const asOf = '2026-11-23';
const biztalk = 'https://learn.microsoft.com/en-us/biztalk/technical-guides/';

const costs: Source = {
  title: 'Microsoft, System resource costs on Hyper-V',
  url: `${biztalk}system-resource-costs-on-hyper-v`,
};
const mebibyte = 0x10_0000;

/** The assumptions by name. */
export const sizingFacts = {
  cpuOverheadPercent: {
    value: 10,
    unit: 'percent',
    basis: 'vendor',
    source: costs,
    asOf,
    note: 'Published as 9 to 12 % of the processor.',
  },
  hypervisorMemoryBytes: {
    value: 300 * mebibyte,
    unit: 'bytes',
    basis: 'vendor',
    source: costs,
    asOf,
    note: 'Memory of the hypervisor itself.',
  },
  rootMemoryBytes: {
    value: 512 * mebibyte,
    unit: 'bytes',
    basis: 'vendor',
    source: costs,
    asOf,
    note: 'Memory for the operating system in the root partition.',
  },
  firstGibOverheadBytes: {
    value: 32 * mebibyte,
    unit: 'bytes',
    basis: 'vendor',
    source: costs,
    asOf,
    note: 'Overhead of each machine for its first GB of memory.',
  },
  furtherGibOverheadBytes: {
    value: 8 * mebibyte,
    unit: 'bytes',
    basis: 'vendor',
    source: costs,
    asOf,
    note: 'Overhead of each machine for each further GB of memory.',
  },
  diskOverheadPercent: {
    value: 8,
    unit: 'percent',
    basis: 'vendor',
    source: costs,
    asOf,
    note: 'Published as 6 to 8 % for pass-through disks.',
  },
  vcpuPerCore: {
    value: 4,
    unit: 'processors',
    basis: 'assumed',
    source: costs,
    asOf,
    note: 'Virtual processors for each core. Microsoft publishes no ratio; this is a usual start.',
  },
} as const satisfies Readonly<Record<string, Fact>>;
