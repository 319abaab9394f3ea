/**
 * Pages that show a parent the state of a processor, and state that calls copy.
 *
 * The register page and the intercept page are filled when the processor stops. Source: TLFS,
 * HvCallMapVpStatePage, HV_VP_STATE_PAGE_TYPE; Linux, include/hyperv/hvhdk.h, hv_vp_register_page.
 */
import { readU64, writeU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64FromNumber, u64IsSafe, u64ToNumber } from '../../kernel/u64.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import { access, type Machine, type Partition, type StatePage, type Vp } from '../defs/model.ts';
import { registerByShort } from '../defs/registers.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { message } from '../defs/synic.ts';
import { accessPage, coverPage, isPageInSpace, newPage, pageBytes, uncoverPage } from './memory.ts';

const { kind } = hvEvents;
/** HV_VP_STATE_PAGE_TYPE. */
const statePageType = { registers: 0, interceptMessage: 1 } as const;

/** Shows the state of `vp` on a page of `viewer`. */
export function mapStatePage(
  machine: Machine,
  viewer: Partition,
  vp: Vp,
  type: number,
  requested: U64 | undefined,
): U64 | HvStatusCode {
  if (vp.statePages.has(type)) return HvStatus.OBJECT_IN_USE;
  const gpn = requested === undefined ? firstFreePage(viewer) : requested;
  if (!isPageInSpace(viewer.gpa, gpn)) return HvStatus.INVALID_PARAMETER;
  const pageNo = u64ToNumber(gpn);
  if (viewer.gpa.overlays.has(pageNo)) return HvStatus.OBJECT_IN_USE;
  const page = newPage(machine);
  const state: StatePage = { page, gpn: pageNo, viewer };
  vp.statePages.set(type, state);
  coverPage(viewer.gpa, pageNo, { kind: 'vp-state', page, access: access.read | access.write });
  refreshRegisterPage(vp);
  emit(machine, vp.index, pageNo, 1);
  return gpn;
}

/** The page behind everything that is mapped or covered. */
function firstFreePage({ gpa }: Partition): U64 {
  let next = 0;
  for (const gpn of gpa.mappings.keys()) next = Math.max(next, gpn + 1);
  for (const gpn of gpa.overlays.keys()) next = Math.max(next, gpn + 1);
  return u64FromNumber(next);
}

/** Takes a state page away; the memory below reappears. */
export function unmapStatePage(
  machine: Machine,
  viewer: Partition,
  vp: Vp,
  type: number,
): HvStatusCode {
  const state = vp.statePages.get(type);
  if (state === undefined || state.viewer !== viewer) return HvStatus.INVALID_PARAMETER;
  vp.statePages.delete(type);
  uncoverPage(viewer.gpa, state.gpn, state.page);
  emit(machine, vp.index, state.gpn, 0);
  return HvStatus.SUCCESS;
}

/** Takes all state pages of a processor away. */
export function removeStatePages({ statePages }: Vp): void {
  for (const { viewer, gpn, page } of statePages.values()) uncoverPage(viewer.gpa, gpn, page);
  statePages.clear();
}

/** Registers in the order of the page, from its offset 8 on; XMM and segments follow a gap. */
const generalOrder =
  'RAX RCX RDX RBX RSP RBP RSI RDI R8 R9 R10 R11 R12 R13 R14 R15 RIP RFLAGS'.split(' ');
const wideOrder = 'XMM0 XMM1 XMM2 XMM3 XMM4 XMM5 ES CS SS DS FS GS'.split(' ');
const controlOrder = [
  ...['CR0', 'CR3', 'CR4', 'CR8', 'EFER', 'DR7', 'PendingInterruption', 'InterruptState'],
  ...['InstructionEmulationHints', 'Xfem'],
];
const at = { version: 0, isValid: 2, general: 8, wide: 160, control: 352 } as const;

const places: readonly (readonly [from: number, to: number, words: number])[] = [
  ...placesOf(generalOrder, at.general, 1),
  ...placesOf(wideOrder, at.wide, 2),
  ...placesOf(controlOrder, at.control, 1),
];

function placesOf(
  names: readonly string[],
  first: number,
  words: number,
): (readonly [number, number, number])[] {
  return names.flatMap((short, index) => {
    const from = registerByShort(short)?.slotBytes;
    return from === undefined ? [] : [[from, first + 8 * words * index, words] as const];
  });
}

/** Puts the current registers onto the register page, if there is one. */
export function refreshRegisterPage(vp: Vp): void {
  const state = vp.statePages.get(statePageType.registers);
  if (state === undefined) return;
  const bytes = pageBytes(state.page);
  bytes.setUint16(at.version, 1, true);
  bytes.setUint8(at.isValid, 1);
  for (const [from, to, words] of places) {
    for (let word = 0; word < words; word += 1) {
      writeU64(bytes, to + 8 * word, readU64(vp.registers, from + 8 * word));
    }
  }
}

/** Puts an intercept message onto its page; false when the parent mapped none. */
export function fillInterceptPage(
  vp: Vp,
  messageType: number,
  payload: Uint8Array,
  sender: number,
): boolean {
  const state = vp.statePages.get(statePageType.interceptMessage);
  if (state === undefined) return false;
  const view = message.view(pageBytes(state.page), 0);
  assert(messageType !== 0, 'an intercept has a type');
  view.MessageType = messageType;
  view.PayloadSize = payload.length;
  view.MessageFlags = 0;
  view.Port = { lo: sender, hi: 0 };
  view.Payload = payload;
  return true;
}

/** HV_GET_SET_VP_STATE types that are whole pages of the SynIC. */
const pageStates = { sim: 0x8000_0002, sief: 0x8000_0003 } as const;

/** Copies a page of the SynIC to a page of the caller, or from there. */
export function moveState(
  caller: Partition,
  vp: Vp,
  type: number,
  gpns: readonly U64[],
  toVp: boolean,
): HvStatusCode {
  const { synic } = vp;
  const isKnown = type === pageStates.sim || type === pageStates.sief;
  if (!isKnown) return HvStatus.FEATURE_UNAVAILABLE;
  const [gpn] = gpns;
  if (gpn === undefined || gpns.length !== 1) return HvStatus.INVALID_PARAMETER;
  const wanted = toVp ? access.read : access.write;
  const theirs = accessPage(caller.gpa, u64IsSafe(gpn) ? u64ToNumber(gpn) : -1, wanted);
  if (theirs === undefined) return HvStatus.INVALID_PARAMETER;
  const ours = pageBytes(type === pageStates.sim ? synic.messagePage : synic.eventPage);
  const [from, to] = toVp ? [theirs, ours] : [ours, theirs];
  new Uint8Array(to.buffer).set(new Uint8Array(from.buffer));
  return HvStatus.SUCCESS;
}

function emit(machine: Machine, index: number, gpn: number, on: number): void {
  const { trace, timeNs } = machine;
  if (trace.enabled) {
    trace.emit(timeNs, kind.statePageMapped, hypervisorActor, index, gpn, on);
  }
}
