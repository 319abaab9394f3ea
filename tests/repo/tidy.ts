/** Rules about the text of the tree: lengths, words, paths, and tests that do not run. */
import { pick, type Report, type Sources } from './sources.ts';

/** Lengths above these make a file hard to read in one sitting, or a line on one screen. */
export const limits = { fileLines: 400, lineColumns: 100 } as const;

const codeFiles = /^(?:src|tests)\/.*\.(?:ts|tsx|astro|css|mjs)$|^[^/]+\.(?:mjs|ts)$/;

interface Ban {
  readonly pattern: RegExp;
  readonly says: string;
  readonly files: RegExp;
}

/** Joins the pieces of a word that must not stand in this file either. */
const word = (...pieces: string[]) => pieces.join('');

const leftovers = [
  word('TO', 'DO'),
  word('FIX', 'ME'),
  word('XX', 'X'),
  word('lorem', ' ipsum'),
  word('coming', ' soon'),
  word('not imple', 'mented'),
  word('(?:即將|敬請)', '(?:推出|期待)'),
];

const machineFolders = ['work', 'farm', 'tmp', 'root', 'home'];

const bans: readonly Ban[] = [
  {
    pattern: new RegExp(`\\b(?:${leftovers.slice(0, 3).join('|')})\\b`),
    says: 'is a left-over marker',
    files: /^(?:src|tests|content|README)/,
  },
  {
    pattern: new RegExp(leftovers.slice(3).join('|'), 'i'),
    says: 'promises what is not there',
    files: /^(?:src|tests|content|README)/,
  },
  {
    pattern: new RegExp(`(?<![\\w.:/-])/(?:${machineFolders.join('|')})/`),
    says: 'is a path of one machine',
    files: /^/,
  },
  {
    pattern: new RegExp(word('registry', '\\.(?:npm|yarn)|', 'artifact', 'ory|verd', 'accio'), 'i'),
    says: 'names a package registry',
    files: /^/,
  },
  {
    pattern: /"resolved": "(?!file:)/,
    says: 'ties the lock file to one registry',
    files: /^package-lock\.json$/,
  },
  {
    pattern: /: any\b|<any\b|\bas any\b/,
    says: 'is, or reads like, a hole in the types',
    files: /^src\//,
  },
  {
    pattern: /\bas unknown as\b|@ts-(?:ignore|nocheck|expect-error)/,
    says: 'is a hole in the types',
    files: /^(?:src|tests)\/(?!repo\/tidy)/,
  },
  {
    pattern: /\.(?:skip|only|todo|fixme|skipIf|runIf|fails)\b\s*[(.`]|\b(?:xit|xtest|fit)\(/,
    says: 'is a test that does not always run',
    files: /^tests\/(?!repo\/tidy).*\.tsx?$/,
  },
];

/** Checks lengths and words of every text file. */
export function checkTidy(sources: Sources): Report {
  const files = pick(sources, /^/);
  return {
    scannedFiles: pick(sources, codeFiles).length,
    findings: files.flatMap(([path, text]) => {
      const lines = text.split('\n');
      const lengths = codeFiles.test(path) ? lengthFindings(path, lines) : [];
      return [...lengths, ...wordFindings(path, lines)];
    }),
  };
}

function lengthFindings(path: string, lines: readonly string[]): readonly string[] {
  const count = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  const tooLong =
    count > limits.fileLines
      ? [`${path}:1 has ${count} lines; ${limits.fileLines} is the limit`]
      : [];
  const wide = lines.flatMap((line, index) =>
    [...line].length > limits.lineColumns && !isUnbreakable(line)
      ? [`${path}:${index + 1} is wider than ${limits.lineColumns} columns`]
      : [],
  );
  return [...tooLong, ...wide];
}

/** An address, and an attribute such as the path of a drawing, have no place to break. */
function isUnbreakable(line: string): boolean {
  return /https?:\/\/\S{40}|="[^"]{60}/.test(line);
}

function wordFindings(path: string, lines: readonly string[]): readonly string[] {
  const active = bans.filter((ban) => ban.files.test(path));
  return lines.flatMap((line, index) =>
    active.flatMap((ban) => {
      const hit = ban.pattern.exec(line)?.[0];
      return hit === undefined ? [] : [`${path}:${index + 1} "${hit.trim()}" ${ban.says}`];
    }),
  );
}
