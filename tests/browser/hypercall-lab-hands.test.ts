/** The hypercall lab without a mouse: by keyboard alone, and by touch on a phone. */
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { awake, openLab, openSleeping, phone } from './hypercall-lab-page.ts';

/** Presses Tab until the element that has the focus matches; the way there must not be endless. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let stop = 0; stop < 120; stop += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((css) => document.activeElement?.matches(css) === true, selector)) {
      return;
    }
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

describe('by keyboard alone', () => {
  test('an example, a caller and a call are chosen', async () => {
    const lab = await openSleeping();
    await tabTo(lab.page, '.lab-header select');
    await awake(lab);
    await lab.page.keyboard.press('ArrowDown');
    await expect.poll(() => lab.example.inputValue()).toBe('deposit-memory');
    await tabTo(lab.page, '.lab-row select');
    await lab.page.keyboard.press('ArrowDown');
    await expect.poll(() => lab.answer.textContent()).toContain('HV_STATUS_ACCESS_DENIED');
    await lab.page.keyboard.press('Tab');
    await lab.page.keyboard.press('Home');
    const first = await lab.call.locator('option').first().getAttribute('value');
    await expect.poll(() => lab.call.inputValue()).toBe(first);
  });

  test('the control word is edited as number, as field and as bit', async () => {
    const lab = await openSleeping();
    const { keyboard } = lab.page;
    await tabTo(lab.page, '.control-hex input');
    await awake(lab);
    await keyboard.press('Control+A');
    await keyboard.type('0x5c');
    await expect.poll(() => lab.field('CallCode').inputValue()).toBe('0x5c');
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await keyboard.press('Control+A');
    await keyboard.type('2');
    await expect.poll(() => lab.control.inputValue()).toBe('0x00000002 0000005c');
    await tabTo(lab.page, '.control-bits summary');
    await keyboard.press('Enter');
    await keyboard.press('Tab');
    expect(await lab.bit(0).evaluate((bit) => bit === document.activeElement)).toBe(true);
    await keyboard.press('Space');
    await expect.poll(() => lab.control.inputValue()).toBe('0x00000002 0000005d');
    for (const key of ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown', 'ArrowUp']) {
      await keyboard.press(key);
    }
    await keyboard.press('Enter');
    await expect.poll(() => lab.control.inputValue()).toBe('0x00000002 0001005d');
    expect(await lab.field('Fast').inputValue()).toBe('0x1');
    await keyboard.press('Shift+Tab');
    await keyboard.press('Tab');
    expect(await lab.bit(16).evaluate((bit) => bit === document.activeElement)).toBe(true);
  });

  test('a field of the input and its hexadecimal are edited', async () => {
    const lab = await openSleeping();
    const { keyboard } = lab.page;
    await tabTo(lab.page, 'fieldset table input');
    await awake(lab);
    await keyboard.press('Control+A');
    await keyboard.type('0x4000');
    await tabTo(lab.page, 'fieldset:not(:has(.control-hex)) summary');
    await keyboard.press('Enter');
    await keyboard.press('Tab');
    const hex = lab.root.getByRole('textbox', { name: 'The whole input as hexadecimal' });
    expect(await hex.inputValue()).toMatch(/^00 40 00/);
    await keyboard.press('Control+A');
    await keyboard.type('00 20');
    await expect.poll(() => lab.field('Flags').inputValue()).toBe('0x2000');
  });

  test('the run is stepped, and the focus stays where it is at both ends', async () => {
    const lab = await openSleeping();
    const { keyboard } = lab.page;
    await tabTo(lab.page, '.lab-transport button');
    await awake(lab);
    await keyboard.press('Enter');
    await keyboard.press('Enter');
    await expect.poll(() => lab.progress()).toBe('0 of 17');
    const name = () => lab.page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(await name()).toBe('To the start');
    await tabTo(lab.page, '[aria-label="Step"]');
    for (let step = 0; step < 18; step += 1) await keyboard.press('Space');
    await expect.poll(() => lab.progress()).toBe('17 of 17');
    expect(await name()).toBe('Step');
    await tabTo(lab.page, '.lab-transport input');
    await keyboard.press('ArrowLeft');
    await expect.poll(() => lab.progress()).toBe('16 of 17');
    await keyboard.press('Home');
    await expect.poll(() => lab.progress()).toBe('0 of 17');
    expect(await lab.slider.getAttribute('aria-valuetext')).toBe('0 of 17');
  });

  test('a screen reader is told each step in a sentence', async () => {
    const lab = await openLab();
    await lab.slider.fill('4');
    const live = lab.root.locator('[aria-live="polite"]');
    await expect
      .poll(() => live.textContent())
      .toBe('Step 4 of 17. The caller holds CreatePartitions');
  });

  test('every stop in the lab can be seen and has a name', async () => {
    const lab = await openLab();
    await lab.root.getByText('All 64 bits').click();
    await lab.root.getByText('The whole input as hexadecimal').first().click();
    await lab.example.focus();
    const dim: string[] = [];
    let stops = 0;
    for (; stops < 100; stops += 1) {
      await lab.page.keyboard.press('Tab');
      const stop = await lab.page.evaluate(() => {
        const element = document.activeElement;
        if (!element?.closest('.hypercall-lab')) return undefined;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const { height } = element.getBoundingClientRect();
        const isSeen = outlineStyle !== 'none' && outlineWidth !== '0px' && height > 10;
        return { isSeen, html: element.outerHTML.slice(0, 90) };
      });
      if (stop === undefined) break;
      if (!stop.isSeen) dim.push(stop.html);
    }
    expect(stops).toBeGreaterThan(20);
    expect(stops).toBeLessThan(100);
    expect(dim).toEqual([]);
  });
});

describe('by touch at 390 pixels', () => {
  test('a call is chosen, edited, refused and stepped through', async () => {
    const lab = await openSleeping(phone);
    await lab.root.locator('.lab-title').tap();
    await awake(lab);
    await lab.example.selectOption('deposit-memory');
    await lab.root.getByText('All 64 bits').tap();
    await lab.bit(60).tap();
    await expect.poll(() => lab.answer.textContent()).toContain('INVALID_HYPERCALL_INPUT');
    await lab.bit(60).tap();
    await expect.poll(() => lab.answer.textContent()).toContain('HV_STATUS_SUCCESS');
    await lab.field('PartitionId').tap();
    await lab.field('PartitionId').fill('99');
    await expect.poll(() => lab.answer.textContent()).toContain('INVALID_PARTITION_ID');
    await lab.button('To the start').tap();
    await lab.button('Step').tap();
    await expect.poll(() => lab.progress()).toMatch(/^1 of /);
    await lab.steps.nth(3).tap();
    await expect.poll(() => lab.progress()).toMatch(/^4 of /);
  });

  test('nothing is wider than the screen, and controls are large enough for a finger', async () => {
    const lab = await openSleeping(phone);
    await lab.root.locator('.lab-title').tap();
    await awake(lab);
    await lab.root.getByText('All 64 bits').tap();
    const small = await lab.page.evaluate(() => {
      const controls = document.querySelectorAll('.lab :is(button, select, input, summary)');
      return [...controls].flatMap((control) => {
        const { width, height } = control.getBoundingClientRect();
        return width >= 24 && height >= 24 ? [] : [`${control.outerHTML.slice(0, 80)} ${height}`];
      });
    });
    expect(small).toEqual([]);
    const width = await lab.page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBe(390);
  });
});
