/** One run of the hypercall lab: the machine before, one call, the machine after. */
import { readU64 } from '../../kernel/layout.ts';
import { hypercalls } from '../calls/index.ts';
import type { CallDefinition } from '../defs/call.ts';
import { hypercallInput } from '../defs/control.ts';
import type { CallParams, LabRun } from '../defs/lab-run.ts';
import type { Vp } from '../defs/model.ts';
import { fastBlockBytes, slot } from '../defs/registers.ts';
import { fastOutputAt } from '../machine/checks.ts';
import { peekBytes } from '../machine/memory.ts';
import { buildLabMachine, labPartition, loadCall, makeCall } from './lab-machine.ts';

/** The declaration with a code. */
const callByCode = (code: number): CallDefinition | undefined =>
  hypercalls.find((call) => call.code === code);

/** Makes the call on a fresh machine. */
export function runCall(params: CallParams): LabRun {
  const before = buildLabMachine();
  const after = buildLabMachine();
  const partition = params.caller === 'root' ? labPartition.root : labPartition.child;
  const vpBefore = before.vp(partition, 0);
  const vpAfter = after.vp(partition, 0);
  loadCall(vpBefore, params);
  const { outcome, entries } = makeCall(after, vpAfter, params);
  const call = callByCode(hypercallInput.get(params.control, 'CallCode'));
  return {
    params,
    call,
    before: before.machine,
    after: after.machine,
    vpBefore,
    vpAfter,
    outcome,
    entries,
    records: after.trace.records(),
    output: outcome === 'returned' ? outputOf(params, call, vpAfter) : new Uint8Array(),
    digest: after.digest(),
  };
}

function outputOf(params: CallParams, call: CallDefinition | undefined, vp: Vp): Uint8Array {
  const result = readU64(vp.registers, slot.RAX);
  const isRep = call?.kind === 'rep';
  if (call === undefined || (!isRep && result.lo !== 0)) return new Uint8Array();
  const element = call.outputElement?.sizeBytes ?? 0;
  const sizeBytes = isRep ? element * (result.hi & 0xfff) : (call.output?.sizeBytes ?? 0);
  if (hypercallInput.get(params.control, 'Fast') === 0) {
    return params.outputGpa.hi === 0
      ? peekBytes(vp.partition.gpa, params.outputGpa.lo, sizeBytes)
      : new Uint8Array();
  }
  const repCount = hypercallInput.get(params.control, 'RepCount');
  const inputBytes = (call.input?.sizeBytes ?? 0) + repCount * (call.element?.sizeBytes ?? 0);
  const at = slot.RDX + fastOutputAt(inputBytes);
  return new Uint8Array(vp.registers.buffer).slice(at, Math.min(at + sizeBytes, fastBlockBytes));
}
