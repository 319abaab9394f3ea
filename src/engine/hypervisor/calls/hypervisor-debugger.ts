/** Calls for whoever debugs the hypervisor itself. None has a published layout. */
import { defineValidatedCall } from '../defs/call.ts';
import { openvmmDefinitions, tlfsPdf } from '../defs/source.ts';

const unpublished = { kind: 'simple', layout: 'unpublished' } as const;

/** Breaks into the debugger of the hypervisor. */
export const invokeHypervisorDebugger = defineValidatedCall({
  ...unpublished,
  code: 0x000a,
  name: 'HvCallInvokeHypervisorDebugger',
  doc: 'Breaks into the debugger that is attached to the hypervisor.',
  caller: 'any',
  source: openvmmDefinitions,
  statuses: {},
});

/** Writes a character to the debugger of the hypervisor. */
export const outputDebugCharacter = defineValidatedCall({
  ...unpublished,
  code: 0x0071,
  name: 'HvCallOutputDebugCharacter',
  doc: 'Writes a character to the console of the hypervisor debugger.',
  caller: 'any',
  source: openvmmDefinitions,
  statuses: {},
});

/** Collects a dump of the running hypervisor. */
export const collectLivedump = defineValidatedCall({
  ...unpublished,
  code: 0x008e,
  name: 'HvCallCollectLivedump',
  doc: 'Collects a dump of the hypervisor while it goes on running.',
  caller: 'root',
  privilege: 'Debugging',
  source: tlfsPdf('6.0b', 'appendix A'),
  statuses: { ACCESS_DENIED: 'The caller is not the root or lacks Debugging.' },
});
