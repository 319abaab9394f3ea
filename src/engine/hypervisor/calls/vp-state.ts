import { bytesField, readU64, reserved, struct, u8, u32, u64Field } from '../../kernel/layout.ts';
import type { U64 } from '../../kernel/u64.ts';
import { type Block, defineCall } from '../defs/call.ts';
import { childVp } from '../defs/child-vp.ts';
import { linuxHeader } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';
import { inputVtl } from '../defs/vp-header.ts';

const inputBytes = 40;
/** Page numbers that fit into one input page behind the fixed part. */
const headerMaxWords = (4096 - inputBytes) / 8;
const timersType = 4;

const input = (name: string, aka: readonly string[]) =>
  struct(
    name,
    {
      PartitionId: u64Field('Partition.'),
      VpIndex: u32('Processor.'),
      InputVtl: u8('Virtual trust level.', { bits: inputVtl }),
      Rsvd0: reserved(1),
      Rsvd1: reserved(2),
      Type: u32('Which state: timers 4, message page 0x80000002, event flags page 0x80000003.'),
      Rsvd: reserved(4),
      XsaveFlags: u64Field('For XSAVE state.'),
      XsaveStates: u64Field('For XSAVE state: which components.'),
    },
    { aka },
  );

const statuses = {
  ACCESS_DENIED: 'The partition is not a child of the caller.',
  INVALID_PARTITION_ID: 'No partition has this id.',
  INVALID_PARTITION_STATE: 'The partition is not active.',
  INVALID_VP_INDEX: 'The partition has no such virtual processor.',
  INVALID_PARAMETER: 'The pages that are given do not fit the state, or cannot be used.',
  FEATURE_UNAVAILABLE: 'The model keeps no such state apart.',
} as const;

/** The page numbers behind the fixed part. */
const pagesOf = (block: Block): U64[] =>
  Array.from({ length: block.headerWords }, (_, index) =>
    readU64(block.inputBytes, block.inputAt + inputBytes + 8 * index),
  );

/** Copies a processor's state out. */
export const getVpState = defineCall({
  code: 0x00e3,
  name: 'HvCallGetVpState',
  aka: ['HVCALL_GET_VP_STATE'],
  doc: 'Copies a state of a processor: SynIC pages to pages of the caller, timers to the output.',
  caller: 'parent',
  source: linuxHeader('hvhdk.h'),
  statuses,
  headerMaxWords,
  input: input('HV_INPUT_GET_VP_STATE', ['hv_input_get_vp_state']),
  output: struct(
    'HV_OUTPUT_GET_VP_STATE',
    { SyntheticTimersState: bytesField(200, 'Four timers of 40 bytes, then reserved bytes.') },
    { aka: ['hv_output_get_vp_state'] },
  ),
  handle({ PartitionId, VpIndex, Type }, ports, { SyntheticTimersState }, block) {
    const vp = childVp(ports, PartitionId, VpIndex);
    if (typeof vp === 'number') return vp;
    if (Type !== timersType) return ports.processors.moveState(vp, Type, pagesOf(block), false);
    if (block.headerWords > 0) return HvStatus.INVALID_PARAMETER;
    ports.processors.timersState(vp, SyntheticTimersState);
    return HvStatus.SUCCESS;
  },
});

/** Copies a state into a processor. */
export const setVpState = defineCall({
  code: 0x00e4,
  name: 'HvCallSetVpState',
  aka: ['HVCALL_SET_VP_STATE'],
  doc: 'Copies pages of the caller into the SynIC pages of a processor.',
  caller: 'parent',
  source: linuxHeader('hvhdk.h'),
  statuses,
  headerMaxWords,
  input: input('HV_INPUT_SET_VP_STATE', ['hv_input_set_vp_state']),
  handle({ PartitionId, VpIndex, Type }, ports, _output, block) {
    const vp = childVp(ports, PartitionId, VpIndex);
    if (typeof vp === 'number') return vp;
    return ports.processors.moveState(vp, Type, pagesOf(block), true);
  },
});
