/** MSRs of which each virtual processor has its own: SynIC, APIC, timers, idle, run time. */
import { assert } from '../../kernel/result.ts';
import { type U64, u64, u64FromNumber, u64Zero } from '../../kernel/u64.ts';
import type { Machine, SyntheticTimer, Vp } from '../defs/model.ts';
import { type MsrRule, msrIndex, sintSources, timersPerVp } from '../defs/msrs.ts';
import { sintRegister } from '../defs/synic.ts';
import { endOfInterrupt, sendCommand, setTaskPriority, taskPriority } from './apic.ts';
import { movePage, readWrite } from './overlay.ts';
import { referenceUnitNs } from './reference-time.ts';
import { endOfMessage } from './synic.ts';
import { configureTimer, setTimerCount } from './timers.ts';

const generalProtection = '#GP';
const synicVersion = u64(1);
/** Vectors below are exceptions of the processor. */
const vectorMin = 16;
const taskPriorityMax = 0xff;

function storeSimp(machine: Machine, { synic, partition }: Vp, value: U64): undefined {
  const { messagePage: page, simp } = synic;
  movePage(machine, partition, { kind: 'messages', page, rights: readWrite }, simp, value);
  synic.simp = value;
}

function storeSiefp(machine: Machine, { synic, partition }: Vp, value: U64): undefined {
  const { eventPage: page, siefp } = synic;
  movePage(machine, partition, { kind: 'event-flags', page, rights: readWrite }, siefp, value);
  synic.siefp = value;
}

function storeAssist(machine: Machine, vp: Vp, value: U64): undefined {
  const { partition, assistPage: page, assistMsr } = vp;
  movePage(machine, partition, { kind: 'vp-assist', page, rights: readWrite }, assistMsr, value);
  vp.assistMsr = value;
}

/** Reading means waiting: the processor idles unless an interrupt is requested already. */
function goIdle(_machine: Machine, vp: Vp): U64 {
  vp.idle = vp.pendingVectors.size === 0 && !vp.nmiPending;
  return u64Zero;
}

/** The registers that are there once, by index. */
export const vpRegisters: ReadonlyMap<number, MsrRule> = new Map<number, MsrRule>([
  [msrIndex.VP_INDEX, { read: (_machine, vp) => u64(vp.index) }],
  [
    msrIndex.VP_RUNTIME,
    { read: (_machine, vp) => u64FromNumber(Math.floor(vp.runtimeNs / referenceUnitNs)) },
  ],
  [
    msrIndex.EOI,
    {
      write(machine, vp, value) {
        if (value.hi !== 0) return generalProtection;
        endOfInterrupt(machine, vp);
        // The end of an interrupt is also a moment to look for messages that wait.
        endOfMessage(machine, vp);
        return undefined;
      },
    },
  ],
  [
    msrIndex.ICR,
    {
      read: (_machine, vp) => vp.apic.command,
      write: (machine, vp, value) => void sendCommand(machine, vp, value),
    },
  ],
  [
    msrIndex.TPR,
    {
      read: (_machine, vp) => u64(taskPriority(vp)),
      write(_machine, vp, value) {
        if (value.hi !== 0 || value.lo > taskPriorityMax) return generalProtection;
        setTaskPriority(vp, value.lo);
        return undefined;
      },
    },
  ],
  [msrIndex.VP_ASSIST_PAGE, { read: (_machine, vp) => vp.assistMsr, write: storeAssist }],
  [
    msrIndex.SCONTROL,
    {
      read: (_machine, { synic }) => synic.scontrol,
      write(_machine, { synic }, value) {
        synic.scontrol = value;
        return undefined;
      },
    },
  ],
  [msrIndex.SVERSION, { read: () => synicVersion }],
  [msrIndex.SIEFP, { read: (_machine, { synic }) => synic.siefp, write: storeSiefp }],
  [msrIndex.SIMP, { read: (_machine, { synic }) => synic.simp, write: storeSimp }],
  [msrIndex.EOM, { read: () => u64Zero, write: (machine, vp) => void endOfMessage(machine, vp) }],
  [msrIndex.GUEST_IDLE, { read: goIdle }],
]);

/** A SINT that is not masked needs a vector of 16 or higher. */
export function sintRegisterAt(sint: number): MsrRule {
  assert(sint >= 0 && sint < sintSources, `no source ${sint}`);
  return {
    read: (_machine, { synic }) => synic.sints[sint] as U64,
    write(_machine, { synic }, value) {
      const isMasked = sintRegister.get(value, 'Masked') === 1;
      if (sintRegister.get(value, 'Vector') < vectorMin && !isMasked) return generalProtection;
      synic.sints[sint] = value;
      return undefined;
    },
  };
}

/** Configuration and count of the timers alternate. */
export function timerRegisterAt(index: number): MsrRule {
  const timer = index >>> 1;
  assert(timer < timersPerVp, `no timer ${timer}`);
  return index % 2 === 0
    ? {
        read: (_machine, { timers }) => (timers[timer] as SyntheticTimer).config,
        write: (machine, vp, value) => configureTimer(machine, vp, timer, value),
      }
    : {
        read: (_machine, { timers }) => (timers[timer] as SyntheticTimer).countWord,
        write: (machine, vp, value) => void setTimerCount(machine, vp, timer, value),
      };
}
