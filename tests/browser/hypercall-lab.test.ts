/** What a reader can do with the hypercall lab by mouse. */
import { describe, expect, test } from 'vitest';
import { presets, runCall } from '../../src/engine/hypervisor/index.ts';
import { type LabPage, openLab } from './hypercall-lab-page.ts';

/** The three forms of the control word, which must always agree. */
async function controlForms({ control, bit, field }: LabPage) {
  const ones: number[] = [];
  for (let index = 0; index < 64; index += 1) {
    if ((await bit(index).getAttribute('aria-pressed')) === 'true') ones.push(index);
  }
  return {
    hex: (await control.inputValue()).replaceAll(' ', ''),
    code: await field('CallCode').inputValue(),
    count: await field('RepCount').inputValue(),
    ones,
  };
}

describe('choosing', () => {
  test('an example loads its caller, its call and its run', async () => {
    const lab = await openLab();
    await lab.example.selectOption('A child tries to create a partition');
    expect(await lab.caller.inputValue()).toBe('child');
    expect(await lab.call.locator('option:checked').textContent()).toContain('HvCallCreatePart');
    await expect.poll(() => lab.answer.textContent()).toContain('HV_STATUS_ACCESS_DENIED');
  });

  test('a caller runs the same call again as someone else', async () => {
    const lab = await openLab();
    await lab.caller.selectOption('child');
    await expect.poll(() => lab.answer.textContent()).toContain('HV_STATUS_ACCESS_DENIED');
    await lab.caller.selectOption('root');
    await expect.poll(() => lab.answer.textContent()).toContain('HV_STATUS_SUCCESS');
  });

  test('a call loads an example of it, whichever call it is', async () => {
    const lab = await openLab();
    for (const label of await lab.call.locator('option').allTextContents()) {
      await lab.call.selectOption(label);
      expect(await lab.call.locator('option:checked').textContent()).toBe(label);
      await expect.poll(() => lab.steps.first().textContent()).toContain('control word');
    }
  });

  test('every example gives the digest in the page that it gives in Node', async () => {
    const lab = await openLab();
    for (const { id, params } of presets) {
      await lab.example.selectOption(id);
      await expect.poll(() => lab.digest(), { message: id }).toBe(runCall(params).digest);
    }
  });
});

describe('the control word', () => {
  test('says the same as hexadecimal, as fields and as bits, whichever is edited', async () => {
    const lab = await openLab();
    await lab.root.getByText('All 64 bits').click();
    await lab.control.fill('0x0000_0004_0000_0048');
    expect(await controlForms(lab)).toMatchObject({
      code: '0x48',
      count: '0x4',
      ones: [3, 6, 34],
    });
    await lab.field('RepCount').fill('3');
    expect(await controlForms(lab)).toMatchObject({
      hex: '0x0000000300000048',
      ones: [3, 6, 32, 33],
    });
    await lab.bit(0).click();
    expect(await controlForms(lab)).toEqual({
      hex: '0x0000000300000049',
      code: '0x49',
      count: '0x3',
      ones: [0, 3, 6, 32, 33],
    });
  });

  test('with a reserved bit set shows the field and the check that refuses it', async () => {
    const lab = await openLab();
    await lab.root.getByText('All 64 bits').click();
    await lab.bit(63).click();
    await expect.poll(() => lab.answer.textContent()).toContain('INVALID_HYPERCALL_INPUT');
    expect(await lab.root.locator('.control-field.is-broken').count()).toBe(1);
    const refused = await lab.root.locator('.tone-refused .trace-text').allTextContents();
    expect(refused).toEqual(['Reserved bits of the control word are set: 0x8000000000000000']);
  });

  test('may name a call that does not exist', async () => {
    const lab = await openLab();
    await lab.field('CallCode').fill('0x7ffe');
    await expect.poll(() => lab.answer.textContent()).toContain('INVALID_HYPERCALL_CODE');
    expect(await lab.call.locator('option:checked').textContent()).toContain('0x7ffe');
  });
});

