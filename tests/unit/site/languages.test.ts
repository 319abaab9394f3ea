import { describe, expect, test } from 'vitest';
import { addressOf, localise, placeOfFile } from '../../../src/site/languages.ts';

describe('a file of content/docs', () => {
  test('is known by its language and a path without language or index', () => {
    expect(placeOfFile('en/architecture/hypercalls.mdx')).toEqual({
      lang: 'en',
      path: 'architecture/hypercalls',
    });
    expect(placeOfFile('zh-tw/architecture/index.mdx')).toEqual({
      lang: 'zh-tw',
      path: 'architecture',
    });
    expect(placeOfFile('en/index.mdx').path).toBe('');
  });

  test('in a folder of an unknown language is refused, naming the folders that exist', () => {
    expect(() => placeOfFile('fr/index.mdx')).toThrow(
      'content/docs/fr/index.mdx: a page must lie in the folder en/ or zh-tw/.',
    );
  });
});

describe('the address of a page', () => {
  test.each([
    ['', 'en', '/', '/'],
    ['', 'zh-tw', '/', '/zh-tw/'],
    ['architecture/hypercalls', 'en', '/', '/architecture/hypercalls/'],
    ['architecture/hypercalls', 'zh-tw', '/', '/zh-tw/architecture/hypercalls/'],
    ['about', 'zh-tw', '/book/', '/book/zh-tw/about/'],
  ] as const)('%j in %s below %s is %s', (path, lang, base, address) => {
    expect(addressOf(path, lang, base)).toBe(address);
  });
});

describe('a link in a page', () => {
  test.each([
    ['/architecture/', 'zh-tw', '/', '/zh-tw/architecture/'],
    ['/architecture/#vmbus', 'zh-tw', '/', '/zh-tw/architecture/#vmbus'],
    ['/architecture/?a=1', 'en', '/book/', '/book/architecture/?a=1'],
    ['/', 'zh-tw', '/', '/zh-tw/'],
    ['/#start', 'en', '/book/', '/book/#start'],
  ] as const)(
    'to %s keeps a reader of %s below %s in their language: %s',
    (href, lang, base, to) => {
      expect(localise(href, lang, base)).toBe(to);
    },
  );

  test.each([
    ['/favicon.svg', '/book/favicon.svg'],
    ['/zh-tw/about/', '/book/zh-tw/about/'],
    ['https://example.org/a/', 'https://example.org/a/'],
    ['//example.org/', '//example.org/'],
    ['#here', '#here'],
  ])('to %s has no other language version', (href, to) => {
    expect(localise(href, 'zh-tw', '/book/')).toBe(to);
  });
});
