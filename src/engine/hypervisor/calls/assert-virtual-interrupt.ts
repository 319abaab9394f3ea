import { padding, reserved, struct, u8, u32, u64Field } from '../../kernel/layout.ts';
import type { U64 } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import { activePartition } from '../defs/child-vp.ts';
import { interruptControl } from '../defs/interrupt-control.ts';
import type { HypercallPorts } from '../defs/ports.ts';
import { tlfsCall, tlfsPdf } from '../defs/source.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';

const statuses = {
  ACCESS_DENIED: 'The partition is not a child of the caller.',
  INVALID_PARTITION_ID: 'No partition has this id.',
  INVALID_PARTITION_STATE: 'The partition is not active.',
  INVALID_VP_INDEX: 'The destination names no virtual processor.',
  INVALID_PARAMETER:
    'Type, vector or destination do not fit together: vectors are 16 to 255, only some types ' +
    'have one, and an external interrupt has destination 0.',
  ACKNOWLEDGED: 'The guest has taken the external interrupt and it is not cleared yet.',
} as const;

interface Request {
  readonly TargetPartition: U64;
  readonly InterruptControl: U64;
  readonly DestinationAddress: U64;
  readonly RequestedVector: number;
}

function assertIn(request: Request, ports: HypercallPorts): HvStatusCode {
  const partition = activePartition(ports, request.TargetPartition, 'child');
  if (typeof partition === 'number') return partition;
  const { InterruptControl, DestinationAddress } = request;
  if (DestinationAddress.hi !== 0) return HvStatus.INVALID_PARAMETER;
  return ports.processors.assertInterrupt(partition, {
    type: interruptControl.get(InterruptControl, 'InterruptType'),
    vector: request.RequestedVector,
    destination: DestinationAddress.lo,
    isLogical: interruptControl.get(InterruptControl, 'LogicalDestinationMode') === 1,
  });
}

/** Asserts an interrupt in a child. */
export const assertVirtualInterrupt = defineCall({
  code: 0x0094,
  name: 'HvCallAssertVirtualInterrupt',
  aka: ['HVCALL_ASSERT_VIRTUAL_INTERRUPT'],
  doc: 'Asserts an interrupt in a child: fixed, NMI, INIT, start-up or external.',
  caller: 'parent',
  source: tlfsCall('HvCallAssertVirtualInterrupt'),
  statuses: { ...statuses, INVALID_VTL_STATE: 'The partition does not have the trust level.' },
  input: struct(
    'HV_INPUT_ASSERT_VIRTUAL_INTERRUPT',
    {
      TargetPartition: u64Field('Partition that gets the interrupt.'),
      InterruptControl: u64Field('Type and mode.', { bits: interruptControl }),
      DestinationAddress: u64Field('APIC id, or a set of the first eight processors.'),
      RequestedVector: u32('Vector; for a start-up interrupt the page to begin at.'),
      TargetVtl: u8('Virtual trust level.'),
      ReservedZ0: reserved(1),
      ReservedZ1: reserved(2),
    },
    { aka: ['hv_input_assert_virtual_interrupt', 'AssertVirtualInterrupt'] },
  ),
  handle(input, ports) {
    const partition = ports.partitions.find(input.TargetPartition, 'child');
    if (typeof partition !== 'number' && input.TargetVtl !== 0) {
      const isThere = input.TargetVtl < 16 && (partition.vtl.enabled >>> input.TargetVtl) & 1;
      if (!isThere) return HvStatus.INVALID_VTL_STATE;
    }
    return assertIn(input, ports);
  },
});

/** The form of old, without a trust level. */
export const assertVirtualInterruptDeprecated = defineCall({
  code: 0x0055,
  name: 'HvCallAssertVirtualInterruptDeprecated',
  aka: ['HvAssertVirtualInterrupt'],
  doc: 'Asserts an interrupt in a child; the form of old, replaced by 0x0094.',
  caller: 'parent',
  source: tlfsPdf('2.0A', 'HvAssertVirtualInterrupt'),
  statuses,
  input: struct('HV_INPUT_ASSERT_VIRTUAL_INTERRUPT_DEPRECATED', {
    TargetPartition: u64Field('Partition that gets the interrupt.'),
    InterruptControl: u64Field('Type and mode.', { bits: interruptControl }),
    DestinationAddress: u64Field('APIC id, or a set of the first eight processors.'),
    RequestedVector: u32('Vector; for a start-up interrupt the page to begin at.'),
    Padding: padding(4),
  }),
  handle: assertIn,
});

/** Clears the external interrupt that a child has taken. */
export const clearVirtualInterrupt = defineCall({
  code: 0x0056,
  name: 'HvCallClearVirtualInterrupt',
  aka: ['HVCALL_CLEAR_VIRTUAL_INTERRUPT', 'HvClearVirtualInterrupt'],
  doc: 'Clears an acknowledged external interrupt, so that another can be asserted.',
  caller: 'parent',
  source: tlfsPdf('2.0A', 'HvClearVirtualInterrupt'),
  statuses: {
    ACCESS_DENIED: 'The partition is not a child of the caller.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    NOT_ACKNOWLEDGED: 'The guest has not taken an external interrupt since the last clearing.',
  },
  input: struct('HV_INPUT_CLEAR_VIRTUAL_INTERRUPT', {
    DestinationPartition: u64Field('Partition.'),
  }),
  handle({ DestinationPartition }, ports) {
    const partition = activePartition(ports, DestinationPartition, 'child');
    if (typeof partition === 'number') return partition;
    return ports.processors.clearExternalInterrupt(partition);
  },
});

const noTarget = { ACCESS_DENIED: 'The partition is neither a child of the caller nor itself.' };

/** Decides which processor a virtual interrupt goes to. */
export const setVirtualInterruptTarget = defineCall({
  code: 0x011f,
  name: 'HvCallSetVirtualInterruptTarget',
  doc: 'Sets the processor and the trust level that a virtual interrupt goes to.',
  caller: 'any',
  source: tlfsCall('HvCallSetVirtualInterruptTarget'),
  statuses: {
    ...noTarget,
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_VP_INDEX: 'The partition has no such virtual processor.',
    INVALID_PARAMETER: 'The vector is outside 16 to 255.',
    INVALID_VTL_STATE: 'The processor does not have the trust level.',
  },
  input: struct('HV_INPUT_SET_VIRTUAL_INTERRUPT_TARGET', {
    PartitionId: u64Field('Partition; all ones means the caller itself.'),
    InterruptId: u32('Vector of the interrupt.'),
    VpIndex: u32('Processor that gets it from now on.'),
    Vtl: u8('Virtual trust level.'),
    Padding: padding(7),
  }),
  handle({ PartitionId, InterruptId, VpIndex, Vtl }, ports) {
    const partition = activePartition(ports, PartitionId, 'self-or-child');
    if (typeof partition === 'number') return partition;
    if (InterruptId < 16 || InterruptId > 255) return HvStatus.INVALID_PARAMETER;
    const vp = ports.partitions.findVp(partition, VpIndex);
    if (typeof vp === 'number') return vp;
    const isThere = Vtl < 16 && ((vp.vtl.enabled >>> Vtl) & 1) === 1;
    if (!isThere) return HvStatus.INVALID_VTL_STATE;
    partition.interruptTargets.set(InterruptId, { vpIndex: vp.index, vtl: Vtl });
    return HvStatus.SUCCESS;
  },
});
