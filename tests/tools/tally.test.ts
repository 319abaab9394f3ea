import { describe, expect, test } from 'vitest';
import { closing, tallyCommand, tallyVitest, type VitestRun } from './tally.ts';

const file = (name: string, ...statuses: string[]) => ({
  name,
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status) => ({ status })),
});

const run = (changes: Partial<VitestRun> = {}): VitestRun => ({
  name: 'unit',
  ending: { exitCode: 0 },
  report: { testResults: [file('a', 'passed', 'passed')] },
  testFiles: ['a'],
  ...changes,
});

const counts = (each: { passed: number; failed: number }) => [each.passed, each.failed];

describe('a Vitest run', () => {
  test('counts each passed test', () => {
    expect(tallyVitest(run())).toEqual({ passed: 2, failed: 0, problems: [] });
  });

  test('counts each failed test', () => {
    const report = { testResults: [file('a', 'passed', 'failed', 'failed')] };
    expect(counts(tallyVitest(run({ report, ending: { exitCode: 1 } })))).toEqual([1, 2]);
  });

  test('counts a failed test even where the exit code claims success', () => {
    const report = { testResults: [file('a', 'passed', 'failed')] };
    expect(counts(tallyVitest(run({ report })))).toEqual([1, 1]);
  });

  test.each(['skipped', 'pending', 'todo', 'disabled'])('counts a %s test as failed', (status) => {
    const report = { testResults: [file('a', 'passed', status)] };
    expect(counts(tallyVitest(run({ report })))).toEqual([1, 1]);
  });

  test('that ends badly with all tests passed has failed', () => {
    expect(counts(tallyVitest(run({ ending: { exitCode: 1 } })))).toEqual([2, 1]);
  });

  test('that was killed has failed', () => {
    const tally = tallyVitest(run({ ending: { exitCode: null, signal: 'SIGKILL' } }));
    expect(counts(tally)).toEqual([2, 1]);
    expect(tally.problems[0]).toContain('SIGKILL');
  });

  test.each([undefined, null, 7, 'text', {}, { testResults: {} }, { testResults: [1] }])(
    'with the report %j has failed',
    (report) => {
      expect(counts(tallyVitest(run({ report })))).toEqual([0, 1]);
    },
  );

  test('that executed nothing has failed', () => {
    const tally = tallyVitest(run({ report: { testResults: [] }, testFiles: [] }));
    expect(counts(tally)).toEqual([0, 1]);
  });

  test('that left a test file on disk out has failed', () => {
    const tally = tallyVitest(run({ testFiles: ['a', 'b'] }));
    expect(counts(tally)).toEqual([2, 1]);
    expect(tally.problems[0]).toContain('b was not executed');
  });

  test('fails for a file that could not be loaded', () => {
    const broken = { name: 'b', status: 'failed', assertionResults: [] };
    const report = { testResults: [file('a', 'passed'), broken] };
    expect(counts(tallyVitest(run({ report, testFiles: ['a', 'b'] })))).toEqual([1, 1]);
  });

  test('fails for a file whose hooks failed after its tests passed', () => {
    const report = { testResults: [{ ...file('a', 'passed'), status: 'failed' }] };
    expect(counts(tallyVitest(run({ report, ending: { exitCode: 1 } })))).toEqual([1, 1]);
  });
});

describe('a command', () => {
  test('counts as one', () => {
    expect(counts(tallyCommand('types', { exitCode: 0 }))).toEqual([1, 0]);
    expect(counts(tallyCommand('types', { exitCode: 2 }))).toEqual([0, 1]);
  });

  test('that was killed has failed', () => {
    expect(counts(tallyCommand('types', { exitCode: null, signal: 'SIGTERM' }))).toEqual([0, 1]);
  });
});

describe('the closing line', () => {
  const good = { passed: 3, failed: 0, problems: [] };

  test('adds up and agrees with the exit code', () => {
    const bad = { passed: 1, failed: 2, problems: [] };
    expect(closing([good, good])).toEqual({ line: '6 passed, 0 failed', exitCode: 0 });
    expect(closing([good, bad])).toEqual({ line: '4 passed, 2 failed', exitCode: 1 });
  });

  test('of a run with no runner at all is a failure', () => {
    expect(closing([])).toEqual({ line: '0 passed, 1 failed', exitCode: 1 });
  });

  test('counts a runner that counted nothing as failed', () => {
    expect(closing([good, { passed: 0, failed: 0, problems: [] }])).toEqual({
      line: '3 passed, 1 failed',
      exitCode: 1,
    });
  });
});
