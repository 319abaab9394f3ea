/**
 * Examples to start from: at least one for every call, so that choosing a call gives something that
 * means something. Numbers are stable for ever; links hold them.
 */
import { assert } from '../../kernel/result.ts';
import { u64FromNumber } from '../../kernel/u64.ts';
import { hypercalls } from '../calls/index.ts';
import type { CallDefinition } from '../defs/call.ts';
import { hypercallInput } from '../defs/control.ts';
import { encodeText } from '../defs/fields.ts';
import { headerWord } from '../defs/header-word.ts';
import type { Caller, CallParams } from '../defs/lab-run.ts';
import { registerByShort } from '../defs/registers.ts';
import type { PresetStart } from './params.ts';

/** Where the parameter blocks of an example lie unless it says otherwise. */
const place = { inputGpa: 0x3000, outputGpa: 0x4000 } as const;

interface PresetSpec {
  readonly id: string;
  readonly number: number;
  readonly call: string;
  readonly caller: Caller;
  readonly fast?: true;
  readonly input?: Readonly<Record<string, string>>;
  /** Words of the variable header. */
  readonly header?: readonly string[];
  readonly elements?: readonly Readonly<Record<string, string>>[];
  /** Repetitions of a call whose list is output only. */
  readonly reps?: number;
  readonly inputGpa?: number;
}

/** An example: what is called, by whom, with what. */
export interface Preset extends PresetStart {
  readonly id: string;
  readonly callCode: number;
}

const register = (short: string): Readonly<Record<string, string>> => {
  const spec = registerByShort(short);
  assert(spec !== undefined, `no register ${short}`);
  return { RegisterName: String(spec.code) };
};

/** Partition 3 of the lab's machine: created, not initialized, four pages short. */
const newPartition = '3';
const fourPages = ['0x100', '0x101', '0x102', '0x103'].map((GpaPage) => ({ GpaPage }));
const self = '0xffffffffffffffff';
const lapicEnabled = '0x2000';

