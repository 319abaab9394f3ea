/**
 * The body of a call: once, or element by element until the list or the time is over.
 *
 * A rep call always does at least one element, stops at the first that fails, and gives the
 * processor back when the time limit is reached. Source: TLFS, Hypercall Interface, "Hypercall
 * Continuation".
 */
import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { assert } from '../../kernel/result.ts';
import type { CallDefinition } from '../defs/call.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import type { HypercallPorts } from '../defs/ports.ts';
import { HvStatus } from '../defs/status.ts';
import { type Frame, refusal } from './frame.ts';

const { kind } = hvEvents;

/**
 * Runs the body; gives a status or a refusal, with `frame.index` elements done. By virtual time
 * `deadlineNs` the caller has its processor back, unless the first element alone takes longer.
 */
export function runBody(frame: Frame, ports: HypercallPorts, deadlineNs: number): number {
  const { call } = frame;
  assert(call !== undefined, 'a call without declaration passed the checks');
  clearOutput(frame);
  frame.index = frame.repStart;
  const begun = call.body(frame, ports);
  if (call.behaviour === 'validated only' && begun === HvStatus.SUCCESS) {
    return refusal.notSimulated;
  }
  const { step } = call;
  if (step === undefined) {
    assert(typeof begun === 'number', `${call.name} gave a context`);
    if (begun === HvStatus.SUCCESS) copyOutput(frame, 0, frame.outputSizeBytes);
    return begun;
  }
  if (typeof begun === 'number') {
    if (begun !== HvStatus.SUCCESS) return begun;
  } else {
    frame.context = begun;
  }
  const answer = runElements(frame, ports, step, deadlineNs);
  const size = call.outputElement?.sizeBytes ?? 0;
  copyOutput(frame, frame.repStart * size, frame.index * size);
  return answer;
}

function runElements(
  frame: Frame,
  ports: HypercallPorts,
  step: NonNullable<CallDefinition['step']>,
  deadlineNs: number,
): number {
  const { machine, call } = frame;
  const elementBytes = call?.element?.sizeBytes ?? 0;
  const outputBytes = call?.outputElement?.sizeBytes ?? 0;
  const listAt = frame.inputAt + (call?.input?.sizeBytes ?? 0) + frame.headerWords * 8;
  const elementNs = hypervisorFacts.hypercallElementNs.value;
  while (frame.index < frame.repCount) {
    frame.elementAt = listAt + frame.index * elementBytes;
    frame.outputElementAt = frame.index * outputBytes;
    const elementEnd = frame.elementAt + elementBytes;
    assert(elementEnd <= frame.inputAt + frame.inputSizeBytes, 'an element is part of the input');
    machine.timeNs += elementNs;
    const status: number = step(frame.context, frame, ports);
    if (status === refusal.timeOut) return status;
    if (machine.trace.enabled) {
      machine.trace.emit(machine.timeNs, kind.element, hypervisorActor, frame.index, status);
    }
    if (status !== HvStatus.SUCCESS) return status;
    frame.index += 1;
    assert(frame.index <= frame.repCount, 'no more elements are done than there are');
    const isLate = machine.timeNs + elementNs > deadlineNs;
    if (isLate && frame.index < frame.repCount) return refusal.timeOut;
  }
  return HvStatus.SUCCESS;
}

function clearOutput({ outputBytes, outputSizeBytes }: Frame): void {
  assert(outputSizeBytes <= outputBytes.byteLength, 'an output has one page at most');
  for (let at = 0; at < outputSizeBytes; at += 4) outputBytes.setUint32(at, 0, true);
}

/** Copies bytes `from` up to `to` of the staged output to where the caller wants it. */
function copyOutput(frame: Frame, from: number, to: number): void {
  if (to <= from) return;
  const { machine, outputBytes, sink, sinkAt } = frame;
  assert(to <= frame.outputSizeBytes, `${to} bytes of output do not fit`);
  assert(sinkAt + to <= sink.byteLength, 'an output ends in its page or registers');
  let at = from;
  if (((from | to) & 3) === 0) {
    for (; at < to; at += 4) sink.setUint32(sinkAt + at, outputBytes.getUint32(at, true), true);
  }
  for (; at < to; at += 1) sink.setUint8(sinkAt + at, outputBytes.getUint8(at));
  if (machine.trace.enabled) {
    const fast = frame.fast ? 1 : 0;
    machine.trace.emit(machine.timeNs, kind.output, hypervisorActor, to - from, fast);
  }
}
