import { PAPER, SITE_NAME, settings } from '../site/settings.ts';
import { strings } from '../site/strings.ts';

/** The web manifest, generated so that its addresses follow the base path. */
export function GET(): Response {
  const { basePath } = settings;
  const manifest = {
    name: `${SITE_NAME}: ${strings.en.tagline}`,
    short_name: SITE_NAME,
    lang: 'en',
    start_url: basePath,
    scope: basePath,
    display: 'browser',
    background_color: PAPER.light,
    theme_color: PAPER.light,
    icons: [
      { src: `${basePath}favicon.svg`, type: 'image/svg+xml', sizes: 'any' },
      { src: `${basePath}icon-192.png`, type: 'image/png', sizes: '192x192' },
      { src: `${basePath}icon-512.png`, type: 'image/png', sizes: '512x512' },
    ],
  };
  return new Response(`${JSON.stringify(manifest, null, 2)}\n`);
}
