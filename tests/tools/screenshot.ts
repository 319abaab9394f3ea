/** `npm run screenshot`: takes the README's picture of the built site, the same way every time. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright';
import { serveSite } from './static-server.ts';
import { browserOfThisMachine, startBrowser } from './this-machine.ts';

const root = join(import.meta.dirname, '../..');
const picture = { page: 'architecture/hypercalls/', file: 'public/readme/hypercalls.png' } as const;

const site = await serveSite({ root: join(root, 'dist'), port: 0 });
const server = await startBrowser(await browserOfThisMachine());
const browser = await chromium.connect(server.wsEndpoint());
const page = await browser.newPage({
  viewport: { width: 1280, height: 800 },
  colorScheme: 'light',
  reducedMotion: 'reduce',
});
const response = await page.goto(site.url + picture.page);
if (response?.status() !== 200) {
  console.error(`${picture.page} is not in the built site: run \`npm run build\` first.`);
  process.exitCode = 1;
} else {
  const lab = page.locator('astro-island > *').first();
  await lab.scrollIntoViewIfNeeded();
  await page.waitForLoadState('networkidle');
  await lab.evaluate((element) => {
    const top = element.getBoundingClientRect().top + scrollY - 80;
    scrollTo({ top, behavior: 'instant' });
  });
  const path = join(root, picture.file);
  mkdirSync(dirname(path), { recursive: true });
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  console.log(`${picture.file} was taken of ${picture.page}`);
}
await server.close();
await site.close();
