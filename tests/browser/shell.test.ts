/** The frame around every page: theme, menus, languages, keyboard, lost addresses. */
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { newPage, openPage, siteUrl } from './harness.ts';
import { builtSite, pagesOf } from './site.ts';

const phone = { width: 390, height: 844 } as const;
const book = '/architecture/';

const themeOf = (page: Page) => page.locator('html').getAttribute('data-theme');
const themeButton = (page: Page) => page.getByRole('button', { name: /^Theme/ });
const pathOf = (page: Page) => new URL(page.url()).pathname;

describe('the theme button', () => {
  test('goes from the system to light to dark and back, and says where it is', async () => {
    const page = await openPage('/');
    const seen: (string | null)[] = [];
    const names = new Set<string | null>();
    for (let press = 0; press < 4; press += 1) {
      seen.push(await themeOf(page));
      names.add(await themeButton(page).getAttribute('aria-label'));
      await themeButton(page).click();
    }
    expect(seen).toEqual([null, 'light', 'dark', null]);
    expect(names.size).toBe(3);
  });

  test('is remembered, and holds before the body is there', async () => {
    const page = await openPage('/');
    await themeButton(page).click();
    await themeButton(page).click();
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (!document.body) return;
        const { theme } = document.documentElement.dataset;
        Object.assign(globalThis, { themeAtBody: theme });
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto(new URL(book, siteUrl).href);
    expect(await page.evaluate('themeAtBody')).toBe('dark');
  });

  test.each(['light', 'dark'] as const)(
    'on its own the page is %s as the system',
    async (scheme) => {
      const page = await openPage('/', { colorScheme: scheme });
      const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const [red = 0] = (paper.match(/\d+/g) ?? []).map(Number);
      expect(red > 128).toBe(scheme === 'light');
    },
  );
});

describe('without scripts', () => {
  test('no control is shown that would be dead', async () => {
    const page = await openPage(book, { javaScriptEnabled: false });
    await expect.poll(() => themeButton(page).isVisible()).toBe(false);
  });

  test('the menu of a phone still opens', async () => {
    const page = await openPage(book, { javaScriptEnabled: false, viewport: phone });
    const menu = page.getByRole('navigation', { name: 'Pages' });
    expect(await menu.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Menu' }).click();
    expect(await menu.isVisible()).toBe(true);
  });
});

describe('the keyboard', () => {
  test('skips to the text with its first stop', async () => {
    const page = await openPage(book);
    await page.keyboard.press('Tab');
    const skip = page.locator(':focus');
    expect(await skip.isVisible()).toBe(true);
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('main');
  });

  test('opens and closes the menu of a phone, and comes back to its button', async () => {
    const page = await openPage(book, { viewport: phone });
    const menu = page.getByRole('navigation', { name: 'Pages' });
    await page.getByRole('button', { name: 'Menu' }).focus();
    await page.keyboard.press('Enter');
    expect(await menu.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await menu.isVisible()).toBe(false);
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Menu');
  });

  test('sees where it is at every stop', async () => {
    const page = await openPage(book);
    const dim: string[] = [];
    let stops = 0;
    for (; stops < 200; stops += 1) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return undefined;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        const isMarked =
          (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
        return { isMarked, html: element.outerHTML.slice(0, 80) };
      });
      if (!stop) break;
      if (!stop.isMarked) dim.push(stop.html);
    }
    expect(stops).toBeGreaterThan(5);
    expect(dim).toEqual([]);
  });
});

describe('the two languages', () => {
  test('lead to each other on the same page', async () => {
    const page = await openPage(book);
    await page.locator('.lang-switch').click();
    await page.waitForURL('**/zh-tw/architecture/');
    expect(await page.locator('html').getAttribute('lang')).toMatch(/^zh-/);
    await page.locator('.lang-switch').click();
    await page.waitForURL((url) => url.pathname === book);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  test('have the same pages', () => {
    const pages = pagesOf(builtSite).filter((path) => !/^\/(?:404|embed|labs)/.test(path));
    const chinese = pages.filter((path) => path.startsWith('/zh-tw/'));
    const english = pages.filter((path) => !path.startsWith('/zh-tw/'));
    expect(english.length).toBeGreaterThan(2);
    expect(chinese).toEqual(english.map((path) => `/zh-tw${path}`));
  });

  test('a page that is not translated says so, and says which language it is in', async () => {
    const page = await newPage();
    const path = await firstFallback(page);
    expect(path).toBeDefined();
    await page.goto(new URL(path ?? '', siteUrl).href);
    expect(await page.getByRole('note').first().isVisible()).toBe(true);
    expect(await page.locator('article').getAttribute('lang')).toBe('en');
    await page.context().close();
  });
});

/** The first Chinese address whose canonical page is another one. */
async function firstFallback(page: Page): Promise<string | undefined> {
  for (const path of pagesOf(builtSite).filter((each) => each.startsWith('/zh-tw/'))) {
    await page.goto(new URL(path, siteUrl).href);
    const canonical = await page.locator('link[rel=canonical]').getAttribute('href');
    if (canonical !== null && new URL(canonical).pathname !== path) return path;
  }
  return undefined;
}

describe('the way through the book', () => {
  test('leads over every page, and back again', async () => {
    const page = await openPage('/');
    const there = ['/'];
    for (;;) {
      const next = page.locator('a[rel=next]');
      if ((await next.count()) === 0) break;
      await Promise.all([page.waitForEvent('domcontentloaded'), next.click()]);
      if (there.includes(pathOf(page))) throw new Error(`${pathOf(page)} comes twice`);
      there.push(pathOf(page));
    }
    const back = [pathOf(page)];
    for (;;) {
      const previous = page.locator('a[rel=prev]');
      if ((await previous.count()) === 0) break;
      await Promise.all([page.waitForEvent('domcontentloaded'), previous.click()]);
      back.push(pathOf(page));
    }
    expect(back).toEqual([...there].reverse());
    const english = pagesOf(builtSite).filter((path) => !/^\/(?:404|embed|labs|zh-tw)/.test(path));
    expect([...there].sort()).toEqual(english);
  });

  test('the table of contents follows the reader', async () => {
    const page = await openPage('/architecture/hypercalls/', {
      viewport: { width: 1440, height: 700 },
    });
    const toc = page.getByRole('navigation', { name: 'On this page' });
    const last = toc.getByRole('link').last();
    await page.evaluate(() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' }));
    await expect.poll(() => last.getAttribute('aria-current')).toBe('true');
  });
});

describe('an address that is not there', () => {
  test('is answered with 404 and a way home', async () => {
    const page = await newPage();
    const response = await page.goto(new URL('no/such/page/', siteUrl).href);
    expect(response?.status()).toBe(404);
    await page.getByRole('main').getByRole('link').first().click();
    await page.waitForURL(siteUrl);
    await page.context().close();
  });
});
