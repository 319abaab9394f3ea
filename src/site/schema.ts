/**
 * What every page must say about itself in its front matter. A page that leaves something out
 * fails the build with the file, the field and what would be right.
 */
import { z } from 'astro/zod';
import { SECTIONS } from './sections.ts';

const sectionList = SECTIONS.join(', ');

/** Text with content; the message says what belongs there. */
const words = (what: string) =>
  z
    .string({ error: `must be ${what}` })
    .trim()
    .min(1, { error: `must be ${what}` });

/** A day. YAML reads 2026-11-23 as a date by itself; quoting it works as well. */
const day = (what: string) => {
  const error = `must be ${what}, written 2026-11-23`;
  return z
    .union([z.date(), z.iso.date({ error })], { error })
    .transform((date) => (typeof date === 'string' ? date : date.toISOString().slice(0, 10)));
};

/** One source of the facts on a page, listed and numbered at its end. */
const sourceSchema = z.strictObject(
  {
    /** How the text refers to it: `<Cite id="tlfs-hypercalls" />`. */
    id: z
      .string({ error: 'must be a short name for <Cite id="…" />, such as tlfs-hypercalls' })
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, {
        error: 'must be lower-case words joined by hyphens, such as tlfs-hypercalls',
      }),
    /** The title the source gives itself. */
    title: words('the title of the source'),
    /** Who published it. */
    publisher: words('the publisher of the source, such as Microsoft Learn'),
    /** Where it can be read. */
    url: z.url({ protocol: /^https$/, error: 'must be the https address of the source' }),
    /** Under which licence its text stands, if it says so. */
    licence: words('the licence of the source, such as CC BY 4.0').optional(),
    /** The day it was last read and compared with the page. */
    read: day('the day the source was last read'),
  },
  { error: (issue) => unknownField(issue, 'id, title, publisher, url, licence, read') },
);

/** The front matter of one page. */
export const pageSchema = z.strictObject(
  {
    /** The heading of the page and its name in menus, breadcrumbs and search results. */
    title: words('the title of the page'),
    /** A longer heading, where the name in menus is too short to stand above the text. */
    heading: words('the heading shown above the text').optional(),
    /** One or two sentences: the opening of the page and its text in search results. */
    description: words('one or two sentences that say what the page explains')
      .min(20, { error: 'must say what the page explains, in 20 to 240 characters' })
      .max(240, { error: 'must say what the page explains, in 20 to 240 characters' }),
    /** Which part of the book the page belongs to. */
    section: z.enum(SECTIONS, { error: `must be one of ${sectionList}` }),
    /** Its place within the section: 0 for the section's first page, then upwards. */
    order: z
      .int({ error: 'must be a whole number: 0 for the first page of a section, then upwards' })
      .min(0, { error: 'must be 0 or more' }),
    /** The day the text last changed in substance. */
    updated: day('the day the text last changed'),
    /** Where its facts come from, in the order they are numbered. May be empty: `[]`. */
    sources: z.array(sourceSchema, {
      error: 'must be the list of sources (id, title, publisher, url, licence, read), or []',
    }),
  },
  {
    error: (issue) =>
      unknownField(issue, 'title, heading, description, section, order, updated, sources'),
  },
);

/** The front matter of a page after checking. */
export type PageData = z.infer<typeof pageSchema>;

/** One source of a page. */
export type Source = PageData['sources'][number];

/** Says which fields exist when a page names one that does not. */
function unknownField(issue: { code?: string; keys?: unknown }, known: string): string | undefined {
  if (issue.code !== 'unrecognized_keys') return undefined;
  return `unknown field ${String(issue.keys)}; the fields are ${known}`;
}
