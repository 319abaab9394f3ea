/**
 * Sizes and offsets of the structures about ports and connections, typed from independent sources.
 *
 * Origin: as in `known-layouts.ts`.
 */
import type { KnownCall, KnownLayout } from './known-structure.ts';

const linux = 'Linux 7.2.13 include/hyperv';
const openvmm = 'OpenVMM hvdef 1488a37b';
const web = 'TLFS web edition';
const old = 'TLFS 2.0A';

const table = (origin: string, sizeBytes: number, fields: KnownLayout['fields']): KnownLayout => ({
  sizeBytes,
  fields,
  origin,
});

type Field = KnownLayout['fields'][number];

/** HV_PORT_INFO at an offset; Linux prints the three unions, of which this is the event port. */
const portInfo = (name: string, at: number): Field[] => [
  [`${name}.PortType`, at, 4],
  [`${name}.Padding`, at + 4, 4],
  [`${name}.TargetSint`, at + 8, 4],
  [`${name}.TargetVp`, at + 12, 4],
  [`${name}.BaseFlagNumber`, at + 16, 2],
  [`${name}.FlagCount`, at + 18, 2],
  [`${name}.RsvdZ`, at + 20, 4],
];

const propertyHeader: Field[] = [
  ['PartitionId', 0, 8],
  ['PortId', 8, 4],
  ['Padding', 12, 4],
  ['PropertyCode', 16, 4],
  ['Padding2', 20, 4],
];

/** Blocks by call code and part of the declaration. */
export const portLayouts: Readonly<Record<number, KnownCall>> = {
  87: {
    input: table(old, 48, [
      ['PortPartition', 0, 8],
      ['PortId', 8, 4],
      ['Padding', 12, 4],
      ['ConnectionPartition', 16, 8],
      ...portInfo('PortTypeInfo', 24),
    ]),
  },
  88: {
    input: table(linux, 16, [
      ['PortPartition', 0, 8],
      ['PortId', 8, 4],
      ['Reserved', 12, 4],
    ]),
  },
  89: {
    input: table(old, 40, [
      ['ConnectionPartition', 0, 8],
      ['ConnectionId', 8, 4],
      ['Padding', 12, 4],
      ['PortPartition', 16, 8],
      ['PortId', 24, 4],
      ['Padding2', 28, 4],
      ['PortType', 32, 4],
      ['Padding3', 36, 4],
    ]),
  },
  90: {
    input: table(old, 24, propertyHeader),
    output: table(old, 8, [['PropertyValue', 0, 8]]),
  },
  91: {
    input: table(linux, 16, [
      ['ConnectionPartition', 0, 8],
      ['ConnectionId', 8, 4],
      ['Flags', 12, 4],
    ]),
  },
  112: {
    input: table(old, 32, [...propertyHeader, ['PropertyValue', 24, 8]]),
    output: table(old, 8, [['PropertyValue', 0, 8]]),
  },
  126: {
    input: table(openvmm, 56, [
      ['PartitionId', 0, 8],
      ['DeviceId', 8, 8],
      ['InterruptEntry.InterruptSource', 16, 4],
      ['InterruptEntry.Reserved', 20, 4],
      ['InterruptEntry.Data', 24, 8],
      ['RsvdZ', 32, 8],
      ['Vector', 40, 4],
      ['Flags', 44, 4],
      ['MaskOrFormat', 48, 8],
    ]),
  },
  139: {
    input: table(linux, 8, [
      ['SintIndex', 0, 4],
      ['Reserved', 4, 4],
    ]),
  },
  149: {
    input: table(`${linux}, ${web}`, 56, [
      ['PortPartition', 0, 8],
      ['PortId', 8, 4],
      ['PortVtl', 12, 1],
      ['MinConnectionVtl', 13, 1],
      ['ReservedZ0', 14, 2],
      ['ConnectionPartition', 16, 8],
      ...portInfo('PortInfo', 24),
      ['ProximityDomainInfo', 48, 8],
    ]),
  },
  150: {
    input: table(`${linux}, ${web}`, 72, [
      ['ConnectionPartition', 0, 8],
      ['ConnectionId', 8, 4],
      ['ConnectionVtl', 12, 1],
      ['ReservedZ0', 13, 1],
      ['ReservedZ1', 14, 2],
      ['PortPartition', 16, 8],
      ['PortId', 24, 4],
      ['ReservedZ2', 28, 4],
      ['ConnectionInfo.PortType', 32, 4],
      ['ConnectionInfo.Padding', 36, 4],
      ['ConnectionInfo.Address', 40, 8],
      ['ConnectionInfo.TriggerValue', 48, 8],
      ['ConnectionInfo.Flags', 56, 8],
      ['ProximityDomainInfo', 64, 8],
    ]),
  },
  192: {
    input: table(`${linux}, ${openvmm}`, 16, [
      ['TargetPartition', 0, 8],
      ['TargetVp', 8, 4],
      ['TargetVtl', 12, 1],
      ['TargetSint', 13, 1],
      ['FlagNumber', 14, 2],
    ]),
    output: table(`${linux}, ${openvmm}`, 8, [
      ['NewlySignaled', 0, 1],
      ['Reserved', 1, 7],
    ]),
  },
  193: {
    input: table(`${linux}, ${openvmm}`, 280, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['Vtl', 12, 1],
      ['Padding0', 13, 3],
      ['SintIndex', 16, 1],
      ['Padding1', 17, 3],
      ['Message', 20, 256],
      ['Padding2', 276, 4],
    ]),
  },
};
