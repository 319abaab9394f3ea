import { describe, expect, test } from 'vitest';
import { assertDensity, checkCodeShape } from './code-shape.ts';
import ratchet from './ratchet.json' with { type: 'json' };
import { expectCaught, expectClean, plant, readTree } from './sources.ts';
import { checkTidy, limits } from './tidy.ts';

test('every text file is tidy', () => {
  expectClean(checkTidy(readTree()));
});

test('all code has the agreed shape', () => {
  expectClean(checkCodeShape(readTree()));
});

test.each([
  ['text', checkTidy],
  ['code', checkCodeShape],
])('an empty tree is no pass: %s', (_, check) => {
  expect(() => expectClean(check(new Map()))).toThrow('files scanned');
});

/** Words in pieces, so that this file is tidy itself. */
const said = (...pieces: string[]) => pieces.join('');

describe('a planted untidiness is found', () => {
  test.each([
    ['a long file', 'src/engine/kernel/planted.ts', '\n'.repeat(limits.fileLines + 1), /401 lines/],
    ['a long file of styles', 'src/site/planted.css', 'a{}\n'.repeat(401), /401 lines/],
    ['a wide line', 'tests/unit/planted.ts', `// ${'a'.repeat(98)}`, /wider than 100/],
    ['a marker', 'src/site/planted.ts', said('// TO', 'DO later'), /left-over/],
    ['a promise', 'content/docs/en/planted.mdx', said('Coming', ' soon.'), /promises/],
    ['filler', 'content/docs/en/planted.mdx', said('Lorem', ' ipsum dolor'), /promises/],
    ['a machine path', 'tests/unit/planted.ts', said("'/wo", "rk/main/a'"), /one machine/],
    ['a temporary path', 'README.md', said('see `/t', 'mp/a`'), /one machine/],
    ['a registry', '.npmrc', said('registry=https://registry', '.npmjs.org/'), /registry/],
    ['a tied lock file', 'package-lock.json', '"resolved": "https://a/b.tgz"', /lock file/],
    [
      'a type hole',
      'src/site/planted.ts',
      said('export const a = 1 as unk', 'nown as string;'),
      /hole/,
    ],
    ['no type', 'src/site/planted.ts', said('export const a = (b: a', 'ny) => b;'), /hole/],
    ['a silenced compiler', 'src/site/planted.ts', said('// @ts-', 'ignore'), /hole/],
    ['a test left out', 'tests/unit/planted.test.ts', said('test.sk', "ip('a', f)"), /always run/],
    [
      'a lonely test',
      'tests/unit/planted.test.ts',
      said('describe.on', "ly('a', f)"),
      /always run/,
    ],
    ['an unwritten test', 'tests/unit/planted.test.ts', said('it.to', "do('a')"), /always run/],
    [
      'a test on a condition',
      'tests/unit/planted.test.ts',
      said('test.run', "If(a)('b')"),
      /always/,
    ],
  ])('%s', (_, path, text, words) => {
    expectCaught(checkTidy(plant({ [path]: text })), path, words);
  });

  test('a link that has no place to break may be wide', () => {
    const path = 'src/site/planted.ts';
    const text = `// https://example.org/${'a'.repeat(90)}`;
    const findings = checkTidy(plant({ [path]: text })).findings;
    expect(findings.filter((each) => each.startsWith(path))).toEqual([]);
  });
});

describe('a planted misshape is found', () => {
  const path = 'src/engine/kernel/planted.ts';
  const doc = '/** Says what. */\n';

  test.each([
    ['a long function', `${doc}export function a() {\n${'a();\n'.repeat(69)}}\n`, /of 71 lines/],
    ['a long arrow', `${doc}export const a = () => {\n${'a();\n'.repeat(69)}};\n`, /of 71 lines/],
    ['an undocumented function', 'export function a() {}\n', /exports a without/],
    ['an undocumented constant', 'export const a = 1;\n', /exports a without/],
    ['an undocumented type', 'export type A = 1;\n', /exports A without/],
    ['a comment that is no doc', '// Says what.\nexport const a = 1;\n', /exports a without/],
    ['a doc of something else', `${doc}const b = 1;\nexport const a = b;\n`, /exports a without/],
    ['a bare member', `${doc}export interface A { readonly size: number }\n`, /"size"/],
    ['a bare parameter', `${doc}export function a(time: number) { return time; }\n`, /"time"/],
    ['a bare method parameter', `${doc}export class A { a(count: number) {} }\n`, /"count"/],
    ['a bare callback parameter', `${doc}export type A = (len: number) => void;\n`, /"len"/],
    ['a bare nested member', `${doc}export const a = (b: { latency: 1 }) => b;\n`, /"latency"/],
  ])('%s', (_, text, words) => {
    expectCaught(checkCodeShape(plant({ [path]: text })), path, words);
  });

  test('names inside a function body are free', () => {
    const text = `${doc}export function a() { return [1].map((count) => count); }\n`;
    const findings = checkCodeShape(plant({ [path]: text })).findings;
    expect(findings.filter((each) => each.startsWith(path))).toEqual([]);
  });
});

describe('asserts in the engine', () => {
  const { assertsPer100EngineFunctions } = ratchet;

  test('never become rarer', () => {
    const density = assertDensity(readTree());
    expect(density.functionCount).toBeGreaterThan(0);
    expect(density.per100Functions).toBeGreaterThanOrEqual(assertsPer100EngineFunctions);
  });

  test('are missed in functions that have none', () => {
    const idle = Array.from({ length: 2000 }, (_, index) => `function f${index}() { return; }`);
    const density = assertDensity(plant({ 'src/engine/kernel/planted.ts': idle.join('\n') }));
    expect(density.per100Functions).toBeLessThan(assertsPer100EngineFunctions);
  });
});
