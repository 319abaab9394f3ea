/**
 * The book: all pages in reading order, in each language. Everything that navigates (menus,
 * breadcrumbs, previous and next) is derived from it, so a page is added by adding its file.
 */
import { type EntryPlace, LANGS, type Lang, placeOfFile } from './languages.ts';
import type { PageData } from './schema.ts';
import { SECTIONS, type Section } from './sections.ts';

/** The part of a collection entry the book is made from; the entry itself is passed through. */
export interface BookEntry {
  /** The file below `content/docs`: `en/architecture/index.mdx`. */
  readonly id: string;
  readonly data: PageData;
}

/** One page as shown in one language. */
export interface Page<E extends BookEntry = BookEntry> extends EntryPlace {
  /** The language its text is written in; differs from `lang` where a translation is missing. */
  readonly textLang: Lang;
  /** The languages this page is written in, for `hreflang`. */
  readonly writtenIn: readonly Lang[];
  readonly entry: E;
}

/** The pages of one language in reading order. */
export type Book<E extends BookEntry = BookEntry> = readonly Page<E>[];

/**
 * Builds the book of every language. A page without a translation is served in English; a
 * translation without its English page is an error, since nothing would lead to it.
 */
export function bindBooks<E extends BookEntry>(entries: readonly E[]): Record<Lang, Book<E>> {
  const written = new Map<string, Partial<Record<Lang, E>>>();
  for (const entry of entries) {
    const { lang, path } = placeOfFile(entry.id);
    const versions = written.get(path) ?? {};
    const twin = versions[lang];
    if (twin) throw new Error(`content/docs: ${twin.id} and ${entry.id} have the same address.`);
    written.set(path, { ...versions, [lang]: entry });
  }
  return { en: bind(written, 'en'), 'zh-tw': bind(written, 'zh-tw') };
}

function bind<E extends BookEntry>(
  written: ReadonlyMap<string, Partial<Record<Lang, E>>>,
  lang: Lang,
): Book<E> {
  const pages = [...written].map(([path, versions]): Page<E> & { order: number } => {
    const english = versions.en;
    if (!english) {
      const orphan = versions['zh-tw']?.id ?? path;
      throw new Error(
        `content/docs/${orphan}: there is no English page of this name to translate.`,
      );
    }
    const own = versions[lang];
    return {
      path,
      lang,
      textLang: own ? lang : 'en',
      writtenIn: LANGS.filter((each) => versions[each] !== undefined),
      entry: own ?? english,
      order: SECTIONS.indexOf(english.data.section) * 10_000 + english.data.order,
    };
  });
  return pages.sort((a, b) => a.order - b.order || (a.path < b.path ? -1 : 1));
}

/** A link to a page, ready for a menu. */
export interface PageLink {
  readonly path: string;
  readonly title: string;
  /** The language of the title: that of the text. */
  readonly textLang: Lang;
}

/** A section of the sidebar with its pages. */
export interface NavSection {
  readonly section: Section;
  readonly pages: readonly PageLink[];
}

/** The sections that have pages, in order; the home page is reached by the name of the site. */
export function sectionsOf(book: Book): readonly NavSection[] {
  return SECTIONS.filter((section) => section !== 'home')
    .map((section) => ({
      section,
      pages: book.filter((page) => page.entry.data.section === section).map(linkTo),
    }))
    .filter(({ pages }) => pages.length > 0);
}

/** The neighbours of a page in reading order. */
export function neighboursOf(
  book: Book,
  path: string,
): { readonly previous: PageLink | undefined; readonly next: PageLink | undefined } {
  const place = book.findIndex((page) => page.path === path);
  const at = (index: number) => {
    const page = place < 0 || index < 0 ? undefined : book[index];
    return page && linkTo(page);
  };
  return { previous: at(place - 1), next: at(place + 1) };
}

/**
 * The pages above a page, from the home page down to the page itself. The first page of a section
 * goes by the name of the section here, since it stands for all of it.
 */
export function trailOf(
  book: Book,
  path: string,
  names: Readonly<Record<Section, string>>,
): readonly PageLink[] {
  const segments = path === '' ? [] : path.split('/');
  const paths = ['', ...segments.map((_, index) => segments.slice(0, index + 1).join('/'))];
  return paths.flatMap((each) => {
    const page = book.find((candidate) => candidate.path === each);
    if (!page) return [];
    const section = SECTIONS.find((name) => each === (name === 'home' ? '' : name));
    if (!section) return [linkTo(page)];
    return [{ path: each, title: names[section], textLang: page.lang }];
  });
}

function linkTo(page: Page): PageLink {
  return { path: page.path, title: page.entry.data.title, textLang: page.textLang };
}
