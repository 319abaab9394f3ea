/**
 * Flags of guest-physical mappings, and what they mean for the rights of a page.
 * Source: TLFS, HV_MAP_GPA_FLAGS and HV_UNMAP_GPA_FLAGS; Linux, include/hyperv/hvhdk_mini.h.
 */
import { bitfield } from '../../kernel/bitfield.ts';
import { struct, u8, u32, u64Field } from '../../kernel/layout.ts';
import { type U64, u64, u64IsSafe, u64ToNumber } from '../../kernel/u64.ts';
import { access, type GpaSpace } from './model.ts';
import { HvStatus, type HvStatusCode } from './status.ts';

/** HV_MAP_GPA_FLAGS: rights of the child, and how the page is mapped. */
const mapFlags = bitfield('HV_MAP_GPA_FLAGS', 32, {
  Readable: { bits: 0, doc: 'The page may be read.' },
  Writable: { bits: 1, doc: 'The page may be written.' },
  KernelExecutable: { bits: 2, doc: 'Code on the page may run in kernel mode.' },
  UserExecutable: { bits: 3, doc: 'Code on the page may run in user mode.' },
  Reserved1: { bits: [14, 4], doc: 'Reserved, must be zero.', reserved: true },
  Adjustable: { bits: 15, doc: 'Higher trust levels may change the rights.' },
  Special: { bits: [17, 16], doc: '1: no access; 2 and 3: a shared page of zeros or ones.' },
  Reserved2: { bits: [19, 18], doc: 'Reserved, must be zero.', reserved: true },
  NoOverlay: { bits: 20, doc: 'Nothing may be laid over the page.' },
  NotCached: { bits: 21, doc: 'Accesses bypass the caches.' },
  Reserved3: { bits: [23, 22], doc: 'Reserved, must be zero.', reserved: true },
  ClearAccessed: { bits: 24, doc: 'Marks the page as not accessed.' },
  SetAccessed: { bits: 25, doc: 'Marks the page as accessed.' },
  ClearDirty: { bits: 26, doc: 'Marks the page as not written.' },
  SetDirty: { bits: 27, doc: 'Marks the page as written.' },
  DontSetRangeAccessed: { bits: 28, doc: 'Leaves the mark of the whole range alone.' },
  Reserved4: { bits: [30, 29], doc: 'Reserved, must be zero.', reserved: true },
  LargePage: { bits: 31, doc: 'Each element is a page of 2 MiB.' },
});

/** HV_UNMAP_GPA_FLAGS. */
export const unmapFlags = bitfield('HV_UNMAP_GPA_FLAGS', 32, {
  KeepPrecommitted: { bits: 0, doc: 'Keeps what the hypervisor needs for mapping again.' },
  LargePage: { bits: 1, doc: 'Each repetition is a page of 2 MiB.' },
  Reserved: { bits: [31, 2], doc: 'Reserved, must be zero.', reserved: true },
});

/** Pages of 4 KiB in one of 2 MiB, and mappings in one page table. */
export const largePagePages = 512;

/** Marks that a page can have. */
export const mark = { accessed: 1, dirty: 2 } as const;

/** What a call asks of each page that it maps. */
export interface MapRequest {
  readonly rights: number;
  readonly isLarge: boolean;
  /** Marks to remove and marks to set. */
  readonly clear: number;
  readonly set: number;
}

const special = { none: 0, noAccess: 1 } as const;

/** Reads the flags; combinations that no processor can express are refused. */
export function readMapFlags(flags: number): MapRequest | HvStatusCode {
  const word = u64(flags);
  const bit = (name: Parameters<typeof mapFlags.get>[1]) => mapFlags.get(word, name);
  const kind = bit('Special');
  if (kind !== special.none && kind !== special.noAccess) return HvStatus.FEATURE_UNAVAILABLE;
  if (bit('NoOverlay') === 1) return HvStatus.FEATURE_UNAVAILABLE;
  const canRun = bit('KernelExecutable') | bit('UserExecutable');
  const asked = bit('Readable') | (bit('Writable') << 1) | (canRun << 2);
  const isLegal = asked === access.none || (asked & access.read) !== 0;
  if (!isLegal || (kind === special.noAccess && asked !== access.none)) {
    return HvStatus.INVALID_PARAMETER;
  }
  const clear = bit('ClearAccessed') | (bit('ClearDirty') << 1);
  const set = bit('SetAccessed') | (bit('SetDirty') << 1);
  if ((clear & set) !== 0) return HvStatus.INVALID_PARAMETER;
  return { rights: asked, isLarge: bit('LargePage') === 1, clear, set };
}

/** A page number, if it lies in the space together with the `pages` - 1 that follow. */
export function pageInSpace(space: GpaSpace, word: U64, pages = 1): number | undefined {
  if (!u64IsSafe(word)) return undefined;
  const first = u64ToNumber(word);
  return first + pages <= pagesOf(space) ? first : undefined;
}

/** How many pages a space has. */
export const pagesOf = ({ widthBits }: GpaSpace): number => (1 << (widthBits - 32)) * 0x10_0000;

/** The field that mapping calls share. */
export const mapFlagsField = () => u32('Rights and kind of the mapping.', { bits: mapFlags });

/** One page number of a list. */
export const gpaPageElement = (doc: string) =>
  struct('HV_GPA_PAGE_NUMBER', { GpaPage: u64Field(doc) });

/** HV_GPA_PAGE_ACCESS_STATE_FLAGS: what reading the marks does to them. */
export const accessStateFlags = bitfield('HV_GPA_PAGE_ACCESS_STATE_FLAGS', 64, {
  ClearAccessed: { bits: 0, doc: 'Marks the pages as not accessed afterwards.' },
  SetAccessed: { bits: 1, doc: 'Marks the pages as accessed afterwards.' },
  ClearDirty: { bits: 2, doc: 'Marks the pages as not written afterwards.' },
  SetDirty: { bits: 3, doc: 'Marks the pages as written afterwards.' },
  Reserved: { bits: [63, 4], doc: 'Reserved, must be zero.', reserved: true },
});

/** HV_GPA_PAGE_ACCESS_STATE: the marks of one page. */
export const accessState = struct(
  'HV_GPA_PAGE_ACCESS_STATE',
  {
    State: u8('What happened to the page.', {
      bits: bitfield('HV_GPA_PAGE_ACCESS_STATE', 8, {
        Accessed: { bits: 0, doc: 'The page was accessed.' },
        Dirty: { bits: 1, doc: 'The page was written.' },
        Reserved: { bits: [7, 2], doc: 'Reserved.' },
      }),
    }),
  },
  { aka: ['hv_gpa_page_access_state'] },
);
