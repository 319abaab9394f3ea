/**
 * What the calls that flush translations share: flags, ranges and the two headers.
 * Source: TLFS, Virtual MMU, "Virtual Address Translations"; HV_FLUSH_FLAGS.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import { struct, u64Field } from '../../kernel/layout.ts';
import { type U64, u64Bit } from '../../kernel/u64.ts';
import type { Block } from './call.ts';
import { maskedProcessors, type ProcessorSet, readSet, setFormatNames } from './processor-set.ts';

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

const common = {
  AddressSpace: u64Field('CR3 of the address space.'),
  Flags: u64Field('What to flush.', { bits: flushFlags }),
};

/** Header of the calls that name processors 0 to 63 by a mask. */
export const flushHeader = struct(
  'HV_INPUT_FLUSH_VIRTUAL_ADDRESS_SPACE',
  { ...common, ProcessorMask: u64Field('One bit for each of the processors 0 to 63.') },
  { aka: ['hv_tlb_flush', 'FlushVirtualAddressSpace'] },
);

/** Header of the calls that name processors by a sparse set, whose banks follow. */
export const flushHeaderEx = struct(
  'HV_INPUT_FLUSH_VIRTUAL_ADDRESS_SPACE_EX',
  {
    ...common,
    Format: u64Field('How the set of processors is to be read.', { values: setFormatNames }),
    ValidBanksMask: u64Field('Which banks of 64 processors follow.'),
  },
  { aka: ['hv_tlb_flush_ex', 'FlushVirtualAddressSpaceEx'] },
);

/** One element of the calls that flush a list. */
export const flushElement = struct('HV_GVA_RANGE', {
  GvaRange: u64Field('First page and number of further pages.', { bits: gvaRange }),
});

const allProcessorsBit = 0;

/** The processors that a header with a mask names. */
export const flushTargets = (header: { Flags: U64; ProcessorMask: U64 }): ProcessorSet =>
  u64Bit(header.Flags, allProcessorsBit) ? 'all' : maskedProcessors(header.ProcessorMask);

/** The processors that a header with a set names. */
export const flushTargetsEx = (
  header: { Flags: U64; Format: U64; ValidBanksMask: U64 },
  block: Block,
): ProcessorSet =>
  u64Bit(header.Flags, allProcessorsBit) ? 'all' : readSet(header, block, flushHeaderEx.sizeBytes);
