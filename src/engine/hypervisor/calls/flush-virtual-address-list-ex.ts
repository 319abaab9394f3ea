import { defineRepCall } from '../defs/call.ts';
import { flushElement, flushHeaderEx, flushTargetsEx } from '../defs/flush.ts';
import { banksMax, checkSet } from '../defs/processor-set.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Flushes ranges out of the translation buffers of any set of processors. */
export const flushVirtualAddressListEx = defineRepCall({
  code: 0x0014,
  name: 'HvCallFlushVirtualAddressListEx',
  aka: ['HVCALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX', 'HvFlushVirtualAddressListEx'],
  doc: 'Flushes ranges of virtual addresses out of the TLBs of any set of processors.',
  caller: 'any',
  source: tlfsCall('HvCallFlushVirtualAddressListEx'),
  statuses: {
    INVALID_PARAMETER: 'A reserved flag is set, or the format of the set is not known.',
    INVALID_HYPERCALL_INPUT: 'The variable header does not hold one word for each valid bank.',
  },
  headerMaxWords: banksMax,
  input: flushHeaderEx,
  structure: checkSet,
  element: flushElement,
  begin: (header, _ports, block) => ({ processors: flushTargetsEx(header, block) }),
  each({ processors }, { GvaRange }, ports) {
    ports.tlb.flush(processors, GvaRange);
    return HvStatus.SUCCESS;
  },
});
