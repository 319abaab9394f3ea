/** Why guest code stopped. */
import type { U64 } from '../../kernel/u64.ts';
import type { PortAccess } from './ports.ts';

/** Exceptions that the interpreter raises, by vector. */
export const faultVector = {
  '#DE': 0,
  '#BP': 3,
  '#UD': 6,
  '#SS': 12,
  '#GP': 13,
  '#PF': 14,
} as const;

/** The name of an exception. */
export type FaultName = keyof typeof faultVector;

/**
 * An exception: RIP stands at the instruction that caused it, and nothing has changed but CR2,
 * which holds the address of a page fault.
 */
export interface Fault {
  readonly name: FaultName;
  readonly errorCode: number;
  /** For a page fault: the address that was used. */
  readonly address: U64 | undefined;
}

/** What the parent was asked to deal with. */
export type InterceptedMatter = 'port' | 'msr' | 'cpuid' | 'memory' | 'exception' | 'hypercall';

/**
 * How a run ended. No table of handlers is consulted: an exception ends the run and says at which
 * bytes it happened. `mode`: the processor is neither in real mode nor in 64-bit mode. `register`:
 * the instruction moves a register that the machine does not keep. `not-simulated`: a hypercall was
 * made whose effect is not simulated.
 */
export type Exit =
  | { readonly kind: 'fault'; readonly fault: Fault; readonly bytes: Uint8Array }
  | {
      readonly kind: 'intercepted';
      readonly what: InterceptedMatter;
      readonly lengthBytes: number;
      readonly port: PortAccess | undefined;
    }
  | { readonly kind: 'halted' }
  | { readonly kind: 'budget' }
  | { readonly kind: 'suspended' }
  | { readonly kind: 'mode' }
  | { readonly kind: 'register'; readonly name: string; readonly isWrite: boolean }
  | { readonly kind: 'not-simulated' };
