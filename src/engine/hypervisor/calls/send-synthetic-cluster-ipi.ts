import { defineCall } from '../defs/call.ts';
import { ipiHeader, sendIpi } from '../defs/ipi.ts';
import { maskedProcessors } from '../defs/processor-set.ts';
import { tlfsCall } from '../defs/source.ts';
import { checkInputVtl } from '../defs/vp-header.ts';

/** Interrupts several processors of the caller with one call. */
export const sendSyntheticClusterIpi = defineCall({
  code: 0x000b,
  name: 'HvCallSendSyntheticClusterIpi',
  aka: ['HVCALL_SEND_IPI', 'HvSendSyntheticClusterIpi'],
  doc: 'Sends a fixed interrupt to some of the processors 0 to 63 of the caller.',
  caller: 'any',
  source: tlfsCall('HvCallSendSyntheticClusterIpi'),
  statuses: {
    INVALID_PARAMETER: 'The vector is not 0x10 to 0xFF, or the trust level does not exist.',
  },
  input: ipiHeader,
  structure: ({ TargetVtl }) => checkInputVtl(TargetVtl),
  handle: ({ Vector, ProcessorMask }, ports) =>
    sendIpi(ports, maskedProcessors(ProcessorMask), Vector),
});
