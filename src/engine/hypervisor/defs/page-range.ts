/**
 * A range of guest-physical pages, as an element of a list.
 * Source: Linux include/hyperv/hvgdk_mini.h, hv_gpa_page_range; OpenVMM, HvGpaRangeExtended.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import { struct, u64Field } from '../../kernel/layout.ts';

const bits = bitfield('HV_GPA_PAGE_RANGE', 64, {
  AdditionalPages: { bits: [10, 0], doc: 'Pages behind the first.' },
  LargePage: { bits: 11, doc: 'The numbers are those of large pages.' },
  BasePfn: { bits: [63, 12], doc: 'First page.' },
});

/** The element that calls on ranges of memory share. */
export const gpaPageRange = struct(
  'HV_GPA_PAGE_RANGE',
  { Range: u64Field('Pages.', { bits }) },
  { aka: ['HvGpaRangeExtended'] },
);
