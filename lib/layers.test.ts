import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow } from './boot/fingerprint.mjs';
import { ports } from './layers/ports.ts';
import { type House, violations } from './layers/rules.ts';
import { readSource } from './layers/source.ts';

const calling = [...ports.store, ...ports.upstream, ...ports.tools];

/** What any room that starts something may throw, for the one line a person reads. */
const startup = ['lib/startup-error.ts'];

const house: House = {
  rooms: {
    wire: [],
    gate: [],
    store: ['wire', ...ports.keys, ...ports.log, ...startup],
    upstream: ['wire', ...ports.log, ...ports.meter],
    auth: ['wire', ...ports.log, ...startup],
    telemetry: ['wire'],
    generation: ['wire', 'gate', ...calling, ...ports.log, ...ports.meter],
    tools: ['wire', ...ports.log],
    realtime: ['wire', 'generation', 'auth', ...ports.store, ...ports.upstream, ...ports.log, ...ports.meter],
    jobs: ['wire', 'gate', 'generation', ...ports.store, ...ports.upstream, ...ports.log],
    http: ['wire', 'gate', 'generation', 'jobs', 'auth', ...ports.store, ...ports.log, ...startup],
    client: ['wire'],
    config: ['wire', 'lib/auth/origins.ts', ...startup],
    'startup-error': [],
    components: ['client', 'wire'],
    app: ['components', 'wire', 'store', 'auth'],
    compose: '*',
    server: ['config', 'compose', 'http', 'telemetry', ...startup],
    boot: [],
    layers: [],
  },
  packages: {
    gate: [],
    wire: ['zod'],
    client: ['react', 'uuid', 'zod', 'zustand'],
  },
  withoutNode: ['gate', 'wire', 'client', 'components'],
  vendors: [
    'openai',
    'prisma',
    'pglite',
    'embedded',
    'redis',
    'pino',
    'undici',
    'hono',
    'better-auth',
    'pg',
    'otel',
    'boss',
    'mcp',
  ],
  // server.ts logs before there is anything to compose.
  vendorGuests: { app: ['lib/store/prisma'], server: ['lib/telemetry/pino-log.ts'] },
  vendorPackages: [
    'openai',
    '@prisma',
    'prisma',
    '@electric-sql',
    'ioredis',
    'pino',
    '@opentelemetry',
    'pg-boss',
    '@modelcontextprotocol',
  ],
  envReader: 'lib/config.ts',
  budgets: { file: 250, function: 50, component: 150 },
  exceptions: {
    'server.ts': { lines: 60, why: 'it only starts and stops what compose.ts built' },
    'lib/store/memory-chat-store.ts#memoryChatStore': {
      lines: 109,
      why: 'a table of methods, one line or two each',
    },
    'lib/store/memory-batch-store.ts#memoryBatchStore': { lines: 55, why: 'as memoryChatStore' },
    'lib/store/memory-file-store.ts#memoryFileStore': { lines: 60, why: 'as memoryChatStore' },
    'lib/store/embedded-socket.ts#serveBackend': {
      lines: 86,
      why: 'five short functions over one shared turn',
    },
    'lib/store/embedded-frames.ts#clientTurns': { lines: 56, why: 'one parser whose steps share its buffer' },
  },
};

const root = join(import.meta.dirname, '..');
const generated = /^lib\/store\/prisma-client$|node_modules/;
const paths = filesBelow(root, ['server.ts', 'app', 'components', 'lib', 'e2e', 'bench'], (path) =>
  generated.test(path),
);
const sources = paths
  .filter((path) => /\.(ts|tsx|mjs)$/.test(path))
  .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));

describe('the house', () => {
  it('keeps its rooms, vendors, names and budgets', () => {
    expect(sources.flatMap((source) => violations(source, house))).toEqual([]);
  });

  it('lists no exception that is not needed', () => {
    const bare = { ...house, exceptions: { 'server.ts': { lines: 60, why: '' } } };
    const needed = sources.flatMap((source) => violations(source, bare)).join('\n');
    const listed = Object.keys(house.exceptions).filter((key) => key !== 'server.ts');
    expect(listed.filter((key) => !needed.includes(key.split('#')[0] ?? key))).toEqual([]);
  });
});

/** What the rules say of a file with this text. */
const judge = (path: string, text: string) => violations(readSource(path, text), house);

const lines = (count: number) => 'work();\n'.repeat(count);

