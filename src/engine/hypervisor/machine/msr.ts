/**
 * Reads and writes of synthetic MSRs: the privilege first, then the rule of the register.
 *
 * Source: TLFS, Hypercall Interface, "Establishing the Hypercall Interface"; Virtual Interrupt
 * Controller, "SynIC MSRs"; Timers; Virtual Processors; Partition Properties.
 */
import { assert } from '../../kernel/result.ts';
import type { U64 } from '../../kernel/u64.ts';
import { hvEvents } from '../defs/events.ts';
import type { Machine, Vp } from '../defs/model.ts';
import {
  crashBase,
  crashParameters,
  isMsrAvailable,
  type MsrRule,
  type MsrSpec,
  msrByIndex,
  sintBase,
  sintSources,
  timerBase,
  timersPerVp,
} from '../defs/msrs.ts';
import { crashParameterRegister, partitionRegisters } from './msr-partition.ts';
import { sintRegisterAt, timerRegisterAt, vpRegisters } from './msr-vp.ts';

/** The general-protection fault: the access is refused and nothing has changed. */
const generalProtection = '#GP';

const { kind } = hvEvents;

/** The rules of all registers, by index. */
const rules: ReadonlyMap<number, MsrRule> = new Map([
  ...partitionRegisters,
  ...vpRegisters,
  ...run(sintBase, sintSources, sintRegisterAt),
  ...run(timerBase, 2 * timersPerVp, timerRegisterAt),
  ...run(crashBase, crashParameters, crashParameterRegister),
]);

function run(first: number, total: number, make: (index: number) => MsrRule): [number, MsrRule][] {
  return Array.from({ length: total }, (_, index) => [first + index, make(index)]);
}

/** The register, if this partition may use it. */
function permitted(vp: Vp, index: number): MsrSpec | undefined {
  assert(index >= 0 && index <= 0xffff_ffff, 'an MSR index has 32 bits');
  const spec = msrByIndex(index);
  return spec !== undefined && isMsrAvailable(spec, vp.partition) ? spec : undefined;
}

/** Reads an MSR as the guest: its value, or the fault. */
export function readMsr(machine: Machine, vp: Vp, index: number): U64 | '#GP' {
  const spec = permitted(vp, index);
  if (spec === undefined || spec.access === 'write-only') return generalProtection;
  const value = currentValue(machine, vp, index);
  const { trace, timeNs } = machine;
  if (trace.enabled) {
    trace.emit(timeNs, kind.msrRead, vp.partition.id, index, value.lo, value.hi);
  }
  return value;
}

/** The value of an MSR that exists, whoever asks: also what its register name gives. */
export function currentValue(machine: Machine, vp: Vp, index: number): U64 {
  const read = rules.get(index)?.read;
  assert(read !== undefined, `MSR ${index} has no value`);
  return read(machine, vp);
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
  const write = rules.get(index)?.write;
  assert(write !== undefined, `MSR ${index} cannot be written`);
  return write(machine, vp, value);
}
