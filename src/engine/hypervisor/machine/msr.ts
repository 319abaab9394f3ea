/**
 * Reads and writes of synthetic MSRs: the privilege first, then the rule of the register.
 *
 * Source: TLFS, Hypercall Interface, "Establishing the Hypercall Interface"; Virtual Interrupt
 * Controller, "SynIC MSRs".
 */
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64Bit, u64IsZero, u64WithBit, u64Zero } from '../../kernel/u64.ts';
import { hvEvents } from '../defs/events.ts';
import { access, type Machine, type OverlayKind, type Page, type Vp } from '../defs/model.ts';
import { type MsrSpec, msrByIndex, msrIndex, sintBase, sintSources } from '../defs/msrs.ts';
import { hasPrivilege } from '../defs/privileges.ts';
import { hypercallRegister, sintRegister } from '../defs/synic.ts';
import { fillHypercallPage } from './hypercall-page.ts';
import { coverPage, isInSpace, pageBytes, pageNumber, uncoverPage } from './memory.ts';
import { endOfMessage } from './synic.ts';

/** The general-protection fault: the access is refused and nothing has changed. */
const generalProtection = '#GP';

const { kind } = hvEvents;
const overlayKinds: readonly OverlayKind[] = ['hypercall', 'messages', 'event-flags'];
const synicVersion = u64(1);
const readWrite = access.read | access.write;

/** The register, if this partition may use it. */
function permitted(vp: Vp, index: number): MsrSpec | undefined {
  const spec = msrByIndex(index);
  const allowed = spec !== undefined && hasPrivilege(vp.partition.privileges, spec.privilege);
  return allowed ? spec : undefined;
}

/** Reads an MSR as the guest: its value, or the fault. */
export function readMsr(machine: Machine, vp: Vp, index: number): U64 | '#GP' {
  if (permitted(vp, index) === undefined) return generalProtection;
  const value = currentValue(machine, vp, index);
  const { trace, timeNs } = machine;
  if (trace.enabled) {
    trace.emit(timeNs, kind.msrRead, vp.partition.id, index, value.lo, value.hi);
  }
  return value;
}

/** The value of an MSR that exists, whoever asks: also what its register name gives. */
export function currentValue(_machine: Machine, vp: Vp, index: number): U64 {
  const { synic, partition } = vp;
  switch (index) {
    case msrIndex.GUEST_OS_ID:
      return partition.guestOsId;
    case msrIndex.HYPERCALL:
      return partition.hypercallMsr;
    case msrIndex.VP_INDEX:
      return u64(vp.index);
    case msrIndex.SCONTROL:
      return synic.scontrol;
    case msrIndex.SVERSION:
      return synicVersion;
    case msrIndex.SIEFP:
      return synic.siefp;
    case msrIndex.SIMP:
      return synic.simp;
    case msrIndex.EOM:
      return u64Zero;
    default: {
      const sint = synic.sints[index - sintBase];
      assert(sint !== undefined, `MSR ${index} is declared and not kept`);
      return sint;
    }
  }
}

/** Writes an MSR as the guest; gives the fault if it is refused. */
export function writeMsr(machine: Machine, vp: Vp, index: number, value: U64): '#GP' | undefined {
  const spec = permitted(vp, index);
  if (spec === undefined || spec.access === 'read-only') return generalProtection;
  const fault = storeMsr(machine, vp, index, value);
  if (fault !== undefined) return fault;
  const { trace, timeNs } = machine;
  if (trace.enabled) {
    trace.emit(timeNs, kind.msrWritten, vp.partition.id, index, value.lo, value.hi);
  }
  return undefined;
}

/** Sets an MSR that can be written, whoever asks; gives the fault if the value cannot be. */
export function storeMsr(machine: Machine, vp: Vp, index: number, value: U64): '#GP' | undefined {
  const { synic } = vp;
  switch (index) {
    case msrIndex.GUEST_OS_ID:
      return storeGuestOsId(machine, vp, value);
    case msrIndex.HYPERCALL:
      return storeHypercall(machine, vp, value);
    case msrIndex.SCONTROL:
      synic.scontrol = value;
      return undefined;
    case msrIndex.SIEFP: {
      const { eventPage: page, siefp } = synic;
      movePage(machine, vp, { kind: 'event-flags', page, rights: readWrite }, siefp, value);
      synic.siefp = value;
      return undefined;
    }
    case msrIndex.SIMP: {
      const { messagePage: page, simp } = synic;
      movePage(machine, vp, { kind: 'messages', page, rights: readWrite }, simp, value);
      synic.simp = value;
      return undefined;
    }
    case msrIndex.EOM:
      endOfMessage(machine, vp);
      return undefined;
    default:
      return storeSint(vp, index - sintBase, value);
  }
}

/** A SINT that is not masked needs a vector of 16 or higher. */
function storeSint(vp: Vp, sint: number, value: U64): '#GP' | undefined {
  assert(sint >= 0 && sint < sintSources, `no source ${sint}`);
  const isMasked = sintRegister.get(value, 'Masked') === 1;
  if (sintRegister.get(value, 'Vector') < 16 && !isMasked) return generalProtection;
  vp.synic.sints[sint] = value;
  return undefined;
}

/** Clearing the guest OS id disables the hypercall page. */
function storeGuestOsId(machine: Machine, vp: Vp, value: U64): undefined {
  const { partition } = vp;
  partition.guestOsId = value;
  if (!u64IsZero(value)) return;
  const disabled = u64WithBit(partition.hypercallMsr, 0, false);
  movePage(machine, vp, hypercallCover(machine, vp), partition.hypercallMsr, disabled);
  partition.hypercallMsr = disabled;
}

/** Until there is a guest OS id, and once it is locked, the register ignores writes. */
function storeHypercall(machine: Machine, vp: Vp, value: U64): '#GP' | undefined {
  const { partition } = vp;
  const isLocked = hypercallRegister.get(partition.hypercallMsr, 'Locked') === 1;
  if (isLocked || u64IsZero(partition.guestOsId)) return undefined;
  if (u64Bit(value, 0) && !isInSpace(partition.gpa, value.hi)) return generalProtection;
  movePage(machine, vp, hypercallCover(machine, vp), partition.hypercallMsr, value);
  partition.hypercallMsr = value;
  return undefined;
}

interface Covering {
  readonly kind: OverlayKind;
  readonly page: Page;
  readonly rights: number;
}

function hypercallCover(machine: Machine, vp: Vp): Covering {
  const page = vp.partition.hypercallPage;
  if (page.bytes === undefined) {
    fillHypercallPage(new Uint8Array(pageBytes(page).buffer), machine.vendor);
  }
  return { kind: 'hypercall', page, rights: access.read | access.execute };
}

/**
 * Moves an overlay page from where the old register value puts it to where the new one does. Beyond
 * the end of the address space there is nothing that it could cover.
 */
function movePage(machine: Machine, vp: Vp, cover: Covering, before: U64, after: U64): void {
  const space = vp.partition.gpa;
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
    trace.emit(timeNs, kind.overlay, vp.partition.id, where, number, isOn ? 1 : 0);
  }
}

const gpnOf = (register: U64): number => pageNumber(register.lo, register.hi);
