/**
 * Structures of time: the reference time page, the timer registers and the timer message.
 * Source: TLFS, Timers.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import { padding, struct, u32, u64Field } from '../../kernel/layout.ts';

/** HV_REFERENCE_TSC_PAGE: how a guest computes the time without asking the hypervisor. */
export const referenceTscPage = struct(
  'HV_REFERENCE_TSC_PAGE',
  {
    TscSequence: u32('Number of this content; 0 means that the page cannot be used.'),
    Reserved1: padding(4, 'Reserved.'),
    TscScale: u64Field('Multiplier of the TSC; the high half of the product counts.'),
    TscOffset: u64Field('Added to the product; a number with sign.'),
    TimelineBias: u64Field('Bias of a timeline that several partitions share; not used here.'),
    TscMultiplier: u64Field('Multiplier of that timeline; not used here.'),
    Reserved2: padding(4056, 'Reserved.'),
  },
  { aka: ['HvReferenceTscPage'] },
);

/** HV_TIMER_MESSAGE_PAYLOAD: what a synthetic timer says when it expires. */
export const timerMessagePayload = struct(
  'HV_TIMER_MESSAGE_PAYLOAD',
  {
    TimerIndex: u32('Which of the four timers.'),
    Reserved: padding(4, 'Reserved.'),
    ExpirationTime: u64Field('Reference time at which it was due.'),
    DeliveryTime: u64Field('Reference time at which the message came into its slot.'),
  },
  { aka: ['hv_timer_message_payload', 'TimerMessagePayload'] },
);

/** HV_X64_MSR_STIMER_CONFIG: how a synthetic timer signals. */
export const timerConfig = bitfield('HV_X64_MSR_STIMER_CONFIG', 64, {
  Enable: { bits: 0, doc: 'The timer runs.' },
  Periodic: { bits: 1, doc: 'The count is a period; else it is the time of the expiration.' },
  Lazy: { bits: 2, doc: 'An expiration may wait until the processor runs anyway.' },
  AutoEnable: { bits: 3, doc: 'Writing the count starts the timer.' },
  ApicVector: { bits: [11, 4], doc: 'Vector of the interrupt in direct mode.' },
  DirectMode: { bits: 12, doc: 'An interrupt instead of a message.' },
  ReservedZ0: { bits: [15, 13], doc: 'Reserved, must be zero.', reserved: true },
  Sint: { bits: [19, 16], doc: 'Source to which the message goes; 0 is not allowed.' },
  ReservedZ1: { bits: [63, 20], doc: 'Reserved, must be zero.', reserved: true },
});
