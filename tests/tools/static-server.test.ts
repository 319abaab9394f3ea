import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Site, serveSite } from './static-server.ts';

const base = mkdtempSync(join(tmpdir(), 'site-'));
const root = join(base, 'dist');
let site: Site;

beforeAll(async () => {
  mkdirSync(join(root, 'docs/page'), { recursive: true });
  writeFileSync(join(base, 'secret.txt'), 'outside');
  writeFileSync(join(root, 'index.html'), '<h1>home</h1>');
  writeFileSync(join(root, 'docs/page/index.html'), '<h1>page</h1>');
  writeFileSync(join(root, '404.html'), '<h1>lost</h1>');
  writeFileSync(join(root, 'app.js'), 'export const a = 1;');
  writeFileSync(join(root, 'picture.png'), 'png');
  site = await serveSite({ root, port: 0 });
});

afterAll(async () => {
  await site.close();
  rmSync(base, { recursive: true });
});

const get = (path: string) => fetch(new URL(path, site.url), { redirect: 'manual' });

/** Sends a path as it is; `fetch` would tidy it up first. */
const rawStatus = (path: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const { hostname, port } = new URL(site.url);
    request({ hostname, port, path }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });

describe('the static server', () => {
  test('serves the index page of a folder', async () => {
    const response = await get('docs/page/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toBe('<h1>page</h1>');
  });

  test('leads a folder without its slash to the one with it and keeps the query', async () => {
    const response = await get('docs/page?theme=dark');
    expect(response.status).toBe(301);
    expect(response.headers.get('location')).toBe('/docs/page/?theme=dark');
  });

  test.each([
    ['app.js', 'text/javascript; charset=utf-8'],
    ['picture.png', 'image/png'],
  ])('gives %s its content type', async (path, type) => {
    expect((await get(path)).headers.get('content-type')).toBe(type);
  });

  test('answers what is not there with the 404 page and the status 404', async () => {
    const response = await get('nothing/here/');
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('<h1>lost</h1>');
  });

  test.each(['/../secret.txt', '/..%2fsecret.txt', '/docs/../../secret.txt', '/%', '/a%00b'])(
    'gives nothing for %s',
    async (path) => {
      expect(await rawStatus(path)).toBe(404);
    },
  );

  test('refuses to write', async () => {
    const response = await fetch(site.url, { method: 'POST', body: 'x' });
    expect(response.status).toBe(405);
  });

  test('takes the next port where the wanted one is taken', async () => {
    const taken = Number(new URL(site.url).port);
    const second = await serveSite({ root, port: taken, morePorts: 20 });
    expect(Number(new URL(second.url).port)).toBeGreaterThan(taken);
    await second.close();
  });

  test('fails where no port may be tried but the taken one', async () => {
    const taken = Number(new URL(site.url).port);
    await expect(serveSite({ root, port: taken })).rejects.toThrow('EADDRINUSE');
  });
});
