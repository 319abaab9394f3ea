/**
 * The engine gives the same bits everywhere: no clock, no randomness, no surroundings, and only
 * arithmetic that every JavaScript engine rounds alike.
 */
import { pick, type Report, type Sources } from './sources.ts';
import { isNode, type Node, nameOf, type Parsed, parse, walk } from './syntax.ts';

/** What a pure program may name; every other free name is a surrounding. */
const allowedGlobals = new Set([
  'Array',
  'ArrayBuffer',
  'BigInt',
  'BigInt64Array',
  'BigUint64Array',
  'Boolean',
  'DataView',
  'Error',
  'Float32Array',
  'Float64Array',
  'Infinity',
  'Int16Array',
  'Int32Array',
  'Int8Array',
  'JSON',
  'Map',
  'Math',
  'NaN',
  'Number',
  'Object',
  'RangeError',
  'Reflect',
  'Set',
  'String',
  'Symbol',
  'TypeError',
  'Uint16Array',
  'Uint32Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'WeakMap',
  'parseInt',
  'undefined',
]);

/** The functions of Math that are exact, or rounded alike by every engine. */
const exactMaths = new Set([
  'abs',
  'ceil',
  'clz32',
  'floor',
  'fround',
  'imul',
  'max',
  'min',
  'round',
  'sign',
  'sqrt',
  'trunc',
]);

/** Methods whose result depends on the reader's language or on the engine's version. */
const localeMethods = /^(?:toLocale\w*|localeCompare|normalize)$/;

/** Checks every file of the engine. */
export function checkPurity(sources: Sources): Report {
  const files = pick(sources, /^src\/engine\/.*\.ts$/);
  return {
    scannedFiles: files.length,
    findings: files.flatMap(([path, text]) => checkFile(parse(path, text))),
  };
}

function checkFile(file: Parsed): readonly string[] {
  const findings: string[] = [];
  const bound = boundNames(file);
  walk(file.program, (node, parent, key) => {
    const problem = problemOf(node, parent, key, bound);
    if (problem !== undefined) findings.push(`${file.path}:${file.lineOf(node.start)} ${problem}`);
  });
  return findings;
}

function problemOf(
  node: Node,
  parent: Node | undefined,
  key: string,
  bound: ReadonlySet<string>,
): string | undefined {
  switch (node.type) {
    case 'Identifier':
      return globalProblem(node, parent, key, bound);
    case 'MemberExpression':
      return memberProblem(node);
    case 'BinaryExpression':
    case 'AssignmentExpression':
      return String(node.operator).startsWith('**') ? '** differs between engines' : undefined;
    case 'TryStatement':
      return 'try: the engine reports by values; an assert must reach the reader';
    case 'ImportExpression':
      return 'import(): the engine is loaded in one piece';
    case 'AwaitExpression':
      return 'await: the engine runs in one go';
    case 'MetaProperty':
      return isNode(node.meta) && node.meta.name === 'import'
        ? 'import.meta: the engine knows no surroundings'
        : undefined;
    default:
      return undefined;
  }
}

function globalProblem(
  node: Node,
  parent: Node | undefined,
  key: string,
  bound: ReadonlySet<string>,
): string | undefined {
  const name = String(node.name);
  if (!isReference(parent, key) || bound.has(name)) return undefined;
  if (!allowedGlobals.has(name)) return `${name} is no part of the engine`;
  const isMember = parent?.type === 'MemberExpression' && key === 'object';
  return name === 'Math' && !isMember ? 'Math is passed on as a value' : undefined;
}

function memberProblem(node: Node): string | undefined {
  const name = nameOf(node.property);
  if (nameOf(node.object) === 'Math') {
    if (node.computed === true) return 'Math[…] hides which function is called';
    const isConstant = name !== undefined && /^[A-Z0-9_]+$/.test(name);
    if (!isConstant && !exactMaths.has(name ?? '')) return `Math.${name} is not exact everywhere`;
  }
  return node.computed !== true && name !== undefined && localeMethods.test(name)
    ? `${name} depends on the language of the reader`
    : undefined;
}

/** Whether an identifier at this place reads a variable, rather than naming a key or a type. */
function isReference(parent: Node | undefined, key: string): boolean {
  if (!parent) return false;
  if (/^TS(?!NonNull|As|Satisfies|Instantiation|TypeQuery|TypeAssertion)/.test(parent.type)) {
    return false;
  }
  if (/^(?:Import|Export)\w*Specifier$/.test(parent.type)) return false;
  if (/^(?:Labeled|Break|Continue)/.test(parent.type)) return false;
  const isKey = key === 'property' || key === 'key';
  return !isKey || parent.computed === true || parent.shorthand === true;
}

/** Every name that a file declares or imports anywhere; none of them can be a global. */
function boundNames(file: Parsed): ReadonlySet<string> {
  const names = new Set<string>();
  const addPattern = (pattern: unknown) => {
    if (!isNode(pattern)) return;
    walk(pattern, (node, parent, key) => {
      const isDefault = parent?.type === 'AssignmentPattern' && key === 'right';
      const name = nameOf(node);
      if (name !== undefined && !isDefault && key !== 'key') names.add(name);
    });
  };
  walk(file.program, (node) => {
    for (const key of ['id', 'local', 'param']) addPattern(node[key]);
    if (Array.isArray(node.params)) node.params.forEach(addPattern);
  });
  return names;
}
