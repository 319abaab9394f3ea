/**
 * The parts of the book, in reading order. A section appears in header and sidebar as soon as it
 * has a page and never before, so nothing in the navigation is dead. Labels: `strings.ts`.
 */
export const SECTIONS = ['home', 'architecture', 'reference', 'about'] as const;

/** A section a page can belong to. */
export type Section = (typeof SECTIONS)[number];
