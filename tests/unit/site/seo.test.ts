import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bindBooks, trailOf } from '../../../src/site/book.ts';
import { addressesOf, structuredData, tabTitle } from '../../../src/site/seo.ts';
import { readSettings } from '../../../src/site/settings.ts';
import { isInSitemap } from '../../../src/site/sitemap.ts';
import { strings } from '../../../src/site/strings.ts';
import { entry } from './support.ts';

const place = { siteUrl: 'https://example.org', basePath: '/book/' };
const books = bindBooks([
  entry('en/index.mdx', { section: 'home', title: 'Home' }),
  entry('zh-tw/index.mdx', { section: 'home', title: '首頁' }),
  entry('en/about.mdx', { section: 'about', title: 'A </script> title' }),
]);
const [home, about] = books.en;
const [zhHome, zhAbout] = books['zh-tw'];
if (!home || !about || !zhHome || !zhAbout) throw new Error('The books above have two pages.');

describe('addresses told to search engines', () => {
  test('name every language a page is written in, and English for all others', () => {
    expect(addressesOf(zhHome, place)).toEqual({
      canonical: 'https://example.org/book/zh-tw/',
      alternates: [
        { hreflang: 'en', href: 'https://example.org/book/' },
        { hreflang: 'zh-TW', href: 'https://example.org/book/zh-tw/' },
        { hreflang: 'x-default', href: 'https://example.org/book/' },
      ],
    });
  });

  test('name the English page where a translation is missing', () => {
    const { canonical, alternates } = addressesOf(zhAbout, place);
    expect(canonical).toBe('https://example.org/book/about/');
    expect(alternates.map(({ hreflang }) => hreflang)).toEqual(['en', 'x-default']);
  });

  test('leave pages that only repeat English text out of the sitemap', () => {
    const root = join(import.meta.dirname, '../../..');
    const listed = (path: string) =>
      isInSitemap(`https://example.org/book/${path}`, '/book/', root);
    expect(listed('zh-tw/')).toBe(true);
    expect(listed('about/')).toBe(true);
    expect(listed('zh-tw/no-such-page/')).toBe(false);
  });
});

describe('structured data', () => {
  test('describes article and breadcrumb, and cannot end its own element', () => {
    const json = structuredData(about, trailOf(books.en, 'about', strings.en.sections), place);
    expect(json).not.toContain('</script');
    const [article, breadcrumb] = JSON.parse(json)['@graph'];
    expect(article).toMatchObject({
      '@type': 'TechArticle',
      headline: 'A </script> title',
      inLanguage: 'en',
    });
    expect(breadcrumb.itemListElement.map((item: { item: string }) => item.item)).toEqual([
      'https://example.org/book/',
      'https://example.org/book/about/',
    ]);
  });

  test('gives the first page no breadcrumb', () => {
    const json = structuredData(home, trailOf(books.en, '', strings.en.sections), place);
    expect(JSON.parse(json)['@graph']).toHaveLength(1);
  });
});

describe('the title of a tab', () => {
  test('begins with the page, and on the first page with the site', () => {
    expect(tabTitle(about)).toBe('A </script> title · Enlightened');
    expect(tabTitle(zhHome)).toBe('Enlightened · 可以動手執行的 Hyper-V 架構');
  });
});

describe('the settings of a build', () => {
  test.each([
    [undefined, '/'],
    ['/', '/'],
    ['docs', '/docs/'],
    ['/a/b/', '/a/b/'],
  ])('read a base path %j as %s', (BASE_PATH, basePath) => {
    expect(readSettings({ BASE_PATH }).basePath).toBe(basePath);
  });

  test('refuse an address that is none', () => {
    expect(() => readSettings({ SITE_URL: 'example.org' })).toThrow(
      'SITE_URL is "example.org"; it must be a web address such as https://example.org/.',
    );
    expect(() => readSettings({ REPO_URL: 'ftp://x' })).toThrow('REPO_URL is "ftp://x"');
  });
});
