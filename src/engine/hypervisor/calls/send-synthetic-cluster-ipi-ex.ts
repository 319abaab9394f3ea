import { defineCall } from '../defs/call.ts';
import { ipiHeaderEx, sendIpi } from '../defs/ipi.ts';
import { banksMax, checkSet, readSet } from '../defs/processor-set.ts';
import { tlfsCall } from '../defs/source.ts';
import { checkInputVtl } from '../defs/vp-header.ts';

/** Interrupts any set of processors of the caller with one call. */
export const sendSyntheticClusterIpiEx = defineCall({
  code: 0x0015,
  name: 'HvCallSendSyntheticClusterIpiEx',
  aka: ['HVCALL_SEND_IPI_EX', 'HvSendSyntheticClusterIpiEx'],
  doc: 'Sends a fixed interrupt to any set of processors of the caller.',
  caller: 'any',
  source: tlfsCall('HvCallSendSyntheticClusterIpiEx'),
  statuses: {
    INVALID_PARAMETER:
      'The vector is not 0x10 to 0xFF, no such trust level, or the format of the set is not known.',
    INVALID_HYPERCALL_INPUT: 'The variable header does not hold one word for each valid bank.',
  },
  headerMaxWords: banksMax,
  input: ipiHeaderEx,
  structure: (header, block) => checkInputVtl(header.TargetVtl) || checkSet(header, block),
  handle: (header, ports, _output, block) =>
    sendIpi(ports, readSet(header, block, ipiHeaderEx.sizeBytes), header.Vector),
});
