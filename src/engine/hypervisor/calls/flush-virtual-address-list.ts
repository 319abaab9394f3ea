import { defineRepCall } from '../defs/call.ts';
import { flushElement, flushHeader, flushTargets } from '../defs/flush.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Flushes ranges of guest-virtual addresses out of the translation buffers of processors. */
export const flushVirtualAddressList = defineRepCall({
  code: 0x0003,
  name: 'HvCallFlushVirtualAddressList',
  aka: ['HVCALL_FLUSH_VIRTUAL_ADDRESS_LIST', 'HvFlushVirtualAddressList'],
  doc: 'Flushes ranges of virtual addresses out of the TLBs of processors of the caller.',
  caller: 'any',
  source: tlfsCall('HvCallFlushVirtualAddressList'),
  statuses: { INVALID_PARAMETER: 'A reserved flag is set.' },
  input: flushHeader,
  element: flushElement,
  begin: (header) => ({ processors: flushTargets(header) }),
  each({ processors }, { GvaRange }, ports) {
    ports.tlb.flush(processors, GvaRange);
    return HvStatus.SUCCESS;
  },
});
