import { describe, expect, test } from 'vitest';
import { checkPurity } from './purity.ts';
import { expectCaught, expectClean, plant, readTree } from './sources.ts';

const path = 'src/engine/kernel/planted.ts';

test('the engine names no clock, randomness, surroundings or inexact maths', () => {
  expectClean(checkPurity(readTree()));
});

test('a tree without an engine is no pass', () => {
  expect(() => expectClean(checkPurity(new Map()))).toThrow('files scanned');
});

describe('a planted violation is found', () => {
  test.each([
    ['a clock', 'export const a = Date.now();', /Date/],
    ['a timer', 'export const a = () => setTimeout(() => 1, 2);', /setTimeout/],
    ['a stopwatch', 'export const a = performance.now();', /performance/],
    ['randomness', 'export const a = Math.random();', /Math\.random/],
    ['secure randomness', 'export const a = crypto.randomUUID();', /crypto/],
    ['a logarithm', 'export const a = (x: number) => Math.log(x);', /Math\.log/],
    ['a power', 'export const a = (x: number) => x ** 2;', /\*\*/],
    ['a power in place', 'export let a = 2;\na **= 2;', /:2 \*\*/],
    ['a hidden function', "export const a = Math['random' as 'abs'](1);", /Math\[/],
    ['Math by another name', 'const m = Math;\nexport const a = m;', /passed on/],
    ['Math taken apart', 'export const { random } = Math;', /passed on/],
    ['the global object', 'export const a = globalThis;', /globalThis/],
    ['the page', 'export const a = document.title;', /document/],
    ['a DOM name in a default', 'export const a = (w = window) => w;', /window/],
    ['a shorthand', 'export const a = { process };', /process/],
    ['a locale', 'export const a = (1).toLocaleString();', /toLocaleString/],
    ['a collation', "export const a = 'a'.localeCompare('b');", /localeCompare/],
    ['Intl', 'export const a = new Intl.NumberFormat();', /Intl/],
    ['evaluation', "export const a = eval('1');", /eval/],
    ['compilation', "export const a = new Function('1');", /Function/],
    ['a promise', 'export const a = Promise.resolve(1);', /Promise/],
    ['a wait', 'export const a = async (x: PromiseLike<1>) => await x;', /await/],
    ['a caught error', 'export function a() { try { return 1; } finally { } }', /try/],
    ['where it is loaded from', 'export const a = import.meta.url;', /import\.meta/],
    ['the collector', 'export const a = new WeakRef({});', /WeakRef/],
  ])('%s', (_, text, words) => {
    expectCaught(checkPurity(plant({ [path]: text })), path, words);
  });
});

describe('what the engine may do', () => {
  test.each([
    'export const a = Math.sqrt(2) * Math.PI + Math.imul(1, 2);',
    'export const a = new Uint8Array(4).length;',
    'export const a = (process: { readonly window: number }) => process.window;',
    'export interface Date { readonly performance: number }',
    'export const a = { document: 1, performance: 2 };',
    'export const a = (x: bigint) => BigInt.asUintN(64, x);',
    'const date = 1;\nexport { date as Date };',
  ])('%s', (text) => {
    const findings = checkPurity(plant({ [path]: text })).findings;
    expect(findings.filter((each) => each.startsWith(path))).toEqual([]);
  });
});
