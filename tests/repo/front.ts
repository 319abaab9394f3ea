/** Rules about what a newcomer sees first: the top level, the README, the two commands. */
import { posix } from 'node:path';
import { pick, type Report, type Sources } from './sources.ts';

/** Everything that may lie at the top level; settings of tools live in package.json and tests/. */
const topLevel = new Set([
  'LICENSE',
  'README.md',
  'astro.config.mjs',
  'content',
  'package-lock.json',
  'package.json',
  'public',
  'src',
  'tests',
  'tsconfig.json',
]);

/** The two commands the README promises, and the one continuous integration runs. */
const promised = { start: 'npm ci && npm start', test: 'npm cit' } as const;

/** What npm itself offers, beside the scripts of package.json. */
const npmOwn = new Set(['ci', 'cit', 'install', 'i', 'test', 'start', 'exec', 'run']);

/** Checks the top level and that the README names only what exists. */
export function checkFront(sources: Sources, exists: (path: string) => boolean): Report {
  const names = new Set([...sources.keys()].map((path) => path.split('/')[0] ?? ''));
  const stray = [...names].filter((name) => !name.startsWith('.') && !topLevel.has(name));
  const readme = sources.get('README.md');
  return {
    scannedFiles: readme === undefined ? 0 : names.size,
    findings: [
      ...stray.map((name) => `${name}:1 does not belong at the top level`),
      ...(readme === undefined
        ? ['README.md:1 is missing']
        : readmeFindings(readme, sources, exists)),
      ...continuousIntegrationFindings(sources),
    ],
  };
}

function readmeFindings(
  readme: string,
  sources: Sources,
  exists: (path: string) => boolean,
): readonly string[] {
  const scripts = scriptsOf(sources.get('package.json') ?? '{}');
  const missing = Object.values(promised).filter((command) => !readme.includes(command));
  const findings = missing.map((command) => `README.md:1 does not name \`${command}\``);
  readme.split('\n').forEach((line, index) => {
    const place = `README.md:${index + 1}`;
    for (const name of namedScripts(line)) {
      if (!scripts.has(name))
        findings.push(`${place} names the script ${name}, which is not there`);
    }
    for (const path of namedPaths(line)) {
      if (!exists(path)) findings.push(`${place} names ${path}, which is not there`);
    }
  });
  const unnamed = [...scripts].filter((name) => !new RegExp(`\\b${name}\\b`).test(readme));
  return [...findings, ...unnamed.map((name) => `README.md:1 does not tell about npm run ${name}`)];
}

function scriptsOf(manifest: string): ReadonlySet<string> {
  const parsed: unknown = JSON.parse(manifest);
  const isRecord = typeof parsed === 'object' && parsed !== null && 'scripts' in parsed;
  return new Set(isRecord ? Object.keys(Object(parsed.scripts)) : []);
}

function namedScripts(line: string): readonly string[] {
  const calls = line.matchAll(/\bnpm (?:run )?(?:--silent )?([a-z][\w:-]*)/g);
  return [...calls]
    .filter(([call, name]) => call.includes(' run ') || npmOwn.has(name ?? ''))
    .map(([, name]) => name ?? '')
    .filter((name) => !npmOwn.has(name) || name === 'test' || name === 'start');
}

/** Paths in backticks and in relative links; placeholders such as `<name>` name no file. */
function namedPaths(line: string): readonly string[] {
  const quoted = [...line.matchAll(/`((?:src|content|public|tests|\.ci)\/[^`\s]*)`/g)];
  const linked = [...line.matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)/g)];
  const pictured = [...line.matchAll(/\bsrc(?:set)?="(?!https?:)([^"\s]+)"/g)];
  return [...quoted, ...linked, ...pictured]
    .map((match) => posix.normalize(match[1] ?? ''))
    .filter((path) => !/[<>*{}…]/.test(path));
}

function continuousIntegrationFindings(sources: Sources): readonly string[] {
  const script = pick(sources, /^\.ci\/run$/)[0]?.[1];
  if (script === undefined) return ['.ci/run:1 is missing'];
  const lines = script.split('\n');
  return [
    ...(lines.includes('set -euo pipefail') ? [] : ['.ci/run:1 goes on after an error']),
    ...(lines.some((line) => line === promised.test || line.startsWith(`${promised.test} || {`))
      ? []
      : [`.ci/run:1 does not call \`${promised.test}\``]),
  ];
}
