import { struct, u64Field } from '../../kernel/layout.ts';
import { u64, u64Add, u64And, u64FromNumber, u64IsZero } from '../../kernel/u64.ts';
import { defineRepCall } from '../defs/call.ts';
import { accessState, accessStateFlags } from '../defs/gpa-map.ts';
import { linuxHeader } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

/** Tells which pages a partition has accessed and written, for migration. */
export const getGpaPagesAccessStates = defineRepCall({
  code: 0x00c9,
  name: 'HvCallGetGpaPagesAccessStates',
  aka: ['HVCALL_GET_GPA_PAGES_ACCESS_STATES'],
  doc: 'Tells of consecutive pages which were accessed and which written, and resets the marks.',
  caller: 'parent',
  source: linuxHeader('hvhdk.h'),
  statuses: {
    ACCESS_DENIED: 'The partition is not a child of the caller.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARAMETER: 'A page lies outside the address space, or a mark is both cleared and set.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    OPERATION_DENIED: 'Accesses are not tracked (GpaPageAccessTracking), or a page is not mapped.',
  },
  input: struct(
    'HV_INPUT_GET_GPA_PAGES_ACCESS_STATE',
    {
      PartitionId: u64Field('Partition whose pages are asked for.'),
      Flags: u64Field('What happens to the marks.', { bits: accessStateFlags }),
      HvGpaPageNumber: u64Field('Number of the first guest-physical page.'),
    },
    { aka: ['hv_input_get_gpa_pages_access_state'] },
  ),
  structure({ Flags }) {
    const isBoth = u64IsZero(u64And(u64(Flags.lo & (Flags.lo >>> 1)), u64(5)));
    return isBoth ? HvStatus.SUCCESS : HvStatus.INVALID_PARAMETER;
  },
  outputElement: accessState,
  begin({ PartitionId, Flags, HvGpaPageNumber: base }, ports) {
    const target = ports.partitions.find(PartitionId, 'child');
    if (typeof target === 'number') return target;
    const bit = (name: 'ClearAccessed' | 'SetAccessed' | 'ClearDirty' | 'SetDirty') =>
      accessStateFlags.get(Flags, name);
    const change = {
      clear: bit('ClearAccessed') | (bit('ClearDirty') << 1),
      set: bit('SetAccessed') | (bit('SetDirty') << 1),
    };
    return target.state === 'active' ? { target, base, change } : HvStatus.INVALID_PARTITION_STATE;
  },
  each({ target, base, change }, _element, ports, output, { index }) {
    const answer = ports.memory.marks(target, u64Add(base, u64FromNumber(index)), change);
    if (typeof answer === 'number') return answer;
    output.State = answer.marks;
    return HvStatus.SUCCESS;
  },
});
