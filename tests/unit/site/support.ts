/** Builds entries of the collection for tests: complete, apart from what a test says. */
import type { BookEntry } from '../../../src/site/book.ts';
import type { PageData } from '../../../src/site/schema.ts';

/** Front matter that is right in every field. */
export const data: PageData = {
  title: 'A page',
  description: 'A page that exists for the sake of a test.',
  section: 'architecture',
  order: 0,
  updated: '2026-11-23',
  sources: [],
};

/** An entry with the given file name. */
export function entry(id: string, changes: Partial<PageData> = {}): BookEntry {
  return { id, data: { ...data, ...changes } };
}
