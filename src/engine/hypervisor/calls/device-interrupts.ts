/** Interrupts of devices: routing them to processors, and taking the route back. */
import { bytesField, nested, struct, u32, u64Field } from '../../kernel/layout.ts';
import { defineValidatedCall } from '../defs/call.ts';
import { interruptEntry } from '../defs/device-interrupt.ts';
import { linuxHeader } from '../defs/source.ts';

const shared = {
  caller: 'root',
  privilege: 'CpuManagement',
  kind: 'simple',
  notSimulated: 'no devices',
  source: linuxHeader('hvhdk.h'),
  statuses: { ACCESS_DENIED: 'The caller is not the root or lacks CpuManagement.' },
} as const;

const device = {
  PartitionId: u64Field('Partition that owns the device.'),
  DeviceId: u64Field('Device.'),
};

/** HV_DEVICE_INTERRUPT_TARGET: where interrupts shall go. */
const interruptTarget = struct(
  'HV_DEVICE_INTERRUPT_TARGET',
  {
    Vector: u32('Interrupt vector.'),
    Flags: u32('Whether a set of processors or a mask follows.'),
    MaskOrFormat: u64Field('Mask of the processors 0 to 63, or format of the set.'),
    ValidBanksMask: u64Field('Banks of the set.'),
  },
  { aka: ['hv_device_interrupt_target'] },
);

/** HV_DEVICE_INTERRUPT_DESCRIPTOR: which interrupts are wanted. */
const interruptDescriptor = struct(
  'HV_DEVICE_INTERRUPT_DESCRIPTOR',
  {
    InterruptType: u32('How the interrupt is delivered.'),
    TriggerMode: u32('Edge or level.'),
    VectorCount: u32('How many vectors.'),
    Reserved: u32('Reserved.'),
    Target: nested(interruptTarget, 'Where they shall go.'),
  },
  { aka: ['hv_device_interrupt_descriptor'] },
);

/** Routes an interrupt of a device to processors. */
export const mapDeviceInterrupt = defineValidatedCall({
  ...shared,
  code: 0x007c,
  name: 'HvCallMapDeviceInterrupt',
  aka: ['HVCALL_MAP_DEVICE_INTERRUPT'],
  doc: 'Routes an interrupt of a device to processors.',
  input: struct(
    'HV_INPUT_MAP_DEVICE_INTERRUPT',
    {
      ...device,
      Flags: u32('Options.'),
      BaseIrtIdx: u32('First entry of the interrupt remapping table.'),
      LogicalInterruptEntry: nested(interruptEntry, 'Interrupt as the device raises it.'),
      InterruptDescriptor: nested(interruptDescriptor, 'What it shall become.'),
    },
    { aka: ['hv_input_map_device_interrupt'] },
  ),
  output: struct(
    'HV_OUTPUT_MAP_DEVICE_INTERRUPT',
    {
      InterruptEntry: nested(interruptEntry, 'What is to be written into the device.'),
      ExtStatusDeprecated: bytesField(40, 'No longer used.'),
    },
    { aka: ['hv_output_map_device_interrupt'] },
  ),
});

/** Takes the route of an interrupt back. */
export const unmapDeviceInterrupt = defineValidatedCall({
  ...shared,
  code: 0x007d,
  name: 'HvCallUnmapDeviceInterrupt',
  aka: ['HVCALL_UNMAP_DEVICE_INTERRUPT'],
  doc: 'Takes the route of a device interrupt back.',
  input: struct(
    'HV_INPUT_UNMAP_DEVICE_INTERRUPT',
    {
      ...device,
      InterruptEntry: nested(interruptEntry, 'Interrupt whose route ends.'),
      Flags: u32('Options.'),
    },
    { aka: ['hv_input_unmap_device_interrupt'] },
  ),
});
