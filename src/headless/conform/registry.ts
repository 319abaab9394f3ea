/**
 * What the engine has, asked of its own registries.
 *
 * A row about a call or a register that is not there is skipped as not built; a row whose answer
 * does not depend on it (an unknown code, an unknown MSR, the wrong processor mode) is run.
 */
import { HvStatus, hypercalls, msrByIndex } from '../../engine/hypervisor/index.ts';

/** The calls by every name that they have. */
const byName = new Map(
  hypercalls.flatMap((call) => [call.name, ...call.aka].map((name) => [name, call] as const)),
);

const codes = new Set(hypercalls.map(({ code }) => code));

/** True when the engine has the call with a code. */
const hasCall = (code: number): boolean => codes.has(code);

/** True when the engine has the call with a name. */
export const hasCallNamed = (name: string): boolean => byName.has(name);

/** True when the engine has an MSR. */
const hasMsr = (index: number): boolean => msrByIndex(index) !== undefined;

/** First code of the extended calls, of which the hypervisor need not know any. */
const extendedBase = 0x8000;

/** What decides whether a row about a call can be run. */
export interface CallQuestion {
  readonly code: number;
  /** The status that the row expects, if it expects one. */
  readonly status: number | undefined;
  /** False when the processor may not make any call. */
  readonly modeAllows: boolean;
}

/** True when a row about an MSR asks for a register that is not there. */
export const lacksMsr = (index: number, expectsFault: boolean): boolean =>
  !hasMsr(index) && !expectsFault;

/** True when a row about a call asks for behaviour that is not there. */
export function lacksCall({ code, status, modeAllows }: CallQuestion): boolean {
  if (hasCall(code) || !modeAllows) return false;
  if (code >= extendedBase) return status === HvStatus.SUCCESS;
  return status !== HvStatus.INVALID_HYPERCALL_CODE;
}
