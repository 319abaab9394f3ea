import { reserved, struct, u32 } from '../../kernel/layout.ts';
import { defineValidatedCall } from '../defs/call.ts';
import { sintSources } from '../defs/msrs.ts';
import { linuxHeader } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** The rings of doorbells are not published, so there is none that could be empty. */
export const notifyRingEmpty = defineValidatedCall({
  code: 0x008b,
  name: 'HvCallNotifyRingEmpty',
  aka: ['HVCALL_NOTIFY_PORT_RING_EMPTY'],
  doc: 'Says that the ring of events of a source is empty, so that it is signalled again.',
  caller: 'root',
  privilege: 'CpuManagement',
  kind: 'simple',
  source: linuxHeader('hvhdk.h'),
  statuses: {
    ACCESS_DENIED: 'The caller lacks CpuManagement.',
    INVALID_PARAMETER: 'There is no such source.',
  },
  input: struct(
    'HV_INPUT_NOTIFY_PORT_RING_EMPTY',
    { SintIndex: u32('Source whose ring is empty, 0 to 15.'), Reserved: reserved(4) },
    { aka: ['hv_input_notify_port_ring_empty'] },
  ),
  rules: ({ SintIndex }) =>
    SintIndex < sintSources ? HvStatus.SUCCESS : HvStatus.INVALID_PARAMETER,
});
