import { createHash } from 'node:crypto';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { BodyEnv } from './body.ts';

type Document = ReturnType<OpenAPIHono<BodyEnv>['getOpenAPI31Document']>;
type Path = NonNullable<Document['paths']>[string];
type Operation = NonNullable<Path['get']>;
type Schema = NonNullable<NonNullable<Document['components']>['schemas']>[string];

export const docsStyle = `
:root{color-scheme:light dark;--ink:light-dark(#12262b,#dce8ea);--soft:light-dark(#4d646a,#93a8ad);--line:light-dark(#d9e3e5,#26363b);
--ground:light-dark(#fbfdfd,#0f1518);--raised:light-dark(#f1f6f7,#161f23);--accent:light-dark(#0b6e7d,#5cc3d2)}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.6 system-ui,sans-serif}
main{max-width:52rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2.5rem 0 .25rem}h3{font-size:.95rem;margin:1.25rem 0 .25rem}
a{color:var(--accent)}p{margin:.25rem 0 .75rem}code,pre{font:13px/1.5 ui-monospace,monospace}
pre{background:var(--raised);border:1px solid var(--line);border-radius:.5rem;padding:.75rem;overflow-x:auto}
.method{color:var(--accent);text-transform:uppercase;font-weight:600;margin-right:.5rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:500}
.soft{color:var(--soft)}
`;

/** The document for people: plain, without a script. @param origin where this Weir was asked */
export function docsPage(document: Document, origin: string): string {
  const all = Object.entries(document.paths ?? {}).flatMap(([path, item]) => operationsOf(path, item));
  // First what a key opens: that is what people come for.
  const operations = [...all.filter(takesKey), ...all.filter((one) => !takesKey(one))];
  const schemas = document.components?.schemas ?? {};
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>API · Weir</title><style>${docsStyle}</style></head><body><main>
<h1>Weir API</h1><p>${prose(document.info.description ?? '')}</p>
<p>Base URL <code>${escaped(origin)}/v1</code>. Make a key under <a href="/settings">Settings</a>. The same for programs:
<a href="/api/openapi.json">openapi.json</a>.</p>
<pre>${escaped(example(origin))}</pre>
<p>Errors are <code>{"error": {"message", "type", "param", "code"}}</code>. After 429 and 503 wait as many seconds as
<code>Retry-After</code> says; every answer has an <code>x-request-id</code>.</p>
${operations.map((one) => section(one, schemas)).join('\n')}
</main></body></html>`;
}

interface Named {
  method: string;
  path: string;
  operation: Operation;
}

/** Whatever says nothing else of its own. */
function takesKey({ operation }: Named): boolean {
  return operation.security === undefined;
}

function operationsOf(path: string, item: Path): Named[] {
  const { get, post, put, delete: remove } = item;
  return Object.entries({ get, post, put, delete: remove }).flatMap(([method, operation]) =>
    operation === undefined ? [] : [{ method, path, operation }],
  );
}

function section(named: Named, schemas: Record<string, Schema>): string {
  const { method, path, operation } = named;
  const { summary = '', description = '', requestBody, responses = {} } = operation;
  const body =
    requestBody && 'content' in requestBody ? Object.values(requestBody.content)[0]?.schema : undefined;
  const fields = body === undefined ? '' : fieldsOf(body, schemas);
  return `<section id="${anchor(method, path)}"><h2><span class="method">${method}</span><code>${escaped(path)}</code></h2>
<p>${prose(summary)}. ${prose(description)}</p>${takesKey(named) ? '' : '<p class="soft">With the session of a page, not with a key.</p>'}
${table('Parameters', parametersOf(operation, schemas))}${table('Request', fields)}
<h3>Answers</h3><div class="scroll"><table>${Object.entries(responses).map(answer).join('')}</table></div></section>`;
}

function table(title: string, rows: string): string {
  if (rows === '') return '';
  return `<h3>${title}</h3><div class="scroll"><table><tr><th>Field</th><th>Kind</th><th></th></tr>${rows}</table></div>`;
}

/** Those behind the question mark, and those in the path. */
function parametersOf({ parameters = [] }: Operation, schemas: Record<string, Schema>): string {
  return parameters
    .flatMap((one) => ('name' in one ? [one] : []))
    .map(({ name, required = false, schema = {} }) => row(name, schema, required, schemas))
    .join('');
}

const anchor = (method: string, path: string) =>
  `op-${createHash('sha256').update(`${method} ${path}`).digest('hex').slice(0, 8)}`;

function answer([status, response]: [string, unknown]): string {
  const description =
    typeof response === 'object' && response !== null && 'description' in response
      ? response.description
      : '';
  return `<tr><td><code>${escaped(status)}</code></td><td>${prose(String(description))}</td></tr>`;
}

function fieldsOf(schema: Schema, schemas: Record<string, Schema>): string {
  const { properties = {}, required = [] } = resolved(schema, schemas);
  return Object.entries(properties)
    .map(([name, field]) => row(name, field, required.includes(name), schemas))
    .join('');
}

function row(name: string, field: Schema, isRequired: boolean, schemas: Record<string, Schema>): string {
  const must = isRequired ? '' : ' <span class="soft">optional</span>';
  const { description = '' } = resolved(field, schemas);
  return `<tr><td><code>${escaped(name)}</code>${must}</td><td>${escaped(kindOf(field, schemas))}</td><td>${prose(description)}</td></tr>`;
}

interface Plain {
  type?: string | string[];
  enum?: readonly unknown[];
  const?: unknown;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
}

function resolved(schema: Schema, schemas: Record<string, Schema>): Plain {
  if (!('$ref' in schema) || typeof schema.$ref !== 'string') return schema as Plain;
  const named = schemas[schema.$ref.split('/').at(-1) ?? ''];
  return named === undefined ? {} : resolved(named, schemas);
}

function kindOf(schema: Schema, schemas: Record<string, Schema>): string {
  const plain = resolved(schema, schemas);
  if (plain.enum !== undefined) return plain.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (plain.const !== undefined) return JSON.stringify(plain.const);
  const either = plain.anyOf ?? plain.oneOf;
  if (either !== undefined)
    return [...new Set(either.map((one) => kindOf(one, schemas)))].filter((kind) => kind !== '').join(' | ');
  const types = [plain.type ?? 'anything'].flat().filter((type) => type !== 'null');
  if (types[0] === 'array')
    return `list of ${plain.items === undefined ? 'anything' : kindOf(plain.items, schemas)}`;
  return types.join(' | ');
}

function example(origin: string): string {
  return `curl ${origin}/v1/chat/completions \\
  -H "Authorization: Bearer $WEIR_KEY" -H "Content-Type: application/json" \\
  -d '{"model": "MODEL", "messages": [{"role": "user", "content": "Hello"}]}'`;
}

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => signs[sign] ?? '');
/** Text with code in backticks. */
const prose = (text: string) => escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');
