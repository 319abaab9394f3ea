/** The numbers that the hypervisor model runs on: limits, page needs and virtual-time costs. */
import type { Fact, Source } from './basis.ts';

const tlfsPage = 'https://learn.microsoft.com/en-us/virtualization/hyper-v-on-windows/tlfs/';

const hypercallInterface: Source = {
  title: 'TLFS, Hypercall Interface',
  url: `${tlfsPage}hypercall-interface`,
};

const interPartition: Source = {
  title: 'TLFS, Inter-Partition Communication',
  url: `${tlfsPage}inter-partition-communication`,
};

const timers: Source = { title: 'TLFS, Timers', url: `${tlfsPage}timers` };

const linuxRoot: Source = {
  title: 'Linux, drivers/hv/mshv_root_hv_call.c',
  url: 'https://github.com/torvalds/linux/blob/master/drivers/hv/mshv_root_hv_call.c',
};

const serverDocs = 'https://learn.microsoft.com/en-us/windows-server/virtualization/hyper-v/';

const scaleLimits: Source = {
  title: 'Microsoft Learn, Plan for Hyper-V scalability in Windows Server',
  url: `${serverDocs}maximum-scale-limits`,
};

const asOf = '2026-11-23';

/** The facts by name; nothing else in the model may hold such a number. */
export const hypervisorFacts = {
  hypercallTimeLimitNs: {
    value: 50_000,
    unit: 'ns',
    basis: 'spec',
    source: hypercallInterface,
    asOf,
    note: 'A hypercall gives the processor back within this time, finished or not.',
  },
  hypercallEntryNs: {
    value: 1_000,
    unit: 'ns',
    basis: 'assumed',
    source: hypercallInterface,
    asOf,
    note: 'Exit, checks and entry of one call. Not published; the order of a VM exit and entry.',
  },
  hypercallElementNs: {
    value: 400,
    unit: 'ns',
    basis: 'assumed',
    source: hypercallInterface,
    asOf,
    note: 'Work for one element of a rep call. Not published; chosen so that long lists continue.',
  },
  messageBuffers: {
    value: 16,
    unit: 'buffers',
    basis: 'spec',
    source: interPartition,
    asOf,
    note: 'Guest message buffers of one message port.',
  },
  eventFlags: {
    value: 2_048,
    unit: 'flags',
    basis: 'spec',
    source: interPartition,
    asOf,
    note: 'Event flags of one synthetic interrupt source.',
  },
  initializePartitionPages: {
    value: 208,
    unit: 'pages',
    basis: 'vendor',
    source: linuxRoot,
    asOf,
    note: 'What the Linux root deposits before it initializes a child; the need is not published.',
  },
  createPartitionPages: {
    value: 1,
    unit: 'pages',
    basis: 'assumed',
    source: linuxRoot,
    asOf,
    note: 'Taken from the pool of the creator. Not published; Linux deposits and retries.',
  },
  createVpPages: {
    value: 90,
    unit: 'pages',
    basis: 'vendor',
    source: linuxRoot,
    asOf,
    note: 'What the Linux root deposits before it creates a processor; the need is not published.',
  },
  mappingsPerTablePage: {
    value: 512,
    unit: 'mappings',
    basis: 'assumed',
    source: linuxRoot,
    asOf,
    note:
      'One pool page holds the table for 2 MiB. The need is not published; 512 is what a page of ' +
      '8-byte entries holds. Linux deposits 256 pages whenever mapping runs short.',
  },
  statsPagePages: {
    value: 1,
    unit: 'pages',
    basis: 'assumed',
    source: linuxRoot,
    asOf,
    note: 'Taken from the pool of the partition that maps a statistics page. Not published.',
  },
  finalizeItemNs: {
    value: 400,
    unit: 'ns',
    basis: 'assumed',
    source: hypercallInterface,
    asOf,
    note:
      'Tearing down one processor, port, mapping or pool page. Not published; the same as one ' +
      'element of a rep call, so that finalizing takes several entries.',
  },
  virtualProcessors: {
    value: 2_048,
    unit: 'processors',
    basis: 'vendor',
    source: scaleLimits,
    asOf,
    note: 'Virtual processors of one generation 2 virtual machine on Windows Server 2025.',
  },
  logicalProcessors: {
    value: 2_048,
    unit: 'processors',
    basis: 'vendor',
    source: scaleLimits,
    asOf,
    note: 'Logical processors of one host on Windows Server 2025.',
  },
  partitionDepth: {
    value: 2,
    unit: 'levels',
    basis: 'assumed',
    source: hypercallInterface,
    asOf,
    note: 'The root and its children; today no child creates partitions of its own.',
  },
  tscFrequency: {
    value: 2_000_000_000,
    unit: 'hertz',
    basis: 'assumed',
    source: timers,
    asOf,
    note: 'Rate of the virtual TSC. Real ones follow the processor; this one is easy to check.',
  },
  apicFrequency: {
    value: 200_000_000,
    unit: 'hertz',
    basis: 'assumed',
    source: timers,
    asOf,
    note: 'Rate of the virtual APIC timer. Not published; a round number of the usual size.',
  },
  timerResolutionNs: {
    value: 50_000,
    unit: 'ns',
    basis: 'assumed',
    source: timers,
    asOf,
    note: 'Expirations of one timer that come closer are skipped, which the specification allows.',
  },
  msrReadNs: {
    value: 1_000,
    unit: 'ns',
    basis: 'assumed',
    source: timers,
    asOf,
    note: 'An exit for the reference counter, so that each reading is later than the one before.',
  },
  portPages: {
    value: 1,
    unit: 'pages',
    basis: 'assumed',
    source: linuxRoot,
    asOf,
    note: 'Taken from the pool of the owner. Not published; Linux deposits one page and retries.',
  },
  connectionPages: {
    value: 1,
    unit: 'pages',
    basis: 'assumed',
    source: linuxRoot,
    asOf,
    note: 'Taken from the pool of the sender. Not published; Linux deposits one page and retries.',
  },
} as const satisfies Readonly<Record<string, Fact>>;
