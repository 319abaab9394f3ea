/**
 * Sizes and offsets of the structures about processors, intercepts and trust levels.
 *
 * Origin: as in `known-layouts.ts`; compared with Linux and OpenVMM field by field.
 */
import type { KnownCall, KnownLayout } from './known-structure.ts';

const table = (origin: string, sizeBytes: number, fields: KnownLayout['fields']): KnownLayout => ({
  sizeBytes,
  fields,
  origin,
});

const linux = 'Linux 7.2.13 include/hyperv';
const openvmm = 'OpenVMM hvdef 1488a37b';
const web = 'TLFS web edition';
const old = 'TLFS 2.0A';

/** Blocks by call code and part of the declaration. */
export const processorLayouts: Readonly<Record<number, KnownCall>> = {
  12: {
    input: table(openvmm, 16, [
      ['TargetPartitionId', 0, 8],
      ['MapFlags', 8, 4],
      ['TargetVtl', 12, 1],
      ['RsvdZ', 13, 3],
    ]),
    element: table(web, 8, [['GpaPageNumber', 0, 8]]),
  },
  13: {
    input: table(openvmm, 16, [
      ['TargetPartitionId', 0, 8],
      ['TargetVtl', 8, 1],
      ['Flags', 9, 1],
      ['RsvdZ', 10, 6],
    ]),
  },
  14: {},
  15: {
    input: table(linux, 240, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['TargetVtl', 12, 1],
      ['RsvdZ', 13, 3],
      ['VpContext', 16, 224],
    ]),
  },
  16: {},
  17: {},
  18: {},
  77: {
    input: table(linux, 24, [
      ['PartitionId', 0, 8],
      ['AccessType', 8, 4],
      ['InterceptType', 12, 4],
      ['InterceptParameter', 16, 8],
    ]),
  },
  78: {
    input: table(linux, 40, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['ReservedZ0', 12, 3],
      ['SubnodeType', 15, 1],
      ['SubnodeId', 16, 8],
      ['ProximityDomainInfo', 24, 8],
      ['Flags', 32, 8],
    ]),
  },
  79: {
    input: table(linux, 16, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['Reserved', 12, 4],
    ]),
  },
  82: {
    input: table(linux, 32, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['Padding', 12, 4],
      ['ControlFlags', 16, 8],
      ['GvaPage', 24, 8],
    ]),
    output: table(linux, 16, [
      ['TranslationResult', 0, 8],
      ['GpaPage', 8, 8],
    ]),
  },
  85: {
    input: table(old, 32, [
      ['TargetPartition', 0, 8],
      ['InterruptControl', 8, 8],
      ['DestinationAddress', 16, 8],
      ['RequestedVector', 24, 4],
      ['Padding', 28, 4],
    ]),
  },
  86: {
    input: table(old, 8, [['DestinationPartition', 0, 8]]),
  },
  145: {
    input: table(openvmm, 64, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['InterceptType', 12, 4],
      ['Parameters', 16, 44],
      ['Reserved', 60, 4],
    ]),
  },
  146: {
    input: table(web, 64, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['InterceptType', 12, 4],
      ['Parameters', 16, 44],
      ['Reserved', 60, 4],
    ]),
  },
  148: {
    input: table(linux, 32, [
      ['TargetPartition', 0, 8],
      ['InterruptControl', 8, 8],
      ['DestinationAddress', 16, 8],
      ['RequestedVector', 24, 4],
      ['TargetVtl', 28, 1],
      ['ReservedZ0', 29, 1],
      ['ReservedZ1', 30, 2],
    ]),
  },
  153: {
    input: table(openvmm, 240, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['TargetVtl', 12, 1],
      ['RsvdZ', 13, 3],
      ['VpContext', 16, 224],
    ]),
  },
  172: {
    input: table(linux, 32, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['Padding', 12, 4],
      ['ControlFlags', 16, 8],
      ['GvaPage', 24, 8],
    ]),
    output: table(openvmm, 64, [
      ['TranslationResult', 0, 8],
      ['ResultReserved', 8, 8],
      ['EventInfo', 16, 32],
      ['GpaPage', 48, 8],
      ['Reserved', 56, 8],
    ]),
  },
  173: {
    input: table(web, 24, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['TargetVtl', 12, 1],
      ['Padding', 13, 1],
      ['Port', 14, 2],
      ['Size', 16, 1],
      ['IsWrite', 17, 1],
      ['Padding2', 18, 6],
    ]),
    output: table(web, 8, [
      ['Intercept', 0, 1],
      ['Padding', 1, 7],
    ]),
  },
  194: {
    input: table(linux, 32, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['Flags', 12, 4],
      ['TimeSlice', 16, 8],
      ['SpecCtrl', 24, 8],
    ]),
    output: table(linux, 8, [
      ['DispatchState', 0, 4],
      ['DispatchEvent', 4, 4],
    ]),
  },
  225: {
    input: table(linux, 24, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['Type', 12, 2],
      ['InputVtl', 14, 1],
      ['Flags', 15, 1],
      ['RequestedMapLocation', 16, 8],
    ]),
    output: table(linux, 8, [['MapLocation', 0, 8]]),
  },
  226: {
    input: table(linux, 16, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['Type', 12, 2],
      ['InputVtl', 14, 1],
      ['Reserved0', 15, 1],
    ]),
  },
  227: {
    input: table(linux, 40, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['InputVtl', 12, 1],
      ['Rsvd0', 13, 1],
      ['Rsvd1', 14, 2],
      ['Type', 16, 4],
      ['Rsvd', 20, 4],
      ['XsaveFlags', 24, 8],
      ['XsaveStates', 32, 8],
    ]),
    output: table(linux, 200, [['SyntheticTimersState', 0, 200]]),
  },
  228: {
    input: table(linux, 40, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['InputVtl', 12, 1],
      ['Rsvd0', 13, 1],
      ['Rsvd1', 14, 2],
      ['Type', 16, 4],
      ['Rsvd', 20, 4],
      ['XsaveFlags', 24, 8],
      ['XsaveStates', 32, 8],
    ]),
  },
  229: {
    input: table(web, 24, [
      ['TargetPartition', 0, 8],
      ['DestinationAddress', 8, 8],
      ['TargetVtl', 16, 1],
      ['LogicalDestinationMode', 17, 1],
      ['Reserved', 18, 6],
    ]),
    output: table(web, 528, [
      ['Format', 0, 8],
      ['ValidBanksMask', 8, 8],
      ['Banks', 16, 512],
    ]),
  },
  244: {
    input: table(linux, 24, [
      ['PartitionId', 0, 8],
      ['VpIndex', 8, 4],
      ['Flags', 12, 4],
      ['ReservedZ', 16, 4],
      ['Padding', 20, 4],
    ]),
    element: table(linux, 24, [
      ['Eax', 0, 4],
      ['Ecx', 4, 4],
      ['Xfem', 8, 8],
      ['Xss', 16, 8],
    ]),
    outputElement: table(linux, 16, [
      ['Eax', 0, 4],
      ['Ebx', 4, 4],
      ['Ecx', 8, 4],
      ['Edx', 12, 4],
    ]),
  },
  272: {
    input: table(web, 48, [
      ['PartitionId', 0, 8],
      ['InterceptInputVtl', 8, 1],
      ['Padding', 9, 3],
      ['InterceptType', 12, 4],
      ['Reserved', 16, 32],
    ]),
    element: table(web, 128, [
      ['RegisterName', 0, 4],
      ['AccessTypeMask', 4, 4],
      ['WriteInterceptMask', 8, 8],
      ['Reserved', 16, 112],
    ]),
  },
  287: {
    input: table(web, 24, [
      ['PartitionId', 0, 8],
      ['InterruptId', 8, 4],
      ['VpIndex', 12, 4],
      ['Vtl', 16, 1],
      ['Padding', 17, 7],
    ]),
  },
};
