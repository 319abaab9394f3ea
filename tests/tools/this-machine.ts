/** The real computer behind the decision of `find-browser.ts`. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type BrowserServer, chromium } from 'playwright';
import { findBrowser, type Machine } from './find-browser.ts';

/** Longest wait for `--version` of a browser on a busy machine. */
const versionWaitMs = 30_000;

/** Finds or installs the browser of this computer, or throws the one sentence that helps. */
export async function browserOfThisMachine(): Promise<string> {
  const found = await findBrowser(thisMachine());
  if ('problem' in found) throw new Error(found.problem);
  return found.path;
}

/**
 * Starts it without a window and without talking to anyone but the pages it is given. Extra
 * arguments are for tools that steer it themselves.
 */
export function startBrowser(path: string, ...args: string[]): Promise<BrowserServer> {
  return chromium.launchServer({ executablePath: path, args: [...quietArguments, ...args] });
}

const quietArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function thisMachine(): Machine {
  return {
    wanted: process.env.CHROMIUM_PATH,
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    bundled: chromium.executablePath(),
    works: async (path) => existsSync(path) && startsUp(path),
    which,
    run: (command, args) => run(which(command) ?? command, args),
    say: (sentence) => console.error(sentence),
  };
}

/** Chrome on Windows opens a window for `--version`, so there its file is taken at its word. */
function startsUp(path: string): boolean {
  if (process.platform === 'win32') return true;
  return spawnSync(path, ['--version'], { timeout: versionWaitMs }).status === 0;
}

function which(command: string): string | undefined {
  const own = join(import.meta.dirname, '../../node_modules/.bin');
  const folders = [own, ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
}

function run(command: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
