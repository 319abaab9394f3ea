/** Keeps pages that only repeat the English text out of the sitemap; their canonical is English. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { languages } from './languages.ts';

/** Whether an address of the built site is a page in its own right. */
export function isInSitemap(url: string, basePath: string, root: string): boolean {
  const path = new URL(url).pathname.slice(basePath.length);
  const { prefix } = languages['zh-tw'];
  if (!path.startsWith(prefix)) return true;
  const name = path.slice(prefix.length).replace(/\/$/, '');
  const folder = join(root, 'content/docs/zh-tw', name);
  return existsSync(`${folder}.mdx`) || existsSync(join(folder, 'index.mdx'));
}
