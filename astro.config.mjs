// @ts-check
import { fileURLToPath } from 'node:url';
import mdx from '@astrojs/mdx';
import preact from '@astrojs/preact';
import sitemap from '@astrojs/sitemap';
import { defineConfig } from 'astro/config';
import { languages } from './src/site/languages.ts';
import { settings } from './src/site/settings.ts';
import { isInSitemap } from './src/site/sitemap.ts';
import { THEME_BOOT } from './src/site/theme-boot.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Runs the theme script before the first paint, with its hash in the policy. */
const themeBoot = {
  name: 'theme-boot',
  hooks: {
    /** @param {{ injectScript: (stage: 'head-inline', content: string) => void }} setup */
    'astro:config:setup': ({ injectScript }) => injectScript('head-inline', THEME_BOOT),
  },
};

/** Labs load their code when the reader first touches them. */
const touchDirective = {
  name: 'client-touch',
  hooks: {
    /** @param {{ addClientDirective: (it: { name: string, entrypoint: string }) => void }} setup */
    'astro:config:setup': ({ addClientDirective }) =>
      addClientDirective({
        name: 'touch',
        entrypoint: `${root}src/labs/shared/hydrate-on-touch.ts`,
      }),
  },
};

export default defineConfig({
  site: settings.siteUrl,
  base: settings.basePath,
  trailingSlash: 'always',
  integrations: [
    themeBoot,
    touchDirective,
    mdx(),
    preact(),
    sitemap({
      filter: (url) => isInSitemap(url, settings.basePath, root),
      i18n: {
        defaultLocale: 'en',
        locales: { en: languages.en.tag, 'zh-tw': languages['zh-tw'].tag },
      },
    }),
  ],
  // Highlighters that write style attributes cannot live under the policy below.
  markdown: { syntaxHighlight: false },
  build: { inlineStylesheets: 'always' },
  // Astro marks its own modules with a directive the bundler does not know; nothing is lost by it.
  vite: { build: { rolldownOptions: { checks: { moduleLevelDirective: false } } } },
  devToolbar: { enabled: false },
  security: {
    csp: {
      directives: [
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'none'",
        "img-src 'self' data:",
        "manifest-src 'self'",
        "object-src 'none'",
        "worker-src 'self'",
      ],
    },
  },
});
