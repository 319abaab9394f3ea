/**
 * Cases that nobody in this project wrote: recordings of other implementations and facts out of
 * their tests. A failure here is a bug of the engine until the specification says otherwise.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { casesOf } from '../../src/headless/conform/detect.ts';
import { runCases } from '../../src/headless/conform/report.ts';
import { rowRules } from '../../src/headless/conform/skips.ts';

const folder = join(import.meta.dirname, 'cases');

/** Files, and how many of their cases pass at least; a number may only rise. */
const files = {
  'kvm.jsonl': 157,
  'openvmm.jsonl': 169,
  'conformance.jsonl': 105,
  'layouts.jsonl': 26,
  'linux-layouts.jsonl': 2,
  'sizing-vectorpack.json': 21,
  'sizing-estates.json': 6,
  'sizing-flavors.json': 5,
  'sizing-traps.json': 2,
} as const;

const skipIds = rowRules.filter(({ effect }) => effect === 'skip').map(({ id }) => id);
const reasons = [
  'not portable (in the case)',
  'behaviour not built yet',
  ...skipIds.map((id) => `row list ${id}`),
];

describe.each(Object.entries(files))('%s', (name, atLeast) => {
  const cases = casesOf(readFileSync(join(folder, name), 'utf8'));
  const report = runCases(cases.ok ? cases.value : []);

  test('no case fails', () => {
    expect(report.failures).toEqual([]);
  });

  test('as many cases pass as before, or more', () => {
    expect(report.passed).toBeGreaterThanOrEqual(atLeast);
  });

  test('every skip has a reason out of the closed list', () => {
    expect(reasons).toEqual(expect.arrayContaining([...report.reasons.keys()]));
  });
});
