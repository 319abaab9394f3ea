/** One visit without scripts: can it be read, does it fit, does it print, where does it lead? */
import type { Page } from 'playwright';
import { isServed } from '../site.ts';

/** What a page says and where it leads, read with scripts off. */
export interface PlainVisit {
  readonly path: string;
  readonly lang: string;
  readonly title: string;
  readonly headings: readonly string[];
  /** The visible text of the main element. */
  readonly mainText: string;
  readonly ids: readonly string[];
  readonly links: readonly string[];
  /** External links of each list, to see what is listed twice. */
  readonly listedLinks: readonly (readonly string[])[];
  /** Where the page says it lives, if it says so. */
  readonly canonical: string | undefined;
}

/** The narrowest screen that must do without scrolling sideways (WCAG 1.4.10). */
const narrowestPixels = 320;

/** The shortest main text that can be called a page. */
const mainTextCharactersMin = 100;

/** Reads a page; the context must have scripts switched off. */
export async function visitPlain(page: Page, siteUrl: string, path: string): Promise<PlainVisit> {
  await page.goto(new URL(path, siteUrl).href);
  return { path, ...(await page.evaluate(readPlain)) };
}

/** Runs in the page. */
function readPlain() {
  const all = <T extends Element>(selector: string): readonly T[] => [
    ...document.querySelectorAll<T>(selector),
  ];
  const hrefs = all<HTMLAnchorElement>('a[href], area[href]').map((link) => link.href);
  const heads = all<HTMLLinkElement>('link[href]').map((link) => link.href);
  const sources = all<HTMLImageElement>('img[src], script[src], source[src], iframe[src]');
  const isExternal = (link: HTMLAnchorElement) => /^https?:/.test(link.getAttribute('href') ?? '');
  return {
    lang: document.documentElement.lang,
    title: document.title,
    // biome-ignore lint/performance/useDomNodeTextContent: only what is rendered can be read.
    headings: all<HTMLElement>('h1').map((heading) => heading.innerText.trim()),
    // biome-ignore lint/performance/useDomNodeTextContent: only what is rendered can be read.
    mainText: document.querySelector('main')?.innerText.trim() ?? '',
    ids: all('[id]').map((element) => element.id),
    links: [...hrefs, ...heads, ...sources.map((element) => element.src)],
    listedLinks: all('main :is(ul, ol)').map((list) =>
      [...list.querySelectorAll<HTMLAnchorElement>(':scope > li > a[href]')]
        .filter(isExternal)
        .map((link) => link.href),
    ),
    canonical: document.querySelector<HTMLLinkElement>('link[rel="canonical"]')?.href,
  };
}

/** What a reader without scripts would miss. */
export function readingFindings(visit: PlainVisit): readonly string[] {
  const { path, headings, mainText } = visit;
  return [
    ...(visit.lang === '' ? [`${path} does not say its language`] : []),
    ...(visit.title === '' ? [`${path} has no title`] : []),
    ...(headings.length === 1 && headings[0] !== ''
      ? []
      : [`${path} has ${headings.length} first-level headings; one is right`]),
    ...(mainText.length >= mainTextCharactersMin
      ? []
      : [`${path} shows ${mainText.length} characters of text without scripts`]),
  ];
}

/** How far a page is wider than a narrow screen. The context must have that width. */
export async function reflowFindings(page: Page, path: string): Promise<readonly string[]> {
  await page.setViewportSize({ width: narrowestPixels, height: 640 });
  const over = await page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1)
      .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`);
  });
  return over.length === 0
    ? []
    : [`${path} scrolls sideways at ${narrowestPixels} px: ${over.slice(0, 5).join(', ')}`];
}

/** Whether paper gets the text and is spared the navigation; breadcrumbs say where it belongs. */
export async function printFindings(page: Page, path: string): Promise<readonly string[]> {
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const print = await page.evaluate(() => {
    const isVisible = (element: Element) => element.checkVisibility({ visibilityProperty: true });
    const luminance = (color: string) => {
      const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
      return (red * 299 + green * 587 + blue * 114) / 1000;
    };
    return {
      navigation: [...document.querySelectorAll('nav:not(.crumbs)')]
        .filter(isVisible)
        .map((nav) => nav.getAttribute('aria-label') ?? ''),
      heading: [...document.querySelectorAll('h1')].some(isVisible),
      inkLuminance: luminance(getComputedStyle(document.body).color),
    };
  });
  await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
  return [
    ...print.navigation.map((label) => `${path} prints its navigation: ${label}`),
    ...(print.heading ? [] : [`${path} prints no heading`]),
    ...(print.inkLuminance > 100 ? [`${path} prints light text in the dark theme`] : []),
  ];
}

/** Links that lead nowhere, over all pages of a site at once. */
export function linkFindings(
  visits: readonly PlainVisit[],
  folder: string,
  siteUrl: string,
): readonly string[] {
  const idsOf = new Map(visits.map((visit) => [visit.path, new Set(visit.ids)]));
  return visits.flatMap((visit) => {
    const origins = new Set([new URL(siteUrl).origin]);
    if (visit.canonical !== undefined) origins.add(new URL(visit.canonical).origin);
    const targets = new Set(visit.links);
    return [
      ...[...targets].flatMap((href) =>
        linkFinding(visit.path, new URL(href), origins, idsOf, folder),
      ),
      ...visit.listedLinks
        .flatMap((links) => repeated(links))
        .map((href) => `${visit.path} lists ${href} twice`),
    ];
  });
}

function linkFinding(
  path: string,
  url: URL,
  origins: ReadonlySet<string>,
  idsOf: ReadonlyMap<string, ReadonlySet<string>>,
  folder: string,
): readonly string[] {
  if (url.protocol === 'mailto:' || url.protocol === 'data:') return [];
  if (!origins.has(url.origin)) {
    return url.protocol === 'https:' ? [] : [`${path} links to ${url.href}, which is not https`];
  }
  if (!isServed(folder, url.pathname)) return [`${path} links to ${url.pathname}: nothing there`];
  const anchor = decodeURIComponent(url.hash.slice(1));
  const ids = idsOf.get(url.pathname);
  const isState = anchor === '' || anchor.includes('=');
  return isState || !ids || ids.has(anchor)
    ? []
    : [`${path} links to ${url.pathname}#${anchor}: no such anchor`];
}

function repeated(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}
