/** A copy of the tree in a temporary folder, to plant violations that only a real tool can see. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { CommandStep } from '../tools/steps.ts';
import { readTree, root } from './sources.ts';

/** What a tool said about the copy. */
export interface Verdict {
  readonly exitCode: number | null;
  readonly output: string;
}

/** The copy; dispose of it after use. */
export interface Copy {
  /** Adds files, runs the command of a step as the real run does, and takes the files away. */
  runWith(files: Readonly<Record<string, string>>, step: CommandStep): Verdict;
  remove(): void;
}

/** Copies every text file; installed packages are shared. */
export function copyTree(): Copy {
  const folder = mkdtempSync(join(tmpdir(), 'tree-'));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of readTree()) write(path, text);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const bin = join(root, 'node_modules/.bin');
  return {
    runWith(files, step) {
      for (const [path, text] of Object.entries(files)) write(path, text);
      const ran = spawnSync(join(bin, step.command), step.args, {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, PATH: [bin, process.env.PATH ?? ''].join(delimiter) },
      });
      for (const path of Object.keys(files)) {
        const original = readTree().get(path);
        if (original === undefined) rmSync(join(folder, path));
        else write(path, original);
      }
      return { exitCode: ran.status, output: ran.stdout + ran.stderr };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
