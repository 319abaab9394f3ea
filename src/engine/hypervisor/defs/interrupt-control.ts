/**
 * How a virtual interrupt is asserted.
 * Source: TLFS, HV_INTERRUPT_TYPE and HV_INTERRUPT_CONTROL.
 */
import { bitfield } from '../../kernel/bitfield.ts';

/** Numbers of HV_INTERRUPT_TYPE. */
export const interruptType = {
  fixed: 0,
  lowestPriority: 1,
  smi: 2,
  remoteRead: 3,
  nmi: 4,
  init: 5,
  sipi: 6,
  extInt: 7,
  localInt0: 8,
  localInt1: 9,
} as const;

/** HV_INTERRUPT_CONTROL. */
export const interruptControl = bitfield('HV_INTERRUPT_CONTROL', 64, {
  InterruptType: { bits: [31, 0], doc: 'Fixed 0, NMI 4, INIT 5, start-up 6, external 7.' },
  LevelTriggered: { bits: 32, doc: 'Stays asserted until the guest ends it.' },
  LogicalDestinationMode: { bits: 33, doc: 'The destination is a set of processors.' },
  Reserved: { bits: [63, 34], doc: 'Reserved, must be zero.', reserved: true },
});
