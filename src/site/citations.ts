/** Numbers the sources of a page, so that text and list can never disagree. */
import type { Source } from './schema.ts';

/** A citation as shown in the text. */
export interface Citation {
  readonly number: number;
  readonly source: Source;
}

/**
 * Finds the numbers of the sources named by `<Cite id="a b" />`. A name that the page does not
 * list is an error: a fact without its source must not be published.
 */
export function citationsOf(
  ids: string,
  sources: readonly Source[],
  file: string,
): readonly Citation[] {
  const names = ids.split(/\s+/).filter((name) => name !== '');
  if (names.length === 0) {
    throw new Error(`${file}: <Cite> needs the id of a source, such as <Cite id="tlfs" />.`);
  }
  return names.map((name) => {
    const index = sources.findIndex((source) => source.id === name);
    const source = sources[index];
    if (source) return { number: index + 1, source };
    const known = sources.map((each) => each.id).join(', ') || 'none yet';
    throw new Error(`${file}: <Cite id="${name}"> names no source of this page. Listed: ${known}.`);
  });
}

/** Refuses a list in which two sources carry the same id. */
export function checkSources(sources: readonly Source[], file: string): void {
  const seen = new Set<string>();
  for (const { id } of sources) {
    if (seen.has(id)) throw new Error(`${file}: two sources have the id "${id}".`);
    seen.add(id);
  }
}
