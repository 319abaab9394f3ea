/** What the calls that map and unmap statistics pages share. */
import { nested, reserved } from '../../kernel/layout.ts';
import type { U64 } from '../../kernel/u64.ts';
import type { CallDefinition } from './call.ts';
import type { HypercallPorts, StatsIdentity } from './ports.ts';
import { statsAreaMax, statsIdentity, statsObject, statsTypeField } from './stats.ts';
import { HvStatus, type HvStatusCode } from './status.ts';

/** The fields with which these calls start. */
export const statsHeader = {
  StatsType: statsTypeField(),
  Reserved: reserved(4),
  ObjectIdentity: nested(statsIdentity, 'Whose counters.'),
};

/** When these calls are refused. */
export const statsStatuses: CallDefinition['statuses'] = {
  ACCESS_DENIED:
    'The caller lacks AccessStats; counters of the machine are for the root, those of a ' +
    'partition for itself and its parent.',
  INVALID_PARTITION_ID: 'No partition has this id.',
  INVALID_VP_INDEX: 'The partition has no such virtual processor.',
  INVALID_PARAMETER:
    'The type or the area does not exist, a member that the type does not use is not zero, or ' +
    'there is no such logical processor or page.',
  INVALID_PARTITION_STATE: 'The partition is not active.',
};

interface StatsInput {
  readonly StatsType: number;
  readonly ObjectIdentity: {
    readonly ObjectId: U64;
    readonly VpIndex: number;
    readonly StatsAreaType: number;
  };
}

/** Whose counters are meant, or the status that refuses them. */
export function statsIdentityOf(
  input: StatsInput,
  ports: HypercallPorts,
): StatsIdentity | HvStatusCode {
  if (input.ObjectIdentity.StatsAreaType > statsAreaMax) return HvStatus.INVALID_PARAMETER;
  switch (input.StatsType) {
    case statsObject.hypervisor:
    case statsObject.logicalProcessor:
      return machineIdentity(input, ports);
    case statsObject.partition:
    case statsObject.vp:
      return partitionIdentity(input, ports);
    default:
      return HvStatus.INVALID_PARAMETER;
  }
}

/** Counters of the machine; the root has one virtual processor for each logical one. */
function machineIdentity(
  { StatsType, ObjectIdentity }: StatsInput,
  { caller }: HypercallPorts,
): StatsIdentity | HvStatusCode {
  const { ObjectId, VpIndex, StatsAreaType } = ObjectIdentity;
  if (caller.parent !== undefined) return HvStatus.ACCESS_DENIED;
  const isProcessor = StatsType === statsObject.logicalProcessor;
  const isKnown = isProcessor ? caller.vps.has(ObjectId.lo) : ObjectId.lo === 0;
  if (ObjectId.hi !== 0 || VpIndex !== 0 || !isKnown) return HvStatus.INVALID_PARAMETER;
  return { objectType: StatsType, objectId: ObjectId.lo, vpIndex: 0, areaType: StatsAreaType };
}

/** Counters of a partition or of one of its processors. */
function partitionIdentity(
  { StatsType, ObjectIdentity }: StatsInput,
  ports: HypercallPorts,
): StatsIdentity | HvStatusCode {
  const { ObjectId, VpIndex, StatsAreaType } = ObjectIdentity;
  const target = ports.partitions.find(ObjectId, 'self-or-child');
  if (typeof target === 'number') return target;
  if (target.state !== 'active') return HvStatus.INVALID_PARTITION_STATE;
  const isVp = StatsType === statsObject.vp;
  if (!isVp && VpIndex !== 0) return HvStatus.INVALID_PARAMETER;
  if (isVp && !target.vps.has(VpIndex)) return HvStatus.INVALID_VP_INDEX;
  return { objectType: StatsType, objectId: target.id, vpIndex: VpIndex, areaType: StatsAreaType };
}
