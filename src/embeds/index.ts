/**
 * The components an author may name in MDX without importing them, labs first of all.
 *
 * The page route hands this map to every page, so a lab becomes available everywhere by one line
 * here. Names are the tags authors write: `<HypercallLab preset="create-partition" />`.
 */
import CallCount from './CallCount.astro';
import CallList from './CallList.astro';
import HypercallLab from './HypercallLab.astro';
import Run from './Run.astro';

/** A component an MDX page can name; Astro checks its props when the page is built. */
export type Embed = (props: Record<string, unknown>) => unknown;

/** The map of all embeds, keyed by the tag authors write. */
export const embeds: Readonly<Record<string, Embed>> = {
  CallCount,
  CallList,
  HypercallLab,
  Run,
};
