/** Logical processors: adding and removing them, their properties and their machine checks. */
import { struct, u32, u64Field } from '../../kernel/layout.ts';
import { defineValidatedCall } from '../defs/call.ts';
import { proximityField } from '../defs/proximity.ts';
import { linuxHeader, tlfsPdf } from '../defs/source.ts';

const shared = {
  caller: 'root',
  privilege: 'CpuManagement',
  kind: 'simple',
  statuses: { ACCESS_DENIED: 'The caller is not the root or lacks CpuManagement.' },
} as const;

const unpublished = {
  ...shared,
  layout: 'unpublished',
  source: tlfsPdf('6.0b', 'appendix A'),
} as const;

const startupDetail = (order: string) => u64Field(`${order} detail of the status.`);

/** HV_LP_STARTUP_STATUS: how starting a processor went. */
const startupStatus = {
  HvStatus: u64Field('Status of the start.'),
  Substatus1: startupDetail('First'),
  Substatus2: startupDetail('Second'),
  Substatus3: startupDetail('Third'),
  Substatus4: startupDetail('Fourth'),
  Substatus5: startupDetail('Fifth'),
  Substatus6: startupDetail('Sixth'),
};

/** Starts a logical processor and gives it to the hypervisor. */
export const addLogicalProcessor = defineValidatedCall({
  ...shared,
  notSimulated: 'no logical processors',
  code: 0x0076,
  name: 'HvCallAddLogicalProcessor',
  aka: ['HVCALL_ADD_LOGICAL_PROCESSOR'],
  doc: 'Starts a logical processor and gives it to the hypervisor.',
  source: linuxHeader('hvhdk.h'),
  input: struct(
    'HV_INPUT_ADD_LOGICAL_PROCESSOR',
    {
      LpIndex: u32('Number that the processor gets.'),
      ApicId: u32('APIC id of the processor.'),
      ProximityDomainInfo: proximityField(),
    },
    { aka: ['hv_input_add_logical_processor'] },
  ),
  output: struct('HV_OUTPUT_ADD_LOGICAL_PROCESSOR', startupStatus, {
    aka: ['hv_output_add_logical_processor', 'hv_lp_startup_status'],
  }),
});

/** Takes a logical processor away. */
export const removeLogicalProcessor = defineValidatedCall({
  ...unpublished,
  code: 0x0077,
  name: 'HvCallRemoveLogicalProcessor',
  doc: 'Takes a logical processor away from the hypervisor.',
});

/** Asks for the distance of two NUMA nodes. */
export const queryNumaDistance = defineValidatedCall({
  ...unpublished,
  code: 0x0078,
  name: 'HvCallQueryNumaDistance',
  doc: 'Tells how far two NUMA nodes are from each other.',
});

/** Sets a property of a logical processor. */
export const setLogicalProcessorProperty = defineValidatedCall({
  ...unpublished,
  code: 0x0079,
  name: 'HvCallSetLogicalProcessorProperty',
  doc: 'Sets a property of a logical processor.',
});

/** Reads a property of a logical processor. */
export const getLogicalProcessorProperty = defineValidatedCall({
  ...unpublished,
  code: 0x007a,
  name: 'HvCallGetLogicalProcessorProperty',
  doc: 'Reads a property of a logical processor.',
});

/** Reads registers of a logical processor. */
export const getLogicalProcessorRegisters = defineValidatedCall({
  ...unpublished,
  code: 0x0088,
  name: 'HvCallGetLogicalProcessorRegisters',
  doc: 'Reads registers of a logical processor.',
});

/** Sets registers of a logical processor. */
export const setLogicalProcessorRegisters = defineValidatedCall({
  ...unpublished,
  code: 0x0089,
  name: 'HvCallSetLogicalProcessorRegisters',
  doc: 'Sets registers of a logical processor.',
});

/** Asks which processors share a machine-check bank. */
export const queryAssociatedLpsforMca = defineValidatedCall({
  ...unpublished,
  code: 0x008a,
  name: 'HvCallQueryAssociatedLpsforMca',
  doc: 'Tells which logical processors share a machine-check bank.',
});

/** Makes a machine check happen. */
export const injectSyntheticMachineCheck = defineValidatedCall({
  ...unpublished,
  code: 0x008c,
  name: 'HvCallInjectSyntheticMachineCheck',
  doc: 'Makes a machine check happen, as a test.',
});
