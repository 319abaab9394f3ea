/** What `npm test` runs, in order, and which test files each run must have executed. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { type ProjectName, projectFolders } from '../config/projects.ts';

/** A command that is a check by itself and counts as one. */
export interface CommandStep {
  readonly kind: 'command';
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** A folder to take away first, so that what an earlier run left cannot be taken for new. */
  readonly removes?: string;
}

/** A Vitest run, counted test by test. */
export interface VitestStep {
  readonly kind: 'vitest';
  readonly name: string;
  readonly projects: readonly ProjectName[];
  readonly args: readonly string[];
}

/** One step of the run. */
export type Step = CommandStep | VitestStep;

const command = (name: string, line: string): CommandStep => {
  const [program = '', ...args] = line.split(' ');
  return { kind: 'command', name, command: program, args };
};

const vitest = (projects: readonly ProjectName[], ...args: string[]): VitestStep => ({
  kind: 'vitest',
  name: projects.join(' and '),
  projects,
  args,
});

/** Generates the types of the content collections, which the type check needs. */
const sync = command('content types', 'astro sync');
const build: CommandStep = { ...command('build', 'astro build'), removes: 'dist' };

const checks: readonly Step[] = [
  command('types', 'tsc --noEmit'),
  command('types of the engine alone', 'tsc --noEmit -p src/engine/tsconfig.json'),
  command(
    'lint and format',
    'biome check --config-path=tests/config/lint.json --error-on-warnings --max-diagnostics=none',
  ),
  command('format of pages', 'prettier --check --log-level warn **/*.{astro,mdx}'),
  command('dead code', 'knip'),
];

/** The runs one can ask for by name. The build also generates the content types. */
export const runs: Readonly<Record<'all' | 'check', readonly Step[]>> = {
  check: [sync, ...checks],
  all: [build, ...checks, vitest(['unit'], '--coverage'), vitest(['repo']), vitest(['browser'])],
};

/** The test files of a project on disk, as absolute paths. */
export function testFilesOf(root: string, project: ProjectName): readonly string[] {
  return allTestFiles(root).filter((path) =>
    projectFolders[project].some((folder) => path.startsWith(join(root, 'tests', folder, '/'))),
  );
}

/** Test files that belong to no project and would therefore never run. */
export function strayTestFiles(root: string): readonly string[] {
  const known = (Object.keys(projectFolders) as ProjectName[]).flatMap((project) =>
    testFilesOf(root, project),
  );
  return allTestFiles(root).filter((path) => !known.includes(path));
}

/** Every file anywhere in src/ and tests/ that is named like a test. */
function allTestFiles(root: string): readonly string[] {
  return globSync('{src,tests}/**/*.{test,spec}.{ts,tsx,js,mjs}', { cwd: root })
    .map((path) => join(root, path))
    .sort();
}
