import { parseAst } from 'vitest/node';

/** One `import`, `export … from`, `import()` or `import('…')` type. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** A stretch of code with a name for messages. `lines` counts the first and the last. */
export interface FunctionSpan {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/** What the rules look at in one file. */
export interface Source {
  /** From the root of the clone, with forward slashes. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly functions: readonly FunctionSpan[];
  /** Lines that read `process.env`. */
  readonly envReads: readonly number[];
  /** Lines that call `vi.mock` or `vi.doMock`. */
  readonly moduleMocks: readonly number[];
  /** True when the file does nothing but pass on what others export. */
  readonly isBarrel: boolean;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const languages: Readonly<Record<string, 'ts' | 'tsx' | 'js'>> = { ts: 'ts', tsx: 'tsx', mjs: 'js' };

/** Reads a file's text into what the rules look at. Throws when the text does not parse. */
export function readSource(path: string, text: string): Source {
  const program = parseAst(text, { lang: languages[path.split('.').pop() ?? ''] ?? 'ts' }) as unknown as Node;
  const lineAt = lineCounter(text);
  const nodes = [...descend(program, undefined)];
  const linesOf = (test: (node: Node) => boolean) =>
    nodes.filter(({ node }) => test(node)).map(({ node }) => lineAt(node.start));
  const body = program.body as Node[];
  return {
    path,
    lines: lineAt(text.trimEnd().length),
    imports: nodes.flatMap(({ node }) => importOf(node, lineAt(node.start))),
    functions: nodes.flatMap(({ node, parent }) => spanOf(node, parent, lineAt)),
    envReads: linesOf(readsEnv),
    moduleMocks: linesOf(mocksModule),
    isBarrel: body.length > 0 && body.every((node) => node.type.startsWith('Export') && isNode(node.source)),
  };
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const after = starts.findIndex((start) => start > offset);
    return after === -1 ? starts.length : after;
  };
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function* descend(node: Node, parent: Node | undefined): Generator<{ node: Node; parent: Node | undefined }> {
  yield { node, parent };
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value])
      if (isNode(child)) yield* descend(child, node);
  }
}

const importing = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

function importOf({ type, source }: Node, line: number): Import[] {
  if (!importing.has(type) || !isNode(source) || typeof source.value !== 'string') return [];
  return [{ specifier: source.value, line }];
}

function spanOf(node: Node, parent: Node | undefined, lineAt: (offset: number) => number): FunctionSpan[] {
  if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return [];
  const line = lineAt(node.start);
  const name = nameOf(node.id) ?? nameOf(parent?.id) ?? nameOf(parent?.key) ?? 'a function';
  return [{ name, line, lines: lineAt(node.end - 1) - line + 1 }];
}

function nameOf(node: unknown): string | undefined {
  return isNode(node) && typeof node.name === 'string' ? node.name : undefined;
}

function readsEnv(node: Node): boolean {
  if (node.type === 'MemberExpression') return nameOf(node.object) === 'process' && memberOf(node) === 'env';
  if (node.type === 'VariableDeclarator') {
    return nameOf(node.init) === 'process' && isNode(node.id) && picks(node.id.properties, 'env');
  }
  if (node.type !== 'ImportDeclaration' || !isNode(node.source)) return false;
  return /^(node:)?process$/.test(String(node.source.value)) && picks(node.specifiers, 'env');
}

function picks(parts: unknown, name: string): boolean {
  return Array.isArray(parts) && parts.some((part) => nameOf(part.key ?? part.imported) === name);
}

function memberOf({ property }: Node): unknown {
  return nameOf(property) ?? (isNode(property) ? property.value : undefined);
}

function mocksModule({ type, callee }: Node): boolean {
  if (type !== 'CallExpression' || !isNode(callee) || callee.type !== 'MemberExpression') return false;
  return (
    /^(vi|vitest)$/.test(nameOf(callee.object) ?? '') && /^(mock|doMock)$/.test(String(memberOf(callee)))
  );
}