const specs: readonly PresetSpec[] = [
  {
    id: 'create-partition',
    number: 1,
    call: 'HvCallCreatePartition',
    caller: 'root',
    input: { Flags: lapicEnabled },
  },
  {
    id: 'deposit-memory',
    number: 2,
    call: 'HvCallDepositMemory',
    caller: 'root',
    input: { PartitionId: newPartition },
    elements: fourPages,
  },
  {
    id: 'page-crossing',
    number: 3,
    call: 'HvCallDepositMemory',
    caller: 'root',
    input: { PartitionId: newPartition },
    elements: fourPages,
    inputGpa: 0x3ff8,
  },
  {
    id: 'initialize-partition',
    number: 4,
    call: 'HvCallInitializePartition',
    caller: 'root',
    fast: true,
    input: { PartitionId: newPartition },
  },
  {
    id: 'get-memory-balance',
    number: 5,
    call: 'HvCallGetMemoryBalance',
    caller: 'root',
    input: { PartitionId: newPartition },
  },
  { id: 'get-partition-id', number: 6, call: 'HvCallGetPartitionId', caller: 'root' },
  {
    id: 'access-denied',
    number: 7,
    call: 'HvCallCreatePartition',
    caller: 'child',
    input: { Flags: lapicEnabled },
  },
  {
    id: 'post-message',
    number: 8,
    call: 'HvCallPostMessage',
    caller: 'child',
    input: {
      ConnectionId: '1',
      MessageType: '1',
      PayloadSize: '12',
      Message: '48 65 6c 6c 6f 2c 20 72 6f 6f 74 21',
    },
  },
  {
    id: 'signal-event',
    number: 9,
    call: 'HvCallSignalEvent',
    caller: 'child',
    fast: true,
    input: { ConnectionId: '2', FlagNumber: '5' },
  },
  {
    id: 'get-vp-registers',
    number: 10,
    call: 'HvCallGetVpRegisters',
    caller: 'root',
    input: { PartitionId: '2' },
    elements: [register('RIP'), register('RAX')],
  },
  {
    id: 'set-vp-registers',
    number: 11,
    call: 'HvCallSetVpRegisters',
    caller: 'root',
    input: { PartitionId: '2' },
    elements: [{ ...register('RAX'), RegisterValue: '34 12' }],
  },
  {
    id: 'flush-address-list',
    number: 12,
    call: 'HvCallFlushVirtualAddressList',
    caller: 'child',
    fast: true,
    input: { AddressSpace: '0x1000', ProcessorMask: '3' },
    elements: [{ GvaRange: '0x7f0000000003' }],
  },
  { id: 'query-capabilities', number: 13, call: 'HvExtCallQueryCapabilities', caller: 'root' },
  {
    id: 'own-registers',
    number: 14,
    call: 'HvCallGetVpRegisters',
    caller: 'child',
    input: { PartitionId: self, VpIndex: '0xfffffffe' },
    elements: [register('VpIndex')],
  },
  {
    id: 'flush-address-space',
    number: 15,
    call: 'HvCallFlushVirtualAddressSpace',
    caller: 'child',
    input: { AddressSpace: '0x1000', ProcessorMask: '3' },
  },
  {
    id: 'long-spin-wait',
    number: 16,
    call: 'HvCallNotifyLongSpinWait',
    caller: 'child',
    fast: true,
    input: { SpinCount: '0x1000' },
  },
  {
    id: 'send-ipi',
    number: 17,
    call: 'HvCallSendSyntheticClusterIpi',
    caller: 'child',
    fast: true,
    input: { Vector: '0xe1', ProcessorMask: '2' },
  },
  {
    id: 'flush-address-space-ex',
    number: 18,
    call: 'HvCallFlushVirtualAddressSpaceEx',
    caller: 'child',
    input: { AddressSpace: '0x1000', ValidBanksMask: '1' },
    header: ['3'],
  },
  {
    id: 'flush-address-list-ex',
    number: 19,
    call: 'HvCallFlushVirtualAddressListEx',
    caller: 'child',
    input: { AddressSpace: '0x1000', ValidBanksMask: '1' },
    header: ['2'],
    elements: [{ GvaRange: '0x7f0000000003' }, { GvaRange: '0x7f0000010000' }],
  },
  {
    id: 'send-ipi-ex',
    number: 20,
    call: 'HvCallSendSyntheticClusterIpiEx',
    caller: 'child',
    input: { Vector: '0xe1', Format: '1' },
  },
  {
    id: 'get-vp-index',
    number: 21,
    call: 'HvCallGetVpIndexFromApicId',
    caller: 'root',
    input: { PartitionId: '2' },
    elements: [{ ApicId: '0' }, { ApicId: '1' }],
  },
  {
    id: 'map-gpa-pages',
    number: 30,
    call: 'HvCallMapGpaPages',
    caller: 'root',
    input: { TargetPartitionId: '2', TargetGpaBase: '0x100', MapFlags: '3' },
    elements: fourPages,
  },
  {
    id: 'withdraw-memory',
    number: 31,
    call: 'HvCallWithdrawMemory',
    caller: 'root',
    input: { PartitionId: newPartition },
    reps: 4,
  },
  {
    id: 'finalize-partition',
    number: 32,
    call: 'HvCallFinalizePartition',
    caller: 'root',
    fast: true,
    input: { PartitionId: '2' },
  },
  {
    id: 'delete-partition',
    number: 33,
    call: 'HvCallDeletePartition',
    caller: 'root',
    fast: true,
    input: { PartitionId: newPartition },
  },
  {
    id: 'set-partition-property',
    number: 34,
    call: 'HvCallSetPartitionProperty',
    caller: 'root',
    input: { PartitionId: newPartition, PropertyCode: '0x10001', PropertyValue: '3' },
  },
  {
    id: 'create-vp',
    number: 50,
    call: 'HvCallCreateVp',
    caller: 'root',
    input: { PartitionId: '2', VpIndex: '2' },
  },
  {
    id: 'install-intercept',
    number: 51,
    call: 'HvCallInstallIntercept',
    caller: 'root',
    input: { PartitionId: '2', AccessType: '3', InterceptParameter: '0x3f8' },
  },
  {
    id: 'translate-address',
    number: 52,
    call: 'HvCallTranslateVirtualAddress',
    caller: 'root',
    input: { PartitionId: '2', ControlFlags: '1', GvaPage: '5' },
  },
  {
    id: 'assert-interrupt',
    number: 53,
    call: 'HvCallAssertVirtualInterrupt',
    caller: 'root',
    input: { TargetPartition: '2', DestinationAddress: '1', RequestedVector: '0x40' },
  },
  {
    id: 'create-port',
    number: 70,
    call: 'HvCallCreatePort',
    caller: 'root',
    input: {
      PortPartition: self,
      PortId: '9',
      ConnectionPartition: '2',
      'PortInfo.PortType': '1',
      'PortInfo.TargetSint': '2',
    },
  },
  {
    id: 'connect-port',
    number: 71,
    call: 'HvCallConnectPort',
    caller: 'root',
    input: {
      ConnectionPartition: '2',
      ConnectionId: '9',
      PortPartition: self,
      PortId: '3',
      'ConnectionInfo.PortType': '1',
    },
  },
  {
    id: 'delete-port',
    number: 72,
    call: 'HvCallDeletePort',
    caller: 'root',
    fast: true,
    input: { PortPartition: self, PortId: '1' },
  },
];

