/** Rules about the shape of code: short functions, documented exports, units in names, asserts. */
import { pick, type Report, type Sources } from './sources.ts';
import { isNode, type Node, nameOf, type Parsed, parse, walk } from './syntax.ts';

/** The longest function, as in the linter; here it holds for every folder and for tests too. */
const functionLinesMax = 70;

/** Names that leave the unit open; `sizeBytes`, `latencyNs` and `repCount` say what they are. */
const bareNames = new Set(['size', 'time', 'len', 'count', 'latency', 'bandwidth']);

const functionTypes = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
]);

/** Checks all code of src/ and tests/. */
export function checkCodeShape(sources: Sources): Report {
  const files = pick(sources, /^(?:src|tests)\/.*\.(?:tsx?|astro)$/);
  return {
    scannedFiles: files.length,
    findings: files.flatMap(([path, text]) => {
      const file = parse(path, text);
      const isTest = /\.test\.tsx?$/.test(path);
      return [
        ...longFunctions(file, isTest),
        ...(isTest || path.endsWith('.d.ts') ? [] : undocumented(file)),
        ...(path.startsWith('src/engine/') ? bareNameFindings(file) : []),
      ];
    }),
  };
}

/** In a test file a `describe` body is a list of tests, not a function to be read as one. */
function longFunctions(file: Parsed, isTest: boolean): readonly string[] {
  const findings: string[] = [];
  walk(file.program, (node, parent) => {
    if (!functionTypes.has(node.type) || !isNode(node.body)) return;
    if (isTest && isDescribe(parent)) return;
    const lines = file.lineOf(node.end) - file.lineOf(node.start) + 1;
    if (lines > functionLinesMax) {
      findings.push(`${file.path}:${file.lineOf(node.start)} is a function of ${lines} lines`);
    }
  });
  return findings;
}

/** Whether a call is `describe(…)`, `describe.each(…)(…)` or the like. */
function isDescribe(call: Node | undefined): boolean {
  let callee: unknown = call?.callee;
  while (isNode(callee) && nameOf(callee) === undefined) callee = callee.callee ?? callee.object;
  return nameOf(callee) === 'describe';
}

function undocumented(file: Parsed): readonly string[] {
  return exportsOf(file).flatMap(({ node, names }) => {
    const comment = file.comments.findLast((each) => each.end <= node.start);
    const isDoc =
      comment?.type === 'Block' &&
      file.slice(comment.start, comment.start + 3) === '/**' &&
      file.slice(comment.end, node.start).trim() === '';
    return isDoc
      ? []
      : [`${file.path}:${file.lineOf(node.start)} exports ${names} without a doc comment`];
  });
}

/** The exported declarations of a file; what is passed on from elsewhere is documented there. */
function exportsOf(file: Parsed): readonly { node: Node; declaration: Node; names: string }[] {
  const body = Array.isArray(file.program.body) ? file.program.body.filter(isNode) : [];
  return body.flatMap((node) => {
    const { declaration } = node;
    if (!/^Export(?:Named|Default)Declaration$/.test(node.type) || !isNode(declaration)) return [];
    return [{ node, declaration, names: declaredNames(declaration) }];
  });
}

function declaredNames(declaration: Node): string {
  const declarators = Array.isArray(declaration.declarations) ? declaration.declarations : [];
  const names = [declaration, ...declarators].map((each) => nameOf(each.id));
  return names.filter((name) => name !== undefined).join(', ') || 'something';
}

/** Bare names where others read them: members and parameters of exported types and functions. */
function bareNameFindings(file: Parsed): readonly string[] {
  const findings: string[] = [];
  const report = (node: Node, name: string) =>
    findings.push(`${file.path}:${file.lineOf(node.start)} "${name}" has no unit in its name`);
  for (const { declaration } of exportsOf(file)) {
    walk(declaration, (node, parent, key) => {
      if (parent && functionTypes.has(parent.type) && key === 'body') return;
      const name = openName(node, parent, key);
      if (name !== undefined && bareNames.has(name) && !isInsideBody(declaration, node)) {
        report(node, name);
      }
    });
  }
  return findings;
}

/** The name this node gives to a member or a parameter. */
function openName(node: Node, parent: Node | undefined, key: string): string | undefined {
  if (/^(?:TSPropertySignature|TSMethodSignature|PropertyDefinition)$/.test(node.type)) {
    return nameOf(node.key);
  }
  return key === 'params' && parent ? nameOf(node) : undefined;
}

/** Whether a node stands inside the body of a function, where names are nobody else's business. */
function isInsideBody(declaration: Node, wanted: Node): boolean {
  let inside = false;
  walk(declaration, (node) => {
    if (!functionTypes.has(node.type) || !isNode(node.body)) return;
    if (node.body.start <= wanted.start && wanted.end <= node.body.end) inside = true;
  });
  return inside;
}

/** How densely the engine states what must hold. */
export interface AssertDensity {
  readonly functionCount: number;
  readonly assertCount: number;
  /** Asserts per 100 functions, rounded down. */
  readonly per100Functions: number;
}

/** Counts `assert` and `assertNever` calls against functions that have statements. */
export function assertDensity(sources: Sources): AssertDensity {
  let functionCount = 0;
  let assertCount = 0;
  for (const [path, text] of pick(sources, /^src\/engine\/.*\.ts$/)) {
    walk(parse(path, text).program, (node) => {
      const isBlock = isNode(node.body) && node.body.type === 'BlockStatement';
      if (functionTypes.has(node.type) && isBlock) functionCount += 1;
      if (node.type === 'CallExpression' && nameOf(node.callee)?.startsWith('assert')) {
        assertCount += 1;
      }
    });
  }
  const per100Functions = functionCount === 0 ? 0 : Math.floor((assertCount * 100) / functionCount);
  return { functionCount, assertCount, per100Functions };
}
