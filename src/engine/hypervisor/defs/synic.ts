/**
 * Structures of the synthetic interrupt controller: messages, event flags and its registers.
 * Source: TLFS, Virtual Interrupt Controller; Inter-Partition Communication.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import { bytesField, reserved, struct, u8, u32, u64Field } from '../../kernel/layout.ts';

/** HV_MESSAGE_FLAGS: whether more messages wait behind this one. */
export const messageFlags = bitfield('HV_MESSAGE_FLAGS', 8, {
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

/** SIMP and SIEFP: enable bit and page number. */
export const synicPageRegister = bitfield('HV_SYNIC_SIMP', 64, {
  Enable: { bits: 0, doc: 'The page is laid over guest memory.' },
  RsvdP: { bits: [11, 1], doc: 'Preserved.' },
  GpaPageNumber: { bits: [63, 12], doc: 'Page over which it is laid.' },
});

/** The hypercall MSR: enable, lock and page number. */
export const hypercallRegister = bitfield('HV_X64_MSR_HYPERCALL', 64, {
  Enable: { bits: 0, doc: 'The hypercall page is laid over guest memory.' },
  Locked: { bits: 1, doc: 'The register cannot be changed until reset.' },
  RsvdP: { bits: [11, 2], doc: 'Preserved.' },
  GpaPageNumber: { bits: [63, 12], doc: 'Page over which it is laid.' },
});
