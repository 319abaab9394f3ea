/**
 * What each version of Windows Server allows: a host, a virtual machine, a cluster.
 *
 * A cell without a source stays unknown; recalled numbers are not written down. `none` means that
 * the source says that Hyper-V sets no limit.
 */
import type { Fact, Source } from './basis.ts';

/** The versions, the newest first. */
export const windowsServerVersions = [
  '2025',
  '2022',
  '2019',
  '2016',
  '2012 R2',
  '2012',
  '2008 R2',
  '2008',
] as const;

/** A version of Windows Server with Hyper-V. */
export type WindowsServerVersion = (typeof windowsServerVersions)[number];

/** What is limited. */
export type LimitName =
  | 'hostLogicalProcessors'
  | 'hostMemoryBytes'
  | 'hostRunningVms'
  | 'hostVirtualProcessors'
  | 'virtualPerLogicalProcessor'
  | 'vmProcessorsGeneration1'
  | 'vmProcessorsGeneration2'
  | 'vmMemoryBytesGeneration1'
  | 'vmMemoryBytesGeneration2'
  | 'clusterNodes'
  | 'clusterVms';

/** A limit: a fact, none by the word of the source, or unknown. */
export type Limit = Fact | 'none' | undefined;

const asOf = '2026-11-23';
const gibibyte = 0x4000_0000;
const tebibyte = 1024 * gibibyte;

const serverDocs = 'https://learn.microsoft.com/en-us/windows-server/virtualization/hyper-v/';

const now: Source = {
  title: 'Microsoft Learn, Hyper-V maximum scale limits',
  url: `${serverDocs}maximum-scale-limits`,
};
const scalability2012: Source = {
  title: 'Microsoft, Hyper-V scalability in Windows Server 2012 and 2012 R2',
  url: 'https://docs.microsoft.com/en-us/previous-versions/windows/it-pro/windows-server-2012-R2-and-2012/jj680093(v=ws.11)',
};
const scalability2016: Source = {
  title: 'Microsoft Learn, Plan for Hyper-V scalability in Windows Server',
  url: `${serverDocs}plan/plan-hyper-v-scalability-in-windows-server`,
};
const comparison: Source = {
  title: 'Comparison of Windows Server 2008 R2 and 2012 by Microsoft, in a blog of Erick Kraus',
  url: 'https://erickraus.com/tag/server/',
};
const limits2008R2: Source = {
  title: 'TechNet, Requirements and limits for virtual machines and Hyper-V in 2008 R2',
  url: 'http://technet.microsoft.com/en-us/library/ee405267%28WS.10%29.aspx',
};
const density: Source = {
  title: 'TechNet blogs, Hyper-V VM density and the ratio of processors',
  url: 'http://blogs.technet.com/b/puneetvig/archive/2011/05/21/hyper-v-vm-density-vp-lp-ratio-cores-amp-threads.aspx',
};
const guide: Source = {
  title: 'Microsoft, Hyper-V architecture and feature overview (BizTalk guide, appendix B)',
  url: 'https://learn.microsoft.com/en-us/biztalk/technical-guides/appendix-b-hyper-v-architecture-and-feature-overview',
};

const fact =
  (unit: Fact['unit'], note: string) =>
  (value: number, source: Source): Fact => ({ value, unit, basis: 'vendor', source, asOf, note });

const processors = fact('processors', 'The most that Hyper-V supports.');
const bytes = fact('bytes', 'The most memory that Hyper-V supports.');
const machines = fact('machines', 'The most virtual machines that run at the same time.');
const nodes = fact('nodes', 'The most nodes of one failover cluster.');
const fiveLevels = fact('bytes', '4 PB with 5-level paging, 256 TB with 4-level paging.');

type Row = Readonly<Partial<Record<LimitName, Limit>>>;

/** What 2016 to 2025 have in common. */
const recent: Row = {
  hostRunningVms: machines(1024, now),
  hostVirtualProcessors: processors(2048, now),
  virtualPerLogicalProcessor: 'none',
  vmProcessorsGeneration1: processors(64, now),
  vmMemoryBytesGeneration1: bytes(tebibyte, now),
  clusterNodes: nodes(64, now),
  clusterVms: machines(8000, now),
};

const first16: Row = {
  ...recent,
  hostLogicalProcessors: processors(512, now),
  hostMemoryBytes: bytes(24 * tebibyte, now),
  vmProcessorsGeneration2: processors(240, now),
  vmMemoryBytesGeneration2: bytes(12 * tebibyte, now),
};

const first12: Row = {
  hostLogicalProcessors: processors(320, comparison),
  hostMemoryBytes: bytes(4 * tebibyte, comparison),
  hostRunningVms: machines(1024, comparison),
  hostVirtualProcessors: processors(2048, comparison),
  virtualPerLogicalProcessor: 'none',
  vmProcessorsGeneration1: processors(64, scalability2012),
  vmMemoryBytesGeneration1: bytes(tebibyte, scalability2012),
  clusterNodes: nodes(64, comparison),
  clusterVms: machines(8000, comparison),
};

const limits: Readonly<Record<WindowsServerVersion, Row>> = {
  '2025': {
    ...recent,
    hostLogicalProcessors: processors(2048, now),
    hostMemoryBytes: fiveLevels(4096 * tebibyte, now),
    vmProcessorsGeneration2: processors(2048, now),
    vmMemoryBytesGeneration2: bytes(240 * tebibyte, now),
  },
  '2022': {
    ...recent,
    hostLogicalProcessors: processors(1024, now),
    hostMemoryBytes: fiveLevels(4096 * tebibyte, now),
    vmProcessorsGeneration2: processors(1024, now),
    vmMemoryBytesGeneration2: bytes(240 * tebibyte, now),
  },
  '2019': first16,
  '2016': first16,
  '2012 R2': {
    ...first12,
    vmProcessorsGeneration2: processors(64, scalability2016),
    vmMemoryBytesGeneration2: bytes(tebibyte, scalability2016),
  },
  '2012': first12,
  '2008 R2': {
    hostLogicalProcessors: processors(64, comparison),
    hostMemoryBytes: bytes(tebibyte, comparison),
    hostRunningVms: machines(384, comparison),
    hostVirtualProcessors: processors(512, comparison),
    virtualPerLogicalProcessor: fact('processors', '12 from SP1 on with Windows 7 guests.')(
      8,
      density,
    ),
    vmProcessorsGeneration1: processors(4, limits2008R2),
    vmMemoryBytesGeneration1: bytes(64 * gibibyte, limits2008R2),
    clusterNodes: nodes(16, comparison),
    clusterVms: machines(1000, comparison),
  },
  '2008': { vmProcessorsGeneration1: processors(4, guide) },
};

/** One limit of one version. */
export const limitOf = (version: WindowsServerVersion, name: LimitName): Limit =>
  limits[version][name];