function build(spec: PresetSpec): Preset {
  const call = hypercalls.find(({ name }) => name === spec.call);
  assert(call !== undefined, `preset ${spec.id}: no call ${spec.call}`);
  const { header = [], elements = [] } = spec;
  const params: CallParams = {
    caller: spec.caller,
    control: hypercallInput.pack({
      CallCode: call.code,
      Fast: spec.fast ? 1 : 0,
      VariableHeaderSize: header.length,
      RepCount: spec.reps ?? elements.length,
    }),
    input: inputOf(call, spec),
    inputGpa: u64FromNumber(spec.inputGpa ?? place.inputGpa),
    outputGpa: u64FromNumber(place.outputGpa),
  };
  return { id: spec.id, number: spec.number, callCode: call.code, params };
}

function inputOf(call: CallDefinition, spec: PresetSpec): Uint8Array {
  const { input = {}, header = [], elements = [] } = spec;
  const parts = [
    call.input === undefined ? new Uint8Array() : encodeText(call.input, input),
    ...header.map((HeaderWord) => encodeText(headerWord, { HeaderWord })),
    ...elements.map((texts) => {
      assert(call.element !== undefined, `${call.name} has no list`);
      return encodeText(call.element, texts);
    }),
  ];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** All examples in their order. */
export const presets: readonly Preset[] = specs.map(build);

/** The example with an id. */
export const presetById = (id: string): Preset | undefined =>
  presets.find((preset) => preset.id === id);

/** Numbers from here on are those of plain starts: this plus the call code. */
const plainStartBase = 0x1_0000;

/**
 * A start for a call that has no example of its own: made by the root, all fields zero, one element
 * if it has a list. Derived from the declaration, so that every call can be chosen in the lab.
 */
function plainStart(call: CallDefinition): Preset {
  const { code, input, element } = call;
  const repCount = call.kind === 'rep' ? 1 : 0;
  const params: CallParams = {
    caller: 'root',
    control: hypercallInput.pack({ CallCode: code, RepCount: repCount }),
    input: new Uint8Array((input?.sizeBytes ?? 0) + (element?.sizeBytes ?? 0)),
    inputGpa: u64FromNumber(place.inputGpa),
    outputGpa: u64FromNumber(place.outputGpa),
  };
  const id = `call-${code.toString(16).padStart(4, '0')}`;
  return { id, number: plainStartBase + code, callCode: code, params };
}

/** The example with a stable number, or the plain start of a call. */
export function presetByNumber(number: number): Preset | undefined {
  const call = hypercalls.find(({ code }) => code === number - plainStartBase);
  return presets.find((preset) => preset.number === number) ?? (call && plainStart(call));
}

/** The first example of a call, else its plain start: what the lab loads when it is chosen. */
export function presetByCall(code: number): Preset | undefined {
  const call = hypercalls.find((candidate) => candidate.code === code);
  return presets.find(({ callCode }) => callCode === code) ?? (call && plainStart(call));
}

/** The ids that authors may name. */
export const presetIds: readonly string[] = presets.map(({ id }) => id);

/** Calls for a list to choose from. */
export const callChoices = hypercalls.map(({ code, name }) => ({
  code,
  label: `0x${code.toString(16).padStart(4, '0')} ${name}`,
}));
