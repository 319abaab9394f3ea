/**
 * Segment and table registers as structures hold them.
 * Source: TLFS, HV_X64_SEGMENT_REGISTER and HV_X64_TABLE_REGISTER.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import { padding, struct, u16, u32, u64Field } from '../../kernel/layout.ts';

/** Attributes of a segment, as a descriptor holds them. */
const segmentAttributes = bitfield('HV_X64_SEGMENT_ATTRIBUTES', 16, {
  SegmentType: { bits: [3, 0], doc: 'Type of the segment.' },
  NonSystemSegment: { bits: 4, doc: 'Code or data, not a system segment.' },
  DescriptorPrivilegeLevel: { bits: [6, 5], doc: 'Privilege level.' },
  Present: { bits: 7, doc: 'The segment is there.' },
  Reserved: { bits: [11, 8], doc: 'Ignored.' },
  Available: { bits: 12, doc: 'Free for the operating system.' },
  Long: { bits: 13, doc: '64-bit code.' },
  Default: { bits: 14, doc: '32-bit operands and addresses.' },
  Granularity: { bits: 15, doc: 'The limit counts pages.' },
});

/** HV_X64_SEGMENT_REGISTER. */
export const segmentRegister = struct(
  'HV_X64_SEGMENT_REGISTER',
  {
    Base: u64Field('Base address.'),
    Limit: u32('Limit.'),
    Selector: u16('Selector.'),
    Attributes: u16('Attributes.', { bits: segmentAttributes }),
  },
  { aka: ['hv_x64_segment_register', 'HvX64SegmentRegister'] },
);

/** HV_X64_TABLE_REGISTER. */
export const tableRegister = struct(
  'HV_X64_TABLE_REGISTER',
  {
    Pad: padding(6),
    Limit: u16('Limit.'),
    Base: u64Field('Base address.'),
  },
  { aka: ['hv_x64_table_register', 'HvX64TableRegister'] },
);
