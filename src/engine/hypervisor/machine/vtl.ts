/**
 * Virtual trust levels: which are enabled, how a processor changes between them, and what the
 * higher level keeps from the lower.
 *
 * Each level has registers and a SynIC of its own; the others are shared. Source: TLFS, Virtual
 * Secure Mode, "VTL State Isolation", "VTL Call", "VTL Return" and "Memory Protection".
 */

import { assert } from '../../kernel/result.ts';
import { u64Bit } from '../../kernel/u64.ts';
import { hvEvents } from '../defs/events.ts';
import type { MemoryUse } from '../defs/guest-port.ts';
import type { Machine, Partition, QueuedMessage, Vp } from '../defs/model.ts';
import { registerByShort, registerFileBytes } from '../defs/registers.ts';
import { contextRegisters } from '../defs/vp-context.ts';
import { emit } from './emit.ts';
import { newSynic } from './state.ts';
import { sendHypervisorMessage } from './synic.ts';

const { kind } = hvEvents;
/** The source at which a higher level hears of intercepts. */
const interceptSint = 0;
const protectionEnabledBit = 0;
const allRights = 0xf;
const levels = 16;

/** Registers that each level has for itself. */
const privateNames = [
  ...'RIP RSP RFLAGS CR0 CR3 CR4 DR7 EFER ES CS SS DS FS GS LDTR TR IDTR GDTR'.split(' '),
  ...'KernelGsBase Pat SysenterCs SysenterEip SysenterEsp Star Lstar Cstar Sfmask'.split(' '),
  ...'PendingInterruption InterruptState PendingEvent0 PendingEvent1'.split(' '),
];

const privatePlaces = privateNames.flatMap((short) => {
  const spec = registerByShort(short);
  return spec?.slotBytes === undefined ? [] : [{ at: spec.slotBytes, bytes: spec.sizeBytes }];
});

const privateCodes = new Set(privateNames.map((short) => registerByShort(short)?.code));

/** Tells whether each level has its own copy of a register. */
export const isPrivateRegister = (code: number): boolean => privateCodes.has(code);

/** True when a level exists on a processor. */
export const isVtlEnabled = ({ vtl }: Vp, level: number): boolean =>
  ((vtl.enabled >>> level) & 1) === 1;

/** Allows a partition to use a level. */
export function enablePartitionVtl(machine: Machine, partition: Partition, level: number): void {
  assert(level > 0 && level < levels, 'a level above 0 is enabled');
  assert(((partition.vtl.enabled >>> level) & 1) === 0, 'a partition gets a level once');
  partition.vtl.enabled |= 1 << level;
  emit(machine, kind.vtlEnabled, partition.id, level);
}

/** Makes a level ready on a processor; it begins with the registers of `context`. */
export function enableVpVtl(machine: Machine, vp: Vp, level: number, context: Uint8Array): void {
  assert(!isVtlEnabled(vp, level), 'a processor gets a level once');
  const { enabled } = vp.partition.vtl;
  assert(((enabled >>> level) & 1) === 1, 'the partition has a level before its processors');
  const registers = new Uint8Array(registerFileBytes);
  putContext(registers, context);
  vp.vtl.contexts.set(level, { registers, synic: newSynic(machine) });
  vp.vtl.enabled |= 1 << level;
  emit(machine, kind.vpVtlEnabled, vp.index, level);
}

/** Copies the registers of an initial context into a register file. */
export function putContext(file: Uint8Array, context: Uint8Array): void {
  assert(file.length === registerFileBytes, 'a context goes into a whole register file');
  for (const [{ slotBytes, sizeBytes }, from] of contextRegisters) {
    if (slotBytes !== undefined) file.set(context.subarray(from, from + sizeBytes), slotBytes);
  }
}

/** The registers of a level: the register file itself while it runs. */
export function registersOfVtl(vp: Vp, level: number): DataView {
  if (level === vp.vtl.active) return vp.registers;
  const context = vp.vtl.contexts.get(level);
  assert(context !== undefined, 'a level that is enabled and does not run has saved registers');
  return new DataView(context.registers.buffer);
}

/** Changes the level that runs: private registers and the SynIC are exchanged. */
function switchVtl(machine: Machine, vp: Vp, level: number): void {
  const file = new Uint8Array(vp.registers.buffer);
  const next = vp.vtl.contexts.get(level);
  if (next === undefined) return;
  assert(level !== vp.vtl.active, 'the level that runs keeps no saved state');
  assert(isVtlEnabled(vp, level), 'only an enabled level has saved state');
  const registers = new Uint8Array(registerFileBytes);
  for (const { at, bytes } of privatePlaces) {
    registers.set(file.subarray(at, at + bytes), at);
    file.set(next.registers.subarray(at, at + bytes), at);
  }
  vp.vtl.contexts.set(vp.vtl.active, { registers, synic: vp.synic });
  vp.vtl.contexts.delete(level);
  vp.synic = next.synic;
  vp.vtl.active = level;
  emit(machine, kind.vtlSwitched, vp.index, level);
}

/** Ends a VTL call or return: the change that the call asked for is made. */
export function completeVtlSwitch(machine: Machine, vp: Vp): void {
  const { requested } = vp.vtl;
  // The body that asks for the change may be another one, as in replayed cases.
  if (requested === undefined) return;
  vp.vtl.requested = undefined;
  switchVtl(machine, vp, requested);
}

/** Enters a higher level to tell it what the lower one tried. */
export function raiseToVtl(
  machine: Machine,
  vp: Vp,
  level: number,
  message: Omit<QueuedMessage, 'port'>,
): void {
  switchVtl(machine, vp, level);
  sendHypervisorMessage(machine, vp, interceptSint, message);
}

/** Rights that level 1 leaves to level 0: read, write, kernel execute, user execute. */
function rightsBelow({ vtl }: Partition, gpn: number): number {
  const listed = vtl.protections.get(gpn);
  if (listed !== undefined) return listed;
  return u64Bit(vtl.config, protectionEnabledBit) ? (vtl.config.lo >>> 1) & allRights : allRights;
}

const wantedRights: Readonly<Record<MemoryUse, number>> = { read: 1, write: 2, execute: 0xc };

/** True when the level above forbids an access to a page. */
export function isDeniedByVtl(vp: Vp, gpn: number, use: MemoryUse): boolean {
  assert(Number.isSafeInteger(gpn) && gpn >= 0, 'rights belong to a whole page number');
  if (vp.vtl.active > 0 || vp.partition.vtl.enabled === 1) return false;
  return (rightsBelow(vp.partition, gpn) & wantedRights[use]) === 0;
}

/** Sets what the level below may do with a page. */
export function protectPage(
  machine: Machine,
  { vtl }: Partition,
  gpn: number,
  rights: number,
): void {
  assert(rights >= 0 && rights <= allRights, 'rights have four bits');
  if (rights === allRights && !u64Bit(vtl.config, protectionEnabledBit)) {
    vtl.protections.delete(gpn);
  } else {
    vtl.protections.set(gpn, rights);
  }
  emit(machine, kind.vtlProtected, gpn, rights);
}
