import { struct, u64Field } from '../../kernel/layout.ts';
import { u64 } from '../../kernel/u64.ts';
import { defineCall } from '../defs/call.ts';
import { tlfsPdf } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Tells the caller its own partition id. */
export const getPartitionId = defineCall({
  code: 0x0046,
  name: 'HvCallGetPartitionId',
  aka: ['HVCALL_GET_PARTITION_ID', 'HvGetPartitionId'],
  doc: 'Gives the id of the calling partition.',
  caller: 'any',
  privilege: 'AccessPartitionId',
  source: tlfsPdf('2.0A', 'HvGetPartitionId'),
  statuses: { ACCESS_DENIED: 'The caller lacks AccessPartitionId.' },
  output: struct(
    'HV_OUTPUT_GET_PARTITION_ID',
    { PartitionId: u64Field('Id of the caller.') },
    { aka: ['hv_output_get_partition_id'] },
  ),
  handle(_input, ports, output) {
    output.PartitionId = u64(ports.caller.id);
    return HvStatus.SUCCESS;
  },
});
