/**
 * Reading and writing guest memory on behalf of a processor: what the two calls share.
 * Source: TLFS 2.0A, HvReadGpa and HvWriteGpa; rust-vmm/mshv, hv-headers.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import { nested, padding, struct, u32, u64Field } from '../../kernel/layout.ts';
import type { U64 } from '../../kernel/u64.ts';
import { HvStatus, type HvStatusCode } from './status.ts';

/** HV_ACCESS_GPA_RESULT_CODE. */
export const accessResult = {
  success: 0,
  unmapped: 1,
  readIntercept: 2,
  writeIntercept: 3,
  illegalOverlayAccess: 4,
} as const;

/** The most bytes that one call moves. */
export const gpaAccessMaxBytes = 16;

const controlFlags = bitfield('HV_ACCESS_GPA_CONTROL_FLAGS', 64, {
  CacheType: { bits: [7, 0], doc: 'How the access is cached: 0, 1, 4, 5 or 6, as in the PAT.' },
  Reserved: { bits: [63, 8], doc: 'Reserved, must be zero.', reserved: true },
});

/** The fields with which both calls start. */
export const gpaAccessHeader = {
  PartitionId: u64Field('Partition whose memory is accessed, a child of the caller.'),
  VpIndex: u32('Virtual processor on whose behalf.'),
  ByteCount: u32('How many bytes, 1 to 16.'),
  BaseGpa: u64Field('Guest-physical address of the first byte.'),
  ControlFlags: u64Field('How the memory is accessed.', { bits: controlFlags }),
};

const resultCodes = {
  [accessResult.success]: 'HvAccessGpaSuccess',
  [accessResult.unmapped]: 'HvAccessGpaUnmapped',
  [accessResult.readIntercept]: 'HvAccessGpaReadIntercept',
  [accessResult.writeIntercept]: 'HvAccessGpaWriteIntercept',
  [accessResult.illegalOverlayAccess]: 'HvAccessGpaIllegalOverlayAccess',
};

/** HV_ACCESS_GPA_RESULT. */
export const accessResultField = () =>
  nested(
    struct(
      'HV_ACCESS_GPA_RESULT',
      {
        ResultCode: u32('How the access went.', { values: resultCodes }),
        Reserved: padding(4, 'Reserved.'),
      },
      { aka: ['hv_access_gpa_result'] },
    ),
    'How the access went.',
  );

const cacheTypes = [0, 1, 4, 5, 6];

/** Byte count, page boundary and cache type, which no machine changes. */
export function checkGpaAccess(input: {
  readonly ByteCount: number;
  readonly BaseGpa: U64;
  readonly ControlFlags: U64;
}): HvStatusCode {
  const { ByteCount, BaseGpa, ControlFlags } = input;
  const isSized = ByteCount >= 1 && ByteCount <= gpaAccessMaxBytes;
  const isInPage = (BaseGpa.lo & 0xfff) + ByteCount <= 0x1000;
  const isCached = cacheTypes.includes(controlFlags.get(ControlFlags, 'CacheType'));
  return isSized && isInPage && isCached ? HvStatus.SUCCESS : HvStatus.INVALID_PARAMETER;
}
