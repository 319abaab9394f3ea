/**
 * Who may import whom. The table is the architecture; everything not allowed here is forbidden.
 *
 * In patterns `*` is one path segment, `**` any number, and `{m}` one segment that must be the
 * same in `from` and `to`.
 */
import { posix } from 'node:path';
import { pick, type Report, type Sources } from './sources.ts';
import { type Import, importsOf, parse } from './syntax.ts';

/** One row of the table. */
interface Rule {
  readonly from: string;
  /** Files it may import. */
  readonly to: readonly string[];
  /** Files it may import for their types only. */
  readonly types?: readonly string[];
  /** Packages it may import. */
  readonly packages?: readonly string[];
  /** The one kind of file that may pass on what others export. */
  readonly reExports?: true;
}

const kernel = 'src/engine/kernel/**';
const facts = 'src/engine/facts/**';
const models = 'src/engine/*/index.ts';
const registry = [
  'src/engine/{m}/calls/**',
  'src/engine/{m}/devices/**',
  'src/engine/{m}/paths/**',
];
const preact = ['preact', 'preact/*'];
const build = ['astro', 'astro:*', 'astro/*', '@astrojs/*', 'node:*'];

const registryRules: readonly Rule[] = registry.map((from) => ({
  from,
  to: [kernel, facts, 'src/engine/{m}/defs/**', from],
}));

/** The table; the first row whose `from` matches is the one that counts. */
const rules: readonly Rule[] = [
  { from: kernel, to: [kernel] },
  { from: facts, to: [facts, 'src/engine/kernel/units.ts'] },
  { from: 'src/engine/state-code/**', to: ['src/engine/state-code/**', kernel] },
  { from: 'src/engine/{m}/index.ts', to: ['src/engine/{m}/**', kernel], reExports: true },
  {
    from: 'src/engine/{m}/defs/**',
    to: [kernel, 'src/engine/{m}/defs/**'],
    types: ['src/engine/facts/basis.ts'],
  },
  {
    from: 'src/engine/{m}/machine/**',
    to: [kernel, facts, 'src/engine/{m}/defs/**', 'src/engine/{m}/machine/**', ...registry],
  },
  ...registryRules,
  {
    from: 'src/engine/guest/scenario/**',
    to: [
      kernel,
      facts,
      'src/engine/guest/{defs,machine,scenario}/**',
      // The one place where guest code and the hypervisor meet.
      'src/engine/hypervisor/index.ts',
    ],
  },
  {
    from: 'src/engine/{m}/scenario/**',
    to: [
      kernel,
      facts,
      'src/engine/state-code/**',
      'src/engine/{m}/defs/**',
      'src/engine/{m}/machine/**',
      'src/engine/{m}/scenario/**',
      ...registry,
    ],
  },
  {
    from: 'src/engine/{m}/view/**',
    to: [kernel, 'src/engine/{m}/defs/**', 'src/engine/{m}/view/**'],
    types: ['src/engine/{m}/machine/**', 'src/engine/{m}/scenario/**', 'src/engine/facts/basis.ts'],
  },
  { from: 'src/labs/shared/**', to: ['src/labs/shared/**', models], packages: preact },
  {
    from: 'src/labs/{m}/**',
    to: ['src/labs/{m}/**', 'src/labs/shared/**', models],
    packages: preact,
  },
  {
    from: 'src/embeds/**',
    to: ['src/embeds/**', 'src/labs/**', 'src/site/**', models],
    packages: build,
  },
  {
    from: 'src/headless/**',
    to: ['src/headless/**', 'src/engine/**/index.ts', kernel],
    packages: ['node:*'],
  },
  {
    from: 'src/{site,layouts,pages}/**',
    to: ['src/site/**', 'src/layouts/**', 'src/embeds/**', 'src/pages/**', 'content/**', models],
    packages: [...build, ...preact],
  },
  { from: 'src/*.ts', to: ['src/site/**', 'content/**', models], packages: build },
];

/** Checks every import in src/, and that pages of content import nothing. */
export function checkLayers(sources: Sources): Report {
  const code = pick(sources, /^src\/.*\.(?:tsx?|astro)$/);
  const pages = pick(sources, /^content\/.*\.mdx?$/);
  const edges = code.flatMap(([path, text]) =>
    importsOf(parse(path, text)).map((each): Edge => ({ path, ...each })),
  );
  return {
    scannedFiles: code.length,
    findings: [
      ...code.flatMap(([path]) => (ruleOf(path) ? [] : [`${path}:1 belongs to no layer`])),
      ...edges.flatMap((edge) => checkEdge(edge, sources)),
      ...embedFindings(edges),
      ...cycles(edges),
      ...unusedStyles(edges, sources),
      ...pages.flatMap(([path, text]) => contentFindings(path, text)),
    ],
  };
}

