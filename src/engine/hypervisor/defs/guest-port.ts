/**
 * What the part that executes guest instructions may ask of the machine.
 *
 * An interpreter of guest code sees this interface, the register file of its processor
 * (`Vp.registers` at the offsets of `slot`) and nothing else. Every question that an intercept can
 * answer gives `intercepted` or true when one did: then the message to the parent is on its way,
 * the processor is suspended (`Vp.interceptSuspend`) and RIP still points at the instruction, so
 * the interpreter leaves without any other effect. `machine/guest.ts` implements it.
 */
import type { U64 } from '../../kernel/u64.ts';
import type { Vp } from './model.ts';
import type { Outcome } from './outcome.ts';

/** How memory is touched. */
export type MemoryUse = 'read' | 'write' | 'execute';

/** The instruction at which something happens, as messages to the parent describe it. */
export interface GuestInstruction {
  readonly lengthBytes: number;
  /** As many of its bytes as were fetched, at most 16; messages may go without them. */
  readonly bytes?: Uint8Array;
}

/** An access to an I/O port. */
export interface IoPortAccess {
  readonly port: number;
  readonly sizeBytes: 1 | 2 | 4;
  readonly isWrite: boolean;
  /** INS or OUTS, and whether it has a REP prefix. */
  readonly isString?: boolean;
  readonly isRep?: boolean;
}

/** An access to memory that could not be made. */
export interface FailedAccess {
  readonly gpa: U64;
  /** The virtual address, if paging was on. */
  readonly gva?: U64;
  readonly use: MemoryUse;
}

/** Where a virtual address leads, or the error code of the page fault that it causes. */
export type GvaTranslation =
  | { readonly kind: 'address'; readonly gpa: U64 }
  | { readonly kind: 'page-fault'; readonly errorCode: number }
  /** The upper bits are not all alike: the processor raises a general protection fault. */
  | { readonly kind: 'non-canonical' }
  /** A page of the tables themselves is not there: `gpa` is what could not be read. */
  | { readonly kind: 'no-table'; readonly gpa: U64 };

/** What CPUID puts into EAX, EBX, ECX and EDX. */
export interface CpuidValue {
  readonly eax: number;
  readonly ebx: number;
  readonly ecx: number;
  readonly edx: number;
}

/** The machine as guest code meets it. */
export interface GuestPort {
  /** True while the processor may execute: its partition is active and nothing suspends it. */
  isRunnable(vp: Vp): boolean;
  /** Walks the page tables that CR0, CR3, CR4 and EFER name; without paging the identity. */
  translate(vp: Vp, gva: U64, use: MemoryUse): GvaTranslation;
  /** The bytes of a guest-physical page, or undefined when the access must be intercepted. */
  page(vp: Vp, gpaPage: number, use: MemoryUse): DataView | undefined;
  /** Reports an access that `page` refused; the processor is suspended afterwards. */
  interceptMemory(vp: Vp, access: FailedAccess, at: GuestInstruction): void;
  /** True when the parent takes the access; else nobody answers (reads give all ones). */
  interceptIoPort(vp: Vp, access: IoPortAccess, at: GuestInstruction): boolean;
  /** True when the parent takes the exception instead of the guest. */
  interceptException(vp: Vp, vector: number, errorCode: number, at: GuestInstruction): boolean;
  cpuid(vp: Vp, leaf: number, subleaf: number, at: GuestInstruction): CpuidValue | 'intercepted';
  readMsr(vp: Vp, index: number, at: GuestInstruction): U64 | '#GP' | 'intercepted';
  /** Gives undefined when the write is done. */
  writeMsr(
    vp: Vp,
    index: number,
    value: U64,
    at: GuestInstruction,
  ): '#GP' | 'intercepted' | undefined;
  /** Executes VMCALL or VMMCALL; RIP has moved unless the outcome says otherwise. */
  hypercall(vp: Vp): Outcome;
  /** Takes the highest requested vector that may be delivered now, if there is one. */
  takeInterrupt(vp: Vp): number | undefined;
}
