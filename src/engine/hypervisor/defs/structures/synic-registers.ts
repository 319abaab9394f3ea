/**
 * Registers and pages of the synthetic interrupt controller.
 *
 * Source: TLFS, Virtual Interrupts and Inter-Partition Communication; Linux include/hyperv.
 */
import {
  bytesField,
  nested,
  padding,
  reserved,
  struct,
  u8,
  u32,
  u64Field,
} from '../../../kernel/layout.ts';
import { eventFlagsBytes } from '../synic.ts';
import { bitsOf, word } from './word.ts';

const page = (name: string, aka: readonly string[], doc: string) =>
  word(64, name, aka, doc, {
    Enable: [0, 0, 'The page is laid over guest memory.'],
    Reserved: [11, 1, 'Preserved.'],
    BaseGpa: [63, 12, 'Page over which it is laid.'],
  });

const identifier = (name: string, aka: string, doc: string) =>
  word(32, name, [aka], doc, {
    Id: [23, 0, 'The number.'],
    Reserved: [31, 24, 'Reserved.'],
  });

/** The words. */
export const synicWords = [
  word(64, 'HV_SYNIC_SCONTROL', ['hv_synic_scontrol'], 'The whole controller.', {
    Enable: [0, 0, 'Messages and events are taken.'],
    Reserved: [63, 1, 'Preserved.'],
  }),
  page('HV_SYNIC_SIMP', ['hv_synic_simp'], 'Message page.'),
  page('HV_SYNIC_SIEFP', ['hv_synic_siefp'], 'Event flags page.'),
  page('HV_SYNIC_SIRBP', ['hv_synic_sirbp'], 'Event ring page.'),
  word(64, 'HV_SYNIC_SINT', ['hv_synic_sint'], 'One source of interrupts.', {
    Vector: [7, 0, 'Interrupt vector, 16 or higher.'],
    Reserved1: [15, 8, 'Preserved.'],
    Masked: [16, 16, 'No interrupt is raised.'],
    AutoEoi: [17, 17, 'The interrupt ends by itself when delivered.'],
    Polling: [18, 18, 'The guest polls; no interrupt is raised.'],
    AsIntercept: [19, 19, 'The parent is told instead.'],
    Proxy: [20, 20, 'A device raises it.'],
    Reserved2: [63, 21, 'Preserved.'],
  }),
  word(64, 'HV_STIMER_CONFIG', ['hv_stimer_config'], 'One synthetic timer.', {
    Enable: [0, 0, 'The timer runs.'],
    Periodic: [1, 1, 'It starts again by itself.'],
    Lazy: [2, 2, 'Expirations may be merged while the processor does not run.'],
    AutoEnable: [3, 3, 'Writing the count starts it.'],
    ApicVector: [11, 4, 'Vector in direct mode.'],
    DirectMode: [12, 12, 'Raises an interrupt instead of sending a message.'],
    ReservedZ0: [15, 13, 'Reserved, must be zero.'],
    SintX: [19, 16, 'Source to which the message goes.'],
    ReservedZ1: [63, 20, 'Reserved, must be zero.'],
  }),
  identifier('HV_PORT_ID', 'hv_port_id', 'Number of a port.'),
  identifier('HV_CONNECTION_ID', 'hv_connection_id', 'Number of a connection.'),
  word(8, 'HV_MESSAGE_FLAGS', ['hv_message_flags'], 'Flags of a message.', {
    MessagePending: [0, 0, 'Another message waits.'],
    Reserved: [7, 1, 'Reserved.'],
  }),
  word(64, 'HV_DELIVERABILITY_NOTIFICATIONS_REGISTER', [], 'What the parent wants to be told.', {
    NmiNotification: [0, 0, 'That an NMI can be delivered.'],
    InterruptNotification: [1, 1, 'That an interrupt can be delivered.'],
    InterruptPriority: [5, 2, 'From which priority on.'],
    Reserved: [47, 6, 'Reserved.'],
    Sints: [63, 48, 'For which sources a message can be delivered.'],
  }),
];

/** HV_STIMER_STATE: a timer as it is saved. */
const timerState = struct(
  'HV_STIMER_STATE',
  {
    Flags: u32('State of its message.', {
      bits: bitsOf('HV_STIMER_STATE_FLAGS', 32, {
        UndeliveredMessagePending: [0, 0, 'A message still waits.'],
        Reserved: [31, 1, 'Reserved.'],
      }),
    }),
    Reserved: padding(4, 'Reserved.'),
    Config: u64Field('Configuration register.'),
    Count: u64Field('Count register.'),
    Adjustment: u64Field('By how much the next period is shorter or longer.'),
    UndeliveredExpirationTime: u64Field('When the timer of the waiting message expired.'),
  },
  { aka: ['hv_stimer_state', 'HvStimerState'] },
);

/** The pages and saved states. */
export const synicStructures = [
  timerState,
  struct(
    'HV_SYNTHETIC_TIMERS_STATE',
    {
      Timer0: nested(timerState, 'First timer.'),
      Timer1: nested(timerState, 'Second timer.'),
      Timer2: nested(timerState, 'Third timer.'),
      Timer3: nested(timerState, 'Fourth timer.'),
      Reserved: padding(40, 'Reserved.'),
    },
    { aka: ['hv_synthetic_timers_state', 'HvSyntheticTimersState'] },
  ),
  struct(
    'HV_MESSAGE_PAGE',
    { SintMessage: bytesField(4096, 'Sixteen slots of 256 bytes, one for each source.') },
    { aka: ['hv_message_page'] },
  ),
  struct(
    'HV_SYNIC_EVENT_FLAGS',
    { Flags: bytesField(eventFlagsBytes, '2,048 flags of one source.') },
    { aka: ['hv_synic_event_flags'] },
  ),
  struct(
    'HV_SYNIC_EVENT_FLAGS_PAGE',
    { EventFlags: bytesField(4096, 'The flags of the sixteen sources.') },
    { aka: ['hv_synic_event_flags_page'] },
  ),
  struct(
    'HV_SYNIC_EVENT_RING',
    {
      SignalMasked: u8('No interrupt is wanted.'),
      RingFull: u8('Entries were lost.'),
      ReservedZ: reserved(2),
      Data: bytesField(252, 'The entries.'),
    },
    { aka: ['hv_synic_event_ring'] },
  ),
  struct(
    'HV_SYNIC_EVENT_RING_PAGE',
    { SintEventRing: bytesField(4096, 'The rings of the sixteen sources.') },
    { aka: ['hv_synic_event_ring_page'] },
  ),
  struct(
    'HV_NOTIFICATION_MESSAGE_PAYLOAD',
    { SintIndex: u32('Source that can take a message again.') },
    { aka: ['hv_notification_message_payload'] },
  ),
  struct(
    'HV_ASYNC_COMPLETION_MESSAGE_PAYLOAD',
    {
      PartitionId: u64Field('Partition whose call has ended.'),
      Status: u32('Status of the call.'),
      CompletionCount: u32('Elements that are done.'),
      SubStatus: u64Field('Detail of the status.'),
    },
    { aka: ['hv_async_completion_message_payload'] },
  ),
];
