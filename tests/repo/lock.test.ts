import { expect, test } from 'vitest';
import { checkLock } from './lock.ts';
import { expectCaught, expectClean, plant, readTree } from './sources.ts';

const path = 'package-lock.json';

test('the lock file names the packages of every platform', () => {
  expectClean(checkLock(readTree()));
});

test('a tree without a lock file is no pass', () => {
  expect(() => expectClean(checkLock(new Map()))).toThrow('files scanned');
});

test('a package of another platform that is left out is found', () => {
  const packages = {
    '': { devDependencies: { a: '^1.0.0' } },
    'node_modules/a': { version: '1.2.0', optionalDependencies: { 'a-darwin': '1.2.0' } },
  };
  const report = checkLock(plant({ [path]: JSON.stringify({ packages }) }));
  expectCaught(report, path, /nothing for a-darwin@1\.2\.0 of node_modules\/a/);
});

test('a package of another version is found', () => {
  const packages = {
    '': { devDependencies: { a: '1.2.0' } },
    'node_modules/a': { version: '1.1.0' },
  };
  const report = checkLock(plant({ [path]: JSON.stringify({ packages }) }));
  expectCaught(report, path, /1\.1\.0 for a@1\.2\.0 of the project/);
});

test('a package is found where Node finds it', () => {
  const packages = {
    '': { devDependencies: { '@s/a': '1.0.0', b: '2.0.0' } },
    'node_modules/@s/a': { version: '1.0.0', dependencies: { b: '1.0.0', c: '1.0.0' } },
    'node_modules/@s/a/node_modules/b': { version: '1.0.0', dependencies: { c: '1.0.0' } },
    'node_modules/b': { version: '2.0.0' },
    'node_modules/c': { version: '1.0.0' },
  };
  expectClean(checkLock(plant({ [path]: JSON.stringify({ packages }) })));
});
