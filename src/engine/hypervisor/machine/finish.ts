/**
 * How a call ends: result value, continuation, fault or intercept.
 *
 * Source: TLFS, Hypercall Interface, "Hypercall Outputs" and "Hypercall Continuation".
 */
import { assert } from '../../kernel/result.ts';
import { hvEvents, hypervisorActor } from '../defs/events.ts';
import type { Outcome } from '../defs/outcome.ts';
import { slot } from '../defs/registers.ts';
import { type Frame, refusal } from './frame.ts';
import { advanceRip } from './registers.ts';
import { completeVtlSwitch } from './vtl.ts';

const { kind } = hvEvents;

/** Bytes of VMCALL and of VMMCALL. */
const instructionBytes = 3;
/** Vector of the invalid-opcode fault. */
const undefinedOpcodeVector = 6;

/** Ends the call in progress with a status or a refusal. */
export function finish(frame: Frame, answer: number): Outcome {
  switch (answer) {
    case refusal.undefinedOpcode:
      report(frame, kind.fault, undefinedOpcodeVector, 0);
      return end(frame, '#UD');
    case refusal.intercept:
      return end(frame, 'intercepted');
    case refusal.vtlSwitch:
      advanceRip(frame.vp.registers, instructionBytes);
      completeVtlSwitch(frame.machine, frame.vp);
      return end(frame, 'switched');
    case refusal.notSimulated:
      report(frame, kind.notSimulated, frame.call?.code ?? 0, 0);
      return end(frame, 'validated');
    case refusal.timeOut:
      if (frame.call?.kind === 'simple') {
        // Nothing in the control word says how far a simple call is: the state of its object does.
        report(frame, kind.again, frame.call.code, 0);
      } else {
        report(frame, kind.continuation, frame.index, frame.repCount);
        writeStartIndex(frame);
      }
      return end(frame, 'continued');
    default:
      report(frame, kind.status, answer, frame.index);
      assert(frame.index <= frame.repCount, 'a result counts elements that there are');
      writeResult(frame, answer, frame.index);
      advanceRip(frame.vp.registers, instructionBytes);
      return end(frame, 'returned');
  }
}

function report({ machine }: Frame, event: number, a: number, b: number): void {
  const { trace, timeNs } = machine;
  if (trace.enabled) trace.emit(timeNs, event, hypervisorActor, a, b);
}

function end(frame: Frame, outcome: Outcome): Outcome {
  const { machine, vp, wide } = frame;
  if (!machine.trace.enabled) return outcome;
  const { registers } = vp;
  const lo = registers.getUint32(slot.RAX, true);
  const hi = registers.getUint32(wide ? slot.RAX + 4 : slot.RDX, true);
  machine.trace.emit(machine.timeNs, kind.return, vp.partition.id, lo, hi, vp.index);
  return outcome;
}

/** Result value: status in bits 15 to 0, elements done in bits 43 to 32. */
function writeResult({ vp, wide }: Frame, status: number, reps: number): void {
  assert(status >= 0 && status <= 0xffff, `not a status: ${status}`);
  const { registers } = vp;
  registers.setUint32(slot.RAX, status, true);
  registers.setUint32(wide ? slot.RAX + 4 : slot.RDX, reps, true);
  if (wide) return;
  registers.setUint32(slot.RAX + 4, 0, true);
  registers.setUint32(slot.RDX + 4, 0, true);
}

/** Puts the next start index into the control word, so that the instruction resumes there. */
function writeStartIndex({ vp, wide, controlHi, index, repCount }: Frame): void {
  assert(index < repCount, `a call continues at ${index} of ${repCount}`);
  const at = wide ? slot.RCX + 4 : slot.RDX;
  vp.registers.setUint32(at, (controlHi & 0xf000_ffff) | (index << 16), true);
}
