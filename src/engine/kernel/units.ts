/**
 * Numbers that know their unit.
 *
 * A brand costs nothing at run time and makes it a compile error to pass nanoseconds where a page
 * number is wanted. Constructors assert the range, so a value that exists is a value that is legal.
 */
import { assert } from './result.ts';

declare const unit: unique symbol;

/** A primitive that carries the name of its unit in its type. */
export type Brand<T, U extends string> = T & { readonly [unit]: U };

/** A point or a span of virtual time in whole nanoseconds, exact to 104 days. */
export type Ns = Brand<number, 'ns'>;

/** The number of a 4 KiB guest-physical page: the guest-physical address divided by 4096. */
export type Gpn = Brand<number, 'gpn'>;

/** Bytes in one page of guest memory, and the alignment of everything that maps memory. */
export const pageSizeBytes = 4096;

/** Makes a time from whole, non-negative nanoseconds. */
export function ns(value: number): Ns {
  assert(Number.isSafeInteger(value) && value >= 0, `not a whole number of nanoseconds: ${value}`);
  return value as Ns;
}

/** Makes a page number; page numbers of a 52-bit physical address space fit in 40 bits. */
export function gpn(value: number): Gpn {
  assert(Number.isSafeInteger(value) && value >= 0, `not a page number: ${value}`);
  return value as Gpn;
}
