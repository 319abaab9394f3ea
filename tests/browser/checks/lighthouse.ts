/** Lighthouse on one page, on the slow phone it imagines. */
import lighthouse from 'lighthouse';

/** The four categories in which a page has to be perfect. */
export const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const;

/** One of the four. */
export type Category = (typeof categories)[number];

/** How often speed may be measured: a busy machine can only make a page slower, never faster. */
const speedRuns = 3;

/** Every category that falls short of 100, with the audits that cost points. */
export async function lighthouseFindings(
  url: string,
  port: number,
  wanted: readonly Category[],
): Promise<readonly string[]> {
  const steady = wanted.filter((category) => category !== 'performance');
  const findings = [...(await measure(url, port, steady))];
  if (!wanted.includes('performance')) return findings;
  let speed: readonly string[] = [];
  for (let run = 0; run < speedRuns; run += 1) {
    speed = await measure(url, port, ['performance']);
    if (speed.length === 0) break;
  }
  return [...findings, ...speed];
}

async function measure(
  url: string,
  port: number,
  wanted: readonly Category[],
): Promise<readonly string[]> {
  if (wanted.length === 0) return [];
  const onlyCategories = [...wanted];
  const result = (await lighthouse(url, { port, onlyCategories, logLevel: 'error' }))?.lhr;
  if (!result) return [`${url}: Lighthouse gave no result`];
  if (result.runtimeError) return [`${url}: ${result.runtimeError.message}`];
  return wanted.flatMap((id) => {
    const category = result.categories[id];
    if (category?.score === 1) return [];
    const costly = (category?.auditRefs ?? [])
      .filter(({ id: audit, weight }) => weight > 0 && (result.audits[audit]?.score ?? 1) < 1)
      .map(({ id: audit }) => `${audit} ${result.audits[audit]?.displayValue ?? ''}`.trim());
    const score = Math.round((category?.score ?? 0) * 100);
    return [`${url}: ${id} ${score}: ${costly.join(', ')}`];
  });
}
