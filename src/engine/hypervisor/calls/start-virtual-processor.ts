import { defineCall } from '../defs/call.ts';
import { activePartition } from '../defs/child-vp.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';
import { checkLevel, vpContextHeader } from '../defs/vp-context.ts';

/** Starts a processor that waits, without INIT and start-up interrupts. */
export const startVirtualProcessor = defineCall({
  code: 0x0099,
  name: 'HvCallStartVirtualProcessor',
  aka: ['HVCALL_START_VP', 'HvX64StartVirtualProcessor'],
  doc: 'Starts a processor that waits for it, with the registers that are given.',
  caller: 'any',
  privilege: 'StartVirtualProcessor',
  source: tlfsCall('HvCallStartVirtualProcessor'),
  statuses: {
    ACCESS_DENIED: 'The caller lacks the privilege, or names a trust level above its own.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_VP_INDEX: 'The partition has no such virtual processor.',
    INVALID_VP_STATE: 'The processor does not wait to be started.',
    INVALID_PARAMETER: 'The trust level is not one that has a number.',
    INVALID_REGISTER_VALUE: 'No processor can run with these control registers.',
    INVALID_VTL_STATE: 'The trust level is not enabled on the processor.',
  },
  input: vpContextHeader('HV_INPUT_START_VIRTUAL_PROCESSOR', ['StartVirtualProcessorX64']),
  structure: ({ TargetVtl }) => checkLevel(TargetVtl),
  handle({ PartitionId, VpIndex, TargetVtl, VpContext }, ports) {
    const partition = activePartition(ports, PartitionId, 'self-or-child');
    if (typeof partition === 'number') return partition;
    const vp = ports.partitions.findVp(partition, VpIndex);
    if (typeof vp === 'number') return vp;
    const level = TargetVtl & 0xf;
    const isThere = ((vp.vtl.enabled >>> level) & 1) === 1;
    if (!isThere) return HvStatus.INVALID_VTL_STATE;
    const isOwn = partition === ports.caller;
    if (isOwn && level > ports.vp.vtl.active) return HvStatus.ACCESS_DENIED;
    return ports.processors.start(vp, VpContext);
  },
});
