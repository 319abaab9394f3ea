/** Plants a bad page for each check of a page and demands that the check says so. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Site, serveSite } from '../tools/static-server.ts';
import { axeFindingsOfAllLooks } from './checks/axe.ts';
import { budgetFindings, mannersFindings, policyFindings, visitCold } from './checks/cold-visit.ts';
import {
  linkFindings,
  printFindings,
  readingFindings,
  reflowFindings,
  visitPlain,
} from './checks/plain-visit.ts';
import { newPage } from './harness.ts';
import { movedFindings, pagesOf } from './site.ts';

const folder = mkdtempSync(join(tmpdir(), 'planted-'));
const text = '<p>A page needs some words to be one. These words are enough, and then a few.</p>';
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'";
let site: Site;

interface Planted {
  readonly head?: string;
  readonly body?: string;
  readonly policy?: string;
}

/** A page that every check passes, with something bad put into it. */
function pageWith(planted: Planted): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="${planted.policy ?? policy}">
<title>A page</title><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/good.css">
${planted.head ?? ''}</head><body><header><nav><a href="/">Home</a></nav></header>
<main><h1 id="top">A page</h1>${text}${text}${planted.body ?? ''}</main></body></html>`;
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** Puts a page under an address of its own. */
function plantPage(name: string, planted: Planted): string {
  write(`${name}/index.html`, pageWith(planted));
  return `/${name}/`;
}

/** Bytes that no compression makes smaller, the same in every run. */
function noise(bytes: number): Buffer {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  return Buffer.from(Array.from({ length: bytes }, next));
}

const script = (bytes: number) => `/* ${noise(bytes).toString('base64')} */`;

beforeAll(async () => {
  write('index.html', pageWith({}));
  write('icon.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');
  write('good.css', 'body{color:#111;background:#fff}@media print{nav{display:none}}');
  write('wide.css', '.wide{width:600px}');
  write('shade.css', '@media (prefers-color-scheme:dark) and (width<500px){.pale{color:#ccc}}');
  write('pale.css', '@media (prefers-color-scheme:dark){body{color:#eee;background:#111}}');
  write('flood.css', '@media print{nav{display:block!important}h1{display:none}}');
  write('big.png', noise(16_000));
  write('huge.png', noise(41_000));
  write('script.js', script(3_000));
  write('shift.js', 'setTimeout(() => document.querySelector("h1").before("moved\\n"), 100);');
  write('shout.js', 'console.error("broken");');
  site = await serveSite({ root: folder, port: 0 });
});

afterAll(async () => {
  await site.close();
  rmSync(folder, { recursive: true });
});

/** Does something with a page of its own and closes it. */
async function withPage<T>(work: (page: Page) => Promise<T>, javaScriptEnabled = true): Promise<T> {
  const page = await newPage({ javaScriptEnabled });
  const result = await work(page);
  await page.context().close();
  return result;
}

const cold = (path: string) => withPage((page) => visitCold(page, site.url, path));
const plain = (path: string) => withPage((page) => visitPlain(page, site.url, path), false);
const findingsAt = (
  path: string,
  check: (page: Page, path: string) => Promise<readonly string[]>,
) =>
  withPage(async (page) => {
    await page.goto(new URL(path, site.url).href);
    return (await check(page, path)).join('\n');
  });

test('a good page has no finding at all', async () => {
  const visit = await cold('/');
  expect([
    ...budgetFindings(visit),
    ...policyFindings(visit),
    ...mannersFindings(visit),
    ...readingFindings(await plain('/')),
    ...linkFindings([await plain('/')], folder, site.url),
  ]).toEqual([]);
  for (const check of [axeFindingsOfAllLooks, printFindings, reflowFindings]) {
    expect(await findingsAt('/', check)).toBe('');
  }
});

describe.concurrent('a planted page is found', () => {
  const island = '<astro-island component-url="/_astro/PlantedLab.a1.js"></astro-island>';

  test.each([
    ['too heavy', { body: '<img src="/big.png" alt="" width="1" height="1">' }, /loads 1\d{4} of/],
    [
      'too heavy even with a lab',
      { body: `${island}<img src="/huge.png" alt="" width="1" height="1">` },
      /of 40000 bytes/,
    ],
    ['too much script', { body: '<script src="/script.js"></script>' }, /of 3000 bytes of script/],
    [
      'too much script inside the page',
      { body: `<script>${script(3_000)}</script>`, policy: "script-src 'unsafe-inline'" },
      /of 3000 bytes of script/,
    ],
  ])('%s', async (name, planted, words) => {
    const visit = await cold(plantPage(name.replaceAll(' ', '-'), planted));
    expect(budgetFindings(visit).join('\n')).toMatch(words);
  });

  test('a lab has a larger budget', async () => {
    const body = `${island}<img src="/big.png" alt="" width="1" height="1">`;
    expect(budgetFindings(await cold(plantPage('lab', { body })))).toEqual([]);
  });

  test.each([
    ['inline script', { body: '<script>self.a = 1</script>' }, /violates.*script-src/],
    ['inline style', { body: '<p style="color:red">a</p>' }, /violates.*style-src/],
    ['loose script', { policy: "default-src 'self'; script-src 'unsafe-inline'" }, /loose policy/],
    ['open script', { policy: 'script-src https:' }, /loose policy/],
    ['no script rule', { policy: "img-src 'self'" }, /no Content-Security-Policy/],
  ])('%s', async (name, planted, words) => {
    const visit = await cold(plantPage(name.replaceAll(' ', '-'), planted));
    expect(policyFindings(visit).join('\n')).toMatch(words);
  });

  test.each([
    [
      'another host',
      { body: '<img src="https://example.invalid/a.png" alt="">', policy: 'script-src' },
      /asks another host: https:\/\/example\.invalid/,
    ],
    ['a lost file', { body: '<img src="/lost.png" alt="">' }, /complains.*404/],
    ['a shout', { body: '<script src="/shout.js"></script>' }, /complains: broken/],
    ['a shift', { body: '<script src="/shift.js"></script>' }, /shifts its layout/],
  ])('%s', async (name, planted, words) => {
    const visit = await cold(plantPage(name.replaceAll(' ', '-'), planted));
    expect(mannersFindings(visit).join('\n')).toMatch(words);
  });

  test('pale text, in the one look where it is pale', async () => {
    const head = '<link rel="stylesheet" href="/shade.css">';
    const path = plantPage('pale', { head, body: '<p class="pale">Some words</p>' });
    expect(await findingsAt(path, axeFindingsOfAllLooks)).toBe(
      '/pale/ dark 390 px: color-contrast at .pale',
    );
  });

  test('a picture without words', async () => {
    const path = plantPage('mute', { body: '<img src="/icon.svg">' });
    expect(await findingsAt(path, axeFindingsOfAllLooks)).toMatch(/image-alt/);
  });

  test('a page too wide for a phone', async () => {
    const head = '<link rel="stylesheet" href="/wide.css">';
    const path = plantPage('wide', { head, body: '<p class="wide">a</p>' });
    expect(await findingsAt(path, reflowFindings)).toBe(
      '/wide/ scrolls sideways at 320 px: p.wide',
    );
  });

  test('a page that prints its navigation and no heading', async () => {
    const head = '<link rel="stylesheet" href="/flood.css">';
    const findings = await findingsAt(plantPage('flood', { head }), printFindings);
    expect(findings).toMatch(/prints its navigation/);
    expect(findings).toMatch(/prints no heading/);
  });

  test('a page that prints light text', async () => {
    const head = '<link rel="stylesheet" href="/pale.css">';
    const path = plantPage('light-ink', { head });
    expect(await findingsAt(path, printFindings)).toMatch(/light text/);
  });

  test('a page that is empty without scripts', async () => {
    write('empty/index.html', '<!doctype html><title></title><main id="app"></main>');
    const findings = readingFindings(await plain('/empty/')).join('\n');
    expect(findings).toMatch(/0 characters/);
    expect(findings).toMatch(/0 first-level headings/);
    expect(findings).toMatch(/no title/);
    expect(findings).toMatch(/language/);
  });

  test.each([
    ['a broken link', '<a href="/lost/">a</a>', /links to \/lost\/: nothing there/],
    ['a link that is led on', '<a href="/pale">a</a>', /links to \/pale: nothing there/],
    ['a broken anchor', '<a href="/#lost">a</a>', /#lost: no such anchor/],
    ['a broken anchor on the page', '<a href="#lost">a</a>', /#lost: no such anchor/],
    ['an open link', '<a href="http://example.org/">a</a>', /not https/],
    [
      'a link listed twice',
      `<ul>${'<li><a href="https://example.org/">a</a></li>'.repeat(2)}</ul>`,
      /lists https:\/\/example\.org\/ twice/,
    ],
  ])('%s', async (name, body, words) => {
    const path = plantPage(name.replaceAll(' ', '-'), { body });
    const visits = [await plain('/'), await plain(path)];
    expect(linkFindings(visits, folder, site.url).join('\n')).toMatch(words);
  });

  test('an old address that leads nowhere, and is no page itself', () => {
    const refresh = '<meta http-equiv="refresh" content="0;url=/lost/">';
    write('old/index.html', `<!doctype html>${refresh}`);
    expect(pagesOf(folder)).not.toContain('/old/');
    expect(movedFindings(folder)).toEqual(['/old/ was moved to /lost/: nothing there']);
  });
});
