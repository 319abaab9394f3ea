import { reserved, struct, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { runsHypervisor } from '../defs/nested.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Flushes what processors know of a second-level address space of a nested guest. */
export const flushGuestPhysicalAddressSpace = defineCall({
  code: 0x00af,
  name: 'HvCallFlushGuestPhysicalAddressSpace',
  aka: ['HVCALL_FLUSH_GUEST_PHYSICAL_ADDRESS_SPACE'],
  doc: 'Flushes the second-level translations of a nested guest on all processors of the caller.',
  caller: 'any',
  source: tlfsCall('HvCallFlushGuestPhysicalAddressSpace'),
  statuses: { INVALID_VP_STATE: 'The caller runs no hypervisor: VMX or SVM is not enabled.' },
  input: struct(
    'HV_INPUT_FLUSH_GUEST_PHYSICAL_ADDRESS_SPACE',
    { AddressSpace: u64Field('Root of the second-level page table.'), Flags: reserved(8) },
    { aka: ['hv_guest_mapping_flush'] },
  ),
  handle(_header, ports) {
    if (!runsHypervisor(ports.vp)) return HvStatus.INVALID_VP_STATE;
    ports.tlb.flush('all');
    return HvStatus.SUCCESS;
  },
});
