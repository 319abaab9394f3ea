/**
 * Sizes and offsets of the structures that hypercalls pass, typed from independent sources.
 *
 * Origin: Linux 7.2.13 include/hyperv/*.h as compiled by gcc (offsets from the debug information),
 * OpenVMM hvdef at 1488a37b as compiled by rustc, and the tables of the Top-Level Functional
 * Specification where neither has the structure. Only facts: names are those of this project.
 */
import { managementLayouts } from './known-management-layouts.ts';
import { memoryLayouts } from './known-memory-layouts.ts';
import { portLayouts } from './known-port-layouts.ts';
import { processorLayouts } from './known-processor-layouts.ts';
import type { KnownCall, KnownLayout } from './known-structure.ts';

const linux = 'Linux 7.2.13 include/hyperv';
const openvmm = 'OpenVMM hvdef 1488a37b';
const web = 'TLFS web edition';

const vpHeader: KnownLayout = {
  sizeBytes: 16,
  fields: [
    ['PartitionId', 0, 8],
    ['VpIndex', 8, 4],
    ['TargetVtl', 12, 1],
    ['RsvdZ', 13, 3],
  ],
  origin: `${linux}, ${openvmm}`,
};
const one = (name: string, sizeBytes: number, origin: string): KnownLayout => ({
  sizeBytes,
  fields: [[name, 0, sizeBytes]],
  origin,
});

const flushHeader: KnownLayout = {
  sizeBytes: 24,
  fields: [
    ['AddressSpace', 0, 8],
    ['Flags', 8, 8],
    ['ProcessorMask', 16, 8],
  ],
  origin: `${linux}, ${openvmm}`,
};
const flushHeaderEx: KnownLayout = {
  sizeBytes: 32,
  fields: [
    ['AddressSpace', 0, 8],
    ['Flags', 8, 8],
    ['Format', 16, 8],
    ['ValidBanksMask', 24, 8],
  ],
  origin: `${linux}, ${openvmm}`,
};
const gvaRange = one('GvaRange', 8, `${openvmm}, ${web}`);

/** Blocks by call code and part of the declaration. */
export const knownLayouts: Readonly<Record<number, KnownCall>> = {
  ...managementLayouts,
  ...processorLayouts,
  ...portLayouts,
  ...memoryLayouts,
  2: { input: flushHeader },
  3: { input: flushHeader, element: gvaRange },
  8: {
    input: {
      sizeBytes: 8,
      fields: [
        ['SpinCount', 0, 4],
        ['RsvdZ', 4, 4],
      ],
      origin: web,
    },
  },
  11: {
    input: {
      sizeBytes: 16,
      fields: [
        ['Vector', 0, 4],
        ['TargetVtl', 4, 1],
        ['Padding', 5, 3],
        ['ProcessorMask', 8, 8],
      ],
      origin: `${linux}, ${openvmm}`,
    },
  },
  19: { input: flushHeaderEx },
  20: { input: flushHeaderEx, element: gvaRange },
  21: {
    input: {
      sizeBytes: 24,
      fields: [
        ['Vector', 0, 4],
        ['TargetVtl', 4, 1],
        ['Padding', 5, 3],
        ['Format', 8, 8],
        ['ValidBanksMask', 16, 8],
      ],
      origin: `${linux}, ${openvmm}`,
    },
  },
  154: {
    input: {
      sizeBytes: 16,
      fields: [
        ['PartitionId', 0, 8],
        ['TargetVtl', 8, 1],
        ['Reserved', 9, 7],
      ],
      origin: `${linux}, ${openvmm}`,
    },
    element: one('ApicId', 4, openvmm),
    outputElement: one('VpIndex', 4, openvmm),
  },
  64: {
    input: {
      sizeBytes: 56,
      fields: [
        ['Flags', 0, 8],
        ['ProximityDomainInfo', 8, 8],
        ['CompatibilityVersion', 16, 4],
        ['Padding', 20, 4],
        ['DisabledProcessorFeatures', 24, 16],
        ['DisabledProcessorXsaveFeatures', 40, 8],
        ['ReservedZ0', 48, 8],
      ],
      origin: `${linux}, ${web}`,
    },
    output: one('NewPartitionId', 8, linux),
  },
  65: { input: one('PartitionId', 8, linux) },
  70: { output: one('PartitionId', 8, linux) },
  72: { input: one('PartitionId', 8, linux), element: one('GpaPage', 8, linux) },
  74: {
    input: {
      sizeBytes: 16,
      fields: [
        ['PartitionId', 0, 8],
        ['ProximityDomainInfo', 8, 8],
      ],
      origin: web,
    },
    output: {
      sizeBytes: 16,
      fields: [
        ['PagesAvailable', 0, 8],
        ['PagesInUse', 8, 8],
      ],
      origin: 'TLFS 2.0A (the web edition prints both at offset 0)',
    },
  },
  80: {
    input: vpHeader,
    element: one('RegisterName', 4, `${openvmm}, ${web}`),
    outputElement: one('RegisterValue', 16, linux),
  },
  81: {
    input: vpHeader,
    element: {
      sizeBytes: 32,
      fields: [
        ['RegisterName', 0, 4],
        ['RsvdZ', 4, 12],
        ['RegisterValue', 16, 16],
      ],
      origin: `${linux}, ${openvmm}, ${web}`,
    },
  },
  92: {
    input: {
      sizeBytes: 256,
      fields: [
        ['ConnectionId', 0, 4],
        ['Reserved', 4, 4],
        ['MessageType', 8, 4],
        ['PayloadSize', 12, 4],
        ['Message', 16, 240],
      ],
      origin: `${openvmm}, ${web}`,
    },
  },
  93: {
    input: {
      sizeBytes: 8,
      fields: [
        ['ConnectionId', 0, 4],
        ['FlagNumber', 4, 2],
        ['Reserved', 6, 2],
      ],
      origin: `${openvmm}, ${web}`,
    },
  },
  32769: { output: one('Capabilities', 8, openvmm) },
};

/** The message that a receiver finds in its slot. */
export const knownMessage: KnownLayout = {
  sizeBytes: 256,
  fields: [
    ['MessageType', 0, 4],
    ['PayloadSize', 4, 1],
    ['MessageFlags', 5, 1],
    ['Reserved', 6, 2],
    ['Port', 8, 8],
    ['Payload', 16, 240],
  ],
  origin: `${linux}, ${openvmm}`,
};
