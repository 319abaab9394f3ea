/** Lighthouse mobile on one page of every type; `npm run lighthouse` runs this alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserServer } from 'playwright';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { serveSite } from '../tools/static-server.ts';
import { startBrowser } from '../tools/this-machine.ts';
import { categories, lighthouseFindings } from './checks/lighthouse.ts';
import { siteUrl } from './harness.ts';
import { builtSite, isHidden, pageTypesOf } from './site.ts';

const pages = [...pageTypesOf(builtSite)];
/** Five loads on an imagined slow phone, on a machine that may be busy. */
const waitMs = 300_000;

let browser: BrowserServer;
let port: number;

beforeAll(async () => {
  port = await freePort();
  browser = await startBrowser(inject('chromiumPath'), `--remote-debugging-port=${port}`);
});

afterAll(() => browser.close());

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const free = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(free));
    });
  });
}

test('every type of page is measured', () => {
  const types = ['home', 'text', 'lab'].flatMap((type) => [`${type} en`, `${type} zh-tw`]);
  expect(pages.map(([type]) => type)).toEqual(expect.arrayContaining([...types, 'lost']));
});

test.each(pages)(
  'the %s page, %s, has 100 in all categories',
  async (_, path) => {
    const wanted = isHidden(builtSite, path)
      ? categories.filter((category) => category !== 'seo')
      : categories;
    expect(await lighthouseFindings(new URL(path, siteUrl).href, port, wanted)).toEqual([]);
  },
  waitMs,
);

test('a planted page falls short', async () => {
  const root = mkdtempSync(join(tmpdir(), 'planted-'));
  writeFileSync(join(root, 'index.html'), '<!doctype html><p>A page without title or language');
  const site = await serveSite({ root, port: 0 });
  const findings = (await lighthouseFindings(site.url, port, ['accessibility', 'seo'])).join('\n');
  await site.close();
  rmSync(root, { recursive: true });
  expect(findings).toMatch(/accessibility \d\d: .*document-title/);
  expect(findings).toMatch(/seo \d\d: .*meta-description/);
});
