/**
 * What a parent can ask to be told of, and how the question is answered.
 *
 * Source: TLFS, HvCallInstallIntercept, HV_INTERCEPT_TYPE and HV_INTERCEPT_PARAMETERS; which access
 * each type allows: TLFS 2.0A, HvInstallIntercept.
 */
import { assert } from '../../kernel/result.ts';
import type { U64 } from '../../kernel/u64.ts';

/** Accesses as bits of HV_INTERCEPT_ACCESS_TYPE_MASK; none removes an intercept. */
export const interceptAccess = { none: 0, read: 1, write: 2, execute: 4 } as const;

/** Numbers of HV_INTERCEPT_TYPE that the model carries out. */
export const interceptType = {
  ioPort: 0,
  msr: 1,
  cpuid: 2,
  exception: 3,
  globalCpuid: 6,
  hypercall: 8,
  msrIndex: 12,
} as const;

/** What one type of intercept allows. */
interface InterceptRule {
  /** Accesses that can be asked for. */
  readonly access: number;
  /** Largest parameter; undefined when the parameter is not looked at and must be zero. */
  readonly parameterMax: number;
}

const readWrite = interceptAccess.read | interceptAccess.write;

const rules: ReadonlyMap<number, InterceptRule> = new Map([
  [interceptType.ioPort, { access: readWrite, parameterMax: 0xffff }],
  [interceptType.msr, { access: readWrite, parameterMax: 0 }],
  [interceptType.cpuid, { access: interceptAccess.execute, parameterMax: 0xffff_ffff }],
  [interceptType.exception, { access: interceptAccess.execute, parameterMax: 31 }],
  [interceptType.globalCpuid, { access: interceptAccess.execute, parameterMax: 0 }],
  [interceptType.hypercall, { access: interceptAccess.execute, parameterMax: 0 }],
  [interceptType.msrIndex, { access: readWrite, parameterMax: 0xffff_ffff }],
]);

/** Tells whether an intercept can be installed as asked. */
export function isInterceptPossible(type: number, access: number, parameter: U64): boolean {
  const rule = rules.get(type);
  if (rule === undefined || parameter.hi !== 0 || parameter.lo > rule.parameterMax) return false;
  return (access & ~rule.access) === 0;
}

/** One number for a type and its parameter. */
export function interceptKey(type: number, parameter: number): number {
  assert(parameter >= 0 && parameter <= 0xffff_ffff, 'a parameter would change the type');
  return type * 0x1_0000_0000 + parameter;
}

/** A processor index that means all processors of the partition. */
export const anyVpIndex = 0xffff_ffff;

/** Where a registered answer is kept: for one processor or all, and what it is about. */
export const resultKey = (
  vpIndex: number,
  type: number,
  leaf: number,
  subleaf: number | undefined,
): string => `${vpIndex} ${type} ${leaf} ${subleaf ?? '*'}`;

/** What the hypervisor does with an MSR when an answer is registered. */
export const msrAction = { fault: 0, ignoreWriteReadZero: 1 } as const;
