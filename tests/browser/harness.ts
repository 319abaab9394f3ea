/**
 * What every browser test starts from: one shared browser, the built site, and fresh contexts.
 *
 * ```ts
 * const page = await openPage('/architecture/hypercalls/', { colorScheme: 'dark' });
 * ```
 * Pages from `openPage` are closed after each test; who calls `newPage` closes it.
 */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { afterAll, afterEach, inject } from 'vitest';

/** The address of the built site, with a trailing slash. */
export const siteUrl: string = inject('siteUrl');

let shared: Promise<Browser> | undefined;
const opened: Page[] = [];

/** The shared browser. */
function theBrowser(): Promise<Browser> {
  shared ??= chromium.connect(inject('browserEndpoint'));
  return shared;
}

/** Opens a path of the built site in a context of its own. */
export async function openPage(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await newPage(options);
  opened.push(page);
  await page.goto(new URL(path, siteUrl).href);
  return page;
}

/** A page in a context of its own, before it goes anywhere. */
export async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
  const browser = await theBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  return context.newPage();
}

/** Does some work for each item, a few at a time, and keeps the order. */
export async function inTurns<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Array<R>(items.length);
  const rest = [...items.entries()];
  const worker = async () => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      results[next[0]] = await work(next[1]);
    }
  };
  await Promise.all(Array.from({ length: turnsAtOnce }, worker));
  return results;
}

/** Waiting for silence costs no processor, so a few pages can wait at the same time. */
const turnsAtOnce = 4;

afterEach(async () => {
  await Promise.all(opened.splice(0).map((page) => page.context().close()));
});

afterAll(async () => {
  await (await shared)?.close();
  shared = undefined;
});
