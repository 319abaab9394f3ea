import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkSources, citationsOf } from '../../../src/site/citations.ts';
import { editAddress } from '../../../src/site/edit-link.ts';
import { hexGroups } from '../../../src/site/hex.ts';
import { checkInlineTags, tagsAtStart } from '../../../src/site/inline-tags.ts';
import { pageOf, setPage } from '../../../src/site/page-context.ts';
import type { Source } from '../../../src/site/schema.ts';
import { LAYERS, strings, writeDay } from '../../../src/site/strings.ts';
import { tocOf } from '../../../src/site/toc.ts';
import { entry } from './support.ts';

const source = (id: string): Source => ({
  id,
  title: `Title of ${id}`,
  publisher: 'Someone',
  url: 'https://example.org/',
  read: '2026-11-23',
});
const sources = [source('first'), source('second')];

describe('a citation', () => {
  test('bears the number its source has in the list', () => {
    expect(citationsOf('second first', sources, 'a.mdx').map(({ number }) => number)).toEqual([
      2, 1,
    ]);
  });

  test('of a source that is not listed is refused with the sources that are', () => {
    expect(() => citationsOf('third', sources, 'a.mdx')).toThrow(
      'a.mdx: <Cite id="third"> names no source of this page. Listed: first, second.',
    );
  });

  test('of nothing is refused', () => {
    expect(() => citationsOf(' ', sources, 'a.mdx')).toThrow('a.mdx: <Cite> needs the id');
  });

  test('needs sources with different ids', () => {
    expect(() => checkSources([...sources, source('first')], 'a.mdx')).toThrow(
      'a.mdx: two sources have the id "first".',
    );
    expect(() => checkSources(sources, 'a.mdx')).not.toThrow();
  });
});

describe('a small component inside a sentence', () => {
  test('may not stand alone on a line, since MDX would make it a paragraph', () => {
    expect(() => checkInlineTags('One.\nTwo\n  <Cite id="a" />', 'a.mdx')).toThrow(
      'a.mdx: line 3 of the text holds nothing but <Cite>',
    );
    expect(() => checkInlineTags('One.<Cite id="a" />\n<MachineMap />', 'a.mdx')).not.toThrow();
  });

  test('begins no line of any page, since the formatter would make it a paragraph', () => {
    const folder = join(import.meta.dirname, '../../../content/docs');
    const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.mdx'),
    );
    expect(pages.length).toBeGreaterThan(3);
    const found = pages.flatMap((name) =>
      tagsAtStart(readFileSync(join(folder, name), 'utf8')).map(
        ({ line, tag }) => `content/docs/${name}:${line} begins with <${tag}>`,
      ),
    );
    expect(found).toEqual([]);
  });
});

describe('a hexadecimal number', () => {
  test.each([
    ['0x48', ['0x', '48']],
    ['0x10000', ['0x', '1', '0000']],
    ['0x0000000400000048', ['0x', '0000', '0004', '0000', '0048']],
  ])('%s is read in groups of four from the right and loses no digit', (value, groups) => {
    expect(hexGroups(value)).toEqual(groups);
    expect(groups.join('')).toBe(value);
  });

  test('that is none is refused', () => {
    expect(() => hexGroups('48h')).toThrow('<Hex value="48h" />: must be 0x');
  });
});

describe('a table of contents', () => {
  const heading = (depth: number, slug: string) => ({ depth, slug, text: slug });

  test('lists headings of two levels and the sources', () => {
    const headings = [heading(2, 'a'), heading(3, 'b'), heading(4, 'c')];
    const ids = tocOf(headings, { title: 'Sources' }).map(({ id }) => id);
    expect(ids).toEqual(['a', 'b', 'sources']);
  });

  test('is left out where it would hold two lines', () => {
    expect(tocOf([heading(2, 'a')], { title: 'Sources' })).toEqual([]);
  });
});

describe('the shell', () => {
  test('writes a day the way each language does', () => {
    expect(writeDay('2026-11-03', 'en')).toBe('3 November 2026');
    expect(writeDay('2026-11-03', 'zh-tw')).toBe('2026年11月3日');
  });

  test('has a name for every layer in every language', () => {
    for (const table of Object.values(strings)) {
      expect(LAYERS.filter((layer) => table.layers[layer] === '')).toEqual([]);
    }
  });

  test('offers to edit a page only where its source is published', () => {
    expect(editAddress('en/about.mdx', undefined)).toBeUndefined();
    expect(editAddress('en/about.mdx', 'https://example.org/repo')).toBe(
      'https://example.org/repo/edit/main/content/docs/en/about.mdx',
    );
  });

  test('tells a component in which page it stands, and refuses one outside of pages', () => {
    const locals = {};
    expect(() => pageOf(locals, 'Cite')).toThrow('<Cite> works only in a page of content/docs.');
    const page = {
      path: 'a',
      lang: 'en',
      textLang: 'en',
      writtenIn: ['en'],
      entry: entry('en/a.mdx'),
    } as const;
    setPage(locals, page);
    expect(pageOf(locals, 'Cite')).toBe(page);
  });
});
