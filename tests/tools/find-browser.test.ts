import { describe, expect, test } from 'vitest';
import { adviceText, findBrowser, type Machine } from './find-browser.ts';

interface Play {
  readonly wanted?: string;
  readonly platform?: string;
  readonly isRoot?: boolean;
  readonly working?: readonly string[];
  readonly onPath?: Readonly<Record<string, string>>;
  /** Files that start to work once a command line that contains the key was run. */
  readonly installs?: Readonly<Record<string, string>>;
}

function machineOf(play: Play) {
  const working = new Set(play.working);
  const ran: string[] = [];
  const machine: Machine = {
    wanted: play.wanted,
    platform: play.platform ?? 'linux',
    isRoot: play.isRoot ?? false,
    bundled: '/bundled/chrome',
    works: async (path) => working.has(path),
    which: (command) => play.onPath?.[command],
    run: async (command, args) => {
      const line = [command, ...args].join(' ');
      ran.push(line);
      const brought = Object.entries(play.installs ?? {}).find(([key]) => line.includes(key))?.[1];
      if (brought !== undefined) working.add(brought);
      return brought !== undefined;
    },
    say: () => {},
  };
  return { machine, ran };
}

const find = (play: Play) => findBrowser(machineOf(play).machine);

describe('finding a browser', () => {
  test('CHROMIUM_PATH wins over all others', async () => {
    const working = ['/my/chrome', '/bundled/chrome', '/usr/bin/chromium'];
    expect(await find({ wanted: '/my/chrome', working })).toEqual({
      path: '/my/chrome',
      from: 'CHROMIUM_PATH',
    });
  });

  test('a CHROMIUM_PATH that does not start is an error, not replaced', async () => {
    const found = await find({ wanted: '/gone', working: ['/bundled/chrome'] });
    expect(found).toEqual({ problem: expect.stringContaining('"/gone"') });
  });

  test('an empty CHROMIUM_PATH counts as unset', async () => {
    expect(await find({ wanted: '', working: ['/bundled/chrome'] })).toMatchObject({
      from: 'Playwright',
    });
  });

  test("Playwright's own wins over the system's", async () => {
    expect(await find({ working: ['/usr/bin/chromium', '/bundled/chrome'] })).toEqual({
      path: '/bundled/chrome',
      from: 'Playwright',
    });
  });

  test('a command on PATH is found wherever it is', async () => {
    const onPath = { 'google-chrome': '/opt/x/google-chrome' };
    expect(await find({ onPath, working: ['/opt/x/google-chrome'] })).toEqual({
      path: '/opt/x/google-chrome',
      from: 'system',
    });
  });

  test('a command that is there but does not start is passed over', async () => {
    const onPath = { 'chromium-browser': '/usr/bin/stub' };
    expect(await find({ onPath, working: ['/opt/google/chrome/chrome'] })).toMatchObject({
      path: '/opt/google/chrome/chrome',
    });
  });

  test.each([
    ['darwin', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
    ['win32', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'],
  ])('the usual place on %s is looked at', async (platform, path) => {
    expect(await find({ platform, working: [path] })).toEqual({ path, from: 'system' });
  });
});

describe('installing a browser', () => {
  const apt = { 'apt-get': '/usr/bin/apt-get' };

  test('nothing is installed where a browser is', async () => {
    const { machine, ran } = machineOf({ working: ['/usr/bin/chromium'] });
    await findBrowser(machine);
    expect(ran).toEqual([]);
  });

  test("Playwright's download comes first", async () => {
    const installs = { 'playwright install': '/bundled/chrome' };
    const { machine, ran } = machineOf({ installs, isRoot: true, onPath: apt });
    expect(await findBrowser(machine)).toMatchObject({ from: 'Playwright' });
    expect(ran).toEqual(['playwright install chromium']);
  });

  test('where that fails, root on Debian gets the package', async () => {
    const installs = { 'apt-get install': '/usr/bin/chromium' };
    const { machine, ran } = machineOf({ installs, isRoot: true, onPath: apt });
    expect(await findBrowser(machine)).toEqual({ path: '/usr/bin/chromium', from: 'system' });
    expect(ran).toEqual([
      'playwright install chromium',
      'apt-get update',
      'apt-get install -y --no-install-recommends chromium',
    ]);
  });

  test('without root no system package is touched, and one sentence says what to do', async () => {
    const { machine, ran } = machineOf({ onPath: apt });
    expect(await findBrowser(machine)).toEqual({ problem: adviceText });
    expect(ran).toEqual(['playwright install chromium']);
  });

  test('where nothing helps, one sentence says what to do', async () => {
    expect(await find({ isRoot: true, onPath: apt })).toEqual({ problem: adviceText });
    expect(adviceText.match(/\.(\s|$)/g)).toHaveLength(1);
    expect(adviceText).toContain('CHROMIUM_PATH');
  });
});
