/**
 * The machine as guest code meets it: `GuestPort` over the real state.
 *
 * Source: TLFS 2.0A, 8 "Intercepts"; Virtual Interrupt Controller; Virtual Secure Mode.
 */
import { type U64, u64Bit, u64FromNumber } from '../../kernel/u64.ts';
import type { GuestInstruction, GuestPort, GvaTranslation, MemoryUse } from '../defs/guest-port.ts';
import { interceptMessageType } from '../defs/intercept-messages.ts';
import { interceptType, msrAction, resultKey } from '../defs/intercepts.ts';
import { access, type Machine, type Vp } from '../defs/model.ts';
import type { Outcome } from '../defs/outcome.ts';
import { slot } from '../defs/registers.ts';
import { takeInterrupt } from './apic.ts';
import { architecturalRead, architecturalWrite } from './architectural-msrs.ts';
import { highestVtl } from './computed-registers.ts';
import {
  interceptCpuid,
  interceptException,
  interceptIoPort,
  interceptMemory,
  interceptMsr,
  msrPayload,
} from './intercepts.ts';
import { accessPage } from './memory.ts';
import { readMsr, writeMsr } from './msr.ts';
import { processorCpuid, registeredResult } from './processor-cpuid.ts';
import { privilegeLevel } from './registers.ts';
import { pageFaultCode, walk } from './translate.ts';
import { acknowledgeExternal } from './virtual-interrupts.ts';
import { isDeniedByVtl, raiseToVtl } from './vtl.ts';

const neededAccess: Readonly<Record<MemoryUse, number>> = {
  read: access.read,
  write: access.write,
  execute: access.execute,
};

/** Guest code's view of a machine; `hypercall` executes what the registers describe. */
export function newGuestPort(machine: Machine, hypercall: (vp: Vp) => Outcome): GuestPort {
  return {
    isRunnable,
    translate,
    page: (vp, gpaPage, use) =>
      isDeniedByVtl(vp, gpaPage, use)
        ? undefined
        : accessPage(vp.partition.gpa, gpaPage, neededAccess[use]),
    interceptMemory: (vp, failed, at) => interceptMemory(machine, vp, failed, at),
    interceptIoPort: (vp, port, at) => interceptIoPort(machine, vp, port, at),
    interceptException: (vp, vector, errorCode, at) =>
      interceptException(machine, vp, vector, errorCode, at),
    cpuid(vp, leaf, subleaf, at) {
      const answer = processorCpuid(machine, vp, leaf, subleaf, true);
      if (registeredResult(vp, leaf, subleaf) !== undefined) return answer;
      return interceptCpuid(machine, vp, leaf, answer, at) ? 'intercepted' : answer;
    },
    readMsr(vp, index, at) {
      const read = () => architecturalRead(vp, index) ?? readMsr(machine, vp, index);
      return accessMsr(machine, vp, { index, use: 'read', at }, read, { lo: 0, hi: 0 });
    },
    writeMsr(vp, index, value, at) {
      const write = () =>
        architecturalWrite(vp, index, value) ? undefined : writeMsr(machine, vp, index, value);
      return accessMsr(machine, vp, { index, use: 'write', at }, write, undefined);
    },
    hypercall,
    takeInterrupt: (vp) =>
      (vp.index === 0 ? acknowledgeExternal(vp.partition) : undefined) ??
      takeInterrupt(machine, vp),
  };
}

const isRunnable = (vp: Vp): boolean =>
  vp.partition.state === 'active' &&
  !vp.explicitSuspend &&
  !vp.interceptSuspend &&
  !vp.waitsForSipi &&
  !vp.idle;

function translate(vp: Vp, gva: U64, use: MemoryUse): GvaTranslation {
  const result = walk(vp, gva, { uses: [use], marks: true });
  if (result.kind === 'address') return { kind: 'address', gpa: u64FromNumber(result.gpa) };
  switch (result.why) {
    case 'non-canonical':
      return { kind: 'non-canonical' };
    case 'unmapped':
    case 'no read':
    case 'no write':
      return { kind: 'no-table', gpa: u64FromNumber(result.gpa) };
    default: {
      const isUser = privilegeLevel(vp.registers) === 3;
      return { kind: 'page-fault', errorCode: pageFaultCode(result.why, use, isUser) };
    }
  }
}

interface MsrAccess {
  readonly index: number;
  readonly use: 'read' | 'write';
  readonly at: GuestInstruction;
}

/** Higher trust level, parent, registered answer, hypervisor: the first that cares decides. */
function accessMsr<T>(
  machine: Machine,
  vp: Vp,
  { index, use, at }: MsrAccess,
  perform: () => T,
  ignored: T,
): T | '#GP' | 'intercepted' {
  if (isKeptByVtl(vp, index, use)) {
    const messageType = interceptMessageType.msr;
    const payload = msrPayload(vp, index, use, at);
    raiseToVtl(machine, vp, highestVtl, { messageType, payload, origin: vp.partition.id });
    return 'intercepted';
  }
  const result = registeredMsr(vp, index);
  if (result !== undefined && (result.access & (use === 'read' ? 1 : 2)) !== 0) {
    return result.action === msrAction.fault ? '#GP' : ignored;
  }
  return interceptMsr(machine, vp, index, use, at) ? 'intercepted' : perform();
}

function registeredMsr({ partition, index: vpIndex }: Vp, index: number) {
  const { results } = partition.intercepts;
  for (const owner of [vpIndex, 0xffff_ffff]) {
    const found = results.get(resultKey(owner, interceptType.msrIndex, index, undefined));
    if (found?.kind === 'msr') return found;
  }
  return undefined;
}

/** Bits of HvX64RegisterCrInterceptControl by MSR: the read, and the write. */
const keptBits: ReadonlyMap<number, readonly [number | undefined, number]> = new Map([
  [0x1a0, [3, 4]],
  [0xc000_0082, [5, 6]],
  [0xc000_0081, [7, 8]],
  [0xc000_0083, [9, 10]],
  [0x1b, [11, 12]],
  [0xc000_0080, [13, 14]],
  [0x174, [undefined, 19]],
  [0x176, [undefined, 20]],
  [0x175, [undefined, 21]],
  [0xc000_0084, [undefined, 22]],
  [0xc000_0103, [undefined, 23]],
]);

/** True when the higher trust level wants to hear of an access. */
function isKeptByVtl(vp: Vp, index: number, use: 'read' | 'write'): boolean {
  if (vp.vtl.active !== 0 || vp.vtl.enabled === 1) return false;
  const bits = keptBits.get(index);
  const bit = use === 'read' ? bits?.[0] : bits?.[1];
  if (bit === undefined) return false;
  const lo = vp.registers.getUint32(slot.CR_INTERCEPT, true);
  const hi = vp.registers.getUint32(slot.CR_INTERCEPT + 4, true);
  return u64Bit({ lo, hi }, bit);
}
