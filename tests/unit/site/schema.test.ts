import { describe, expect, test } from 'vitest';
import { pageSchema } from '../../../src/site/schema.ts';
import { data } from './support.ts';

const source = {
  id: 'tlfs',
  title: 'Specification',
  publisher: 'Microsoft',
  url: 'https://learn.microsoft.com/',
  licence: 'CC BY 4.0',
  read: '2026-11-23',
};

/** The messages for a page, each with the field it is about. */
function problems(page: unknown): readonly string[] {
  const result = pageSchema.safeParse(page);
  return result.success
    ? []
    : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

describe('front matter', () => {
  test('that says everything is accepted', () => {
    expect(problems({ ...data, heading: 'Longer', sources: [source] })).toEqual([]);
  });

  test('takes a day as YAML reads it or as text', () => {
    const asDate = pageSchema.parse({ ...data, updated: new Date('2026-11-23T00:00:00Z') });
    expect(asDate.updated).toBe('2026-11-23');
    expect(problems({ ...data, updated: '23.11.2026' })).toEqual([
      'updated: must be the day the text last changed, written 2026-11-23',
    ]);
  });

  test.each([
    ['title', 'must be the title of the page'],
    ['description', 'must be one or two sentences that say what the page explains'],
    ['section', 'must be one of home, architecture, reference, about'],
    ['order', 'must be a whole number: 0 for the first page of a section, then upwards'],
    ['updated', 'must be the day the text last changed, written 2026-11-23'],
    ['sources', 'must be the list of sources (id, title, publisher, url, licence, read), or []'],
  ])('without %s is refused with what would be right', (field, message) => {
    expect(problems({ ...data, [field]: undefined })).toEqual([`${field}: ${message}`]);
  });

  test('with a field nobody knows is refused with the fields that exist', () => {
    expect(problems({ ...data, tilte: 'A' })).toEqual([
      ': unknown field tilte; the fields are title, heading, description, section, order, ' +
        'updated, sources',
    ]);
  });

  test.each([
    [{ ...source, url: 'http://example.org' }, 'url: must be the https address of the source'],
    [
      { ...source, id: 'TLFS 1' },
      'id: must be lower-case words joined by hyphens, such as tlfs-hypercalls',
    ],
    [
      { ...source, read: undefined },
      'read: must be the day the source was last read, written 2026-11-23',
    ],
    [
      { ...source, publisher: '  ' },
      'publisher: must be the publisher of the source, such as Microsoft Learn',
    ],
  ])('with a source that is not right says which and why', (wrong, message) => {
    expect(problems({ ...data, sources: [source, wrong] })).toEqual([`sources.1.${message}`]);
  });
});
