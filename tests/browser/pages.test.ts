/** Every page of the built site, by the same checks that `canary.test.ts` plants violations for. */
import { beforeAll, describe, expect, test } from 'vitest';
import { axeFindingsOfAllLooks } from './checks/axe.ts';
import {
  budgetFindings,
  type ColdVisit,
  mannersFindings,
  policyFindings,
  visitCold,
} from './checks/cold-visit.ts';
import {
  linkFindings,
  type PlainVisit,
  printFindings,
  readingFindings,
  reflowFindings,
  visitPlain,
} from './checks/plain-visit.ts';
import { inTurns, newPage, openPage, siteUrl } from './harness.ts';
import { builtSite, isCanonical, isHidden, movedFindings, pagesOf, sitemapPaths } from './site.ts';

const pages = pagesOf(builtSite);
const coldVisits = new Map<string, ColdVisit>();
const plainVisits = new Map<string, PlainVisit>();

beforeAll(async () => {
  await inTurns(pages, async (path) => {
    const page = await newPage();
    coldVisits.set(path, await visitCold(page, siteUrl, path));
    await page.context().close();
  });
  await inTurns(pages, async (path) => {
    const page = await newPage({ javaScriptEnabled: false });
    plainVisits.set(path, await visitPlain(page, siteUrl, path));
    await page.context().close();
  });
});

/** The visit of a page; a page that was not visited is an error, never a pass. */
function visitOf<T>(visits: ReadonlyMap<string, T>, path: string): T {
  const visit = visits.get(path);
  if (visit === undefined) throw new Error(`${path} was not visited`);
  return visit;
}

test('the site has pages', () => {
  expect(pages.length).toBeGreaterThan(1);
});

describe.each(pages)('%s', (path) => {
  test('stays within its budgets', () => {
    expect(budgetFindings(visitOf(coldVisits, path))).toEqual([]);
  });

  test('keeps its security policy', () => {
    expect(policyFindings(visitOf(coldVisits, path))).toEqual([]);
  });

  test('asks no other host, complains about nothing and does not move', () => {
    expect(mannersFindings(visitOf(coldVisits, path))).toEqual([]);
  });

  test('can be read without scripts', () => {
    expect(readingFindings(visitOf(plainVisits, path))).toEqual([]);
  });

  test('fits a narrow screen without scripts', async () => {
    const page = await openPage(path, { javaScriptEnabled: false });
    expect(await reflowFindings(page, path)).toEqual([]);
  });

  test('is accessible in every look, fits a narrow screen, and prints', async () => {
    const page = await openPage(path);
    expect([
      ...(await axeFindingsOfAllLooks(page, path)),
      ...(await reflowFindings(page, path)),
      ...(await printFindings(page, path)),
    ]).toEqual([]);
  });
});

describe('all pages together', () => {
  test('have no broken link, anchor or old address', async () => {
    const visits = pages.map((path) => visitOf(plainVisits, path));
    expect(visits.flatMap((visit) => visit.links).length).toBeGreaterThan(pages.length);
    expect(linkFindings(visits, builtSite, siteUrl)).toEqual([]);
    expect(movedFindings(builtSite)).toEqual([]);
  });

  test('stand in the sitemap, but for hidden ones and copies', () => {
    const open = pages.filter((path) => isCanonical(builtSite, path) && !isHidden(builtSite, path));
    expect(open.length).toBeGreaterThan(0);
    expect([...sitemapPaths(builtSite)].sort()).toEqual(open);
  });
});
