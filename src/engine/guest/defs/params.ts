/** What a run of guest code is asked to do, and what it gives back. */
import type { TraceRecord } from '../../kernel/trace.ts';
import type { U64 } from '../../kernel/u64.ts';
import type { Exit } from './exit.ts';

/** The names of the built-in guests, in the order in which they are shown. */
export const guestNames = ['port-output', 'hypercall-page'] as const;

/** The name of a built-in guest. */
export type GuestName = (typeof guestNames)[number];

/** Code takes the place of one page at most. */
export const codeMaxBytes = 4096;
/** More steps than this would keep a reader waiting. */
export const stepsLimit = 1_000_000;
/** Steps unless a run says otherwise. */
export const usualSteps = 10_000;

/** A guest, the bytes that it runs, and how far. */
export interface GuestParams {
  readonly guest: GuestName;
  readonly code: Uint8Array;
  /** Instructions and rounds of repeated ones, all together. */
  readonly stepsMax: number;
}

/** One time that guest code stopped. */
export interface GuestStop {
  readonly exit: Exit;
  readonly rip: U64;
  readonly rax: U64;
}

/** A message that reached the parent. */
export interface ParentMessage {
  readonly messageType: number;
  readonly payload: Uint8Array;
}

/** What happened. */
export interface GuestRun {
  readonly params: GuestParams;
  readonly stops: readonly GuestStop[];
  readonly messages: readonly ParentMessage[];
  /** General registers at the end, in the order of their numbers. */
  readonly registers: readonly U64[];
  readonly steps: number;
  readonly records: readonly TraceRecord[];
  readonly digest: string;
}
