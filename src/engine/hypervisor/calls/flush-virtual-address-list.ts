import { bitfield } from '../../kernel/bitfield.ts';
import { struct, u64Field } from '../../kernel/layout.ts';
import { u64Bit } from '../../kernel/u64.ts';
import { defineRepCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';

const flushFlags = bitfield('HV_FLUSH_FLAGS', 64, {
  AllProcessors: { bits: 0, doc: 'Every processor of the partition, whatever the mask says.' },
  AllVirtualAddressSpaces: { bits: 1, doc: 'Whatever the address space.' },
  NonGlobalMappingsOnly: { bits: 2, doc: 'Global mappings may stay.' },
  UseExtendedRangeFormat: { bits: 3, doc: 'Ranges are in the extended format.' },
  ReservedZ: { bits: [63, 4], doc: 'Reserved, must be zero.', reserved: true },
});

const gvaRange = bitfield('HV_GVA_RANGE', 64, {
  AdditionalPages: { bits: [11, 0], doc: 'Pages behind the first.' },
  GvaPageNumber: { bits: [63, 12], doc: 'First page.' },
});

/** Flushes ranges of guest-virtual addresses out of the translation buffers of processors. */
export const flushVirtualAddressList = defineRepCall({
  code: 0x0003,
  name: 'HvCallFlushVirtualAddressList',
  aka: ['HVCALL_FLUSH_VIRTUAL_ADDRESS_LIST', 'HvFlushVirtualAddressList'],
  doc: 'Flushes ranges of virtual addresses out of the TLBs of processors of the caller.',
  caller: 'any',
  source: tlfsCall('HvCallFlushVirtualAddressList'),
  statuses: { INVALID_PARAMETER: 'A reserved flag is set.' },
  input: struct(
    'HV_INPUT_FLUSH_VIRTUAL_ADDRESS_LIST',
    {
      AddressSpace: u64Field('CR3 of the address space.'),
      Flags: u64Field('What to flush.', { bits: flushFlags }),
      ProcessorMask: u64Field('One bit for each of the processors 0 to 63.'),
    },
    { aka: ['hv_tlb_flush', 'FlushVirtualAddressSpace'] },
  ),
  element: struct('HV_GVA_RANGE', {
    GvaRange: u64Field('First page and number of further pages.', { bits: gvaRange }),
  }),
  begin: ({ Flags, ProcessorMask }) => ({ all: u64Bit(Flags, 0), mask: ProcessorMask }),
  each: ({ all, mask }, { GvaRange }, ports) => ports.tlb.flushRange(GvaRange, mask, all),
});
