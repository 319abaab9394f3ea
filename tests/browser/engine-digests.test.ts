/**
 * The engine gives the same bits in the browser as in Node: the files that Node runs are served to
 * Chromium as they are, types stripped, and must end with the digests that are kept as golden.
 */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { newPage } from './harness.ts';

const root = join(import.meta.dirname, '../..');
const origin = 'http://engine.test';
/** A page that runs every guest and leaves the digests behind. */
const runner = `<!doctype html><title>Engine</title><script type="module">
  import { guestNames, guestParams, runGuest } from '/src/engine/guest/index.ts';
  const lines = guestNames.map((name) => runGuest(guestParams(name)).digest + ' ' + name);
  document.body.textContent = lines.join('|');
</script><body></body>`;
const page = await newPage();

await page.route(`${origin}/**`, async (route) => {
  const { pathname } = new URL(route.request().url());
  if (pathname === '/') {
    await route.fulfill({ contentType: 'text/html', body: runner });
    return;
  }
  const body = stripTypeScriptTypes(readFileSync(join(root, pathname), 'utf8'));
  await route.fulfill({ contentType: 'text/javascript', body });
});
await page.goto(`${origin}/`);

afterAll(() => page.context().close());

const golden = readFileSync(join(root, 'tests/golden/guest-digests.txt'), 'utf8').trim();

test('guests end with the same digests as in Node', async () => {
  const body = page.locator('body');
  await expect.poll(() => body.textContent()).toContain('|');
  expect((await body.textContent())?.split('|')).toEqual(golden.split('\n'));
});
