/** What the bodies of calls about processors may ask of the machine. */
import type { U64 } from '../../kernel/u64.ts';
import type { CpuidValue, MemoryUse } from './guest-port.ts';
import type { InterceptResult, Partition, Vp } from './model.ts';
import type { HvStatusCode } from './status.ts';

/** An interrupt to assert. */
export interface InterruptRequest {
  readonly type: number;
  readonly vector: number;
  readonly destination: number;
  readonly isLogical: boolean;
}

/** A translation to make. */
export interface TranslateRequest {
  readonly gva: U64;
  readonly uses: readonly MemoryUse[];
  /** Undefined takes the current privilege level. */
  readonly user: boolean | undefined;
  readonly exempt: boolean;
  readonly marks: boolean;
}

/** How it ended: a result code, and where it leads when that is 0. */
export interface TranslateAnswer {
  readonly code: number;
  readonly cacheType: number;
  readonly isOverlay: boolean;
  readonly gpaPage: U64;
}

/** How a call to another trust level ends before its status. */
export type VtlAnswer = 'switch' | 'fault';

/** Processors as calls see them. */
export interface ProcessorPorts {
  create(partition: Partition, index: number): HvStatusCode;
  delete(vp: Vp): void;
  /** Starts a processor that waits for it with the registers of HV_INITIAL_VP_CONTEXT. */
  start(vp: Vp, context: Uint8Array): HvStatusCode;
  translate(vp: Vp, request: TranslateRequest): TranslateAnswer;
  assertInterrupt(partition: Partition, request: InterruptRequest): HvStatusCode;
  clearExternalInterrupt(partition: Partition): HvStatusCode;
  /** Indexes of the processors that a destination names. */
  destinations(partition: Partition, address: number, isLogical: boolean): readonly number[];
  installIntercept(partition: Partition, type: number, parameter: number, access: number): void;
  isPortIntercepted(
    partition: Partition,
    port: number,
    sizeBytes: number,
    isWrite: boolean,
  ): boolean;
  /** Registers an answer, or removes it when there is none. */
  setInterceptResult(
    partition: Partition,
    key: string,
    type: number,
    result: InterceptResult | undefined,
  ): HvStatusCode;
  /** What CPUID gives; `registered` says whether registered answers count. */
  cpuid(vp: Vp, leaf: number, subleaf: number, registered: boolean): CpuidValue;
  /** Shows the state of a processor on a page of the caller; gives the page number. */
  mapStatePage(vp: Vp, type: number, gpn: U64 | undefined): U64 | HvStatusCode;
  unmapStatePage(vp: Vp, type: number): HvStatusCode;
  /** Copies a state into pages of the caller, or from them into the processor. */
  moveState(vp: Vp, type: number, gpns: readonly U64[], toVp: boolean): HvStatusCode;
  /** Copies the synthetic timers' state into `target`. */
  timersState(vp: Vp, target: Uint8Array): void;
  /** Registers of a trust level that a call names by its HV_INPUT_VTL byte. */
  registersOf(vp: Vp, inputVtl: number): DataView | HvStatusCode;
  readonly vtl: {
    enable(partition: Partition, level: number): HvStatusCode;
    enableVp(vp: Vp, level: number, context: Uint8Array): HvStatusCode;
    protect(partition: Partition, gpaPage: U64, rights: number): HvStatusCode;
    call(): VtlAnswer;
    return(): VtlAnswer;
  };
}
