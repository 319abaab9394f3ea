/** The table of contents of a page: its headings of two levels, and the list of sources. */

/** A heading as the Markdown renderer reports it. */
interface Heading {
  readonly depth: number;
  readonly slug: string;
  readonly text: string;
}

/** One line of the table of contents. */
export interface TocEntry {
  readonly id: string;
  readonly text: string;
  readonly depth: number;
}

/** The id of the list of sources at the end of a page. */
export const SOURCES_ID = 'sources';

/** A list of fewer than three entries helps nobody and is left out. */
export function tocOf(
  headings: readonly Heading[],
  sources: { readonly title: string } | undefined,
): readonly TocEntry[] {
  const entries = headings
    .filter(({ depth }) => depth === 2 || depth === 3)
    .map(({ slug, text, depth }) => ({ id: slug, text, depth }));
  if (sources) entries.push({ id: SOURCES_ID, text: sources.title, depth: 2 });
  return entries.length < 3 ? [] : entries;
}
