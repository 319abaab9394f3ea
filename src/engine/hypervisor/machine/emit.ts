/** Reports what the hypervisor does, at the machine's time, if the machine is traced. */
import { hypervisorActor } from '../defs/events.ts';
import type { Machine } from '../defs/model.ts';

/** Puts one record of the hypervisor itself into the trace. */
export function emit(machine: Machine, event: number, a = 0, b = 0, c = 0): void {
  const { trace, timeNs } = machine;
  if (trace.enabled) trace.emit(timeNs, event, hypervisorActor, a, b, c);
}
