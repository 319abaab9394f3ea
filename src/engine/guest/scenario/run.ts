/** A run of guest code from an empty machine to its last stop. */

import type { Hypervisor, Partition, Vp } from '../../hypervisor/index.ts';
import { readU64 } from '../../kernel/layout.ts';
import { type U64, u64, u64Zero } from '../../kernel/u64.ts';
import type { GuestParams, GuestRun, GuestStop, ParentMessage } from '../defs/params.ts';
import { newCpu } from '../machine/cpu.ts';
import { run } from '../machine/step.ts';
import { bindGuest, registerSlots } from './bind.ts';
import { buildGuest } from './build.ts';
import { type PortMessage, readPortMessage, setRegisters, takeMessages } from './parent.ts';

/** The parent resumes a guest this many times at most. */
const stopsMax = 256;

/** Runs a guest on a fresh machine; the same parameters give the same digest everywhere. */
export function runGuest(params: GuestParams): GuestRun {
  const { hv, rootVp, guest, vp } = buildGuest(params);
  const cpu = newCpu(bindGuest(hv, vp));
  const stops: GuestStop[] = [];
  const messages: ParentMessage[] = [];
  let steps = 0;
  for (;;) {
    const part = run(cpu, params.stepsMax - steps);
    steps += part.steps;
    stops.push({ exit: part.exit, rip: at(vp, registerSlots.rip), rax: general(vp, 0) });
    const arrived = takeMessages(hv, rootVp);
    messages.push(...arrived);
    const isOver = part.exit.kind !== 'intercepted' || stops.length === stopsMax;
    if (isOver || !resume(hv, rootVp, guest, arrived)) break;
  }
  return {
    params,
    stops,
    messages,
    registers: registerSlots.general.map((slot) => at(vp, slot)),
    steps,
    records: hv.trace.records(),
    digest: hv.digest(),
  };
}

const at = (vp: Vp, slot: number): U64 => readU64(vp.registers, slot);
const general = (vp: Vp, number: number): U64 => at(vp, registerSlots.general[number] ?? 0);

/**
 * Deals with a port access and lets the guest run on behind the instruction. The parent knows of no
 * other intercept, and a zero byte tells it that the guest has nothing more to say.
 */
function resume(
  hv: Hypervisor,
  rootVp: Vp,
  guest: Partition,
  arrived: readonly ParentMessage[],
): boolean {
  const message = arrived.map(readPortMessage).find((each) => each !== undefined);
  if (message === undefined || (message.isWrite && (message.rax.lo & 0xff) === 0)) return false;
  setRegisters(hv, rootVp, guest, [
    ['RIP', message.nextRip],
    ['RAX', message.isWrite ? message.rax : allOnes(message)],
    ['InterceptSuspend', u64Zero],
  ]);
  return true;
}

/** What a port without a device reads; four bytes clear the upper half of RAX. */
function allOnes({ rax, sizeBytes }: PortMessage): U64 {
  if (sizeBytes === 4) return u64(0xffff_ffff);
  return u64(rax.lo | (sizeBytes === 2 ? 0xffff : 0xff), rax.hi);
}
