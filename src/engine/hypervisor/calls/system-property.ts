/** Properties of the whole machine. */
import { bytesField, reserved, struct, u32, u64Field } from '../../kernel/layout.ts';
import { u64 } from '../../kernel/u64.ts';
import { defineCall, defineValidatedCall } from '../defs/call.ts';
import { linuxHeader } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** HV_SYSTEM_PROPERTY: the codes that are published. */
const property = {
  sleepState: 3,
  schedulerType: 15,
  dynamicProcessorFeature: 21,
  crashDumpArea: 47,
} as const;

const propertyNames: Readonly<Record<number, string>> = {
  [property.sleepState]: 'Sleep state',
  [property.schedulerType]: 'Scheduler type',
  [property.dynamicProcessorFeature]: 'Dynamic processor feature',
  [property.crashDumpArea]: 'Crash dump area',
};

/** HV_SCHEDULER_TYPE: 3 schedules whole cores, the default of Windows Server since 2019. */
const coreScheduler = 3;

/** Sets a property of the machine, for example how it shall sleep. */
export const setSystemProperty = defineValidatedCall({
  code: 0x006f,
  name: 'HvCallSetSystemProperty',
  aka: ['HVCALL_SET_SYSTEM_PROPERTY', 'HvSetSystemProperty'],
  doc: 'Sets a property of the whole machine.',
  caller: 'root',
  privilege: 'ConfigureProfiler',
  kind: 'simple',
  notSimulated: 'ends the machine',
  source: linuxHeader('hvhdk.h'),
  statuses: {
    ACCESS_DENIED: 'The caller is not the root or lacks ConfigureProfiler.',
    UNKNOWN_PROPERTY: 'No such property.',
  },
  input: struct(
    'HV_INPUT_SET_SYSTEM_PROPERTY',
    {
      PropertyId: u32('Property.', { values: propertyNames }),
      Reserved: reserved(4),
      Value: bytesField(64, 'New value, as the property has it.'),
    },
    { aka: ['hv_input_set_system_property'] },
  ),
  rules: ({ PropertyId }) =>
    propertyNames[PropertyId] === undefined ? HvStatus.UNKNOWN_PROPERTY : HvStatus.SUCCESS,
});

/** Reads a property of the machine. */
export const getSystemProperty = defineCall({
  code: 0x007b,
  name: 'HvCallGetSystemProperty',
  aka: ['HVCALL_GET_SYSTEM_PROPERTY'],
  doc: 'Reads a property of the whole machine: here the scheduler, and that no dump area is set.',
  caller: 'any',
  privilege: 'CpuManagement',
  source: linuxHeader('hvhdk.h'),
  statuses: {
    ACCESS_DENIED: 'The caller lacks CpuManagement.',
    UNKNOWN_PROPERTY: 'The property does not exist or cannot be read in this model.',
  },
  input: struct(
    'HV_INPUT_GET_SYSTEM_PROPERTY',
    {
      PropertyId: u32('Property.', { values: propertyNames }),
      Reserved: reserved(4),
      Parameter: u64Field('Which one, for properties of which there are several.'),
    },
    { aka: ['hv_input_get_system_property'] },
  ),
  output: struct(
    'HV_OUTPUT_GET_SYSTEM_PROPERTY',
    { Value: u64Field('Value of the property.') },
    { aka: ['hv_output_get_system_property'] },
  ),
  handle({ PropertyId }, _ports, output) {
    switch (PropertyId) {
      case property.schedulerType:
        output.Value = u64(coreScheduler);
        return HvStatus.SUCCESS;
      case property.crashDumpArea:
        // Bit 32, "valid", is clear.
        output.Value = u64(0);
        return HvStatus.SUCCESS;
      default:
        return HvStatus.UNKNOWN_PROPERTY;
    }
  },
});
