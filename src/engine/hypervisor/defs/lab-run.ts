/**
 * One run of the hypercall lab as data: what was asked, the machine before and after, what
 * happened.
 *
 * Scenarios make it, views read it.
 */
import type { TraceRecord } from '../../kernel/trace.ts';
import type { U64 } from '../../kernel/u64.ts';
import type { CallDefinition } from './call.ts';
import type { Machine, Vp } from './model.ts';
import type { Outcome } from './outcome.ts';

/** Who makes the call: the root, or the running child. */
export type Caller = 'root' | 'child';

/** One hypercall to make, as the registers and the memory of the caller hold it. */
export interface CallParams {
  readonly caller: Caller;
  /** RCX. */
  readonly control: U64;
  /** The input block; in the fast form it goes to RDX, R8 and XMM0 to XMM5. */
  readonly input: Uint8Array;
  /** RDX of the memory form. */
  readonly inputGpa: U64;
  /** R8 of the memory form. */
  readonly outputGpa: U64;
}

/** Everything that a view needs of a run. */
export interface LabRun {
  readonly params: CallParams;
  /** The declaration of the call, if the code is known. */
  readonly call: CallDefinition | undefined;
  readonly before: Machine;
  readonly after: Machine;
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
