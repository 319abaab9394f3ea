/**
 * Sizes and offsets of the structures of the management calls, typed from independent sources.
 *
 * Origin: as in `known-layouts.ts`. A call without an entry in its record has no published layout.
 */
import type { KnownCall, KnownLayout } from './known-structure.ts';

const linux = 'Linux 7.2.13 include/hyperv';
const openvmm = 'OpenVMM hvdef 1488a37b';
const web = 'TLFS web edition';
const old = 'TLFS 2.0A';
const pdf = 'TLFS 6.0b';

const table = (origin: string, sizeBytes: number, fields: KnownLayout['fields']): KnownLayout => ({
  sizeBytes,
  fields,
  origin,
});

/** Blocks by call code and part of the declaration. */
export const managementLayouts: Readonly<Record<number, KnownCall>> = {
  1: {
    input: table(pdf, 8, [['AddressSpace', 0, 8]]),
  },
  4: {
    input: table(old, 4, [['LpIndex', 0, 4]]),
    output: table(old, 32, [
      ['GlobalTime', 0, 8],
      ['LocalRunTime', 8, 8],
      ['RsvdZ', 16, 8],
      ['HypervisorTime', 24, 8],
    ]),
  },
  9: {
    input: table(old, 8, [['ProcessorMask', 0, 8]]),
  },
  10: {},
  94: {
    input: table(old, 16, [
      ['PartitionId', 0, 8],
      ['Flags', 8, 4],
      ['Padding', 12, 4],
    ]),
    output: table(old, 8, [
      ['SaveState', 0, 4],
      ['SaveDataCount', 4, 4],
    ]),
  },
  95: {
    input: table(old, 16, [
      ['PartitionId', 0, 8],
      ['Flags', 8, 4],
      ['RestoreDataCount', 12, 4],
    ]),
    output: table(old, 8, [
      ['RestoreState', 0, 4],
      ['RestoreDataConsumed', 4, 4],
    ]),
  },
  96: {
    input: table(old, 32, [
      ['Type', 0, 4],
      ['MaximumBufferCount', 4, 4],
      ['BufferPages', 8, 4],
      ['Threshold', 12, 4],
      ['TimeBasis', 16, 4],
      ['SystemTimeLow', 20, 4],
      ['SystemTimeHigh', 24, 4],
      ['Padding', 28, 4],
    ]),
  },
  97: {
    input: table(old, 8, [
      ['Type', 0, 4],
      ['Padding', 4, 4],
    ]),
  },
  98: {
    input: table(old, 16, [
      ['Type', 0, 4],
      ['BufferIndex', 4, 4],
      ['ProximityDomainInfo', 8, 8],
    ]),
  },
  99: {
    input: table(old, 8, [
      ['Type', 0, 4],
      ['BufferIndex', 4, 4],
    ]),
  },
  100: {
    input: table(old, 8, [
      ['Type', 0, 4],
      ['BufferIndex', 4, 4],
    ]),
    output: table(old, 8, [['GpaPages', 0, 8]]),
  },
  101: {
    input: table(old, 8, [
      ['Type', 0, 4],
      ['BufferIndex', 4, 4],
    ]),
  },
  102: {
    input: table(old, 16, [
      ['Type', 0, 4],
      ['Padding', 4, 4],
      ['EnableFlags', 8, 8],
    ]),
  },
  103: {
    input: table(old, 8, [
      ['Type', 0, 4],
      ['BufferIndex', 4, 4],
    ]),
  },
  104: {
    input: table(old, 8, [
      ['Type', 0, 4],
      ['BufferIndex', 4, 4],
    ]),
  },
  105: {
    input: table(old, 8, [
      ['Count', 0, 4],
      ['Options', 4, 4],
    ]),
    output: table(old, 8, [
      ['PendingCount', 0, 4],
      ['Padding', 4, 4],
    ]),
  },
  106: {
    input: table(old, 16, [
      ['Count', 0, 4],
      ['Options', 4, 4],
      ['Timeout', 8, 8],
    ]),
    output: table(old, 8, [
      ['RetrievedCount', 0, 4],
      ['RemainingCount', 4, 4],
    ]),
  },
  107: {
    input: table(old, 8, [
      ['Options', 0, 4],
      ['Padding', 4, 4],
    ]),
  },
  111: {
    input: table(linux, 72, [
      ['PropertyId', 0, 4],
      ['Reserved', 4, 4],
      ['Value', 8, 64],
    ]),
  },
  113: {},
  118: {
    input: table(linux, 16, [
      ['LpIndex', 0, 4],
      ['ApicId', 4, 4],
      ['ProximityDomainInfo', 8, 8],
    ]),
    output: table(linux, 56, [
      ['HvStatus', 0, 8],
      ['Substatus1', 8, 8],
      ['Substatus2', 16, 8],
      ['Substatus3', 24, 8],
      ['Substatus4', 32, 8],
      ['Substatus5', 40, 8],
      ['Substatus6', 48, 8],
    ]),
  },
  119: {},
  120: {},
  121: {},
  122: {},
  123: {
    input: table(linux, 16, [
      ['PropertyId', 0, 4],
      ['Reserved', 4, 4],
      ['Parameter', 8, 8],
    ]),
    output: table(linux, 8, [['Value', 0, 8]]),
  },
  124: {
    input: table(linux, 80, [
      ['PartitionId', 0, 8],
      ['DeviceId', 8, 8],
      ['Flags', 16, 4],
      ['BaseIrtIdx', 20, 4],
      ['LogicalInterruptEntry.InterruptSource', 24, 4],
      ['LogicalInterruptEntry.Reserved', 28, 4],
      ['LogicalInterruptEntry.Data', 32, 8],
      ['InterruptDescriptor.InterruptType', 40, 4],
      ['InterruptDescriptor.TriggerMode', 44, 4],
      ['InterruptDescriptor.VectorCount', 48, 4],
      ['InterruptDescriptor.Reserved', 52, 4],
      ['InterruptDescriptor.Target.Vector', 56, 4],
      ['InterruptDescriptor.Target.Flags', 60, 4],
      ['InterruptDescriptor.Target.MaskOrFormat', 64, 8],
      ['InterruptDescriptor.Target.ValidBanksMask', 72, 8],
    ]),
    output: table(linux, 56, [
      ['InterruptEntry.InterruptSource', 0, 4],
      ['InterruptEntry.Reserved', 4, 4],
      ['InterruptEntry.Data', 8, 8],
      ['ExtStatusDeprecated', 16, 40],
    ]),
  },
  125: {
    input: table(linux, 36, [
      ['PartitionId', 0, 8],
      ['DeviceId', 8, 8],
      ['InterruptEntry.InterruptSource', 16, 4],
      ['InterruptEntry.Reserved', 20, 4],
      ['InterruptEntry.Data', 24, 8],
      ['Flags', 32, 4],
    ]),
  },
  128: {},
  129: {},
  130: {},
  131: {},
  132: {
    input: table(linux, 4, [['SleepState', 0, 4]]),
  },
  133: {},
  134: {},
  136: {},
  137: {},
  138: {},
  140: {},
  141: {},
  135: {
    input: table(linux, 8, [
      ['Event', 0, 4],
      ['Input', 4, 4],
    ]),
  },
  142: {},
  143: {},
  151: {},
  175: {
    input: table(web, 16, [
      ['AddressSpace', 0, 8],
      ['Flags', 8, 8],
    ]),
  },
  176: {
    input: table(web, 16, [
      ['AddressSpace', 0, 8],
      ['Flags', 8, 8],
    ]),
    element: table(web, 8, [['GpaRange', 0, 8]]),
  },
  212: {
    input: table(openvmm, 16, [
      ['PartitionId', 0, 8],
      ['TargetVtl', 8, 1],
      ['DesiredAccess', 9, 1],
      ['Reserved', 10, 6],
    ]),
    element: table(openvmm, 8, [['GpaPage', 0, 8]]),
    outputElement: table(openvmm, 8, [['Result', 0, 8]]),
  },
  215: {
    input: table(linux, 16, [
      ['HostAccess', 0, 4],
      ['Flags', 4, 4],
      ['PartitionId', 8, 8],
    ]),
    element: table(linux, 8, [['SpaPage', 0, 8]]),
  },
  216: {
    input: table(linux, 16, [
      ['HostAccess', 0, 4],
      ['Flags', 4, 4],
      ['PartitionId', 8, 8],
    ]),
    element: table(linux, 8, [['SpaPage', 0, 8]]),
  },
  217: {
    input: table(openvmm, 24, [
      ['PartitionId', 0, 8],
      ['PageAttributes', 8, 4],
      ['VtlPermissionFrom1', 12, 2],
      ['VtlPermissionFrom2', 14, 2],
      ['GpaPageBase', 16, 8],
    ]),
    element: table(openvmm, 8, [['GpaPage', 0, 8]]),
  },
  219: {
    input: table(openvmm, 16, [
      ['PartitionId', 0, 8],
      ['HostVisibility', 8, 4],
      ['Reserved', 12, 4],
    ]),
    element: table(openvmm, 8, [['GpaPage', 0, 8]]),
  },
  259: {
    input: table(openvmm, 32, [
      ['PartitionId', 0, 8],
      ['TscSequence', 8, 4],
      ['Reserved', 12, 4],
      ['ReferenceTimeIn100Ns', 16, 8],
      ['Tsc', 24, 8],
    ]),
  },
  262: {
    input: table(openvmm, 16, [
      ['Gpa', 0, 8],
      ['AccessWidth', 8, 4],
      ['ReservedZ0', 12, 4],
    ]),
    output: table(openvmm, 64, [['Data', 0, 64]]),
  },
  263: {
    input: table(openvmm, 80, [
      ['Gpa', 0, 8],
      ['AccessWidth', 8, 4],
      ['ReservedZ0', 12, 4],
      ['Data', 16, 64],
    ]),
  },
  271: {
    input: table(linux, 16, [
      ['Rip', 0, 8],
      ['Arg', 8, 8],
    ]),
  },
  274: {
    input: table(openvmm, 8, [['Reserved', 0, 8]]),
    element: table(openvmm, 8, [['Range', 0, 8]]),
  },
  275: {
    input: table(openvmm, 8, [['Reserved', 0, 8]]),
    element: table(openvmm, 8, [['Range', 0, 8]]),
  },
  284: {
    input: table(openvmm, 8, [['PartitionId', 0, 8]]),
    element: table(openvmm, 8, [['GpaPage', 0, 8]]),
    outputElement: table(openvmm, 1, [['HostVisibility', 0, 1]]),
  },
  32770: {
    output: table(web, 4088, [
      ['RangeCount', 0, 8],
      ['Ranges', 8, 4080],
    ]),
  },
  32771: {
    input: table(linux, 8, [['Hint', 0, 8]]),
    element: table(linux, 8, [['Range', 0, 8]]),
  },
  32772: {},
  32774: {},
  49153: {
    input: table(openvmm, 64, [['ReportData', 0, 64]]),
    output: table(openvmm, 2048, [['Report', 0, 2048]]),
  },
};
