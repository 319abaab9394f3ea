/**
 * Structures of the synthetic interrupt controller: messages, event flags and its registers.
 * Source: TLFS, Virtual Interrupt Controller; Inter-Partition Communication.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import { bytesField, reserved, struct, u8, u32, u64Field } from '../../kernel/layout.ts';

/** HV_MESSAGE_FLAGS: whether more messages wait behind this one. */
const messageFlags = bitfield('HV_MESSAGE_FLAGS', 8, {
  MessagePending: { bits: 0, doc: 'Another message waits; write EOM after emptying the slot.' },
  Reserved: { bits: [7, 1], doc: 'Reserved.' },
});

/** HV_MESSAGE_HEADER. */
export const messageHeader = struct(
  'HV_MESSAGE_HEADER',
  {
    MessageType: u32('Type of the message; 0 marks an empty slot.'),
    PayloadSize: u8('Bytes of payload that count, 0 to 240.'),
    MessageFlags: u8('Flags.', { bits: messageFlags }),
    Reserved: reserved(2),
    Port: u64Field('Port through which the message came, or the partition that sent it.'),
  },
  { aka: ['hv_message_header', 'HvMessageHeader'] },
);

/** HV_MESSAGE: one of the sixteen slots of a message page. */
export const message = struct(
  'HV_MESSAGE',
  {
    MessageType: u32('Type of the message; 0 marks an empty slot.'),
    PayloadSize: u8('Bytes of payload that count, 0 to 240.'),
    MessageFlags: u8('Flags.', { bits: messageFlags }),
    Reserved: reserved(2),
    Port: u64Field('Port through which the message came, or the partition that sent it.'),
    Payload: bytesField(240, 'Payload.'),
  },
  { aka: ['hv_message', 'HvMessage'] },
);

/** Message types of the slice; those with the top bit set belong to the hypervisor. */
export const messageType = {
  None: 0,
  TimerExpired: 0x8000_0010,
  UnmappedGpa: 0x8000_0000,
  GpaIntercept: 0x8000_0001,
} as const;

/** Bytes of event flags for one source: 2,048 flags. */
export const eventFlagsBytes = 256;

/** A SINT register: vector and how the interrupt is delivered. */
export const sintRegister = bitfield('HV_SYNIC_SINT', 64, {
  Vector: { bits: [7, 0], doc: 'Interrupt vector, 16 or higher.' },
  RsvdP1: { bits: [15, 8], doc: 'Preserved.' },
  Masked: { bits: 16, doc: 'No interrupt is raised.' },
  AutoEoi: { bits: 17, doc: 'The interrupt ends by itself when delivered.' },
  Polling: { bits: 18, doc: 'The guest polls; no interrupt is raised.' },
  RsvdP2: { bits: [63, 19], doc: 'Preserved.' },
});

/** The hypercall MSR: enable, lock and page number. */
export const hypercallRegister = bitfield('HV_X64_MSR_HYPERCALL', 64, {
  Enable: { bits: 0, doc: 'The hypercall page is laid over guest memory.' },
  Locked: { bits: 1, doc: 'The register cannot be changed until reset.' },
  RsvdP: { bits: [11, 2], doc: 'Preserved.' },
  GpaPageNumber: { bits: [63, 12], doc: 'Page over which it is laid.' },
});

/** ICR of the local APIC, both halves: an interrupt for other processors. */
export const apicCommand = bitfield('HV_X64_MSR_ICR', 64, {
  Vector: { bits: [7, 0], doc: 'Interrupt vector.' },
  DeliveryMode: { bits: [10, 8], doc: 'Fixed 0, lowest priority 1, NMI 4, INIT 5, start-up 6.' },
  Logical: { bits: 11, doc: 'The destination is a set of processors instead of an id.' },
  DeliveryStatus: { bits: 12, doc: 'Sent is 0; a virtual APIC never waits.' },
  Reserved1: { bits: 13, doc: 'Reserved.' },
  Level: { bits: 14, doc: 'Assert, for INIT.' },
  TriggerMode: { bits: 15, doc: 'Level instead of edge, for INIT.' },
  Reserved2: { bits: [17, 16], doc: 'Reserved.' },
  Shorthand: { bits: [19, 18], doc: 'Self 1, all 2, all but self 3.' },
  Reserved3: { bits: [55, 20], doc: 'Reserved.' },
  Destination: { bits: [63, 56], doc: 'APIC id, or a set of the first eight processors.' },
});

/** HV_REENLIGHTENMENT_CONTROL: whom to tell that the TSC is going to change. */
export const reenlightenmentRegister = bitfield('HV_REENLIGHTENMENT_CONTROL', 64, {
  Vector: { bits: [7, 0], doc: 'Interrupt that tells it.' },
  Reserved1: { bits: [15, 8], doc: 'Reserved.' },
  Enabled: { bits: 16, doc: 'The guest wants to be told.' },
  Reserved2: { bits: [31, 17], doc: 'Reserved.' },
  TargetVp: { bits: [63, 32], doc: 'Processor that gets the interrupt.' },
});

/** HV_CRASH_CTL_REG_CONTENTS: what can be done when a guest crashes. */
export const crashControl = bitfield('HV_CRASH_CTL_REG_CONTENTS', 64, {
  Reserved: { bits: [57, 0], doc: 'Reserved.' },
  PreOSId: { bits: [60, 58], doc: 'Which firmware crashed, before there was a system.' },
  NoCrashDump: { bits: 61, doc: 'The guest writes no dump of its own.' },
  CrashMessage: { bits: 62, doc: 'P3 and P4 are address and length of a message.' },
  CrashNotify: { bits: 63, doc: 'The parameters are complete; record them.' },
});