describe('the input', () => {
  test('says the same by field and by hexadecimal, whichever is edited', async () => {
    const lab = await openLab();
    await lab.example.selectOption('signal-event');
    const hex = lab.root.getByRole('textbox', { name: 'The whole input as hexadecimal' });
    await lab.root.getByText('The whole input as hexadecimal').first().click();
    await lab.field('FlagNumber').fill('0x1f');
    await expect.poll(() => hex.inputValue()).toMatch(/^02 00 00 00 1f 00/);
    await lab.field('ConnectionId').click();
    await hex.fill('02 00 00 00 06');
    await expect.poll(() => lab.field('FlagNumber').inputValue()).toBe('0x6');
    await expect
      .poll(() => lab.steps.allTextContents())
      .toContainEqual(expect.stringContaining('Event flag 6'));
  });

  test('of a list grows with the rep count, and each element has its fields', async () => {
    const lab = await openLab();
    await lab.example.selectOption('deposit-memory');
    await lab.field('RepCount').fill('5');
    await lab.field('GpaPage, Element 4').fill('0x104');
    await expect.poll(() => lab.answer.textContent()).toContain('5 elements done');
  });

  test('shows what a field is for when the reader points at it', async () => {
    const lab = await openLab();
    await lab.field('ProximityDomainInfo').hover();
    const help = lab.root.locator('.lab-help');
    await expect.poll(() => help.textContent()).toMatch(/^ProximityDomainInfo: ./);
  });
});

describe('text that cannot be used', () => {
  test('stays with a message beside it, and the last good run goes on counting', async () => {
    const lab = await openLab();
    const digest = await lab.digest();
    const count = lab.field('RepCount');
    await count.fill('5000');
    await expect.poll(() => count.getAttribute('aria-invalid')).toBe('true');
    const described = await count.getAttribute('aria-describedby');
    const message = lab.page.locator(`[id="${described}"]`);
    expect(await message.textContent()).toBe('Not a number in range. Allowed: 0 to 4095 (0xfff).');
    await lab.control.focus();
    expect(await count.inputValue()).toBe('5000');
    expect(await lab.digest()).toBe(digest);
    await count.fill('0');
    await expect.poll(() => message.count()).toBe(0);
  });

  test('is forgotten on Escape, which brings the last good value back', async () => {
    const lab = await openLab();
    await lab.control.fill('twelve');
    await expect.poll(() => lab.root.getByRole('alert').count()).toBe(1);
    await lab.control.press('Escape');
    await expect.poll(() => lab.control.inputValue()).toBe('0x00000000 00000040');
    expect(await lab.root.getByRole('alert').count()).toBe(0);
  });

  test('in the hexadecimal of the input names the wrong character', async () => {
    const lab = await openLab();
    await lab.root.getByText('The whole input as hexadecimal').first().click();
    await lab.root.getByRole('textbox', { name: 'The whole input' }).fill('00 2g');
    await expect.poll(() => lab.root.getByRole('alert').textContent()).toContain('character 5');
  });
});

