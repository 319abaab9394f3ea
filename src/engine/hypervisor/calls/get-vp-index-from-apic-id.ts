import { reserved, struct, u8, u32, u64Field } from '../../kernel/layout.ts';
import { defineRepCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';
import { checkInputVtl, inputVtl } from '../defs/vp-header.ts';

/** Finds virtual processors by APIC id. In this model the two numbers are the same. */
export const getVpIndexFromApicId = defineRepCall({
  code: 0x009a,
  name: 'HvCallGetVpIndexFromApicId',
  aka: ['HVCALL_GET_VP_INDEX_FROM_APIC_ID', 'HvGetVpIndexFromApicId'],
  doc: 'Tells the index of the virtual processor that has an APIC id, one per list element.',
  caller: 'any',
  source: tlfsCall('HvCallGetVpIndexFromApicId'),
  statuses: {
    ACCESS_DENIED: 'The partition is neither the caller nor a child of it.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_PARAMETER: 'No virtual processor has the APIC id, or the trust level does not exist.',
  },
  input: struct(
    'HV_INPUT_GET_VP_INDEX_FROM_APIC_ID',
    {
      PartitionId: u64Field('Partition; all ones means the caller itself.'),
      TargetVtl: u8('Virtual trust level.', { bits: inputVtl }),
      Reserved: reserved(7),
    },
    { aka: ['hv_get_vp_from_apic_id_in', 'GetVpIndexFromApicId'] },
  ),
  structure: ({ TargetVtl }) => checkInputVtl(TargetVtl),
  element: struct('HV_APIC_ID', { ApicId: u32('APIC id.') }),
  outputElement: struct('HV_VP_INDEX', { VpIndex: u32('Index of the virtual processor.') }),
  begin({ PartitionId }, ports) {
    const partition = ports.partitions.find(PartitionId, 'self-or-child');
    if (typeof partition === 'number') return partition;
    return partition.state === 'active' ? partition : HvStatus.INVALID_PARTITION_STATE;
  },
  each({ vps }, { ApicId }, _ports, output) {
    const vp = vps.get(ApicId);
    if (vp === undefined) return HvStatus.INVALID_PARAMETER;
    output.VpIndex = vp.index;
    return HvStatus.SUCCESS;
  },
});
