/**
 * Numbers that say where they come from.
 *
 * A cost or a limit is worth nothing without its basis. Every such number is a `Fact`; a lab shows
 * assumed ones differently from published ones.
 */

/** How a number came about: written in a specification, by a vendor, measured, or assumed by us. */
export type Basis = 'spec' | 'vendor' | 'measured' | 'assumed';

/** Where something can be read. */
export interface Source {
  readonly title: string;
  readonly url: string;
}

/** A number with its unit, its basis, its source and the date on which the source was read. */
export interface Fact {
  readonly value: number;
  readonly unit:
    | 'ns'
    | 'pages'
    | 'mappings'
    | 'bytes'
    | 'buffers'
    | 'flags'
    | 'levels'
    | 'processors'
    | 'hertz'
    | 'machines'
    | 'nodes'
    | 'percent';
  readonly basis: Basis;
  readonly source: Source;
  /** ISO date. */
  readonly asOf: string;
  /** What the number means, and for an assumed one why it is reasonable. */
  readonly note: string;
}
