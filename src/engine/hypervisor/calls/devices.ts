/** Devices that a partition owns: their pages and the unit that translates their addresses. */
import { defineValidatedCall } from '../defs/call.ts';
import { tlfsPdf } from '../defs/source.ts';

const unpublished = {
  caller: 'root',
  privilege: 'CpuManagement',
  kind: 'simple',
  layout: 'unpublished',
  source: tlfsPdf('6.0b', 'appendix A'),
  statuses: { ACCESS_DENIED: 'The caller is not the root or lacks CpuManagement.' },
} as const;

/** Lets a device reach pages of memory. */
export const mapDevicePages = defineValidatedCall({
  ...unpublished,
  code: 0x0080,
  name: 'HvCallMapDevicePages',
  doc: 'Lets a device reach pages of memory.',
});

/** Takes pages of memory out of the reach of a device. */
export const unmapDevicePages = defineValidatedCall({
  ...unpublished,
  code: 0x0081,
  name: 'HvCallUnmapDevicePages',
  doc: 'Takes pages of memory out of the reach of a device.',
});

/** Gives a device to a partition. */
export const attachDevice = defineValidatedCall({
  ...unpublished,
  code: 0x0082,
  name: 'HvCallAttachDevice',
  doc: 'Gives a device to a partition.',
});

/** Takes a device away from a partition. */
export const detachDevice = defineValidatedCall({
  ...unpublished,
  code: 0x0083,
  name: 'HvCallDetachDevice',
  doc: 'Takes a device away from a partition.',
});
