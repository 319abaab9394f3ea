/** What search engines are told about a page. Pure: the layout turns it into tags. */
import type { Page, PageLink } from './book.ts';
import { addressOf, type Lang, languages } from './languages.ts';
import { type Settings, SITE_NAME } from './settings.ts';
import { strings } from './strings.ts';

/** Where the site is served. */
type Place = Pick<Settings, 'siteUrl' | 'basePath'>;

/** One `<link rel="alternate" hreflang>`. */
export interface Alternate {
  readonly hreflang: string;
  readonly href: string;
}

/** The addresses of a page. */
export interface Addresses {
  /** A page served in English for want of a translation names the English page. */
  readonly canonical: string;
  readonly alternates: readonly Alternate[];
}

/** The full web address of a page in a language. */
function webAddress(path: string, lang: Lang, place: Place): string {
  return new URL(addressOf(path, lang, place.basePath), place.siteUrl).href;
}

/** Canonical address and language versions: only texts that exist are offered as versions. */
export function addressesOf(page: Page, place: Place): Addresses {
  const english = webAddress(page.path, 'en', place);
  return {
    canonical: webAddress(page.path, page.textLang, place),
    alternates: [
      ...page.writtenIn.map((lang) => ({
        hreflang: languages[lang].tag,
        href: webAddress(page.path, lang, place),
      })),
      { hreflang: 'x-default', href: english },
    ],
  };
}

/** The title of the browser tab. */
export function tabTitle(page: Page): string {
  if (page.path === '') return `${SITE_NAME} · ${strings[page.lang].tagline}`;
  return `${page.entry.data.title} · ${SITE_NAME}`;
}

/** The JSON-LD of a page: the article and, below the first page, the way to it. */
export function structuredData(page: Page, trail: readonly PageLink[], place: Place): string {
  const { data } = page.entry;
  const url = webAddress(page.path, page.textLang, place);
  const article = {
    '@type': 'TechArticle',
    '@id': `${url}#article`,
    headline: data.heading ?? data.title,
    description: data.description,
    url,
    inLanguage: languages[page.textLang].tag,
    dateModified: data.updated,
    license: 'https://creativecommons.org/licenses/by/4.0/',
    isAccessibleForFree: true,
    isPartOf: {
      '@type': 'WebSite',
      name: SITE_NAME,
      url: webAddress('', page.textLang, place),
    },
    ...(data.sources.length > 0 && { citation: data.sources.map((source) => source.url) }),
  };
  const breadcrumb = {
    '@type': 'BreadcrumbList',
    itemListElement: trail.map((link, index) => ({
      '@type': 'ListItem',
      position: index + 1,
      name: link.title,
      item: webAddress(link.path, page.lang, place),
    })),
  };
  const graph = trail.length > 1 ? [article, breadcrumb] : [article];
  return safeJson({ '@context': 'https://schema.org', '@graph': graph });
}

/** JSON that cannot end the script element it stands in. */
function safeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
