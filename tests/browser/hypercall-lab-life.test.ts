/** The life of the hypercall lab: without scripts, asleep, waking, playing, and in every look. */
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { labView, presetById, runCall, sentencesEn } from '../../src/engine/hypervisor/index.ts';
import { axeFindingsOfAllLooks } from './checks/axe.ts';
import { newPage, siteUrl } from './harness.ts';
import { awake, labOf, labPath, openLab, openSleeping } from './hypercall-lab-page.ts';

const labCode = /HypercallLab|preact|hooks|client\.\w+\.js/;

describe('without scripts', () => {
  test('the default run can be read: answer, every step, registers, machine', async () => {
    const lab = await openSleeping({ javaScriptEnabled: false });
    const params = presetById('create-partition')?.params;
    if (params === undefined) throw new Error('no example');
    const view = labView(runCall(params), sentencesEn);
    expect(await lab.answer.textContent()).toContain(view.result.status);
    const steps = await lab.root.locator('.trace-text').allTextContents();
    expect(steps).toEqual(view.steps.map(({ text }) => text));
    const registers = await lab.registers.textContent();
    for (const { after } of view.registers) expect(registers).toContain(after);
    expect(await lab.machine.getByRole('row').count()).toBe(5);
    expect(await lab.digest()).toBe(view.digest.replaceAll(' ', ''));
  });

  test('no button is shown that would be dead, and fields read as values', async () => {
    const lab = await openSleeping({ javaScriptEnabled: false });
    for (const name of ['Copy link', 'Save as file', 'Reset', 'Play', 'Step', 'Step back']) {
      expect(await lab.button(name).isVisible(), name).toBe(false);
    }
    const looks = await lab.root.locator('select, input[type="text"]').evaluateAll((fields) =>
      fields.map((field) => {
        const { borderTopColor, pointerEvents } = getComputedStyle(field);
        return `${borderTopColor} ${pointerEvents}`;
      }),
    );
    expect(new Set(looks)).toEqual(new Set(['rgba(0, 0, 0, 0) none']));
  });
});

/** The page before it is opened, with the lab's code held back until `release` is called. */
async function openHeldBack(): Promise<{ page: Page; asked: string[]; release: () => void }> {
  const page = await newPage();
  const asked: string[] = [];
  const gate = Promise.withResolvers<void>();
  await page.route(labCode, async (route) => {
    asked.push(route.request().url());
    await gate.promise;
    await route.continue();
  });
  await page.goto(new URL(labPath, siteUrl).href);
  return { page, asked, release: gate.resolve };
}

