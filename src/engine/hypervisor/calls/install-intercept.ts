import { bytesField, padding, reserved, struct, u8, u32, u64Field } from '../../kernel/layout.ts';
import { defineCall, defineValidatedCall } from '../defs/call.ts';
import { activePartition } from '../defs/child-vp.ts';
import { isInterceptPossible } from '../defs/intercepts.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';
import { inputVtl } from '../defs/vp-header.ts';

const typeNames = {
  0: 'I/O port',
  1: 'MSR',
  2: 'CPUID leaf',
  3: 'exception',
  6: 'all of CPUID',
  8: 'hypercall',
  12: 'one MSR',
};

/** Asks to be told of what a child does. */
export const installIntercept = defineCall({
  code: 0x004d,
  name: 'HvCallInstallIntercept',
  aka: ['HVCALL_INSTALL_INTERCEPT', 'HvInstallIntercept'],
  doc: 'Asks to be told when a child uses a port, an MSR, CPUID or raises an exception.',
  caller: 'parent',
  source: tlfsCall('HvCallInstallIntercept'),
  statuses: {
    ACCESS_DENIED: 'The partition is not a child of the caller.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_PARAMETER:
      'The type is not one that the model has, does not allow the access, or the parameter is ' +
      'out of range.',
    INSUFFICIENT_MEMORY: 'The pool of the partition holds too few pages.',
  },
  input: struct(
    'HV_INPUT_INSTALL_INTERCEPT',
    {
      PartitionId: u64Field('Partition to watch.'),
      AccessType: u32('Accesses as bits: read 1, write 2, execute 4; 0 removes the intercept.'),
      InterceptType: u32('What is watched.', { values: typeNames }),
      InterceptParameter: u64Field('Port, leaf, vector or MSR number.'),
    },
    { aka: ['hv_input_install_intercept', 'InstallIntercept'] },
  ),
  handle({ PartitionId, AccessType, InterceptType, InterceptParameter }, ports) {
    const partition = activePartition(ports, PartitionId, 'child');
    if (typeof partition === 'number') return partition;
    if (!isInterceptPossible(InterceptType, AccessType, InterceptParameter)) {
      return HvStatus.INVALID_PARAMETER;
    }
    const { lo: parameter } = InterceptParameter;
    ports.processors.installIntercept(partition, InterceptType, parameter, AccessType);
    return HvStatus.SUCCESS;
  },
});

const registerType = 0x12;

/** Asks to be told of register accesses, on ARM64. */
export const installInterceptEx = defineValidatedCall({
  code: 0x0110,
  name: 'HvCallInstallInterceptEx',
  doc: 'Asks to be told of accesses to registers; on ARM64 only, which the model is not.',
  caller: 'parent',
  kind: 'rep',
  notSimulated: 'ARM64 only',
  source: tlfsCall('HvCallInstallInterceptEx'),
  statuses: {
    ACCESS_DENIED: 'The partition is not a child of the caller.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_PARAMETER: 'The type is not "register".',
  },
  input: struct('HV_INPUT_INSTALL_INTERCEPT_EX', {
    PartitionId: u64Field('Partition to watch.'),
    InterceptInputVtl: u8('Trust level that intercepts.', { bits: inputVtl }),
    Padding: padding(3),
    InterceptType: u32('What is watched: 0x12, a register.'),
    Reserved: reserved(32),
  }),
  element: struct('HV_INTERCEPT_PARAMETERS_EX', {
    RegisterName: u32('Register.'),
    AccessTypeMask: u32('Accesses as bits: read 1, write 2.'),
    WriteInterceptMask: u64Field('Bits of the register whose change counts.'),
    Reserved: bytesField(112, 'Reserved.'),
  }),
  rules({ PartitionId, InterceptType }, ports) {
    const partition = activePartition(ports, PartitionId, 'child');
    if (typeof partition === 'number') return partition;
    return InterceptType === registerType ? HvStatus.SUCCESS : HvStatus.INVALID_PARAMETER;
  },
});