describe('the rules', () => {
  const broken: ReadonlyArray<[claim: string, path: string, text: string, says: RegExp]> = [
    [
      'a room imports a room it may not',
      'lib/gate/a.ts',
      `import '#lib/wire/chat.ts';`,
      /gate may import nothing of ours/,
    ],
    ['a type counts too', 'lib/store/a.ts', `type A = import('#lib/gate/b.ts').B;`, /store may import wire/],
    [
      'a relative path is no way around',
      'lib/wire/a.ts',
      `export * from '../gate/b.ts'; f();`,
      /wire may import nothing/,
    ],
    [
      'import() is no way around',
      'lib/client/a.ts',
      `await import('../http/b.ts');`,
      /client may import wire/,
    ],
    [
      'not every file of a room is its port',
      'lib/generation/a.ts',
      `import '#lib/store/rows.ts';`,
      /lib\/store\/chat-store\.ts/,
    ],
    [
      'a room is missing from the table',
      'lib/misc/a.ts',
      `import '#lib/wire/b.ts';`,
      /room misc is not in the table/,
    ],
    [
      'a vendor file is imported from outside',
      'lib/jobs/a.ts',
      `import '#lib/store/prisma-x.ts';`,
      /named after a vendor/,
    ],
    [
      'a vendor file is imported by a plain one',
      'lib/upstream/a.ts',
      `import './openai-model.ts';`,
      /named after a vendor/,
    ],
    [
      'a vendor package is imported by a plain file',
      'lib/upstream/a.ts',
      `import O from 'openai';`,
      /named after the vendor/,
    ],
    ['a pure room imports a package', 'lib/gate/a.ts', `import z from 'zod';`, /gate may import no package/],
    ['wire imports more than zod', 'lib/wire/a.ts', `import x from 'ws';`, /wire may import zod/],
    ['the browser imports Node', 'components/a.tsx', `import 'node:fs';`, /components runs without Node/],
    ['a path has no extension', 'lib/wire/a.ts', `import './chat';`, /needs the file extension/],
    ['process.env is read', 'lib/http/a.ts', `f(process.env.PORT);`, /only lib\/config\.ts does/],
    ['process.env is taken apart', 'app/a.ts', `const { env } = process;`, /only lib\/config\.ts does/],
    [
      'process.env is imported',
      'lib/http/a.ts',
      `import { env } from 'node:process';`,
      /only lib\/config\.ts does/,
    ],
    ['a module is mocked', 'lib/http/a.test.ts', `vi.mock('./b.ts');`, /write a fake/],
    ['a module is mocked late', 'lib/http/a.test.ts', `vi.doMock('./b.ts');`, /write a fake/],
    ['a file is vague', 'lib/http/string-utils.ts', 'f();', /named utils/],
    ['a file is vague in camel case', 'lib/http/ChatManager.ts', 'f();', /named manager/],
    ['a file passes on exports', 'lib/http/all.ts', `export * from './a.ts';`, /is a barrel/],
    ['a file is called index', 'lib/http/index.ts', 'f();', /is a barrel/],
    ['a file is too long', 'lib/http/a.ts', lines(251), /has 251 lines, allowed 250/],
    ['a component file is too long', 'components/a.tsx', lines(151), /has 151 lines, allowed 150/],
    ['server.ts is too long', 'server.ts', lines(61), /has 61 lines, allowed 60/],
    [
      'a function is too long',
      'lib/http/a.ts',
      `function f() {\n${lines(49)}}`,
      /a\.ts:1 f has 51 lines, allowed 50/,
    ],
    [
      'a method is too long',
      'lib/http/a.ts',
      `class A {\n#m() {\n${lines(49)}}\n}`,
      /a\.ts:2 m has 51 lines/,
    ],
    ['a hook is too long', 'components/a.tsx', `const useA = () => {\n${lines(49)}};`, /useA has 51 lines/],
  ];

  it.each(broken)('fire when %s', (_claim, path, text, says) => {
    expect(judge(path, text)).toEqual([expect.stringMatching(says)]);
  });

  const fine: ReadonlyArray<[claim: string, path: string, text: string]> = [
    ['a port is imported', 'lib/jobs/a.ts', `import type { ChatStore } from '#lib/store/chat-store.ts';`],
    [
      'compose imports a vendor file',
      'lib/compose.ts',
      `import '#lib/store/prisma-x.ts'; import '#lib/http/hono-app.ts';`,
    ],
    [
      'a vendor file imports its kin',
      'lib/store/prisma-a.ts',
      `import './prisma-client/client.ts'; import '@prisma/client';`,
    ],
    ['app reads through Prisma', 'app/page.tsx', `import '#lib/store/prisma-x.ts';`],
    [
      'a test takes a fake of another room',
      'lib/generation/a.test.ts',
      `import '#lib/store/memory/memory-chat-store.ts';`,
    ],
    [
      'a fixture takes a fake of another room',
      'lib/jobs/a-fixture.ts',
      `import '#lib/telemetry/memory-log.ts';`,
    ],
    ['config reads process.env', 'lib/config.ts', 'f(process.env.PORT);'],
    ['bench reads process.env', 'bench/run.ts', 'f(process.env.PORT);'],
    ['a test has a long body', 'lib/http/a.test.ts', `describe('x', () => {\n${lines(60)}});`],
    ['a component is longer than a function', 'components/a.tsx', `export function A() {\n${lines(80)}}`],
  ];

  it.each(fine)('are silent when %s', (_claim, path, text) => {
    expect(judge(path, text)).toEqual([]);
  });
});
