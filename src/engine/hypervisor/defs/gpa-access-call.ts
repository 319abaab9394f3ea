/** What the calls that read and write guest memory share beside their fields. */
import type { U64 } from '../../kernel/u64.ts';
import type { CallDefinition } from './call.ts';
import type { Partition } from './model.ts';
import type { HypercallPorts } from './ports.ts';
import { HvStatus, type HvStatusCode } from './status.ts';

/** When both calls are refused; an access that fails is not refused but has a result code. */
export const gpaAccessStatuses: CallDefinition['statuses'] = {
  ACCESS_DENIED: 'The partition is not a child of the caller.',
  INVALID_PARTITION_ID: 'No partition has this id.',
  INVALID_VP_INDEX: 'The partition has no such virtual processor.',
  INVALID_PARAMETER:
    'The address lies outside the address space, the bytes cross a page, there are none or more ' +
    'than 16, or the cache type does not exist.',
  INVALID_PARTITION_STATE: 'The partition is not active.',
};

/** The partition whose memory is accessed. */
export function gpaAccessTarget(
  input: { readonly PartitionId: U64; readonly VpIndex: number },
  ports: HypercallPorts,
): Partition | HvStatusCode {
  const target = ports.partitions.find(input.PartitionId, 'child');
  if (typeof target === 'number') return target;
  if (target.state !== 'active') return HvStatus.INVALID_PARTITION_STATE;
  const vp = ports.partitions.findVp(target, input.VpIndex);
  return typeof vp === 'number' ? vp : target;
}
