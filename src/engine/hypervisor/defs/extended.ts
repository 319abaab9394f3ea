/**
 * Extended calls: what the virtualization stack in the root answers, if it says so.
 * Source: TLFS, HvExtCallQueryCapabilities.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import type { HypercallPorts } from './ports.ts';
import { HvStatus, type HvStatusCode } from './status.ts';

/** HV_EXT_CAPABILITIES: one bit for each extended call. */
export const extendedCapabilities = bitfield('HV_EXT_CAPABILITIES', 64, {
  BootZeroedMemory: { bits: 0, doc: 'HvExtCallGetBootZeroedMemory answers.' },
  MemoryHeatHint: { bits: 1, doc: 'HvExtCallMemoryHeatHint answers.' },
  EpfSetup: { bits: 2, doc: 'HvExtCallEpfSetup answers.' },
  Reserved1: { bits: 3, doc: 'Reserved.' },
  MemoryHeatHintAsync: { bits: 4, doc: 'HvExtCallMemoryHeatHintAsync answers.' },
  Reserved2: { bits: [63, 5], doc: 'Reserved.' },
});

type Capability = 'BootZeroedMemory' | 'MemoryHeatHint' | 'EpfSetup' | 'MemoryHeatHintAsync';

/** A call that nobody answers does not exist. */
export function requireCapability(ports: HypercallPorts, name: Capability): HvStatusCode {
  const has = extendedCapabilities.get(ports.extended.capabilities(), name) === 1;
  return has ? HvStatus.SUCCESS : HvStatus.INVALID_HYPERCALL_CODE;
}

/** What every extended call may answer. */
export const extendedStatuses = {
  ACCESS_DENIED: 'The caller lacks EnableExtendedHypercalls.',
  INVALID_HYPERCALL_CODE: 'HvExtCallQueryCapabilities does not name the call.',
} as const;
