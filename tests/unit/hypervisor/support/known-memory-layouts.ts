/**
 * Sizes and offsets of the structures of partition management and memory, typed from independent
 * sources: Linux 7.2.13 include/hyperv/*.h and rust-vmm/mshv hv-headers as compiled by gcc, and the
 * tables of the Top-Level Functional Specification where neither has the structure.
 */
import type { KnownCall, KnownLayout } from './known-structure.ts';

const linux = 'Linux 7.2.13 include/hyperv';
const mshv = 'rust-vmm/mshv hv-headers';
const web = 'TLFS web edition';
const pdf = 'TLFS 2.0A';

const layout = (
  origin: string,
  sizeBytes: number,
  ...fields: readonly (readonly [string, number, number])[]
): KnownLayout => ({ sizeBytes, fields, origin });

const partition = layout(`${linux}, ${web}`, 8, ['PartitionId', 0, 8]);
const property = [
  ['PartitionId', 0, 8],
  ['PropertyCode', 8, 4],
] as const;
const access = [
  ['PartitionId', 0, 8],
  ['VpIndex', 8, 4],
  ['ByteCount', 12, 4],
  ['BaseGpa', 16, 8],
  ['ControlFlags', 24, 8],
] as const;
const accessResult = [
  ['AccessResult.ResultCode', 0, 4],
  ['AccessResult.Reserved', 4, 4],
] as const;
const stats = [
  ['StatsType', 0, 4],
  ['Reserved', 4, 4],
  ['ObjectIdentity.ObjectId', 8, 8],
  ['ObjectIdentity.VpIndex', 16, 4],
  ['ObjectIdentity.ReservedZ2', 20, 2],
  ['ObjectIdentity.ReservedZ3', 22, 1],
  ['ObjectIdentity.StatsAreaType', 23, 1],
] as const;
const page = layout(`${linux}, ${web}`, 8, ['GpaPage', 0, 8]);

/** Blocks by call code and part of the declaration. */
export const memoryLayouts: Readonly<Record<number, KnownCall>> = {
  66: { input: partition },
  67: { input: partition },
  68: {
    input: layout(`${linux}, ${web}`, 16, ...property, ['RsvdZ', 12, 4]),
    output: layout(`${linux}, ${web}`, 8, ['PropertyValue', 0, 8]),
  },
  69: {
    input: layout(
      `${linux}, ${pdf}`,
      24,
      ...property,
      ['Padding', 12, 4],
      ['PropertyValue', 16, 8],
    ),
  },
  71: {
    input: layout(web, 16, ['ParentPartitionId', 0, 8], ['PreviousChildPartitionId', 8, 8]),
    output: layout(web, 8, ['NextChildPartitionId', 0, 8]),
  },
  73: {
    input: layout(`${linux}, ${web}`, 16, ['PartitionId', 0, 8], ['ProximityDomainInfo', 8, 8]),
    outputElement: page,
  },
  75: {
    input: layout(
      linux,
      24,
      ['TargetPartitionId', 0, 8],
      ['TargetGpaBase', 8, 8],
      ['MapFlags', 16, 4],
      ['Padding', 20, 4],
    ),
    element: page,
  },
  76: {
    input: layout(
      linux,
      24,
      ['TargetPartitionId', 0, 8],
      ['TargetGpaBase', 8, 8],
      ['UnmapFlags', 16, 4],
      ['Padding', 20, 4],
    ),
  },
  83: {
    input: layout(mshv, 32, ...access),
    output: layout(mshv, 24, ...accessResult, ['Data', 8, 16]),
  },
  84: {
    input: layout(mshv, 48, ...access, ['Data', 32, 16]),
    output: layout(mshv, 8, ...accessResult),
  },
  108: {
    input: layout(linux, 24, ...stats),
    output: layout(linux, 8, ['MapLocation', 0, 8]),
  },
  109: { input: layout(linux, 24, ...stats) },
  110: {
    input: layout(pdf, 16, ['TargetPartitionId', 0, 8], ['MapFlags', 8, 4], ['Padding', 12, 4]),
    element: layout(web, 16, ['TargetGpaPageNumber', 0, 8], ['SourceGpaPageNumber', 8, 8]),
  },
  144: {
    input: layout(web, 16, ['TargetPartitionId', 0, 8], ['MapFlags', 8, 4], ['Rsvdz', 12, 4]),
    element: page,
  },
  201: {
    input: layout(linux, 24, ['PartitionId', 0, 8], ['Flags', 8, 8], ['HvGpaPageNumber', 16, 8]),
    outputElement: layout(linux, 1, ['State', 0, 1]),
  },
  257: {
    input: layout(linux, 24, ...property, ['Padding', 12, 4], ['Arg', 16, 8]),
    output: layout(linux, 4072, ['PropertyValue', 0, 4072]),
  },
  266: {
    input: layout(web, 24, ...property, ['Padding', 12, 4], ['PropertyArgument', 16, 8]),
  },
  305: { input: layout(`${linux}, ${web}`, 32, ...stats, ['MapLocation', 24, 8]) },
};
