import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkFront } from './front.ts';
import { expectCaught, expectClean, plant, readTree, root, type Sources } from './sources.ts';

const check = (sources: Sources) => checkFront(sources, (path) => existsSync(join(root, path)));

test('the top level and the README name only what exists', () => {
  expectClean(check(readTree()));
});

test('a tree without a README is no pass', () => {
  expect(() => expectClean(check(new Map()))).toThrow('files scanned');
});

describe('a planted violation is found', () => {
  test.each([
    ['a stray file at the top level', 'biome.json', '{}', /does not belong/],
    ['a script that is not there', 'README.md', 'Run `npm run planted`.', /script planted/],
    ['a file that is not there', 'README.md', 'See `src/planted/a.ts`.', /names src\/planted/],
    ['a dead link', 'README.md', '[a](tests/planted.md)', /names tests\/planted/],
    ['a missing picture', 'README.md', '<img src="public/planted.png">', /names public\/planted/],
    ['a README without its commands', 'README.md', '# A', /does not name `npm cit`/],
    ['a script nobody tells about', 'README.md', '# A', /tell about npm run bench/],
    ['another test command', '.ci/run', 'set -euo pipefail\nnpm ci && npm test\n', /`npm cit`/],
    ['a failure that is forgotten', '.ci/run', 'npm cit || true\n', /`npm cit`/],
    ['a script that goes on', '.ci/run', 'npm cit\n', /goes on/],
  ])('%s', (_, path, text, words) => {
    expectCaught(check(plant({ [path]: text })), path, words);
  });

  test('a placeholder in a path is no file', () => {
    const report = check(plant({ 'README.md': 'Add `src/engine/<model>/calls/<name>.ts`.' }));
    expect(report.findings.join('\n')).not.toContain('<model>');
  });
});
