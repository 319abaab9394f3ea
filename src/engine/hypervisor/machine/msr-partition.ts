/** MSRs that all processors of a partition share: identity, hypercall page, time, crash, reset. */
import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { type U64, u64, u64Bit, u64IsZero, u64WithBit, u64Zero } from '../../kernel/u64.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import { access, type Machine, type Partition, type Vp } from '../defs/model.ts';
import { type MsrRule, msrIndex } from '../defs/msrs.ts';
import { crashControl, hypercallRegister } from '../defs/synic.ts';
import { fillHypercallPage } from './hypercall-page.ts';
import { isInSpace, pageBytes } from './memory.ts';
import { type Covering, movePage, readWrite } from './overlay.ts';
import { fillTscPage, referenceTime } from './reference-time.ts';
import { resetPartition } from './reset.ts';

const generalProtection = '#GP';
const enableBit = 0;
const { kind } = hvEvents;

/** Clearing the guest OS id disables the hypercall page. */
function storeGuestOsId(machine: Machine, { partition }: Vp, value: U64): undefined {
  partition.guestOsId = value;
  if (!u64IsZero(value)) return;
  const disabled = u64WithBit(partition.hypercallMsr, enableBit, false);
  const cover = hypercallCover(machine, partition);
  movePage(machine, partition, cover, partition.hypercallMsr, disabled);
  partition.hypercallMsr = disabled;
}

/** Until there is a guest OS id, and once it is locked, the register ignores writes. */
function storeHypercall(machine: Machine, { partition }: Vp, value: U64): '#GP' | undefined {
  const isLocked = hypercallRegister.get(partition.hypercallMsr, 'Locked') === 1;
  if (isLocked || u64IsZero(partition.guestOsId)) return undefined;
  if (u64Bit(value, enableBit) && !isInSpace(partition.gpa, value.hi)) return generalProtection;
  const cover = hypercallCover(machine, partition);
  movePage(machine, partition, cover, partition.hypercallMsr, value);
  partition.hypercallMsr = value;
  return undefined;
}

function hypercallCover(machine: Machine, { hypercallPage: page }: Partition): Covering {
  if (page.bytes === undefined) {
    fillHypercallPage(new Uint8Array(pageBytes(page).buffer), machine.vendor);
  }
  return { kind: 'hypercall', page, rights: access.read | access.execute };
}

/** The page is filled when it is laid out, and stays as it is until the time is set. */
function storeReferenceTsc(machine: Machine, { partition }: Vp, value: U64): undefined {
  const { clock } = partition;
  if (u64Bit(value, enableBit)) fillTscPage(clock);
  const cover = { kind: 'reference-tsc', page: clock.tscPage, rights: readWrite } as const;
  movePage(machine, partition, cover, clock.tscPageMsr, value);
  clock.tscPageMsr = value;
}

/** Reading the counter costs an exit, so that no two readings are the same. */
function readReferenceTime(machine: Machine, { partition }: Vp): U64 {
  machine.timeNs += hypervisorFacts.msrReadNs.value;
  return referenceTime(machine, partition);
}

function storeReset(machine: Machine, { partition }: Vp, value: U64): undefined {
  if (!u64Bit(value, 0)) return;
  report(machine, kind.systemReset, partition.id, 0, 0);
  resetPartition(partition);
}

const crashAbilities = crashControl.pack({ CrashMessage: 1, CrashNotify: 1 });

/** The guest says that its parameters are complete; the parent gets to know. */
function storeCrash(machine: Machine, { partition }: Vp, value: U64): undefined {
  if (crashControl.get(value, 'CrashNotify') === 0) return;
  const [first = u64Zero] = partition.crash;
  report(machine, kind.guestCrash, partition.id, first.lo, first.hi);
}

/** A register that keeps what is written. */
const kept = (name: 'reenlightenment' | 'tscEmulation'): MsrRule => ({
  read: (_machine, { partition }) => partition.clock[name],
  write(_machine, { partition }, value) {
    partition.clock[name] = value;
    return undefined;
  },
});

/** The registers that are there once, by index. */
export const partitionRegisters: ReadonlyMap<number, MsrRule> = new Map<number, MsrRule>([
  [
    msrIndex.GUEST_OS_ID,
    { read: (_machine, { partition }) => partition.guestOsId, write: storeGuestOsId },
  ],
  [
    msrIndex.HYPERCALL,
    { read: (_machine, { partition }) => partition.hypercallMsr, write: storeHypercall },
  ],
  [msrIndex.RESET, { read: () => u64Zero, write: storeReset }],
  [msrIndex.TIME_REF_COUNT, { read: readReferenceTime }],
  [
    msrIndex.REFERENCE_TSC,
    { read: (_machine, { partition }) => partition.clock.tscPageMsr, write: storeReferenceTsc },
  ],
  [msrIndex.TSC_FREQUENCY, { read: () => u64(hypervisorFacts.tscFrequency.value) }],
  [msrIndex.APIC_FREQUENCY, { read: () => u64(hypervisorFacts.apicFrequency.value) }],
  [msrIndex.CRASH_CTL, { read: () => crashAbilities, write: storeCrash }],
  [msrIndex.REENLIGHTENMENT_CONTROL, kept('reenlightenment')],
  [msrIndex.TSC_EMULATION_CONTROL, kept('tscEmulation')],
  [
    msrIndex.TSC_EMULATION_STATUS,
    {
      read: () => u64Zero,
      // The guest may say that emulation is over, not that it has begun.
      write: (_machine, _vp, value) => (u64IsZero(value) ? undefined : generalProtection),
    },
  ],
  [
    msrIndex.TSC_INVARIANT_CONTROL,
    {
      read: (_machine, { partition }) => partition.clock.tscInvariant,
      write(_machine, { partition }, value) {
        if (value.hi !== 0 || value.lo > 1) return generalProtection;
        partition.clock.tscInvariant = value;
        return undefined;
      },
    },
  ],
]);

/** One of the five parameters that a crashing guest leaves behind. */
export const crashParameterRegister = (index: number): MsrRule => ({
  read: (_machine, { partition }) => partition.crash[index] as U64,
  write(_machine, { partition }, value) {
    partition.crash[index] = value;
    return undefined;
  },
});

function report(machine: Machine, event: number, a: number, b: number, c: number): void {
  const { trace, timeNs } = machine;
  if (trace.enabled) trace.emit(timeNs, event, hypervisorActor, a, b, c);
}
