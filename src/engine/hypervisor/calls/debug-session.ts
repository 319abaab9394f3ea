/**
 * The debug session that a guest's kernel debugger may have through the hypervisor.
 *
 * The hypervisor of this model has no guest debugging, as CPUID 0x40000003 EDX bit 1 says, and the
 * specification has a status for exactly that.
 */
import { padding, struct, u32, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { tlfsPdf } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

const shared = {
  caller: 'any',
  privilege: 'Debugging',
  source: tlfsPdf('2.0A', 'Guest Debugging'),
  statuses: {
    ACCESS_DENIED: 'The caller lacks Debugging.',
    FEATURE_UNAVAILABLE: 'The hypervisor offers no guest debugging.',
  },
} as const;

/** Sends data to the debugger. */
export const postDebugData = defineCall({
  ...shared,
  code: 0x0069,
  name: 'HvCallPostDebugData',
  aka: ['HVCALL_POST_DEBUG_DATA', 'HvPostDebugData'],
  doc: 'Sends bytes to the debugger of the guest.',
  input: struct('HV_INPUT_POST_DEBUG_DATA', {
    Count: u32('Bytes to send; they follow.'),
    Options: u32('How to send them.'),
  }),
  output: struct('HV_OUTPUT_POST_DEBUG_DATA', {
    PendingCount: u32('Bytes that were not sent.'),
    Padding: padding(4),
  }),
  handle: () => HvStatus.FEATURE_UNAVAILABLE,
});

/** Receives data from the debugger. */
export const retrieveDebugData = defineCall({
  ...shared,
  code: 0x006a,
  name: 'HvCallRetrieveDebugData',
  aka: ['HVCALL_RETRIEVE_DEBUG_DATA', 'HvRetrieveDebugData'],
  doc: 'Receives bytes from the debugger of the guest.',
  input: struct('HV_INPUT_RETRIEVE_DEBUG_DATA', {
    Count: u32('Bytes wanted.'),
    Options: u32('How to wait for them.'),
    Timeout: u64Field('How long to wait, in units of 100 ns.'),
  }),
  output: struct('HV_OUTPUT_RETRIEVE_DEBUG_DATA', {
    RetrievedCount: u32('Bytes received; they follow.'),
    RemainingCount: u32('Bytes that are still there.'),
  }),
  handle: () => HvStatus.FEATURE_UNAVAILABLE,
});

/** Empties the buffers of the session. */
export const resetDebugSession = defineCall({
  ...shared,
  code: 0x006b,
  name: 'HvCallResetDebugSession',
  aka: ['HVCALL_RESET_DEBUG_SESSION', 'HvResetDebugSession'],
  doc: 'Empties the buffers of the debug session.',
  input: struct('HV_INPUT_RESET_DEBUG_SESSION', {
    Options: u32('Which buffers.'),
    Padding: padding(4),
  }),
  handle: () => HvStatus.FEATURE_UNAVAILABLE,
});
