/** The pages of a built site, read from its folder. */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where `npm run build` writes. */
export const builtSite = join(import.meta.dirname, '../../dist');

/** The paths of all pages of a built site, as a reader would ask for them: `/` or `/a/b/`. */
export function pagesOf(folder: string): readonly string[] {
  return htmlPaths(folder).filter((page) => targetOf(folder, page) === undefined);
}

/** An old address that sends its readers on. */
export interface Moved {
  readonly path: string;
  readonly target: string;
}

/** The addresses that are kept only because they were published once. */
function movedPagesOf(folder: string): readonly Moved[] {
  return htmlPaths(folder).flatMap((path) => {
    const target = targetOf(folder, path);
    return target === undefined ? [] : [{ path, target }];
  });
}

/** Where an old address leads, if that is nowhere. */
export function movedFindings(folder: string): readonly string[] {
  return movedPagesOf(folder).flatMap(({ path, target }) => {
    const { pathname } = new URL(target, `https://localhost${path}`);
    return isServed(folder, pathname) ? [] : [`${path} was moved to ${pathname}: nothing there`];
  });
}

function targetOf(folder: string, page: string): string | undefined {
  const text = readFileSync(fileOf(folder, page), 'utf8');
  return /<meta http-equiv="refresh" content="[^"]*url=([^"]+)"/i.exec(text)?.[1];
}

function htmlPaths(folder: string): readonly string[] {
  return globSync('**/*.html', { cwd: folder })
    .map((file) => `/${file.split('\\').join('/')}`.replace(/(?<=\/)index\.html$/, ''))
    .sort();
}

/** One page of every type that the site has, in both languages: the first of each. */
export function pageTypesOf(folder: string): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const page of pagesOf(folder)) {
    const type = typeOf(folder, page);
    if (!types.has(type)) types.set(type, page);
  }
  return types;
}

/** What readers would call different kinds of page; each kind has a layout of its own. */
function typeOf(folder: string, page: string): string {
  const [, language = 'en', path = ''] = /^\/(?:(zh-tw)\/)?(.*)$/.exec(page) ?? [];
  if (path === '404.html') return 'lost';
  if (path === '') return `home ${language}`;
  if (path.startsWith('embed/')) return `embed ${language}`;
  if (path.startsWith('labs/')) return `gallery ${language}`;
  const hasLab = readFileSync(fileOf(folder, page), 'utf8').includes('<astro-island');
  return `${hasLab ? 'lab' : 'text'} ${language}`;
}

/** Whether a page says that it is the one to be found, rather than a copy of another. */
export function isCanonical(folder: string, page: string): boolean {
  const text = readFileSync(fileOf(folder, page), 'utf8');
  const canonical = /<link rel="canonical" href="([^"]+)"/.exec(text)?.[1];
  return canonical !== undefined && new URL(canonical).pathname === page;
}

/** Whether a page asks search engines to leave it out. */
export function isHidden(folder: string, page: string): boolean {
  return /<meta name="robots"[^>]*noindex/.test(readFileSync(fileOf(folder, page), 'utf8'));
}

/** Whether a static host would answer this path with 200 and without a redirect. */
export function isServed(folder: string, path: string): boolean {
  const file = fileOf(folder, decodeURIComponent(path));
  return existsSync(file) && statSync(file).isFile();
}

/** The paths that the sitemap offers to search engines. */
export function sitemapPaths(folder: string): readonly string[] {
  return globSync('sitemap*.xml', { cwd: folder }).flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    return [...text.matchAll(/<url>\s*<loc>([^<]+)<\/loc>/g)].map(
      (match) => new URL(match[1] ?? '').pathname,
    );
  });
}

function fileOf(folder: string, path: string): string {
  return join(folder, path.endsWith('/') ? `${path}index.html` : path);
}
