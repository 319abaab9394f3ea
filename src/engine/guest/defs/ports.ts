/**
 * What guest code may ask of the machine that it runs on.
 *
 * The interpreter sees this interface and the register file, nothing else; a scenario joins it to a
 * hypervisor, a test to a few arrays. Where a parent may take the matter into its hands the answer
 * can be `intercepted`: then the processor is suspended, and the instruction has done nothing.
 */
import type { U64 } from '../../kernel/u64.ts';

/** How memory is touched. */
export type MemoryUse = 'read' | 'write' | 'execute';

/** The instruction that asks, as messages to a parent describe it. */
export interface InstructionAt {
  readonly lengthBytes: number;
  readonly bytes: Uint8Array;
}

/** An access to an I/O port. */
export interface PortAccess {
  readonly port: number;
  readonly sizeBytes: 1 | 2 | 4;
  readonly isWrite: boolean;
  readonly isString: boolean;
  readonly isRep: boolean;
}

/** Where a linear address leads, or why it leads nowhere. */
export type Translation =
  | { readonly kind: 'address'; readonly gpa: U64 }
  | { readonly kind: 'page-fault'; readonly errorCode: number }
  | { readonly kind: 'no-table'; readonly gpa: U64 };

/** What CPUID puts into EAX, EBX, ECX and EDX. */
export interface CpuidAnswer {
  readonly eax: number;
  readonly ebx: number;
  readonly ecx: number;
  readonly edx: number;
}

/** How the hypercall instruction ended. `advanced`: RIP stands behind it. */
export type HypercallAnswer = 'advanced' | 'again' | '#UD' | 'intercepted' | 'not-simulated';

/** Offsets in the register file. */
export interface RegisterSlots {
  /** RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8 to R15: the order of instruction encodings. */
  readonly general: readonly number[];
  /** ES, CS, SS, DS, FS, GS: the order of instruction encodings; 16 bytes each. */
  readonly segments: readonly number[];
  /** CR0 to CR8; undefined where there is no such register. */
  readonly control: readonly (number | undefined)[];
  /** DR0 to DR7, if the file holds them. */
  readonly debug: readonly (number | undefined)[];
  readonly rip: number;
  readonly rflags: number;
  readonly efer: number;
}

/** The machine as one virtual processor meets it. */
export interface GuestPorts {
  readonly registers: DataView;
  readonly slots: RegisterSlots;
  /** Which hypercall instruction the processor knows: VMCALL or VMMCALL. */
  readonly vendor: 'intel' | 'amd';
  /** True while nothing suspends the processor. */
  isRunnable(): boolean;
  /** What RDTSC reads. */
  timeStamp(): U64;
  /** Lets virtual time pass. */
  spend(durationNs: number): void;
  /** Appends a record to the trace. */
  emit(kind: number, a?: number, b?: number, c?: number): void;
  translate(linear: U64, use: MemoryUse): Translation;
  /**
   * The bytes of a guest-physical page. Undefined if they cannot be used so, which the parent deals
   * with; a fault where the page belongs to the hypervisor, whose rule it is.
   */
  page(pageNumber: number, use: MemoryUse): DataView | '#GP' | undefined;
  /** Reports an access that `page` refused, or a page table that is not there. */
  interceptMemory(gpa: U64, linear: U64, use: MemoryUse, at: InstructionAt): void;
  /** True when the parent takes the access. */
  interceptPort(access: PortAccess, at: InstructionAt): boolean;
  /** True when the parent takes the exception. */
  interceptException(vector: number, errorCode: number, at: InstructionAt): boolean;
  cpuid(leaf: number, subleaf: number, at: InstructionAt): CpuidAnswer | 'intercepted';
  readMsr(index: number, at: InstructionAt): U64 | '#GP' | 'intercepted';
  /** Gives undefined when the write is done. */
  writeMsr(index: number, value: U64, at: InstructionAt): '#GP' | 'intercepted' | undefined;
  hypercall(): HypercallAnswer;
}
