/** Lighthouse on one page, on the slow phone it imagines. */
import lighthouse from 'lighthouse';

/** The four categories in which a page has to be perfect. */
export const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const;

/** One of the four. */
export type Category = (typeof categories)[number];

/** How often speed is measured at most: a busy machine makes a page slower, never faster. */
const speedRunsMax = 3;

/** Every category that falls short of 100, with the audits that cost points. */
export async function lighthouseFindings(
  url: string,
  port: number,
  wanted: readonly Category[],
): Promise<readonly string[]> {
  const shortfalls = await measure(url, port, wanted);
  for (let run = 1; run < speedRunsMax && shortfalls.has('performance'); run += 1) {
    const again = (await measure(url, port, ['performance'])).get('performance');
    if (again === undefined) shortfalls.delete('performance');
    else shortfalls.set('performance', again);
  }
  return [...shortfalls.values()];
}

/** One sentence for each category that falls short. */
async function measure(
  url: string,
  port: number,
  wanted: readonly Category[],
): Promise<Map<Category, string>> {
  const onlyCategories = [...wanted];
  const result = (await lighthouse(url, { port, onlyCategories, logLevel: 'error' }))?.lhr;
  const shortfalls = new Map<Category, string>();
  for (const id of wanted) {
    const category = result?.categories[id];
    if (category?.score === 1 && !result?.runtimeError) continue;
    const costly = (category?.auditRefs ?? [])
      .filter(({ id: audit, weight }) => weight > 0 && (result?.audits[audit]?.score ?? 1) < 1)
      .map(({ id: audit }) => `${audit} ${result?.audits[audit]?.displayValue ?? ''}`.trim());
    const score = Math.round((category?.score ?? 0) * 100);
    const why = result?.runtimeError?.message ?? costly.join(', ');
    shortfalls.set(id, `${url}: ${id} ${score}: ${why}`);
  }
  return shortfalls;
}
