import { defineCall } from '../defs/call.ts';
import { flushHeaderEx, flushTargetsEx } from '../defs/flush.ts';
import { banksMax, checkSet } from '../defs/processor-set.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Flushes everything out of the translation buffers of any set of processors. */
export const flushVirtualAddressSpaceEx = defineCall({
  code: 0x0013,
  name: 'HvCallFlushVirtualAddressSpaceEx',
  aka: ['HVCALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX', 'HvFlushVirtualAddressSpaceEx'],
  doc: 'Flushes an address space out of the TLBs of any set of processors of the caller.',
  caller: 'any',
  source: tlfsCall('HvCallFlushVirtualAddressSpaceEx'),
  statuses: {
    INVALID_PARAMETER: 'A reserved flag is set, or the format of the set is not known.',
    INVALID_HYPERCALL_INPUT: 'The variable header does not hold one word for each valid bank.',
  },
  headerMaxWords: banksMax,
  input: flushHeaderEx,
  structure: checkSet,
  handle(header, ports, _output, block) {
    ports.tlb.flush(flushTargetsEx(header, block));
    return HvStatus.SUCCESS;
  },
});
