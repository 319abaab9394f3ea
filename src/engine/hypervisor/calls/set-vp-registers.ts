import { bytesField, reserved, struct, u32 } from '../../kernel/layout.ts';
import { defineRepCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';
import { checkInputVtl, targetVp, vpHeader } from '../defs/vp-header.ts';

/** Writes registers of a virtual processor, one list element each. */
export const setVpRegisters = defineRepCall({
  code: 0x0051,
  name: 'HvCallSetVpRegisters',
  aka: ['HVCALL_SET_VP_REGISTERS', 'HvSetVpRegisters'],
  doc: 'Writes registers of a virtual processor, one per list element.',
  caller: 'any',
  source: tlfsCall('HvCallSetVpRegisters'),
  statuses: {
    ACCESS_DENIED:
      'The partition is not a child of the caller, or it is the caller without AccessVpRegisters.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_VP_INDEX: 'The partition has no such virtual processor.',
    INVALID_PARAMETER:
      'A register name is not known, the register is read-only, or reserved bits are set.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_VTL_STATE: 'The trust level is not enabled on the processor.',
  },
  input: vpHeader,
  structure: ({ TargetVtl }) => checkInputVtl(TargetVtl),
  element: struct(
    'HV_REGISTER_ASSOC',
    {
      RegisterName: u32('Which register.'),
      RsvdZ: reserved(12),
      RegisterValue: bytesField(16, 'The new value, low byte first.'),
    },
    { aka: ['hv_register_assoc', 'HvRegisterAssoc'] },
  ),
  begin: targetVp,
  each: (home, { RegisterName, RegisterValue }, ports) =>
    ports.registers.write(home, RegisterName, RegisterValue),
});
