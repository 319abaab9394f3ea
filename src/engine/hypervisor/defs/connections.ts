/**
 * Ports and connections as calls describe them: ids, kinds and what each kind needs to know.
 * Source: TLFS, HV_PORT_INFO, HV_CONNECTION_INFO; Linux include/hyperv/hvhdk_mini.h.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import { padding, reserved, struct, u16, u32, u64Field } from '../../kernel/layout.ts';
import { type U64, u64, u64IsZero } from '../../kernel/u64.ts';
import type { DoorbellTrigger, Partition, PortKind } from './model.ts';
import { portKinds } from './model.ts';
import { HvStatus, type HvStatusCode } from './status.ts';

/** What a port is to be. */
export interface PortRequest {
  readonly id: number;
  readonly kind: PortKind;
  readonly targetVp: number;
  readonly targetSint: number;
  readonly flagsBase: number;
  readonly flagsTotal: number;
  readonly vtl: number;
  readonly minConnectionVtl: number;
  /** The partition that may connect; undefined when any may. */
  readonly sender: Partition | undefined;
}

/** What a connection is to be. */
export interface ConnectionRequest {
  readonly id: number;
  readonly portId: number;
  readonly kind: PortKind;
  readonly vtl: number;
  readonly trigger: DoorbellTrigger | undefined;
}

const portTypeNames: Readonly<Record<number, string>> = {
  1: 'Message',
  2: 'Event',
  3: 'Monitor',
  4: 'Doorbell',
};

/** HV_PORT_ID: 24 bits, of which the upper 8 stay free. */
export const portId = bitfield('HV_PORT_ID', 32, {
  Id: { bits: [23, 0], doc: 'Number of the port, unique in its partition.' },
  Free: { bits: [31, 24], doc: 'Zero; another value is no port.' },
});

/** HV_CONNECTION_ID: 24 bits, of which the upper 8 stay free. */
export const connectionId = bitfield('HV_CONNECTION_ID', 32, {
  Id: { bits: [23, 0], doc: 'Number of the connection, unique in its partition.' },
  Free: { bits: [31, 24], doc: 'Zero; another value is no connection.' },
});

/** HV_PORT_INFO: which kind of port, and where its messages or events go. */
export const portInfo = struct(
  'HV_PORT_INFO',
  {
    PortType: u32('Kind of port.', { values: portTypeNames }),
    Padding: padding(4),
    TargetSint: u32('Source that receives, 1 to 15; of a monitor, low half of its address.'),
    TargetVp: u32('Processor that receives, 0xFFFFFFFF any; of a monitor, high half.'),
    BaseFlagNumber: u16('First event flag; zero unless it is an event port.'),
    FlagCount: u16('Number of event flags; zero unless it is an event port.'),
    RsvdZ: reserved(4),
  },
  { aka: ['hv_port_info'] },
);

/** HV_CONNECTION_INFO: which kind of port is meant, and which writes ring a doorbell. */
export const connectionInfo = struct(
  'HV_CONNECTION_INFO',
  {
    PortType: u32('Kind of port.', { values: portTypeNames }),
    Padding: padding(4),
    Address: u64Field('Guest-physical address of a doorbell or of a monitor page.'),
    TriggerValue: u64Field('Value that rings a doorbell.'),
    Flags: u64Field('Of a doorbell: width of the write in bits 2 to 0, any value in bit 31.'),
  },
  { aka: ['hv_connection_info'] },
);

type PortInfo = ReturnType<typeof portInfo.decode>;
type ConnectionInfo = ReturnType<typeof connectionInfo.decode>;

const isPageAligned = ({ lo }: U64): boolean => (lo & 0xfff) === 0;

/** The parts of a request that an HV_PORT_INFO gives, or why it is wrong. */
export function readPortInfo(
  info: PortInfo,
):
  | Pick<PortRequest, 'kind' | 'targetSint' | 'targetVp' | 'flagsBase' | 'flagsTotal'>
  | HvStatusCode {
  const { TargetSint: targetSint, TargetVp: targetVp } = info;
  const kind = portKinds[info.PortType];
  if (kind === undefined) return HvStatus.INVALID_PARAMETER;
  const hasFlags = info.BaseFlagNumber !== 0 || info.FlagCount !== 0;
  if (hasFlags && kind !== 'event') return HvStatus.INVALID_PARAMETER;
  if (kind === 'monitor' && !isPageAligned(u64(targetSint))) return HvStatus.INVALID_ALIGNMENT;
  const flags = { flagsBase: info.BaseFlagNumber, flagsTotal: info.FlagCount };
  return { kind, targetSint, targetVp, ...flags };
}

/** The parts of a request that an HV_CONNECTION_INFO gives, or why it is wrong. */
export function readConnectionInfo(
  info: ConnectionInfo,
): Pick<ConnectionRequest, 'kind' | 'trigger'> | HvStatusCode {
  const kind = portKinds[info.PortType];
  const trigger = { gpa: info.Address, value: info.TriggerValue, flags: info.Flags };
  const isPlain = u64IsZero(trigger.value) && u64IsZero(trigger.flags);
  switch (kind) {
    case undefined:
      return HvStatus.INVALID_PARAMETER;
    case 'doorbell':
      return isTriggerValid(trigger) ? { kind, trigger } : HvStatus.INVALID_PARAMETER;
    case 'monitor':
      if (!isPageAligned(trigger.gpa)) return HvStatus.INVALID_ALIGNMENT;
      return isPlain ? { kind, trigger } : HvStatus.INVALID_PARAMETER;
    default:
      return isPlain && u64IsZero(trigger.gpa)
        ? { kind, trigger: undefined }
        : HvStatus.INVALID_PARAMETER;
  }
}

/** Widths of a doorbell's writes by the low bits of its flags; 0 is any. */
const widthBytes = [0, 1, 2, 4, 8] as const;
const anyValueBit = 0x8000_0000;

/** A doorbell has flags that are known, and a write to it stays inside one page. */
function isTriggerValid({ gpa, flags }: DoorbellTrigger): boolean {
  const bytes = widthBytes[(flags.lo & ~anyValueBit) >>> 0];
  if (flags.hi !== 0 || bytes === undefined) return false;
  return (gpa.lo & 0xfff) + Math.max(bytes, 1) <= 0x1000;
}
