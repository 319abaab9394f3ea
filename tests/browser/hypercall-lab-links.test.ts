/** What leaves the hypercall lab and comes back: links, phrases of the text, and files. */
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import {
  decodeLabState,
  encodeLabState,
  presetById,
  presetByNumber,
  readScenarioFile,
  runCall,
} from '../../src/engine/hypervisor/index.ts';
import { newPage, siteUrl } from './harness.ts';
import { awake, labPath, openLab, openSleeping } from './hypercall-lab-page.ts';

const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] };
const hashOf = (page: Page): string => new URL(page.url()).hash;

const linkTo = (id: string): string => {
  const preset = presetById(id);
  if (preset === undefined) throw new Error(`no example ${id}`);
  const { number, params } = preset;
  return `#s=${encodeLabState({ preset: number, params, step: 3 }, preset)}`;
};

describe('a copied link', () => {
  test('opens the same call at the same step in another page', async () => {
    const lab = await openLab(clipboard);
    await lab.example.selectOption('post-message');
    await lab.field('PayloadSize').fill('4');
    await lab.caller.selectOption('root');
    await lab.slider.fill('5');
    await lab.button('Copy link').click();
    await lab.button('Link copied').waitFor();
    const link = await lab.page.evaluate(() => navigator.clipboard.readText());
    expect(link).toBe(lab.page.url());

    const other = await awake(await openSleeping({}, new URL(link).hash));
    expect(await other.example.inputValue()).toBe('post-message');
    expect(await other.caller.inputValue()).toBe('root');
    expect(await other.field('PayloadSize').inputValue()).toBe('0x4');
    expect(await other.progress()).toBe(await lab.progress());
    expect(await other.digest()).toBe(await lab.digest());
    expect(await other.notice.isVisible()).toBe(false);
  });

  test('is in the address where the clipboard is closed, and the page says so', async () => {
    const page = await newPage();
    await page.addInitScript(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error('closed'));
    });
    await page.goto(new URL(labPath, siteUrl).href);
    const button = page.getByRole('button', { name: 'Copy link' });
    await button.click();
    await page.getByText('The link is in the address bar').waitFor();
    const opened = decodeLabState(hashOf(page).slice('#s='.length), presetByNumber);
    expect(opened.ok && opened.value.preset).toBe(1);
    await page.context().close();
  });

  test('stays in the address while editing, and the way back leaves the page', async () => {
    const page = await newPage();
    await page.goto(siteUrl);
    await page.goto(new URL(labPath, siteUrl).href);
    await page.getByRole('textbox', { name: 'CallCode' }).fill('0x41');
    await expect.poll(() => hashOf(page)).toMatch(/^#s=1\./);
    await page.getByRole('textbox', { name: 'CallCode' }).fill('0x42');
    await page.goBack();
    expect(page.url()).toBe(siteUrl);
    await page.context().close();
  });
});

describe('a link that cannot be used', () => {
  const good = linkTo('access-denied');

  test.each([
    ['cut off', good.slice(0, -1), 'cut off or damaged'],
    ['mistyped', `${good.slice(0, -2)}zz`, 'cut off or damaged'],
    ['from a later version', good.replace('1.', '2.'), 'another version'],
    ['no link at all', '#s=hello world', 'no state of this lab'],
  ])('%s: the lab starts fresh and says why', async (_what, hash, says) => {
    const lab = await awake(await openSleeping({}, hash));
    await lab.notice.waitFor();
    expect(await lab.notice.textContent()).toContain(says);
    expect(await lab.example.inputValue()).toBe('create-partition');
    expect(await lab.progress()).toBe('17 of 17');
    await lab.example.selectOption('post-message');
    await expect.poll(() => lab.notice.isVisible()).toBe(false);
  });

  test('put into the address of an open page never half applies', async () => {
    const lab = await openLab();
    await lab.example.selectOption('post-message');
    await lab.page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      good.slice(0, -1),
    );
    await lab.notice.waitFor();
    expect(await lab.example.inputValue()).toBe('create-partition');
  });
});

describe('a phrase of the text', () => {
  test('puts its example into the lab and leads the reader there', async () => {
    const lab = await openSleeping();
    await lab.page.getByRole('link', { name: 'child does not have' }).click();
    await awake(lab);
    await expect.poll(() => lab.example.inputValue()).toBe('access-denied');
    await expect
      .poll(() => lab.root.evaluate((root) => Math.round(root.getBoundingClientRect().top)))
      .toBeLessThan(200);
    expect(await lab.root.evaluate((root) => root === document.activeElement)).toBe(true);
  });

  test('does so again although the address has not changed', async () => {
    const lab = await openSleeping();
    const link = lab.page.getByRole('link', { name: 'child does not have' });
    await link.click();
    await awake(lab);
    await expect.poll(() => lab.example.inputValue()).toBe('access-denied');
    await link.click();
    await expect
      .poll(() => lab.root.evaluate((root) => root.getBoundingClientRect().top > -100))
      .toBe(true);
  });

  test('leads to an example that exists, every one of them', async () => {
    const lab = await openSleeping();
    const links = lab.page.locator('a[href^="#s="]');
    const hashes = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(hashes.length).toBeGreaterThan(2);
    for (const hash of hashes) {
      const opened = decodeLabState(hash?.slice('#s='.length) ?? '', presetByNumber);
      expect(opened.ok, `${hash}`).toBe(true);
    }
  });

  test('is plain text where there are no scripts', async () => {
    const lab = await openSleeping({ javaScriptEnabled: false });
    expect(await lab.page.getByText('child does not have').isVisible()).toBe(true);
    expect(await lab.page.locator('a[href^="#s="]').count()).toBe(0);
  });
});

test('a saved file is read by the engine and gives the digest at the foot of the lab', async () => {
  const lab = await openLab();
  await lab.example.selectOption('flush-address-list');
  await lab.field('ProcessorMask').fill('1');
  const [download] = await Promise.all([
    lab.page.waitForEvent('download'),
    lab.button('Save as file').click(),
  ]);
  expect(download.suggestedFilename()).toBe('hypercall.json');
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const read = readScenarioFile(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  expect(read.ok && runCall(read.value).digest).toBe(await lab.digest());
});
