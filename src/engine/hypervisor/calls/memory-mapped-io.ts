/** Device registers in memory, touched through the hypervisor instead of by an instruction. */
import { bytesField, reserved, struct, u32, u64Field } from '../../kernel/layout.ts';
import { defineValidatedCall } from '../defs/call.ts';
import { openvmmDefinitions } from '../defs/source.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';

/** Bytes that one call may move. */
const dataBytes = 64;

const shared = {
  caller: 'any',
  kind: 'simple',
  notSimulated: 'no devices',
  source: openvmmDefinitions,
  statuses: { INVALID_PARAMETER: 'The width is zero or larger than 64 bytes.' },
} as const;

const header = {
  Gpa: u64Field('Address of the register.'),
  AccessWidth: u32('Bytes to move, up to 64.'),
  ReservedZ0: reserved(4),
};

const checkWidth = ({ AccessWidth }: { AccessWidth: number }): HvStatusCode =>
  AccessWidth >= 1 && AccessWidth <= dataBytes ? HvStatus.SUCCESS : HvStatus.INVALID_PARAMETER;

/** Reads a register of a device. */
export const memoryMappedIoRead = defineValidatedCall({
  ...shared,
  code: 0x0106,
  name: 'HvCallMemoryMappedIoRead',
  aka: ['HVCALL_MMIO_READ'],
  doc: 'Reads a device register that lies in memory.',
  input: struct('HV_INPUT_MEMORY_MAPPED_IO_READ', header, {
    aka: ['hv_mmio_read_input', 'MemoryMappedIoRead'],
  }),
  structure: checkWidth,
  output: struct(
    'HV_OUTPUT_MEMORY_MAPPED_IO_READ',
    { Data: bytesField(dataBytes, 'What was read.') },
    { aka: ['hv_mmio_read_output', 'MemoryMappedIoReadOutput'] },
  ),
});

/** Writes a register of a device. */
export const memoryMappedIoWrite = defineValidatedCall({
  ...shared,
  code: 0x0107,
  name: 'HvCallMemoryMappedIoWrite',
  aka: ['HVCALL_MMIO_WRITE'],
  doc: 'Writes a device register that lies in memory.',
  input: struct(
    'HV_INPUT_MEMORY_MAPPED_IO_WRITE',
    { ...header, Data: bytesField(dataBytes, 'What to write.') },
    { aka: ['hv_mmio_write_input', 'MemoryMappedIoWrite'] },
  ),
  structure: checkWidth,
});
