/** Accessibility of a page as axe-core sees it. */
import axe from 'axe-core';
import type { Page } from 'playwright';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The looks a page must be accessible in: both themes, on a desk and in a hand. */
const looks = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'dark', width: 390 },
  { colorScheme: 'light', width: 390 },
] as const;

/** The violations of a page in all its looks. */
export async function axeFindingsOfAllLooks(page: Page, path: string): Promise<readonly string[]> {
  const findings: string[] = [];
  for (const { colorScheme, width } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    await page.evaluate(settle);
    findings.push(...(await axeFindings(page, `${path} ${colorScheme} ${width} px`)));
  }
  return findings;
}

/** Runs in the page: waits until colours and places have stopped changing. */
async function settle(): Promise<void> {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
}

/** The violations of the page as it stands now. A run that looked at nothing is a finding too. */
async function axeFindings(page: Page, name: string): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const result = await page.evaluate(async (values) => {
    const scope = globalThis as typeof globalThis & { axe: typeof axe };
    const { violations, passes } = await scope.axe.run(document, {
      runOnly: { type: 'tag', values },
      resultTypes: ['violations'],
    });
    return {
      passCount: passes.length,
      violations: violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.map((node) => node.target.join(' ')),
      })),
    };
  }, tags);
  return [
    ...(result.passCount === 0 ? [`${name}: axe checked nothing`] : []),
    ...result.violations.map((each) => `${name}: ${each.id} at ${each.nodes.join(', ')}`),
  ];
}
