/** Serves the built site and starts the one browser that all browser tests share. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { serveSite } from '../tools/static-server.ts';
import { browserOfThisMachine, startBrowser } from '../tools/this-machine.ts';
import { builtSite } from './site.ts';

declare module 'vitest' {
  /** What the setup hands to every test file. */
  export interface ProvidedContext {
    siteUrl: string;
    browserEndpoint: string;
    chromiumPath: string;
  }
}

/** Called by Vitest before the first browser test; returns what to call after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync(join(builtSite, 'index.html'))) {
    throw new Error('There is no built site to test: run `npm run build` first.');
  }
  const chromiumPath = await browserOfThisMachine();
  const site = await serveSite({ root: builtSite, port: 0 });
  const browser = await startBrowser(chromiumPath);
  project.provide('siteUrl', site.url);
  project.provide('browserEndpoint', browser.wsEndpoint());
  project.provide('chromiumPath', chromiumPath);
  return async () => {
    await browser.close();
    await site.close();
  };
}
