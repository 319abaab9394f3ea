/** One cold visit of a page with scripts on: what it loads, what it breaks, what it moves. */
import { gzipSync } from 'node:zlib';
import type { Page, Response } from 'playwright';

/** A file the page loaded, with its size as a host would send it. */
interface LoadedFile {
  readonly url: string;
  readonly isScript: boolean;
  readonly gzipBytes: number;
}

/** Everything that a reader's browser saw before the reader did anything but scroll. */
export interface ColdVisit {
  readonly path: string;
  readonly files: readonly LoadedFile[];
  /** Scripts inside the HTML; they are part of the page's bytes already. */
  readonly inlineScriptGzipBytes: number;
  readonly hasLab: boolean;
  readonly policies: readonly string[];
  readonly violations: readonly string[];
  readonly complaints: readonly string[];
  readonly foreignUrls: readonly string[];
  /** The sum of all layout shifts; 0 is the only good value. */
  readonly layoutShift: number;
}

/** The budgets of a page in bytes after gzip. */
const budgets = {
  pageBytes: 15 * 1000,
  labPageBytes: 40 * 1000,
  scriptBytes: 3 * 1000,
} as const;

/** What `watch` collects inside the page. */
interface Watched {
  readonly violations: string[];
  readonly shifts: number[];
}

/** Loads a page, scrolls to its end so that everything visible wakes up, and waits for silence. */
export async function visitCold(page: Page, siteUrl: string, path: string): Promise<ColdVisit> {
  const responses: Response[] = [];
  const complaints: string[] = [];
  const urls: string[] = [];
  page.on('response', (response) => responses.push(response));
  page.on('request', (request) => urls.push(request.url()));
  page.on('requestfailed', (request) => complaints.push(`request failed: ${request.url()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.addInitScript(watch);
  await page.goto(new URL(path, siteUrl).href);
  await page.evaluate(scrollThrough);
  await page.waitForLoadState('networkidle');
  const seen = await page.evaluate(readPage);
  const ownHost = new URL(siteUrl).host;
  const isForeign = (url: string) => /^(?:https?|wss?):/.test(url) && new URL(url).host !== ownHost;
  return {
    path,
    files: await Promise.all(responses.map(loadedFile)),
    inlineScriptGzipBytes: seen.inlineScripts.length > 0 ? gzipBytes(seen.inlineScripts) : 0,
    hasLab: seen.hasLab,
    policies: seen.policies,
    violations: seen.watched.violations,
    complaints,
    foreignUrls: urls.filter(isForeign),
    layoutShift: seen.watched.shifts.reduce((sum, shift) => sum + shift, 0),
  };
}

/** The static server compresses as hard as a host could, so the bytes on the wire are the size. */
async function loadedFile(response: Response): Promise<LoadedFile> {
  const headers = response.headers();
  const type = headers['content-type'] ?? '';
  const { responseBodySize } = await response.request().sizes();
  return {
    url: response.url(),
    isScript: type.includes('javascript') || type.includes('wasm'),
    gzipBytes: Math.max(responseBodySize, Number(headers['content-length'] ?? 0)),
  };
}

function gzipBytes(content: string): number {
  return gzipSync(content, { level: 9 }).length;
}

/** Runs in the page before anything else. */
function watch(): void {
  const watched: Watched = { violations: [], shifts: [] };
  Object.assign(globalThis, { watched });
  document.addEventListener('securitypolicyviolation', (event) => {
    const where = `${event.sourceFile ?? ''}:${event.lineNumber}`;
    watched.violations.push(`${event.violatedDirective} ${event.blockedURI} at ${where}`);
  });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const shift = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
      if (!shift.hadRecentInput) watched.shifts.push(shift.value);
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** Runs in the page: scrolls down a screen a frame, so that "when visible" comes true. */
async function scrollThrough(): Promise<void> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve(0)));
  for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight) {
    scrollTo({ top, behavior: 'instant' });
    await frame();
    await frame();
  }
}

/** Runs in the page. */
function readPage() {
  const policy = 'meta[http-equiv="content-security-policy" i]';
  const contentOf = (element: Element) => element.getAttribute('content') ?? '';
  const scripts = [...document.querySelectorAll('script:not([src])')];
  const isCode = (script: Element) => !/json/.test(script.getAttribute('type') ?? '');
  const islands = [...document.querySelectorAll('astro-island')];
  return {
    inlineScripts: scripts
      .filter(isCode)
      .map((script) => script.textContent)
      .join('\n'),
    hasLab: islands.some((island) => /Lab\b/.test(island.getAttribute('component-url') ?? '')),
    policies: [...document.querySelectorAll(policy)].map(contentOf),
    watched: (globalThis as typeof globalThis & { watched: Watched }).watched,
  };
}

/** What of a visit is over its budget. */
export function budgetFindings(visit: ColdVisit): readonly string[] {
  const total = visit.files.reduce((sum, file) => sum + file.gzipBytes, 0);
  const scripts =
    visit.inlineScriptGzipBytes +
    visit.files.reduce((sum, file) => sum + (file.isScript ? file.gzipBytes : 0), 0);
  const allowed = visit.hasLab ? budgets.labPageBytes : budgets.pageBytes;
  const list = visit.files.map((file) => `${file.gzipBytes} ${file.url}`).join(', ');
  const findings: string[] = [];
  if (total === 0) findings.push(`${visit.path} loaded nothing`);
  if (total > allowed) findings.push(`${visit.path} loads ${total} of ${allowed} bytes: ${list}`);
  if (!visit.hasLab && scripts > budgets.scriptBytes) {
    findings.push(`${visit.path} has ${scripts} of ${budgets.scriptBytes} bytes of script`);
  }
  return findings;
}

/** What of a visit breaks the security policy, or shows that there is none. */
export function policyFindings(visit: ColdVisit): readonly string[] {
  const policy = visit.policies.join('; ');
  const guards = /(?:^|[;\s])(?:default-src|script-src)\s/.test(policy);
  const loose =
    /'unsafe-(?:inline|eval|hashes)'|(?:script|default)-src[^;]*(?:\*|https?:|data:)/.exec(policy);
  return [
    ...(guards ? [] : [`${visit.path} has no Content-Security-Policy for scripts`]),
    ...(loose ? [`${visit.path} has a loose policy: ${loose[0]}`] : []),
    ...visit.violations.map((violation) => `${visit.path} violates its policy: ${violation}`),
  ];
}

/** What of a visit goes elsewhere, complains, or moves under the reader's eyes. */
export function mannersFindings(visit: ColdVisit): readonly string[] {
  return [
    ...visit.foreignUrls.map((url) => `${visit.path} asks another host: ${url}`),
    ...visit.complaints.map((text) => `${visit.path} complains: ${text}`),
    ...(visit.layoutShift > 0 ? [`${visit.path} shifts its layout by ${visit.layoutShift}`] : []),
  ];
}
