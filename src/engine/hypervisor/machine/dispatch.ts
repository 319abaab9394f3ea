/**
 * One hypercall from the instruction to the answer.
 *
 * Source: TLFS, Hypercall Interface.
 */
import { hypervisorFacts } from '../../facts/hypervisor.ts';
import type { CallDefinition } from '../defs/call.ts';
import { hvEvents } from '../defs/events.ts';
import type { Vp } from '../defs/model.ts';
import type { Outcome } from '../defs/outcome.ts';
import {
  checkCode,
  checkFastSize,
  checkFields,
  checkHeader,
  checkMode,
  checkPrivilege,
  checkReps,
  checkReserved,
  checkUnknownCode,
  checkVtlCall,
  checkXmm,
} from './checks.ts';
import { finish } from './finish.ts';
import { type Frame, loadControl, pass, sizeBlocks } from './frame.ts';
import { placeBlocks } from './place.ts';
import type { BoundPorts } from './ports.ts';
import { runBody } from './run.ts';
import { refreshStats } from './stats.ts';

const { kind } = hvEvents;

/** What dispatch works with: the frame, the calls it knows, and the machine as bodies see it. */
export interface Dispatcher {
  readonly frame: Frame;
  readonly calls: ReadonlyMap<number, CallDefinition>;
  readonly ports: BoundPorts;
  /** How long one call may hold the processor. */
  readonly timeLimitNs: number;
}

/** Executes the hypercall that the registers of `vp` describe. */
export function executeHypercall(dispatcher: Dispatcher, vp: Vp): Outcome {
  const { frame, ports } = dispatcher;
  const { machine } = frame;
  loadControl(frame, vp);
  if (machine.trace.enabled) {
    const actor = vp.partition.id;
    const { controlLo, controlHi } = frame;
    machine.trace.emit(machine.timeNs, kind.call, actor, controlLo, controlHi, vp.index);
  }
  const deadlineNs = machine.timeNs + dispatcher.timeLimitNs;
  ports.bind(vp, deadlineNs);
  machine.timeNs += hypervisorFacts.hypercallEntryNs.value;
  const refused = refuse(dispatcher);
  const outcome = finish(frame, refused === pass ? runBody(frame, ports, deadlineNs) : refused);
  refreshStats(machine);
  return outcome;
}

/** Makes the checks in order and gives the first refusal, or `pass`. */
function refuse({ frame, calls }: Dispatcher): number {
  const badMode = checkMode(frame);
  if (badMode !== pass) return badMode;
  const code = frame.controlLo & 0xffff;
  const badVtlCall = checkVtlCall(frame, code);
  if (badVtlCall !== pass) return badVtlCall;
  const call = calls.get(code);
  if (call === undefined) return checkUnknownCode(frame, code);
  sizeBlocks(frame, call);
  return (
    checkCode(frame, call) ||
    checkPrivilege(frame, call) ||
    checkReserved(frame) ||
    checkXmm(frame) ||
    checkReps(frame, call) ||
    checkHeader(frame, call) ||
    checkFastSize(frame) ||
    placeBlocks(frame) ||
    checkFields(frame, call)
  );
}
