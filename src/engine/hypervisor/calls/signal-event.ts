import { reserved, struct, u16, u32 } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';

/** Sets one event flag of the receiver and interrupts it if the flag was clear. */
export const signalEvent = defineCall({
  code: 0x005d,
  name: 'HvCallSignalEvent',
  aka: ['HVCALL_SIGNAL_EVENT', 'HvSignalEvent'],
  doc: 'Sets one event flag through a connection; carries no data.',
  caller: 'any',
  privilege: 'SignalEvents',
  source: tlfsCall('HvCallSignalEvent'),
  statuses: {
    ACCESS_DENIED: 'The caller lacks SignalEvents.',
    INVALID_CONNECTION_ID: 'The caller has no connection with this id.',
    INVALID_PORT_ID:
      'The port was deleted, its partition is not active, or it is not an event port.',
    INVALID_PARAMETER: 'The flag number is not below the number of flags of the port.',
    INVALID_VP_INDEX: 'The port names a virtual processor that does not exist.',
    INVALID_SYNIC_STATE:
      'The SynIC of the receiver or its event flags page is off, or the source is masked.',
  },
  input: struct(
    'HV_INPUT_SIGNAL_EVENT',
    {
      ConnectionId: u32('Connection of the caller.'),
      FlagNumber: u16('Flag, counted from the first of the port.'),
      Reserved: reserved(2),
    },
    { aka: ['SignalEvent', 'hv_input_signal_event'] },
  ),
  handle: ({ ConnectionId, FlagNumber }, ports) => ports.synic.signal(ConnectionId, FlagNumber),
});
