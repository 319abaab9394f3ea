/** Lets the real runner loose on small trees in which something goes wrong. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runSteps } from './runner.ts';
import type { CommandStep, VitestStep } from './steps.ts';
import { closing } from './tally.ts';

const unit: VitestStep = { kind: 'vitest', name: 'unit', projects: ['unit'], args: [] };
const good = "import { expect, test } from 'vitest';\ntest('a', () => expect(1).toBe(1));\n";
const config = `
const report = process.env.VITEST_JSON;
export default { test: {
  reporters: report ? ['json'] : [], outputFile: { json: report },
  projects: [{ test: { name: 'unit', include: ['tests/unit/**/*.test.ts'] } }],
} };
`;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function run(
  files: Readonly<Record<string, string>>,
  steps: readonly (VitestStep | CommandStep)[] = [unit],
) {
  const root = mkdtempSync(join(tmpdir(), 'run-'));
  folders.push(root);
  const all = {
    'tests/config/vitest.config.ts': config,
    'package.json': '{"type":"module"}',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(root, 'node_modules'));
  const silent = { say: () => {}, quiet: true };
  const tallies = await runSteps(steps, { root, browser: async () => '', ...silent });
  const problems = tallies.flatMap((tally) => tally.problems).join('\n');
  return { ...closing(tallies), problems };
}

describe('the real runner', () => {
  test('counts tests that pass, and that no test file was left out', async () => {
    expect(await run({ 'tests/unit/a.test.ts': good })).toEqual({
      line: '2 passed, 0 failed',
      exitCode: 0,
      problems: '',
    });
  });

  test('counts a test that fails', async () => {
    const bad = good.replace('toBe(1)', 'toBe(2)');
    const files = { 'tests/unit/a.test.ts': good, 'tests/unit/b.test.ts': bad };
    expect((await run(files)).line).toBe('2 passed, 1 failed');
  });

  test('counts a file that cannot be loaded', async () => {
    const files = { 'tests/unit/a.test.ts': good, 'tests/unit/b.test.ts': "throw new Error('x');" };
    expect((await run(files)).line).toBe('2 passed, 1 failed');
  });

  test('counts a test that is left out', async () => {
    const [head, body] = good.split('\n');
    const left = `${head}\n${body}\n${body?.replace('test(', ['test', 'skip('].join('.'))}\n`;
    expect((await run({ 'tests/unit/a.test.ts': left })).line).toBe('2 passed, 1 failed');
  });

  test('counts an error that nobody waited for', async () => {
    const loose = `${good}Promise.reject(new Error('lost'));\n`;
    expect((await run({ 'tests/unit/a.test.ts': loose })).line).toBe('2 passed, 1 failed');
  });

  test('counts a test that ends the process', async () => {
    const quits = `${good}test('b', () => process.exit(0));\n`;
    expect((await run({ 'tests/unit/a.test.ts': quits })).exitCode).toBe(1);
  });

  test('fails where no test is found', async () => {
    const end = await run({});
    expect(end.exitCode).toBe(1);
    expect(end.line).toBe('1 passed, 1 failed');
  });

  test('fails where the configuration is broken', async () => {
    const files = { 'tests/unit/a.test.ts': good, 'tests/config/vitest.config.ts': 'nonsense(' };
    expect((await run(files)).line).toBe('1 passed, 1 failed');
  });

  test('fails where a test file lies in a folder that nobody runs', async () => {
    const files = { 'tests/unit/a.test.ts': good, 'tests/lost/b.test.ts': good };
    const end = await run(files);
    expect(end.line).toBe('1 passed, 1 failed');
    expect(end.problems).toContain('b.test.ts belongs to no test project');
  });

  test('fails where a program is missing, and goes on', async () => {
    const gone: CommandStep = { kind: 'command', name: 'gone', command: 'no-such', args: [] };
    expect((await run({ 'tests/unit/a.test.ts': good }, [gone, unit])).line).toBe(
      '2 passed, 1 failed',
    );
  });

  test('fails where the browser cannot be had, and says why', async () => {
    const browserStep: VitestStep = { ...unit, name: 'browser', projects: ['browser'] };
    const root = mkdtempSync(join(tmpdir(), 'run-'));
    folders.push(root);
    const browser = () => Promise.reject(new Error('No browser was found.'));
    const tallies = await runSteps([browserStep], { root, browser, say: () => {} });
    expect(tallies[0]).toEqual({
      passed: 0,
      failed: 1,
      problems: ['browser: No browser was found.'],
    });
  });

  test('takes away what an earlier build left', async () => {
    const build: CommandStep = {
      kind: 'command',
      name: 'build',
      command: 'node',
      args: ['--eval', "process.exit(require('fs').existsSync('dist') ? 1 : 0)"],
      removes: 'dist',
    };
    expect((await run({ 'dist/index.html': 'old' }, [build])).line).toBe('1 passed, 0 failed');
  });
});
