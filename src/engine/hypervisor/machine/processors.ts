/**
 * Virtual processors come and go: creation, the state at reset, start and deletion.
 *
 * Source: TLFS, Virtual Processors; TLFS 2.0A, 10 "Virtual Processor Management"; state at reset:
 * Intel SDM volume 3, "Processor State After Reset".
 */

import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { writeU64 } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import { type U64, u64 } from '../../kernel/u64.ts';
import { hvEvents } from '../defs/events.ts';
import type { Machine, Partition, Vp } from '../defs/model.ts';
import { registerByShort } from '../defs/registers.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { initialVpContext } from '../defs/vp-context.ts';
import { emit } from './emit.ts';
import { returnPages, takePages } from './pools.ts';
import { resetVp } from './reset.ts';
import { addVp } from './state.ts';
import { removeStatePages } from './state-pages.ts';
import { putContext } from './vtl.ts';

const { kind } = hvEvents;

/** Values of registers after reset that are not zero; pairs are the two halves of 16 bytes. */
const resetValues: Readonly<Record<string, U64 | readonly [U64, U64]>> = {
  RIP: u64(0xfff0),
  RFLAGS: u64(2),
  RDX: u64(0x0008_06f8),
  CR0: u64(0x6000_0010),
  DR6: u64(0xffff_0ff0),
  DR7: u64(0x400),
  Pat: u64(0x0007_0406, 0x0007_0406),
  Xfem: u64(1),
  FpControlStatus: u64(0x37f),
  XmmControlStatus: [u64(0), u64(0x1f80)],
  CS: [u64(0xffff_0000), u64(0xffff, 0x009b_f000)],
  SS: [u64(0), u64(0xffff, 0x0093_0000)],
  DS: [u64(0), u64(0xffff, 0x0093_0000)],
  ES: [u64(0), u64(0xffff, 0x0093_0000)],
  FS: [u64(0), u64(0xffff, 0x0093_0000)],
  GS: [u64(0), u64(0xffff, 0x0093_0000)],
  TR: [u64(0), u64(0xffff, 0x008b_0000)],
  LDTR: [u64(0), u64(0xffff, 0x0082_0000)],
  // The limit of a table register lies in its bytes 6 and 7.
  IDTR: [u64(0, 0xffff_0000), u64(0)],
  GDTR: [u64(0, 0xffff_0000), u64(0)],
};

/** Where the local APIC lies, enabled; the first processor is the boot processor. */
const apicBase = { boot: 0xfee0_0900, other: 0xfee0_0800 } as const;

/** Puts the registers of a processor into their state at reset: real mode, at the reset vector. */
export function resetRegisters({ registers, index }: Vp): void {
  new Uint8Array(registers.buffer).fill(0);
  const values = { ...resetValues, ApicBase: u64(index === 0 ? apicBase.boot : apicBase.other) };
  for (const [short, value] of Object.entries(values)) {
    const at = registerByShort(short)?.slotBytes;
    if (at === undefined) continue;
    const [low, high] = 'lo' in value ? [value, undefined] : value;
    writeU64(registers, at, low);
    if (high !== undefined) writeU64(registers, at + 8, high);
  }
}

/** Creates a processor, suspended by its parent; all but the first also wait to be started. */
export function createVp(machine: Machine, partition: Partition, index: number): HvStatusCode {
  assert(Number.isInteger(index) && index >= 0, 'a processor has a whole index');
  const { createVpPages, virtualProcessors } = hypervisorFacts;
  const isTaken = partition.vps.has(index) || index >= virtualProcessors.value;
  if (isTaken) return HvStatus.INVALID_VP_INDEX;
  if (!takePages(machine, partition, createVpPages.value)) return HvStatus.INSUFFICIENT_MEMORY;
  const vp = addVp(machine, partition, index);
  resetRegisters(vp);
  vp.poolPages = createVpPages.value;
  vp.waitsForSipi = index !== 0;
  emit(machine, kind.vpCreated, partition.id, index);
  return HvStatus.SUCCESS;
}

/** Deletes a processor: its pages return to the pool and nothing of it stays in memory. */
export function deleteVp(machine: Machine, vp: Vp): void {
  const { partition, index } = vp;
  assert(partition.vps.get(index) === vp, 'a processor is deleted once');
  resetVp(vp);
  removeStatePages(vp);
  partition.vps.delete(index);
  returnPages(machine, partition, vp.poolPages);
  emit(machine, kind.vpDeleted, partition.id, index);
}

const contextView = initialVpContext.view();
const pagingOn = 0x8000_0000;
const protectionOn = 1;
const longModeEnabled = 0x100;
const longModeActive = 0x400;
const physicalAddressExtension = 0x20;

/** Tells whether a processor could run with the control registers of a context. */
export function isContextPossible(context: Uint8Array): boolean {
  assert(context.length === initialVpContext.sizeBytes, 'a start context is whole');
  contextView.move(new DataView(context.buffer, context.byteOffset, context.byteLength), 0);
  const cr0 = contextView.Cr0.lo;
  const efer = contextView.Efer.lo;
  const cr4 = contextView.Cr4.lo;
  const isPaged = (cr0 & pagingOn) !== 0;
  if (isPaged && (cr0 & protectionOn) === 0) return false;
  const isLong = (efer & longModeActive) !== 0;
  if (isLong !== (isPaged && (efer & longModeEnabled) !== 0)) return false;
  return !isLong || (cr4 & physicalAddressExtension) !== 0;
}

/** Starts a processor that waits for that, with the registers of `context`. */
export function startVp(machine: Machine, vp: Vp, context: Uint8Array): HvStatusCode {
  if (!vp.waitsForSipi) return HvStatus.INVALID_VP_STATE;
  if (!isContextPossible(context)) return HvStatus.INVALID_REGISTER_VALUE;
  putContext(new Uint8Array(vp.registers.buffer), context);
  vp.waitsForSipi = false;
  emit(machine, kind.vpStarted, vp.partition.id, vp.index);
  return HvStatus.SUCCESS;
}
