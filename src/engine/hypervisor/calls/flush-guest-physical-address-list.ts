import { bitfield } from '../../kernel/bitfield.ts';
import { reserved, struct, u64Field } from '../../kernel/layout.ts';
import { defineRepCall } from '../defs/call.ts';
import { runsHypervisor } from '../defs/nested.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

const gpaRange = bitfield('HV_GPA_RANGE', 64, {
  AdditionalPages: { bits: [11, 0], doc: 'Pages behind the first.' },
  GpaPageNumber: { bits: [63, 12], doc: 'First page.' },
});

/** Flushes ranges of a second-level address space of a nested guest. */
export const flushGuestPhysicalAddressList = defineRepCall({
  code: 0x00b0,
  name: 'HvCallFlushGuestPhysicalAddressList',
  aka: ['HVCALL_FLUSH_GUEST_PHYSICAL_ADDRESS_LIST'],
  doc: 'Flushes ranges of a nested guest on all processors of the caller.',
  caller: 'any',
  source: tlfsCall('HvCallFlushGuestPhysicalAddressList'),
  statuses: { INVALID_VP_STATE: 'The caller runs no hypervisor: VMX or SVM is not enabled.' },
  input: struct('HV_INPUT_FLUSH_GUEST_PHYSICAL_ADDRESS_LIST', {
    AddressSpace: u64Field('Root of the second-level page table.'),
    Flags: reserved(8),
  }),
  element: struct('HV_GPA_RANGE', {
    GpaRange: u64Field('First page and number of further pages.', { bits: gpaRange }),
  }),
  begin: (_header, ports) =>
    runsHypervisor(ports.vp) ? { processors: 'all' as const } : HvStatus.INVALID_VP_STATE,
  each({ processors }, { GpaRange }, ports) {
    ports.tlb.flush(processors, GpaRange);
    return HvStatus.SUCCESS;
  },
});
