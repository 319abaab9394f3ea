/**
 * The 64-bit hypercall input value that a caller puts into RCX, and the result value it gets in
 * RAX.
 * Source: TLFS, Hypercall Interface, "Hypercall Inputs" and "Hypercall Outputs".
 */
import { bitfield } from '../../kernel/bitfield.ts';

/** The input value: which call, how its parameters are passed, and how often. */
export const hypercallInput = bitfield('HV_HYPERCALL_INPUT', 64, {
  CallCode: { bits: [15, 0], doc: 'Which hypercall.' },
  Fast: { bits: 16, doc: 'Parameters travel in registers instead of memory.' },
  VariableHeaderSize: {
    bits: [26, 17],
    doc: 'Size of the variable part of the header in 8-byte words; 0 for calls without one.',
  },
  RsvdZ1: { bits: [30, 27], doc: 'Reserved, must be zero.', reserved: true },
  IsNested: {
    bits: 31,
    doc: 'Meant for the hypervisor below, when a hypervisor runs inside a partition.',
  },
  RepCount: { bits: [43, 32], doc: 'Number of list elements; 0 unless it is a rep call.' },
  RsvdZ2: { bits: [47, 44], doc: 'Reserved, must be zero.', reserved: true },
  RepStartIndex: { bits: [59, 48], doc: 'First element to do; moves on when a call continues.' },
  RsvdZ3: { bits: [63, 60], doc: 'Reserved, must be zero.', reserved: true },
});

/** The result value: the status and how many elements are done, counted from the first. */
export const hypercallResult = bitfield('HV_HYPERCALL_OUTPUT', 64, {
  CallStatus: { bits: [15, 0], doc: 'HV_STATUS of the call.' },
  Rsvd1: { bits: [31, 16], doc: 'Reserved; callers ignore it.' },
  RepsComplete: { bits: [43, 32], doc: 'Elements done in total, the start index included.' },
  Rsvd2: { bits: [63, 44], doc: 'Reserved; callers ignore it.' },
});
