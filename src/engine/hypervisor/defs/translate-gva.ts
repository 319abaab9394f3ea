/**
 * Flags and results of translating a virtual address.
 * Source: TLFS, HV_TRANSLATE_GVA_CONTROL_FLAGS and HV_TRANSLATE_GVA_RESULT.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import { padding, struct, u32, u64Field } from '../../kernel/layout.ts';
import { type U64, u64 } from '../../kernel/u64.ts';
import { activeVp } from './child-vp.ts';
import type { MemoryUse } from './guest-port.ts';
import type { HypercallPorts } from './ports.ts';
import type { TranslateAnswer } from './processor-ports.ts';
import { HvStatus, type HvStatusCode } from './status.ts';

/** HV_TRANSLATE_GVA_CONTROL_FLAGS. */
const translateFlags = bitfield('HV_TRANSLATE_GVA_CONTROL_FLAGS', 64, {
  ValidateRead: { bits: 0, doc: 'The page must be readable.' },
  ValidateWrite: { bits: 1, doc: 'The page must be writable.' },
  ValidateExecute: { bits: 2, doc: 'The page must be executable.' },
  PrivilegeExempt: { bits: 3, doc: 'User or supervisor does not matter.' },
  SetPageTableBits: { bits: 4, doc: 'Set accessed and dirty bits, as an access would.' },
  TlbFlushInhibit: { bits: 5, doc: 'Hold TLB flushes off until the processor runs again.' },
  SupervisorAccess: { bits: 6, doc: 'As a supervisor.' },
  UserAccess: { bits: 7, doc: 'As a user.' },
  EnforceSmap: { bits: 8, doc: 'SMAP counts.' },
  OverrideSmap: { bits: 9, doc: 'SMAP does not count.' },
  ShadowStack: { bits: 10, doc: 'As an access to a shadow stack.' },
  Reserved: { bits: [55, 11], doc: 'Reserved, must be zero.', reserved: true },
  InputVtl: { bits: [63, 56], doc: 'Virtual trust level, as HV_INPUT_VTL.' },
});

/** HV_TRANSLATE_GVA_RESULT. */
export const translateResult = bitfield('HV_TRANSLATE_GVA_RESULT', 64, {
  ResultCode: {
    bits: [31, 0],
    doc: 'Success 0, not present 1, privilege 2, table flags 3, unmapped 4, no read 5, no write 6.',
  },
  CacheType: { bits: [39, 32], doc: 'Memory type: uncached 0, write back 6.' },
  OverlayPage: { bits: 40, doc: 'A page of the hypervisor lies there.' },
  Reserved: { bits: [63, 41], doc: 'Reserved.' },
});

/** The block of both forms. */
export const translateInput = struct(
  'HV_INPUT_TRANSLATE_VIRTUAL_ADDRESS',
  {
    PartitionId: u64Field('Partition.'),
    VpIndex: u32('Processor whose page tables count.'),
    Padding: padding(4),
    ControlFlags: u64Field('What is checked.', { bits: translateFlags }),
    GvaPage: u64Field('Number of the virtual page.'),
  },
  { aka: ['hv_input_translate_virtual_address', 'TranslateVirtualAddressX64'] },
);

type Input = typeof translateInput extends { view(): infer V } ? V : never;

/** Statuses of both forms. */
export const translateStatuses = {
  ACCESS_DENIED: 'The partition is neither a child of the caller nor the caller itself.',
  INVALID_PARTITION_ID: 'No partition has this id.',
  INVALID_PARTITION_STATE: 'The partition is not active.',
  INVALID_VP_INDEX: 'The partition has no such virtual processor.',
  INVALID_PARAMETER: 'No access is named that is to be checked, or a reserved bit is set.',
} as const;

/** Makes the translation that a block describes. */
export function translateFor(
  { PartitionId, VpIndex, ControlFlags, GvaPage }: Input,
  ports: HypercallPorts,
): TranslateAnswer | HvStatusCode {
  const vp = activeVp(ports, PartitionId, VpIndex, 'self-or-child');
  if (typeof vp === 'number') return vp;
  const has = (name: Parameters<typeof translateFlags.get>[1]) =>
    translateFlags.get(ControlFlags, name) === 1;
  const uses: MemoryUse[] = [];
  if (has('ValidateRead')) uses.push('read');
  if (has('ValidateWrite')) uses.push('write');
  if (has('ValidateExecute')) uses.push('execute');
  if (uses.length === 0) return HvStatus.INVALID_PARAMETER;
  const user = has('UserAccess') ? true : has('SupervisorAccess') ? false : undefined;
  return ports.processors.translate(vp, {
    gva: pageAddress(GvaPage),
    uses,
    user,
    exempt: has('PrivilegeExempt'),
    marks: has('SetPageTableBits'),
  });
}

/** The address of a page; bits that do not fit are lost, as in the processor. */
const pageAddress = ({ lo, hi }: U64): U64 => u64(lo << 12, (hi << 12) | (lo >>> 20));

/** The result word of an answer. */
export const resultWord = ({ code, cacheType, isOverlay }: TranslateAnswer): U64 =>
  translateResult.pack({
    ResultCode: code,
    CacheType: cacheType,
    OverlayPage: isOverlay ? 1 : 0,
  });
