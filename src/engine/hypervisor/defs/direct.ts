/** What the direct calls share: they name a source of a processor instead of a connection. */
import type { U64 } from '../../kernel/u64.ts';
import type { Vp } from './model.ts';
import { sintSources } from './msrs.ts';
import type { HypercallPorts } from './ports.ts';
import { HvStatus, type HvStatusCode } from './status.ts';

/** A source of a processor. */
export interface DirectTarget {
  readonly id: U64;
  readonly vp: number;
  readonly vtl: number;
  readonly sint: number;
}

/** The processor that receives, if the caller may reach it and it has the source. */
export function targetSource(target: DirectTarget, ports: HypercallPorts): Vp | HvStatusCode {
  const partition = ports.partitions.find(target.id, 'self-or-child');
  if (typeof partition === 'number') return partition;
  if (partition.state !== 'active') return HvStatus.INVALID_PARTITION_STATE;
  const vp = ports.partitions.findVp(partition, target.vp);
  if (typeof vp === 'number') return vp;
  const isEnabled = target.vtl < 8 && ((vp.vtl.enabled >>> target.vtl) & 1) === 1;
  return target.sint < sintSources && isEnabled ? vp : HvStatus.INVALID_PARAMETER;
}
