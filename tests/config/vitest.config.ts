/**
 * The three test projects. `unit` is fast and needs nothing; `repo` reads the tree; `browser`
 * needs a built site and a Chromium, which its global setup finds.
 */
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { type ProjectName, projectFolders } from './projects.ts';

const root = join(import.meta.dirname, '../..');

/** Property tests repeat in CI and explore elsewhere; FC_SEED repeats a run by hand. */
const seed = process.env.FC_SEED ?? (process.env.CI ? '20261123' : String(Date.now() % 2 ** 31));
process.env.FC_SEED = seed;

const filesOf = (name: ProjectName) =>
  projectFolders[name].map((folder) => `tests/${folder}/**/*.test.{ts,tsx}`);

/** Read by every `vitest` command of package.json. */
export default defineConfig({
  root,
  test: {
    passWithNoTests: false,
    allowOnly: false,
    reporters: process.env.VITEST_JSON ? ['default', 'json'] : ['default'],
    ...(process.env.VITEST_JSON ? { outputFile: { json: process.env.VITEST_JSON } } : {}),
    coverage: {
      provider: 'v8',
      include: ['src/engine/**/*.ts'],
      reporter: ['text-summary', 'html'],
      reportsDirectory: join(root, 'coverage'),
      thresholds: { perFile: true, lines: 95, branches: 90 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: filesOf('unit'),
          setupFiles: ['tests/config/setup-properties.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'repo',
          include: filesOf('repo'),
          expect: { requireAssertions: true },
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: filesOf('browser'),
          globalSetup: ['tests/browser/setup.ts'],
          expect: { requireAssertions: true },
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
