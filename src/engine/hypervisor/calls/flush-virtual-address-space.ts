import { defineCall } from '../defs/call.ts';
import { flushHeader, flushTargets } from '../defs/flush.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Flushes everything out of the translation buffers of processors. */
export const flushVirtualAddressSpace = defineCall({
  code: 0x0002,
  name: 'HvCallFlushVirtualAddressSpace',
  aka: ['HVCALL_FLUSH_VIRTUAL_ADDRESS_SPACE', 'HvFlushVirtualAddressSpace'],
  doc: 'Flushes an address space out of the TLBs of processors of the caller.',
  caller: 'any',
  source: tlfsCall('HvCallFlushVirtualAddressSpace'),
  statuses: { INVALID_PARAMETER: 'A reserved flag is set.' },
  input: flushHeader,
  handle(header, ports) {
    ports.tlb.flush(flushTargets(header));
    return HvStatus.SUCCESS;
  },
});