interface Edge extends Import {
  readonly path: string;
}

function ruleOf(path: string): { rule: Rule; model: string } | undefined {
  for (const rule of rules) {
    const match = matcher(rule.from).exec(path);
    if (match) return { rule, model: match.groups?.m ?? '' };
  }
  return undefined;
}

function checkEdge(edge: Edge, sources: Sources): readonly string[] {
  const place = `${edge.path}:${edge.line}`;
  const found = ruleOf(edge.path);
  if (!found) return [];
  const { rule, model } = found;
  const { target } = edge;
  if (target === undefined) return [`${place} imports something computed`];
  if (edge.reExport && !rule.reExports) return [`${place} re-exports; only <model>/index.ts may`];
  if (!target.startsWith('.')) {
    const allowed = rule.packages?.some((pattern) => matcher(pattern).test(target));
    return allowed ? [] : [`${place} may not import the package ${target}`];
  }
  const resolved = resolve(edge.path, target);
  if (!sources.has(resolved)) return [`${place} imports ${resolved}, which does not exist`];
  const reached = [...rule.to, ...(edge.typeOnly ? (rule.types ?? []) : [])];
  const ok = reached.some((pattern) => matcher(pattern.replaceAll('{m}', model)).test(resolved));
  return ok ? [] : [`${place} may not import ${resolved}`];
}

/** An embed shows one lab, so that a page loads the code of that lab alone. */
function embedFindings(edges: readonly Edge[]): readonly string[] {
  const labsOf = new Map<string, Set<string>>();
  for (const { path, target } of edges) {
    if (!/^src\/embeds\/.*\.astro$/.test(path) || !target?.startsWith('.')) continue;
    const lab = /^src\/labs\/([^/]+)\//.exec(resolve(path, target))?.[1];
    if (lab === undefined || lab === 'shared') continue;
    labsOf.set(path, (labsOf.get(path) ?? new Set()).add(lab));
  }
  return [...labsOf].flatMap(([path, labs]) =>
    labs.size > 1 ? [`${path}:1 embeds more than one lab: ${[...labs].join(', ')}`] : [],
  );
}

/** Every file that can reach itself, type-only imports included. */
function cycles(edges: readonly Edge[]): readonly string[] {
  const targets = new Map<string, string[]>();
  for (const { path, target } of edges) {
    if (target?.startsWith('.')) {
      targets.set(path, [...(targets.get(path) ?? []), resolve(path, target)]);
    }
  }
  const reaches = (start: string): boolean => {
    const seen = new Set<string>();
    const open = [...(targets.get(start) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === start) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(targets.get(next) ?? []));
    }
    return false;
  };
  return [...targets.keys()].filter(reaches).map((path) => `${path}:1 is part of an import cycle`);
}

/** Style sheets that nothing imports; the search for dead code does not see them. */
function unusedStyles(edges: readonly Edge[], sources: Sources): readonly string[] {
  const used = new Set(edges.map(({ path, target }) => target && resolve(path, target)));
  return pick(sources, /^src\/.*\.css$/).flatMap(([path, text]) => {
    for (const [, target = ''] of text.matchAll(/@import\s+['"](\.[^'"]+)['"]/g)) {
      used.add(resolve(path, target));
    }
    return used.has(path) ? [] : [`${path}:1 is imported by nothing`];
  });
}

/** Pages name embeds; a page with code in it could not be translated or checked. */
function contentFindings(path: string, text: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      /^\s*(?:import|export)\s/.test(line) && /['"{*=]/.test(line)
        ? [`${path}:${index + 1} has code: ${line.trim()}`]
        : [],
    );
}

/** Drops the query of an asset import (`./x.css?url`) and follows the relative path. */
function resolve(from: string, target: string): string {
  return posix.join(posix.dirname(from), target.replace(/\?.*$/, ''));
}

const matchers = new Map<string, RegExp>();

function matcher(pattern: string): RegExp {
  const known = matchers.get(pattern);
  if (known) return known;
  const source = pattern
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replace(/\{([a-z,]+,[a-z,]+)\}/g, (_, names: string) => `(?:${names.replaceAll(',', '|')})`)
    .replace('{m}', '(?<m>[^/]+)')
    .replaceAll('**', '\0')
    .replaceAll('*', '[^/]*')
    .replaceAll('/\0/', '/(?:.*/)?')
    .replaceAll('\0', '.*');
  const made = new RegExp(`^${source}$`);
  matchers.set(pattern, made);
  return made;
}
