/**
 * What is to be placed, where it was placed, and what proves that fewer hosts are impossible.
 *
 * Everything is a whole number after the units were normalised, so that a claim can be checked
 * without rounding. Equal machines are one type with a number of items.
 */

/** Machines that are alike: how much of each resource one of them takes, and how many there are. */
export interface ItemType {
  /** One number for each resource, in the order of the capacity. */
  readonly sizes: readonly number[];
  readonly itemCount: number;
}

/** Machines to place on equal hosts. */
export interface Instance {
  /** What one host offers of each resource. */
  readonly capacity: readonly number[];
  readonly types: readonly ItemType[];
}

/** What stands on a host, and on how many hosts the same stands. */
export interface HostContent {
  /** Numbers of types, ascending. */
  readonly types: readonly number[];
  /** How many of each of these types. */
  readonly copies: readonly number[];
  readonly hostCount: number;
}

/** All hosts. */
export type Placement = readonly HostContent[];

/** The sum of one resource alone needs that many hosts. */
export interface TotalsCertificate {
  readonly kind: 'totals';
  /** Number of the resource in the capacity. */
  readonly resource: number;
}

/**
 * Every machine gets a price so that no host can hold more than `hostValueMax` worth of machines.
 * All machines together are worth `totalPrice`, so `totalPrice / hostValueMax`, rounded up, hosts
 * are needed.
 */
export interface PriceCertificate {
  readonly kind: 'prices';
  /** One whole number for each type. */
  readonly prices: readonly number[];
  readonly hostValueMax: number;
  readonly totalPrice: number;
  /** How much each resource counts while the search for a richer host is cut short; a mere hint. */
  readonly resourceWeights?: readonly number[];
}

/** Why fewer hosts are impossible. */
export type Certificate = TotalsCertificate | PriceCertificate;

/** The largest price of one machine, so that products stay exact. */
export const priceMax = 0x3ff_ffff;

/** The largest sum over all machines of any resource: whole numbers are exact up to here. */
export const sumMax = Number.MAX_SAFE_INTEGER;
