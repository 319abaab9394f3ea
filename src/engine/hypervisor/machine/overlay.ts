/**
 * Pages of the hypervisor that a register lays over guest memory.
 *
 * Every such register has the same form: bit 0 enables, bits 63 to 12 are the page number. Source:
 * TLFS, Hypercall Interface, "Overlay Pages".
 */
import { assert } from '../../kernel/result.ts';
import { type U64, u64Bit } from '../../kernel/u64.ts';
import { hvEvents } from '../defs/events.ts';
import {
  access,
  type Machine,
  type OverlayKind,
  type Page,
  type Partition,
} from '../defs/model.ts';
import { coverPage, isInSpace, pageNumber, uncoverPage } from './memory.ts';

const { kind } = hvEvents;
/** Numbers of the kinds in the trace: their places here. */
const overlayKinds: readonly OverlayKind[] = [
  'hypercall',
  'messages',
  'event-flags',
  'reference-tsc',
  'vp-assist',
  'vp-state',
];

/** Rights to a page that both sides use. */
export const readWrite = access.read | access.write;

/** What lies over the memory. */
export interface Covering {
  readonly kind: OverlayKind;
  readonly page: Page;
  readonly rights: number;
}

const gpnOf = (register: U64): number => pageNumber(register.lo, register.hi);

/**
 * Moves an overlay page from where the old register value puts it to where the new one does. Beyond
 * the end of the address space there is nothing that it could cover.
 */
export function movePage(
  machine: Machine,
  partition: Partition,
  cover: Covering,
  before: U64,
  after: U64,
): void {
  const space = partition.gpa;
  assert(overlayKinds.includes(cover.kind), 'a register moves a page that the trace can name');
  assert(cover.rights > access.none && cover.rights <= access.all, 'an overlay can be accessed');
  const isPlaced = (register: U64) => u64Bit(register, 0) && isInSpace(space, register.hi);
  const wasOn = isPlaced(before);
  const isOn = isPlaced(after);
  if (wasOn) uncoverPage(space, gpnOf(before), cover.page);
  if (isOn) {
    const { kind: name, page, rights } = cover;
    coverPage(space, gpnOf(after), { kind: name, page, access: rights });
  }
  const { trace, timeNs } = machine;
  if (trace.enabled && (isOn || wasOn)) {
    const number = overlayKinds.indexOf(cover.kind);
    const where = isOn ? gpnOf(after) : gpnOf(before);
    trace.emit(timeNs, kind.overlay, partition.id, where, number, isOn ? 1 : 0);
  }
}
