/** One run of the hypercall lab: the machine before, one call, the machine after. */
import type { TraceRecord } from '../../kernel/trace.ts';
import { type U64, u64Zero } from '../../kernel/u64.ts';
import { hypercalls } from '../calls/index.ts';
import type { CallDefinition } from '../defs/call.ts';
import { hypercallInput } from '../defs/control.ts';
import type { Vp } from '../defs/model.ts';
import { fastBlockBytes, slot } from '../defs/registers.ts';
import { fastOutputAt } from '../machine/checks.ts';
import type { Outcome } from '../machine/finish.ts';
import type { Hypervisor } from '../machine/hypervisor.ts';
import { peekBytes } from '../machine/memory.ts';
import { buildLabMachine, labPartition, loadCall, makeCall } from './lab-machine.ts';
import type { CallParams } from './params.ts';

/** Everything that a view needs of a run. */
export interface LabRun {
  readonly params: CallParams;
  /** The declaration of the call, if the code is known. */
  readonly call: CallDefinition | undefined;
  readonly before: Hypervisor;
  readonly after: Hypervisor;
  /** The calling processor in each of the two machines. */
  readonly vpBefore: Vp;
  readonly vpAfter: Vp;
  readonly outcome: Outcome;
  /** How often the instruction was executed: more than once when the call continued. */
  readonly entries: number;
  readonly records: readonly TraceRecord[];
  /** The output block, empty when the call gave none. */
  readonly output: Uint8Array;
  readonly digest: string;
}

/** The declaration with a code. */
export const callByCode = (code: number): CallDefinition | undefined =>
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
    before,
    after,
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
  const result = resultOf(vp);
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

/** RAX after the call. */
export function resultOf(vp: Vp): U64 {
  const lo = vp.registers.getUint32(slot.RAX, true);
  const hi = vp.registers.getUint32(slot.RAX + 4, true);
  return lo === 0 && hi === 0 ? u64Zero : { lo, hi };
}
