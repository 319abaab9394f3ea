/**
 * HV_INTERRUPT_ENTRY: an interrupt as a device raises it.
 * Source: TLFS, HV_INTERRUPT_ENTRY; Linux include/hyperv/hvhdk.h.
 */
import { reserved, struct, u32, u64Field } from '../../kernel/layout.ts';

const interruptSources: Readonly<Record<number, string>> = { 1: 'MSI', 2: 'I/O APIC' };

/** The entry that calls on device interrupts share. */
export const interruptEntry = struct(
  'HV_INTERRUPT_ENTRY',
  {
    InterruptSource: u32('What raises it.', { values: interruptSources }),
    Reserved: reserved(4),
    Data: u64Field('MSI address and data, or the entry of the I/O APIC.'),
  },
  { aka: ['hv_interrupt_entry', 'InterruptEntry'] },
);
