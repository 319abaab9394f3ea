/**
 * Decides which Chromium the browser tests use, and installs one where there is none.
 *
 * The decision only asks `Machine`, so a unit test can play every machine it must work on.
 */

/** What the decision needs to know about, and may do to, the computer it runs on. */
export interface Machine {
  /** The value of CHROMIUM_PATH, if set. */
  readonly wanted: string | undefined;
  readonly platform: string;
  readonly isRoot: boolean;
  /** Where Playwright keeps its own Chromium once it is installed. */
  readonly bundled: string;
  /** Whether this file is there and starts. */
  works(path: string): Promise<boolean>;
  /** The full path of a command on PATH. */
  which(command: string): string | undefined;
  /** Runs a command with its output shown; true when it ends well. */
  run(command: string, args: readonly string[]): Promise<boolean>;
  /** Tells the person at the terminal what takes the time. */
  say(sentence: string): void;
}

/** The browser to use and where it comes from, or one sentence that says what to do. */
export type Finding =
  | { readonly path: string; readonly from: 'CHROMIUM_PATH' | 'Playwright' | 'system' }
  | { readonly problem: string };

const commands = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
] as const;

const places: Readonly<Record<string, readonly string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/opt/google/chrome/chrome',
    '/snap/bin/chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

/** The sentence shown where nothing helped. */
export const adviceText =
  'No browser was found and none could be installed: install Chromium or Chrome, ' +
  'or set CHROMIUM_PATH to its program file, and run the command again.';

/**
 * The first browser that starts: the wanted one, Playwright's own, the system's; else one that is
 * installed now. A wanted browser that does not start is an error, never silently replaced.
 */
export async function findBrowser(machine: Machine): Promise<Finding> {
  const { wanted, bundled } = machine;
  if (wanted !== undefined && wanted !== '') {
    if (await machine.works(wanted)) return { path: wanted, from: 'CHROMIUM_PATH' };
    return { problem: `CHROMIUM_PATH is "${wanted}", but no browser starts from there.` };
  }
  if (await machine.works(bundled)) return { path: bundled, from: 'Playwright' };
  const installed = await findSystemBrowser(machine);
  if (installed !== undefined) return { path: installed, from: 'system' };
  return installBrowser(machine);
}

async function findSystemBrowser(machine: Machine): Promise<string | undefined> {
  const onPath = commands.map((command) => machine.which(command));
  const candidates = [...onPath, ...(places[machine.platform] ?? [])];
  for (const path of new Set(candidates)) {
    if (path !== undefined && (await machine.works(path))) return path;
  }
  return undefined;
}

async function installBrowser(machine: Machine): Promise<Finding> {
  machine.say('No browser found; downloading the Chromium that Playwright offers.');
  await machine.run('playwright', ['install', 'chromium']);
  if (await machine.works(machine.bundled)) return { path: machine.bundled, from: 'Playwright' };
  if (machine.isRoot && machine.which('apt-get') !== undefined) {
    machine.say('That did not help; installing the chromium package of this system.');
    await machine.run('apt-get', ['update']);
    await machine.run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']);
    const installed = await findSystemBrowser(machine);
    if (installed !== undefined) return { path: installed, from: 'system' };
  }
  return { problem: adviceText };
}
