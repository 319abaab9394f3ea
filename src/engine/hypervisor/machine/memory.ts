/**
 * Physical pages and guest-physical address spaces.
 *
 * An access goes overlay first, then mapping; a page that is deposited into a pool is inaccessible
 * everywhere until it is withdrawn. Source: TLFS 2.0A, 4 "Memory"; Hypercall Interface, overlay
 * pages.
 */
import { assert } from '../../kernel/result.ts';
import type { U64 } from '../../kernel/u64.ts';
import { pageSizeBytes } from '../../kernel/units.ts';
import {
  access,
  type GpaSpace,
  type Machine,
  type Mapping,
  type OverlayKind,
  type Page,
} from '../defs/model.ts';

/** Takes the next unused page of the machine. */
export function newPage(machine: Machine): Page {
  assert(machine.nextSpn <= 0xffff_ffff, 'a system page number has 32 bits');
  const page: Page = { spn: machine.nextSpn, bytes: undefined, depositedTo: 0, depositedAt: -1 };
  machine.nextSpn += 1;
  return page;
}

/** The bytes of a page, zero when it has never been touched. */
export function pageBytes(page: Page): DataView {
  page.bytes ??= new DataView(new ArrayBuffer(pageSizeBytes));
  assert(page.bytes.byteLength === pageSizeBytes, 'a page has 4096 bytes');
  return page.bytes;
}

/** An empty address space of 2^`widthBits` bytes. */
export function newGpaSpace(widthBits: number): GpaSpace {
  assert(widthBits >= 32 && widthBits <= 52, `width of the address space: ${widthBits} bits`);
  return {
    widthBits,
    mappings: new Map(),
    overlays: new Map(),
    tables: new Set(),
    touched: undefined,
  };
}

const halfRange = 0x1_0000_0000;

/** True when the address given by its halves lies inside the space. */
export function isInSpace(space: GpaSpace, gpaHi: number): boolean {
  assert(gpaHi >= 0, 'the upper half of an address has no sign');
  return gpaHi < 1 << (space.widthBits - 32);
}

/** True when a page number lies inside the space. */
export function isPageInSpace({ widthBits }: GpaSpace, { lo, hi }: U64): boolean {
  const pageBits = widthBits - 12;
  if (pageBits > 32) return hi < 1 << (pageBits - 32);
  return hi === 0 && (pageBits === 32 || lo >>> pageBits === 0);
}

/** The page number of an address given by its halves. */
export const pageNumber = (gpaLo: number, gpaHi: number): number =>
  gpaHi * (halfRange / pageSizeBytes) + (gpaLo >>> 12);

/** What an access to a page meets: the topmost overlay, else the mapping, else nothing. */
export function lookUp(space: GpaSpace, pageNo: number): Mapping | undefined {
  const covering = space.overlays.get(pageNo);
  if (covering !== undefined) return covering[covering.length - 1];
  const mapping = space.mappings.get(pageNo);
  return mapping === undefined || mapping.page.depositedTo !== 0 ? undefined : mapping;
}

/** The bytes of a page if all the `wanted` rights are there. */
export function accessPage(space: GpaSpace, pageNo: number, wanted: number): DataView | undefined {
  assert(wanted > access.none && wanted <= access.all, 'an access reads, writes or executes');
  const mapping = lookUp(space, pageNo);
  if (mapping === undefined || (mapping.access & wanted) !== wanted) return undefined;
  if (space.touched !== undefined) touch(space.touched, pageNo, wanted);
  return pageBytes(mapping.page);
}

/** An access marks the page as accessed (1), a write also as dirty (2). */
function touch(touched: Map<number, number>, pageNo: number, wanted: number): void {
  const marks = (wanted & access.write) === 0 ? 1 : 3;
  touched.set(pageNo, (touched.get(pageNo) ?? 0) | marks);
}

/** Maps a page, replacing what was mapped there. */
export function mapPage(space: GpaSpace, pageNo: number, page: Page, rights: number): void {
  assert(rights >= access.none && rights <= access.all, `access rights ${rights}`);
  assert(Number.isSafeInteger(pageNo) && pageNo >= 0, 'a mapping has a whole page number');
  assert(page.depositedTo === 0, 'a page that is in a pool cannot be mapped');
  space.mappings.set(pageNo, { page, access: rights });
}

/** Removes a mapping; overlays stay. */
export function unmapPage(space: GpaSpace, pageNo: number): void {
  const held = space.mappings.get(pageNo)?.page.depositedTo ?? 0;
  assert(held === 0, 'a page that is in a pool keeps its place');
  space.mappings.delete(pageNo);
}

/** Lays a page of the hypervisor over guest memory. */
export function coverPage(
  space: GpaSpace,
  pageNo: number,
  overlay: { readonly kind: OverlayKind; readonly page: Page; readonly access: number },
): void {
  assert(Number.isSafeInteger(pageNo) && pageNo >= 0, 'an overlay has a whole page number');
  assert(overlay.page.depositedTo === 0, 'the page of an overlay is in no pool');
  const covering = space.overlays.get(pageNo) ?? [];
  covering.push(overlay);
  space.overlays.set(pageNo, covering);
}

/** Takes an overlay page away; the memory below reappears. */
export function uncoverPage(space: GpaSpace, pageNo: number, page: Page): void {
  const rest = (space.overlays.get(pageNo) ?? []).filter((overlay) => overlay.page !== page);
  if (rest.length === 0) space.overlays.delete(pageNo);
  else space.overlays.set(pageNo, rest);
}

/** Puts bytes into guest memory whatever its access rights; unmapped pages are passed over. */
export function pokeBytes(space: GpaSpace, gpa: number, bytes: Uint8Array): void {
  assert(gpa >= 0, 'bytes are put at an address, which has no sign');
  for (let index = 0; index < bytes.length; index += 1) {
    const at = gpa + index;
    const mapping = lookUp(space, Math.floor(at / pageSizeBytes));
    if (mapping === undefined) continue;
    pageBytes(mapping.page).setUint8(at % pageSizeBytes, bytes[index] as number);
  }
}

/** Copies bytes out of guest memory whatever its access rights; unmapped bytes read as 0. */
export function peekBytes(space: GpaSpace, gpa: number, lengthBytes: number): Uint8Array {
  assert(Number.isSafeInteger(gpa) && gpa >= 0, 'bytes are read at a whole address');
  const bytes = new Uint8Array(lengthBytes);
  for (let index = 0; index < lengthBytes; index += 1) {
    const at = gpa + index;
    const page = lookUp(space, Math.floor(at / pageSizeBytes))?.page;
    bytes[index] = page?.bytes?.getUint8(at % pageSizeBytes) ?? 0;
  }
  return bytes;
}
