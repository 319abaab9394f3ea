/**
 * The files of the tree as text, so that a gate can be run over the real tree and over the same
 * tree with a violation planted in it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** Text by path; paths are relative to the top level, with forward slashes. */
export type Sources = ReadonlyMap<string, string>;

/** What a gate looked at and what it found; each finding starts with `path:line`. */
export interface Report {
  readonly scannedFiles: number;
  readonly findings: readonly string[];
}

/** The top level of the project. */
export const root = join(import.meta.dirname, '../..');

/** What installing, building and testing leave behind; .gitignore names the same. */
const leftBehind = new Set([
  '.astro',
  '.cache',
  '.git',
  'coverage',
  'dist',
  'node_modules',
  'test-results',
]);

const binary = /\.(?:avif|bin|gz|ico|inv|jpg|png|webp|woff2)$/;

let tree: Sources | undefined;

/** Every text file of the tree, read once. */
export function readTree(): Sources {
  tree ??= new Map(listFiles('').map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  return tree;
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (folder === '' && (leftBehind.has(entry.name) || entry.name.endsWith('.log'))) return [];
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return listFiles(path);
    return entry.isFile() && !binary.test(entry.name) ? [path] : [];
  });
}

/** The same tree with files added or replaced. */
export function plant(files: Readonly<Record<string, string>>): Sources {
  return new Map([...readTree(), ...Object.entries(files)]);
}

/** The files whose path matches, in order. */
export function pick(sources: Sources, pattern: RegExp): readonly (readonly [string, string])[] {
  return [...sources].filter(([path]) => pattern.test(path));
}

/** A gate holds: it looked at something and found nothing. */
export function expectClean(report: Report): void {
  expect(report.scannedFiles, 'files scanned').toBeGreaterThan(0);
  expect(report.findings).toEqual([]);
}

/** A gate fires: there is a finding in this file that says this. */
export function expectCaught(report: Report, path: string, words: RegExp): void {
  expect(report.findings.filter((each) => each.startsWith(`${path}:`)).join('\n')).toMatch(words);
}