describe('stepping', () => {
  test('goes to the start and to the end by button, slider and row', async () => {
    const lab = await openLab();
    await lab.button('To the start').click();
    await expect.poll(() => lab.progress()).toBe('0 of 17');
    expect(await lab.answer.textContent()).toContain('No answer yet: 17 more steps.');
    for (let step = 1; step <= 3; step += 1) await lab.button('Step').click();
    await expect.poll(() => lab.progress()).toBe('3 of 17');
    await lab.button('Step back').click();
    await expect.poll(() => lab.progress()).toBe('2 of 17');
    await lab.slider.fill('10');
    await expect.poll(() => lab.progress()).toBe('10 of 17');
    await lab.steps.nth(5).click();
    await expect.poll(() => lab.progress()).toBe('6 of 17');
    await lab.button('To the end').click();
    await expect.poll(() => lab.progress()).toBe('17 of 17');
  });

  test('marks the shown step and links the rule behind it', async () => {
    const lab = await openLab();
    await lab.slider.fill('4');
    const current = lab.root.locator('[aria-current="step"]');
    await expect.poll(() => current.textContent()).toContain('The caller holds');
    expect(await lab.rule.textContent()).toContain('HV_PARTITION_PRIVILEGE_MASK');
    expect(await lab.rule.getAttribute('href')).toMatch(/^https:\/\//);
  });

  test('shows the machine of that step: a partition appears when it is created', async () => {
    const lab = await openLab();
    const rows = lab.machine.getByRole('row');
    await lab.button('To the start').click();
    await expect.poll(() => rows.count()).toBe(4);
    await lab.button('To the end').click();
    await expect.poll(() => rows.count()).toBe(5);
    expect(await rows.last().textContent()).toContain('uninitialized');
  });

  test('shows registers before, and after the last step their new values', async () => {
    const lab = await openLab();
    const rax = lab.registers.getByRole('row', { name: /^RAX/ });
    await lab.button('Step back').click();
    const [before, same] = await rax.locator('code').allTextContents();
    expect(same).toBe(before);
    await lab.button('Step').click();
    await expect.poll(() => rax.locator('code').last().textContent()).toBe('0x00000000 00000000');
    expect(await rax.textContent()).toContain('changed');
  });

  test('changes no height and moves nothing', async () => {
    const lab = await openLab();
    await lab.button('To the start').click();
    await expect.poll(() => lab.progress()).toBe('0 of 17');
    const moved = await lab.page.evaluate(stepThrough);
    expect(moved).toEqual({ heights: 1, shift: 0 });
  });
});

/** Runs in the page: every step, and how often the lab changed its height or anything moved. */
async function stepThrough(): Promise<{ heights: number; shift: number }> {
  let shift = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shift += (entry as { value?: number }).value ?? 0;
  });
  observer.observe({ type: 'layout-shift' });
  const lab = document.querySelector('.hypercall-lab');
  const slider = lab?.querySelector<HTMLInputElement>('input[type="range"]');
  if (!lab || !slider) throw new Error('no lab');
  const heights = new Set<number>();
  for (let step = 0; step <= Number(slider.max); step += 1) {
    slider.value = String(step);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    heights.add(lab.getBoundingClientRect().height);
  }
  return { heights: heights.size, shift };
}

describe('the answer', () => {
  test('shows output decoded, with its bytes', async () => {
    const lab = await openLab();
    const row = lab.answer.getByRole('row', { name: /NewPartitionId/ });
    expect(await row.textContent()).toContain('04 00 00 00 00 00 00 00');
    expect(await row.locator('td').textContent()).toBe('0x4');
  });

  test('says when the processor stops instead of answering', async () => {
    const lab = await openLab();
    await lab.field('RDX, input at').fill('0x7fff0000');
    await expect.poll(() => lab.answer.textContent()).toContain('its parent must act');
  });
});

test('reset brings back the example, the end of its run and the text of every field', async () => {
  const lab = await openLab();
  const digest = await lab.digest();
  await lab.control.fill('nonsense');
  await lab.field('CallCode').fill('0x41');
  await lab.button('To the start').click();
  await lab.button('Reset').click();
  await expect.poll(() => lab.control.inputValue()).toBe('0x00000000 00000040');
  expect(await lab.digest()).toBe(digest);
  expect(await lab.progress()).toBe('17 of 17');
  expect(await lab.root.getByRole('alert').count()).toBe(0);
});

test('a run of a thousand steps is drawn in parts that the slider reaches', async () => {
  const lab = await openLab();
  await lab.example.selectOption('flush-address-list');
  await lab.field('Fast').fill('0');
  await lab.field('RepCount').fill('508');
  await expect.poll(() => lab.answer.textContent()).toContain('508 elements done');
  expect(await lab.answer.textContent()).toMatch(/executed \d+ times because the call continued/);
  expect(await lab.steps.count()).toBeLessThan(65);
  await lab.slider.fill('700');
  await expect.poll(() => lab.root.locator('[aria-current="step"]').count()).toBe(1);
});
