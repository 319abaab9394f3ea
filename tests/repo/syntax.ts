/** Reads TypeScript, TSX and Astro files as syntax trees; every gate about code stands on this. */
import { parseSync, visitorKeys } from 'oxc-parser';

/** A node of the syntax tree; fields beyond these depend on the type. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** A parsed file. */
export interface Parsed {
  readonly path: string;
  readonly program: Node;
  readonly comments: readonly {
    readonly type: string;
    readonly start: number;
    readonly end: number;
  }[];
  /** The 1-based line of an offset. */
  lineOf(offset: number): number;
  /** The text between two offsets. */
  slice(start: number, end: number): string;
}

/** One import of any kind: static, type-only, re-export, dynamic, `import()` type, worker URL. */
export interface Import {
  readonly target: string | undefined;
  readonly typeOnly: boolean;
  readonly reExport: boolean;
  readonly line: number;
}

const cache = new Map<string, { readonly text: string; readonly parsed: Parsed }>();

/** Parses a file; a syntax error is an error of the gate, never an empty result. */
export function parse(path: string, text: string): Parsed {
  const known = cache.get(path);
  if (known?.text === text) return known.parsed;
  const code = path.endsWith('.astro') ? scriptsOfAstro(text) : text;
  const result = parseSync(path.endsWith('.tsx') ? path : `${path}.ts`, code, {
    sourceType: 'module',
  });
  const error = result.errors[0];
  if (error) throw new Error(`${path}: ${error.message}`);
  const program: object = result.program;
  const parsed: Parsed = {
    path,
    program: program as Node,
    comments: result.comments,
    lineOf: (offset) => text.slice(0, offset).split('\n').length,
    slice: (start, end) => code.slice(start, end),
  };
  cache.set(path, { text, parsed });
  return parsed;
}

/** Keeps frontmatter and script elements and blanks the rest, so that all offsets stay true. */
function scriptsOfAstro(text: string): string {
  const kept = new Array<boolean>(text.length).fill(false);
  const keep = (from: number, to: number) => kept.fill(true, from, to);
  const frontmatter = /^\s*---\r?\n([\s\S]*?)\r?\n---/.exec(text);
  if (frontmatter?.[1] !== undefined) {
    const from = text.indexOf(frontmatter[1]);
    keep(from, from + frontmatter[1].length);
  }
  for (const script of text.matchAll(
    /<script(?![^>]*\stype="[^"]*json)[^>]*>([\s\S]*?)<\/script>/g,
  )) {
    const from = script.index + script[0].indexOf('>') + 1;
    keep(from, from + (script[1]?.length ?? 0));
  }
  return [...text.split('')]
    .map((char, index) => (kept[index] || char === '\n' ? char : ' '))
    .join('');
}

/** The children of a node with the field that holds each. */
function childrenOf(node: Node): readonly (readonly [Node, string])[] {
  return (visitorKeys[node.type] ?? []).flatMap((key) => {
    const value = node[key];
    const nodes = Array.isArray(value) ? value : [value];
    return nodes.filter(isNode).map((child): readonly [Node, string] => [child, key]);
  });
}

/** Whether a field holds a node. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** Calls `visit` for a node and all nodes below it, parents first. */
export function walk(
  node: Node,
  visit: (node: Node, parent: Node | undefined, key: string) => void,
  parent?: Node,
  key = '',
): void {
  visit(node, parent, key);
  for (const [child, childKey] of childrenOf(node)) walk(child, visit, node, childKey);
}

/** The string value of a literal node. */
function textOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Literal' && typeof node.value === 'string'
    ? node.value
    : undefined;
}

/** The name of an identifier node. */
export function nameOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Identifier' && typeof node.name === 'string'
    ? node.name
    : undefined;
}

/** Every import of a file, in order. An import whose target is computed has no target. */
export function importsOf(file: Parsed): readonly Import[] {
  const found: Import[] = [];
  walk(file.program, (node) => {
    const target = importTarget(node);
    if (target === undefined) return;
    found.push({
      target: textOf(target),
      typeOnly: isTypeOnly(node),
      reExport: node.type.startsWith('Export'),
      line: file.lineOf(node.start),
    });
  });
  return found;
}

/** The node that names what is imported, if this node imports something. */
function importTarget(node: Node): unknown {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node.source ?? node.argument;
    case 'ExportNamedDeclaration':
      return node.source ?? undefined;
    case 'NewExpression':
      return workerTarget(node);
    default:
      return undefined;
  }
}

/** `new URL('./x.ts', import.meta.url)` is how a worker or an asset is imported. */
function workerTarget(node: Node): unknown {
  if (nameOf(node.callee) !== 'URL' || !Array.isArray(node.arguments)) return undefined;
  const [target, base]: readonly unknown[] = node.arguments;
  const isModuleUrl =
    isNode(base) &&
    base.type === 'MemberExpression' &&
    isNode(base.object) &&
    base.object.type === 'MetaProperty';
  return isModuleUrl ? target : undefined;
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType') return true;
  if (node.importKind === 'type' || node.exportKind === 'type') return true;
  const specifiers = Array.isArray(node.specifiers) ? node.specifiers : [];
  return (
    specifiers.length > 0 &&
    specifiers.every((each) => each.importKind === 'type' || each.exportKind === 'type')
  );
}
