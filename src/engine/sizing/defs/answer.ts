/** What the solver answers, and how much work it may do for it. */
import type { Certificate, Placement } from './instance.ts';

/** The answer for machines on equal hosts. */
export interface Answer {
  /** Fewer hosts than this are impossible, by the certificate. */
  readonly lowerBound: number;
  /** The placement has this many hosts. */
  readonly hostCount: number;
  /** True when both are the same number, and the verifier agreed with both sides. */
  readonly proven: boolean;
  readonly placement: Placement;
  /** Undefined when there is nothing to place. */
  readonly certificate: Certificate | undefined;
  /** What adding up each resource says. */
  readonly totalsOnly: number;
  /** What the usual rule of thumb, first fit decreasing, needs. */
  readonly firstFitDecreasing: number;
  /** Numbers of the types of which one alone is larger than a host; they are not placed. */
  readonly tooLarge: readonly number[];
}

/** Limits of the search. Steps, never seconds, so that the answer is the same everywhere. */
export interface Budget {
  /** Steps of one search for a better host content. */
  readonly pricingNodes: number;
  /** Steps of the search that shows that no content is better. */
  readonly proofNodes: number;
  /** Steps of all searches for one bound together. */
  readonly nodes: number;
  /** Contents that may be generated for the bound. */
  readonly columns: number;
  /** Attempts to turn the fractional solution into a placement. */
  readonly dives: number;
  /** Rounds of filling hosts one by one with prices that learn. */
  readonly fillRounds: number;
  /** More types than this are first joined into fewer. */
  readonly typesMax: number;
}

/** Enough for estates of ten types in a moment, and for sixty different machines in a second. */
export const defaultBudget: Budget = {
  pricingNodes: 3_000,
  proofNodes: 100_000,
  nodes: 1_000_000,
  columns: 6_000,
  dives: 12,
  fillRounds: 40,
  typesMax: 260,
};
