import { settings } from '../site/settings.ts';

/** Everything may be indexed; the sitemap says what there is. */
export function GET(): Response {
  const sitemap = new URL(`${settings.basePath}sitemap-index.xml`, settings.siteUrl).href;
  return new Response(`User-agent: *\nAllow: /\n\nSitemap: ${sitemap}\n`);
}
