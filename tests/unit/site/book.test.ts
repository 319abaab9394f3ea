import { describe, expect, test } from 'vitest';
import { bindBooks, neighboursOf, sectionsOf, trailOf } from '../../../src/site/book.ts';
import { strings } from '../../../src/site/strings.ts';
import { entry } from './support.ts';

const entries = [
  entry('en/about.mdx', { section: 'about', title: 'About this site' }),
  entry('en/architecture/hypercalls.mdx', { order: 20, title: 'Hypercalls' }),
  entry('en/architecture/partitions.mdx', { order: 10, title: 'Partitions' }),
  entry('en/architecture/index.mdx', { order: 0, title: 'The whole machine' }),
  entry('en/index.mdx', { section: 'home', title: 'Home' }),
  entry('zh-tw/architecture/partitions.mdx', { order: 99, title: '分割區' }),
];
const books = bindBooks(entries);

describe('the book', () => {
  test('has the same pages in the same order in both languages', () => {
    const order = [
      '',
      'architecture',
      'architecture/partitions',
      'architecture/hypercalls',
      'about',
    ];
    expect(books.en.map((page) => page.path)).toEqual(order);
    expect(books['zh-tw'].map((page) => page.path)).toEqual(order);
  });

  test('shows the English text where a translation is missing', () => {
    const [, , partitions, hypercalls] = books['zh-tw'];
    expect(partitions).toMatchObject({ textLang: 'zh-tw', writtenIn: ['en', 'zh-tw'] });
    expect(hypercalls).toMatchObject({ lang: 'zh-tw', textLang: 'en', writtenIn: ['en'] });
    expect(hypercalls?.entry.id).toBe('en/architecture/hypercalls.mdx');
  });

  test('refuses a translation that has no English page', () => {
    expect(() => bindBooks([...entries, entry('zh-tw/lost.mdx')])).toThrow(
      'content/docs/zh-tw/lost.mdx: there is no English page of this name to translate.',
    );
  });

  test('refuses two files with one address', () => {
    expect(() => bindBooks([...entries, entry('en/architecture.mdx')])).toThrow(
      'content/docs: en/architecture/index.mdx and en/architecture.mdx have the same address.',
    );
  });
});

describe('navigation', () => {
  test('names the sections that have pages and no others', () => {
    expect(sectionsOf(books.en).map(({ section }) => section)).toEqual(['architecture', 'about']);
    const alone = bindBooks([entry('en/about.mdx', { section: 'about' })]);
    expect(sectionsOf(alone.en).map(({ section }) => section)).toEqual(['about']);
  });

  test('leads from page to page across sections and ends at both ends', () => {
    expect(neighboursOf(books.en, '')).toMatchObject({
      previous: undefined,
      next: { path: 'architecture' },
    });
    expect(neighboursOf(books.en, 'architecture/hypercalls')).toMatchObject({
      previous: { path: 'architecture/partitions' },
      next: { path: 'about' },
    });
    expect(neighboursOf(books.en, 'about').next).toBeUndefined();
  });

  test('knows no neighbours of a page that does not exist', () => {
    expect(neighboursOf(books.en, 'nowhere')).toEqual({ previous: undefined, next: undefined });
  });

  test('marks titles that are in the other language', () => {
    const [architecture] = sectionsOf(books['zh-tw']);
    expect(architecture?.pages.map((link) => link.textLang)).toEqual(['en', 'zh-tw', 'en']);
  });

  test('calls the first page of a section by the section in breadcrumbs', () => {
    const trail = trailOf(books['zh-tw'], 'architecture/hypercalls', strings['zh-tw'].sections);
    expect(trail).toEqual([
      { path: '', title: '首頁', textLang: 'zh-tw' },
      { path: 'architecture', title: '架構', textLang: 'zh-tw' },
      { path: 'architecture/hypercalls', title: 'Hypercalls', textLang: 'en' },
    ]);
  });

  test('leaves out steps of the way that are no pages', () => {
    const deep = bindBooks([...entries, entry('en/reference/calls/one.mdx', { title: 'One' })]);
    const trail = trailOf(deep.en, 'reference/calls/one', strings.en.sections);
    expect(trail.map((link) => link.title)).toEqual(['Home', 'One']);
  });
});
