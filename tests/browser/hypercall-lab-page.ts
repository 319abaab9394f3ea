/** The hypercall lab as a reader sees it: its parts by the names that they bear on the page. */
import type { BrowserContextOptions, Locator, Page } from 'playwright';
import { openPage } from './harness.ts';

/** Where the lab stands in the text. */
export const labPath = '/architecture/hypercalls/';

/** A phone with a touch screen. */
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};

/** The lab on a page, part by part. */
export interface LabPage {
  readonly page: Page;
  readonly root: Locator;
  readonly example: Locator;
  readonly caller: Locator;
  readonly call: Locator;
  readonly control: Locator;
  readonly answer: Locator;
  readonly notice: Locator;
  readonly slider: Locator;
  readonly steps: Locator;
  readonly rule: Locator;
  readonly registers: Locator;
  readonly machine: Locator;
  button(name: string): Locator;
  field(name: string): Locator;
  bit(index: number): Locator;
  /** The digest at the foot without its gaps. */
  digest(): Promise<string>;
  /** Such as "17 of 17". */
  progress(): Promise<string>;
}

/** The parts of the lab of a page. */
export function labOf(page: Page): LabPage {
  const root = page.locator('.hypercall-lab');
  const text = async (selector: string) => (await root.locator(selector).textContent()) ?? '';
  return {
    page,
    root,
    example: root.getByRole('combobox', { name: 'Example', exact: true }),
    caller: root.getByRole('combobox', { name: 'Caller', exact: true }),
    call: root.getByRole('combobox', { name: 'Call', exact: true }),
    control: root.getByRole('textbox', { name: 'RCX' }),
    answer: root.locator('.answer'),
    notice: root.locator('.lab-notice'),
    slider: root.getByRole('slider'),
    steps: root.locator('.trace li'),
    rule: root.locator('.trace-rule a'),
    registers: root.locator('table.registers'),
    machine: root.locator('table.machine'),
    button: (name) => root.getByRole('button', { name, exact: true }),
    field: (name) => root.getByRole('textbox', { name, exact: true }),
    bit: (index) => root.locator(`[data-bit="${index}"]`),
    digest: async () => (await text('.lab-digest code')).replaceAll(' ', ''),
    progress: () => text('.lab-transport output'),
  };
}

/** Opens the lab's page; `hash` is what follows the path. The lab sleeps until it is touched. */
export async function openSleeping(
  options: BrowserContextOptions = {},
  hash = '',
): Promise<LabPage> {
  return labOf(await openPage(labPath + hash, options));
}

/** Waits until the code of the lab has taken over what the server has drawn. */
export async function awake(lab: LabPage): Promise<LabPage> {
  await lab.page.locator('astro-island:not([ssr]) .hypercall-lab').waitFor();
  return lab;
}

/** Opens the lab's page and touches the lab, so that its code is there. */
export async function openLab(options: BrowserContextOptions = {}): Promise<LabPage> {
  const lab = await openSleeping(options);
  await lab.root.locator('.lab-title').hover();
  return awake(lab);
}
