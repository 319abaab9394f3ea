import { describe, expect, test } from 'vitest';
import { checkLayers } from './layers.ts';
import { expectCaught, expectClean, plant, readTree } from './sources.ts';

test('every import of the tree follows the layers', () => {
  expectClean(checkLayers(readTree()));
});

test('a tree without code is no pass', () => {
  expect(() => expectClean(checkLayers(new Map()))).toThrow('files scanned');
});

/** What a forbidden file says, by rule: path, text, words of the finding. */
const violations: readonly (readonly [string, string, string, RegExp])[] = [
  [
    'the kernel knows no model',
    'src/engine/kernel/planted.ts',
    "import { x } from '../hypervisor/defs/control.ts';",
    /may not import src\/engine\/hypervisor/,
  ],
  [
    'the engine imports no package',
    'src/engine/kernel/planted.ts',
    "import { h } from 'preact';",
    /may not import the package preact/,
  ],
  [
    'the engine reads no file',
    'src/engine/hypervisor/machine/planted.ts',
    "import { readFileSync } from 'node:fs';",
    /package node:fs/,
  ],
  [
    'a type is an import as well',
    'src/engine/hypervisor/defs/planted.ts',
    "import type { Lab } from '../../../labs/hypercalls/HypercallLab.tsx';",
    /may not import src\/labs/,
  ],
  [
    'an import() type is an import as well',
    'src/engine/kernel/planted.ts',
    "export type A = import('../facts/basis.ts').Basis;",
    /may not import src\/engine\/facts/,
  ],
  [
    'a dynamic import is an import as well',
    'src/engine/kernel/planted.ts',
    "export const a = () => import('../facts/basis.ts');",
    /may not import src\/engine\/facts/,
  ],
  [
    'a computed import is refused',
    'src/labs/hypercalls/planted.ts',
    'export const a = (name: string) => import(name);',
    /computed/,
  ],
  [
    'a worker URL is an import as well',
    'src/labs/hypercalls/planted.ts',
    "export const a = new Worker(new URL('../../engine/kernel/kernel.ts', import.meta.url));",
    /may not import src\/engine\/kernel/,
  ],
  [
    'a lab reaches the engine by the entry of a model only',
    'src/labs/hypercalls/planted.tsx',
    "import { x } from '../../engine/hypervisor/defs/control.ts';",
    /may not import src\/engine\/hypervisor\/defs/,
  ],
  [
    'a lab does not reach into another lab',
    'src/labs/planted/a.ts',
    "import { x } from '../hypercalls/HypercallLab.tsx';",
    /may not import src\/labs\/hypercalls/,
  ],
  [
    'definitions know no machine',
    'src/engine/hypervisor/defs/planted.ts',
    "import { x } from '../machine/planted.ts';",
    /may not import/,
  ],
  [
    'a view takes types from the machine, never functions',
    'src/engine/hypervisor/view/planted.ts',
    "import { x } from '../machine/planted.ts';",
    /may not import/,
  ],
  [
    'guest code knows no hypervisor',
    'src/engine/guest/machine/planted.ts',
    "import { x } from '../../hypervisor/index.ts';",
    /may not import src\/engine\/hypervisor/,
  ],
  [
    'a page script follows the layers too',
    'src/pages/planted.astro',
    "<p>a</p>\n<script>\n  import { x } from '../engine/kernel/u64.ts';\n</script>\n",
    /:3 may not import src\/engine\/kernel/,
  ],
  [
    'frontmatter follows the layers too',
    'src/layouts/Planted.astro',
    "---\nimport { x } from '../engine/kernel/u64.ts';\n---\n<p>a</p>\n",
    /:2 may not import src\/engine\/kernel/,
  ],
  [
    'the command line knows no lab',
    'src/headless/planted.ts',
    "import { x } from '../labs/hypercalls/HypercallLab.tsx';",
    /may not import src\/labs/,
  ],
  [
    'only the entry of a model passes exports on',
    'src/engine/hypervisor/calls/planted.ts',
    "export { x } from '../defs/control.ts';",
    /re-exports/,
  ],
  ['every style sheet is used', 'src/site/planted.css', 'a{}', /imported by nothing/],
  ['every file has a layer', 'src/planted/a.ts', 'export const a = 1;', /belongs to no layer/],
  [
    'an import leads somewhere',
    'src/engine/kernel/planted.ts',
    "import { x } from './nothing-here.ts';",
    /does not exist/,
  ],
  [
    'content imports nothing',
    'content/docs/en/planted.mdx',
    "---\ntitle: A\n---\nimport Lab from '../x.astro';\n",
    /:4 has code/,
  ],
  [
    'content exports nothing',
    'content/docs/en/planted.mdx',
    'export const a = 1;\n',
    /:1 has code/,
  ],
];

describe('a planted violation is found', () => {
  test.each(violations)('%s', (_, path, text, words) => {
    const files = {
      'src/engine/hypervisor/machine/planted.ts': 'export const x = 1;',
      'src/engine/hypervisor/defs/control.ts': 'export const x = 1;',
      'src/labs/hypercalls/HypercallLab.tsx': 'export const x = 1;',
      [path]: text,
    };
    expectCaught(checkLayers(plant(files)), path, words);
  });

  test('an import cycle', () => {
    const report = checkLayers(
      plant({
        'src/engine/kernel/planted-a.ts': "import type { B } from './planted-b.ts';",
        'src/engine/kernel/planted-b.ts': "export * from './planted-c.ts';",
        'src/engine/kernel/planted-c.ts': "import './planted-a.ts';",
      }),
    );
    expectCaught(report, 'src/engine/kernel/planted-a.ts', /cycle/);
    expectCaught(report, 'src/engine/kernel/planted-c.ts', /cycle/);
  });

  test('an embed of two labs', () => {
    const embed = ['one', 'two'].map((lab) => `import { a } from '../labs/${lab}/a.ts';`);
    const report = checkLayers(
      plant({
        'src/labs/one/a.ts': 'export const a = 1;',
        'src/labs/two/a.ts': 'export const a = 1;',
        'src/embeds/Planted.astro': `---\n${embed.join('\n')}\n---\n`,
      }),
    );
    expectCaught(report, 'src/embeds/Planted.astro', /more than one lab/);
  });

  test('code that cannot be parsed', () => {
    expect(() => checkLayers(plant({ 'src/engine/kernel/planted.ts': 'const = ;' }))).toThrow(
      'planted.ts',
    );
  });
});

describe('what the layers allow', () => {
  test.each([
    ['src/engine/hypervisor/view/planted.ts', "import type { X } from '../machine/planted.ts';"],
    ['src/engine/hypervisor/defs/planted.ts', "import { u } from '../../kernel/u64.ts';"],
    ['src/engine/guest/scenario/planted.ts', "import { x } from '../../hypervisor/index.ts';"],
    ['src/labs/hypercalls/planted.tsx', "import { useState } from 'preact/hooks';"],
    ['src/headless/planted.ts', "import { readFileSync } from 'node:fs';"],
    ['content/docs/en/planted.mdx', 'Pages are moved by live migration.\n\nimport it later\n'],
  ])('%s: %s', (path, text) => {
    const files = { 'src/engine/hypervisor/machine/planted.ts': 'export type X = 1;' };
    const findings = checkLayers(plant({ ...files, [path]: text })).findings;
    expect(findings.filter((each) => each.startsWith(path))).toEqual([]);
  });
});
