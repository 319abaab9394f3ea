/**
 * The two languages and how they map to addresses: English at the root, Traditional Chinese under
 * `/zh-tw/` with the same paths. A page is known by its *path* (`architecture/hypercalls`, or ''
 * for the home page), which never contains the language.
 */

/** A language of the site, spelled as its folder in `content/docs`. */
export type Lang = 'en' | 'zh-tw';

/** What the shell needs to know about one language. */
export interface Language {
  /** The value of the `lang` and `hreflang` attributes. */
  readonly tag: string;
  readonly dir: 'ltr' | 'rtl';
  /** First segment of its addresses; English has none. */
  readonly prefix: string;
  /** Its own name, as written in the language switch. */
  readonly name: string;
  /** Open Graph spells languages in its own way. */
  readonly ogLocale: string;
}

/** Every language, English first because all pages exist in it. */
export const LANGS = ['en', 'zh-tw'] as const satisfies readonly Lang[];

/** The table of languages. */
export const languages: Readonly<Record<Lang, Language>> = {
  en: { tag: 'en', dir: 'ltr', prefix: '', name: 'English', ogLocale: 'en_US' },
  'zh-tw': { tag: 'zh-TW', dir: 'ltr', prefix: 'zh-tw/', name: '繁體中文', ogLocale: 'zh_TW' },
};

/** Where an entry of the collection belongs. */
export interface EntryPlace {
  readonly lang: Lang;
  readonly path: string;
}

/**
 * Reads language and path from a file name below `content/docs`, such as
 * `en/architecture/index.mdx`. An unknown language folder is an error, since its pages would
 * otherwise be built nowhere.
 */
export function placeOfFile(file: string): EntryPlace {
  const [folder, ...rest] = file.replace(/\.mdx?$/, '').split('/');
  const lang = LANGS.find((each) => each === folder);
  if (lang === undefined) {
    const known = LANGS.map((each) => `${each}/`).join(' or ');
    throw new Error(`content/docs/${file}: a page must lie in the folder ${known}.`);
  }
  if (rest.at(-1) === 'index') rest.pop();
  return { lang, path: rest.join('/') };
}

/** The public address of a page in a language, below a base path: `/zh-tw/about/`. */
export function addressOf(path: string, lang: Lang, basePath: string): string {
  return `${basePath}${languages[lang].prefix}${path === '' ? '' : `${path}/`}`;
}

/** The other language, for the switch in the header. */
export function otherLang(lang: Lang): Lang {
  return lang === 'en' ? 'zh-tw' : 'en';
}

/**
 * The address a link in a page leads to. Authors write root paths without a language
 * (`/architecture/`); the shell adds the base path and keeps readers in their language. Files
 * (`/favicon.svg`), other hosts and anchors stay as they are, apart from the base path.
 */
export function localise(href: string, lang: Lang, basePath: string): string {
  if (!href.startsWith('/') || href.startsWith('//')) return href;
  const [, path = '', tail = ''] = /^\/([^?#]*)(.*)$/.exec(href) ?? [];
  const isFile = /\.[a-z0-9]+$/i.test(path);
  if (isFile || path.startsWith(languages['zh-tw'].prefix)) return `${basePath}${path}${tail}`;
  return `${addressOf(path.replace(/\/$/, ''), lang, basePath)}${tail}`;
}
