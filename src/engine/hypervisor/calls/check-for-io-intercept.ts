import { padding, reserved, struct, u8, u16, u32, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { activeVp } from '../defs/child-vp.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';
import { inputVtl } from '../defs/vp-header.ts';

const sizes = [1, 2, 4];

/** Tells whether an access to a port would go to the parent. */
export const checkForIoIntercept = defineCall({
  code: 0x00ad,
  name: 'HvCallCheckForIoIntercept',
  doc: 'Tells whether an access to an I/O port would be intercepted, without making it.',
  caller: 'any',
  source: tlfsCall('HvCallCheckForIoIntercept'),
  statuses: {
    ACCESS_DENIED: 'The partition is neither a child of the caller nor the caller itself.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_VP_INDEX: 'The partition has no such virtual processor.',
    INVALID_PARAMETER: 'The size is not 1, 2 or 4, or the direction is neither 0 nor 1.',
  },
  input: struct('HV_INPUT_CHECK_FOR_IO_INTERCEPT', {
    PartitionId: u64Field('Partition; all ones means the caller itself.'),
    VpIndex: u32('Processor that would make the access.'),
    TargetVtl: u8('Virtual trust level.', { bits: inputVtl }),
    Padding: reserved(1),
    Port: u16('I/O port.'),
    Size: u8('Bytes: 1, 2 or 4.'),
    IsWrite: u8('1 for a write, 0 for a read.'),
    Padding2: padding(6),
  }),
  structure: ({ Size, IsWrite }) =>
    sizes.includes(Size) && IsWrite <= 1 ? HvStatus.SUCCESS : HvStatus.INVALID_PARAMETER,
  output: struct('HV_OUTPUT_CHECK_FOR_IO_INTERCEPT', {
    Intercept: u8('1 when it would be intercepted.'),
    Padding: padding(7),
  }),
  handle({ PartitionId, VpIndex, Port, Size, IsWrite }, ports, output) {
    const vp = activeVp(ports, PartitionId, VpIndex, 'self-or-child');
    if (typeof vp === 'number') return vp;
    const { partition } = vp;
    const isMet = ports.processors.isPortIntercepted(partition, Port, Size, IsWrite === 1);
    output.Intercept = isMet ? 1 : 0;
    return HvStatus.SUCCESS;
  },
});
