/** Plants a violation for each command of `npm run check` and demands that the command fails. */
import { afterAll, describe, expect, test } from 'vitest';
import { type CommandStep, runs } from '../tools/steps.ts';
import { copyTree } from './copy.ts';

const copy = copyTree();
afterAll(() => copy.remove());

function stepOf(name: string): CommandStep {
  const step = runs.check.find((each) => each.name === name);
  if (step?.kind !== 'command') throw new Error(`no check is called ${name}`);
  return step;
}

const branch = '  if (b > 1 && b < 9) return a(b);\n';

/** The name of the check, what is planted, where, and what the check must say about it. */
const violations: readonly (readonly [string, string, string, string, RegExp])[] = [
  [
    'types',
    'a wrong type',
    'src/site/planted.ts',
    "export const a: number = 'text';\n",
    /planted\.ts\(1,14\): error TS2322/,
  ],
  [
    'types',
    'an enum, which plain Node cannot run',
    'src/engine/kernel/planted.ts',
    'export enum A { b }\n',
    /planted\.ts\(1,13\): error TS1294/,
  ],
  ...['window', 'document', 'performance', 'setTimeout', 'console', 'process'].map(
    (name): readonly [string, string, string, string, RegExp] => [
      'types of the engine alone',
      `the name ${name}`,
      'src/engine/kernel/planted.ts',
      `export const a = ${name};\n`,
      /planted\.ts\(1,18\): error TS2(?:304|580|584|591|812)/,
    ],
  ),
  [
    'lint and format',
    'any',
    'src/labs/planted.ts',
    'export const a = (b: any) => b;\n',
    /planted\.ts:1:22 lint\/suspicious\/noExplicitAny/,
  ],
  [
    'lint and format',
    'a non-null assertion',
    'src/labs/planted.ts',
    'export const a = (b?: number): number => b!;\n',
    /planted\.ts:1:42 lint\/style\/noNonNullAssertion/,
  ],
  [
    'lint and format',
    'a default export',
    'src/labs/planted.ts',
    'const a = 1;\nexport default a;\n',
    /planted\.ts:2:8 lint\/style\/noDefaultExport/,
  ],
  [
    'lint and format',
    'randomness in the engine',
    'src/engine/kernel/planted.ts',
    'export const a = Math.random();\n',
    /planted\.ts:1:23 plugin/,
  ],
  [
    'lint and format',
    'a power in the engine',
    'src/engine/kernel/planted.ts',
    'export const a = 2 ** 3;\n',
    /planted\.ts:1:23 plugin/,
  ],
  [
    'lint and format',
    'a clock in the engine',
    'src/engine/kernel/planted.ts',
    'export const a = Date.now();\n',
    /planted\.ts:1:18 lint\/style\/noRestrictedGlobals/,
  ],
  [
    'lint and format',
    'a package in the engine',
    'src/engine/kernel/planted.ts',
    "import { h } from 'preact';\n\nexport const a = h;\n",
    /planted\.ts:1:19 lint\/style\/noRestrictedImports/,
  ],
  [
    'lint and format',
    'a function of 71 lines',
    'src/engine/kernel/planted.ts',
    `export function a(): number {\n${'  a();\n'.repeat(70)}  return 1;\n}\n`,
    /planted\.ts:1:8 lint\/complexity\/noExcessiveLinesPerFunction/,
  ],
  [
    'lint and format',
    'a function with too many branches',
    'src/engine/kernel/planted.ts',
    `export function a(b: number): number {\n${branch.repeat(9)}  return 1;\n}\n`,
    /planted\.ts:1:17 lint\/complexity\/noExcessiveCognitiveComplexity/,
  ],
  [
    'lint and format',
    'a suppression without a reason',
    'src/labs/planted.ts',
    '// biome-ignore lint/suspicious/noExplicitAny:\nexport const a: any = 1;\n',
    /planted\.ts:1:\d+ suppressions\/parse/,
  ],
  [
    'lint and format',
    'a file name in another style',
    'src/labs/plantedFile.ts',
    'export const a = 1;\n',
    /plantedFile\.ts lint\/style\/useFilenamingConvention/,
  ],
  [
    'lint and format',
    'bad formatting',
    'src/labs/planted.ts',
    'export const a = "text"\n',
    /planted\.ts format/,
  ],
  [
    'format of pages',
    'a badly formatted Astro file',
    'src/site/Planted.astro',
    '---\nconst a   = 1\n---\n<p>{a}</p>\n',
    /Planted\.astro/,
  ],
  [
    'format of pages',
    'a badly formatted page',
    'content/docs/en/planted.mdx',
    '---\ntitle:   A\n---\n\n*  one\n*  two\n',
    /planted\.mdx/,
  ],
  [
    'dead code',
    'a file nobody uses',
    'src/site/planted.ts',
    'export const a = 1;\n',
    /Unused files[\s\S]*src\/site\/planted\.ts/,
  ],
];

describe('a planted violation is found', () => {
  test.each(violations)('%s: %s', (name, _, path, text, words) => {
    const verdict = copy.runWith({ [path]: text }, stepOf(name));
    expect(verdict.output).toMatch(words);
    expect(verdict.exitCode).not.toBe(0);
  });

  test('lint and format: an import cycle', () => {
    const files = {
      'src/engine/kernel/planted-a.ts':
        "import type { B } from './planted-b.ts';\n\nexport type A = B;\n",
      'src/engine/kernel/planted-b.ts':
        "import type { A } from './planted-a.ts';\n\nexport type B = A;\n",
    };
    const verdict = copy.runWith(files, stepOf('lint and format'));
    expect(verdict.output).toMatch(/planted-a\.ts:1:24 lint\/suspicious\/noImportCycles/);
    expect(verdict.exitCode).not.toBe(0);
  });

  test('dead code: an export nobody uses', () => {
    const files = {
      'src/headless/engine.ts': "import { a } from './planted.ts';\n\nconsole.log(a);\n",
      'src/headless/planted.ts': 'export const a = 1;\nexport const plantedExport = 2;\n',
    };
    const verdict = copy.runWith(files, stepOf('dead code'));
    expect(verdict.output).toMatch(/Unused exports[\s\S]*plantedExport/);
    expect(verdict.exitCode).not.toBe(0);
  });
});

test('every check has a violation planted for it', () => {
  const checks = runs.check.map((step) => step.name).filter((name) => name !== 'content types');
  expect(new Set(violations.map(([name]) => name))).toEqual(new Set(checks));
});