describe('before the first touch', () => {
  test('no code of the lab is asked for, however far the reader scrolls', async () => {
    const { page, asked, release } = await openHeldBack();
    await page.evaluate(() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' }));
    await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
    await page.waitForLoadState('networkidle');
    expect(asked).toEqual([]);
    await labOf(page).root.locator('.lab-title').hover();
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    release();
    await page.context().close();
  });
});

describe('while the code is on its way', () => {
  test('clicks are kept and done in their order, those on an icon too', async () => {
    const { page, asked, release } = await openHeldBack();
    const lab = labOf(page);
    await lab.button('To the start').click();
    // It still looks as if the run were at its end, where this button does nothing.
    await lab.button('Step').locator('svg').click({ force: true });
    await lab.button('Step').locator('svg').click({ force: true });
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    expect(await lab.progress()).toBe('17 of 17');
    release();
    await expect.poll(() => lab.progress()).toBe('2 of 17');
    await page.context().close();
  });

  test('typing is kept, the text as well as what it does', async () => {
    const { page, asked, release } = await openHeldBack();
    const lab = labOf(page);
    await lab.field('CallCode').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('0x7ffe');
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    release();
    await expect.poll(() => lab.answer.textContent()).toContain('INVALID_HYPERCALL_CODE');
    expect(await lab.field('CallCode').inputValue()).toBe('0x7ffe');
    await page.context().close();
  });

  test('a choice is kept, even one that no pointer and no focus came before', async () => {
    const { page, asked, release } = await openHeldBack();
    const lab = labOf(page);
    await lab.example.selectOption('access-denied');
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    release();
    await expect.poll(() => lab.answer.textContent()).toContain('HV_STATUS_ACCESS_DENIED');
    expect(await lab.example.inputValue()).toBe('access-denied');
    await page.context().close();
  });

  test('a failed download is told in the lab, and the page can be loaded again', async () => {
    const page = await newPage();
    let isCut = true;
    await page.route(labCode, (route) => (isCut ? route.abort() : route.continue()));
    await page.goto(new URL(labPath, siteUrl).href);
    const lab = labOf(page);
    await lab.root.locator('.lab-title').hover();
    await lab.notice.waitFor();
    expect(await lab.notice.textContent()).toContain('Reload the page');
    isCut = false;
    await page.reload();
    expect(await lab.notice.isVisible()).toBe(false);
    await lab.button('To the start').click();
    await expect.poll(() => lab.progress()).toBe('0 of 17');
    await page.context().close();
  });
});

describe('playing', () => {
  test('goes on step by step to the end and stops there', async () => {
    const lab = await openLab();
    await lab.slider.fill('14');
    await lab.button('Play').click();
    await lab.button('Pause').waitFor();
    await expect.poll(() => lab.progress(), { timeout: 20_000 }).toBe('17 of 17');
    await lab.button('Play').waitFor();
  });

  test('stops when the lab leaves the screen', async () => {
    const lab = await openLab();
    await lab.button('To the start').click();
    await lab.button('Play').click();
    await lab.button('Pause').waitFor();
    await lab.page.evaluate(() =>
      scrollTo({ top: document.body.scrollHeight, behavior: 'instant' }),
    );
    await lab.button('Play').waitFor();
    expect(await lab.progress()).not.toBe('17 of 17');
  });

  test('stops when the reader takes a step', async () => {
    const lab = await openLab();
    await lab.button('To the start').click();
    await lab.button('Play').click();
    await lab.slider.fill('9');
    await lab.button('Play').waitFor();
    expect(await lab.progress()).toBe('9 of 17');
  });

  test('with reduced motion shows the end at once', async () => {
    const lab = await openLab({ reducedMotion: 'reduce' });
    await lab.button('To the start').click();
    await expect.poll(() => lab.progress()).toBe('0 of 17');
    await lab.button('Play').click();
    await expect.poll(() => lab.progress()).toBe('17 of 17');
    expect(await lab.button('Pause').count()).toBe(0);
  });
});

describe('in every look', () => {
  test('an error beside its field is accessible', async () => {
    const lab = await openLab();
    await lab.field('RepCount').fill('5000');
    await lab.control.fill('no number');
    await lab.root.getByRole('alert').nth(1).waitFor();
    expect(await axeFindingsOfAllLooks(lab.page, 'an error')).toEqual([]);
  });

  test('opened details and a broken word are accessible', async () => {
    const lab = await openLab();
    await lab.root.getByText('All 64 bits').click();
    await lab.root.getByText('The whole input as hexadecimal').first().click();
    await lab.bit(63).click();
    await lab.field('ReservedZ0').fill('01');
    expect(await axeFindingsOfAllLooks(lab.page, 'details')).toEqual([]);
  });

  test('a run in the middle of its steps is accessible', async () => {
    const lab = await openLab();
    await lab.slider.fill('7');
    expect(await axeFindingsOfAllLooks(lab.page, 'stepping')).toEqual([]);
  });

  test('a run drawn in parts and a notice are accessible', async () => {
    const lab = await awake(await openSleeping({}, '#s=1.AAAA'));
    await lab.notice.waitFor();
    expect(await axeFindingsOfAllLooks(lab.page, 'a notice')).toEqual([]);
    await lab.example.selectOption('deposit-memory');
    await lab.field('RepCount').fill('60');
    expect(await axeFindingsOfAllLooks(lab.page, 'parts')).toEqual([]);
  });
});

test('from the first touch to the end of a run nothing moves by itself', async () => {
  const page = await newPage();
  await page.addInitScript(() => {
    Object.assign(globalThis, { shift: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, hadRecentInput } = entry as PerformanceEntry & {
          value: number;
          hadRecentInput: boolean;
        };
        if (!hadRecentInput) Object.assign(globalThis, { shift: value });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(new URL(labPath, siteUrl).href);
  const lab = labOf(page);
  await lab.root.locator('.lab-title').hover();
  await awake(lab);
  await lab.button('To the start').click();
  await lab.slider.fill('15');
  await lab.button('Play').click();
  await lab.button('Pause').waitFor();
  await expect.poll(() => lab.progress(), { timeout: 20_000 }).toBe('17 of 17');
  expect(await page.evaluate('shift')).toBe(0);
  await page.context().close();
});
