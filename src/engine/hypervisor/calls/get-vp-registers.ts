import { bytesField, struct, u32 } from '../../kernel/layout.ts';
import { defineRepCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';
import { checkInputVtl, targetVp, vpHeader } from '../defs/vp-header.ts';

/** Reads registers of a virtual processor, one list element each. */
export const getVpRegisters = defineRepCall({
  code: 0x0050,
  name: 'HvCallGetVpRegisters',
  aka: ['HVCALL_GET_VP_REGISTERS', 'HvGetVpRegisters'],
  doc: 'Reads registers of a virtual processor, one per list element.',
  caller: 'any',
  source: tlfsCall('HvCallGetVpRegisters'),
  statuses: {
    ACCESS_DENIED:
      'The partition is not a child of the caller, or it is the caller without AccessVpRegisters.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_VP_INDEX: 'The partition has no such virtual processor.',
    INVALID_PARAMETER: 'A register name is not known.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_VTL_STATE: 'The trust level is not enabled on the processor.',
  },
  input: vpHeader,
  structure: ({ TargetVtl }) => checkInputVtl(TargetVtl),
  element: struct('HV_REGISTER_NAME', { RegisterName: u32('Which register.') }),
  outputElement: struct(
    'HV_REGISTER_VALUE',
    { RegisterValue: bytesField(16, 'Its value, low byte first.') },
    { aka: ['HvRegisterValue'] },
  ),
  begin: targetVp,
  each: (home, { RegisterName }, ports, { RegisterValue }) =>
    ports.registers.read(home, RegisterName, RegisterValue),
});
