/**
 * The header that calls on the registers of a virtual processor share.
 * Source: TLFS, HvCallGetVpRegisters, HvCallSetVpRegisters, HV_INPUT_VTL.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import { reserved, struct, u8, u32, u64Field } from '../../kernel/layout.ts';
import { u64 } from '../../kernel/u64.ts';
import type { HypercallPorts, RegisterHome } from './ports.ts';
import { hasPrivilege } from './privileges.ts';
import { HvStatus, type HvStatusCode } from './status.ts';

/** HV_INPUT_VTL: which virtual trust level is meant. */
export const inputVtl = bitfield('HV_INPUT_VTL', 8, {
  TargetVtl: { bits: [3, 0], doc: 'The trust level, if the next bit is set.' },
  UseTargetVtl: { bits: 4, doc: 'Take the level of this field instead of the current one.' },
  ReservedZ: { bits: [7, 5], doc: 'Reserved, must be zero.', reserved: true },
});

/** The highest trust level that has a number in use. */
const vtlMax = 2;

/** A trust level that is named must exist; reserved bits are checked from the declaration. */
export function checkInputVtl(value: number): HvStatusCode {
  const word = u64(value);
  const isNamed = inputVtl.get(word, 'UseTargetVtl') === 1;
  const exists = inputVtl.get(word, 'TargetVtl') <= vtlMax;
  return isNamed && !exists ? HvStatus.INVALID_PARAMETER : HvStatus.SUCCESS;
}

/** Which virtual processor of which partition. */
export const vpHeader = struct(
  'HV_INPUT_VP_REGISTERS',
  {
    PartitionId: u64Field('Partition; all ones means the caller itself.'),
    VpIndex: u32('Virtual processor; 0xFFFFFFFE means the caller itself.'),
    TargetVtl: u8('Virtual trust level.', { bits: inputVtl }),
    RsvdZ: reserved(3),
  },
  { aka: ['hv_input_get_vp_registers', 'hv_input_set_vp_registers', 'GetSetVpRegisters'] },
);

type Header = typeof vpHeader extends { view(): infer V } ? V : never;

/** The registers that the header names, if the caller may touch them. */
export function targetVp(header: Header, ports: HypercallPorts): RegisterHome | HvStatusCode {
  const partition = ports.partitions.find(header.PartitionId, 'self-or-child');
  if (typeof partition === 'number') return partition;
  const isSelf = partition === ports.caller;
  if (isSelf && !hasPrivilege(partition.privileges, 'AccessVpRegisters')) {
    return HvStatus.ACCESS_DENIED;
  }
  if (partition.state !== 'active') return HvStatus.INVALID_PARTITION_STATE;
  const vp = ports.partitions.findVp(partition, header.VpIndex);
  if (typeof vp === 'number') return vp;
  const file = ports.processors.registersOf(vp, header.TargetVtl);
  return typeof file === 'number' ? file : { vp, file };
}
