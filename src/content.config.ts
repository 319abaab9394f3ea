/** The one collection of pages: `content/docs/<language>/<path>.mdx`. Fields: `site/schema.ts`. */
import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { pageSchema } from './site/schema.ts';

const docs = defineCollection({
  loader: glob({
    base: './content/docs',
    pattern: '**/*.mdx',
    // The file itself is the name, so that every message about a page can say where it is.
    generateId: ({ entry }) => entry,
  }),
  schema: pageSchema,
});

/** Read by Astro; nothing else imports it. */
export const collections = { docs };
