import { afterEach, describe, expect, it } from 'vitest';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { type Catalog, type CatalogOptions, openCatalog } from './catalog.ts';
import { isChatModel } from './chat-models.ts';
import { createDemoServer, type DemoServer } from './demo/server.ts';
import { hear } from './heard.ts';
import { localCandidates } from './local-servers.ts';
import { openaiUpstream } from './openai-model.ts';
import type { UpstreamSettings } from './upstream.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const soon = { everyMs: 20, afterFailureMs: 20, patienceMs: 20_000 };

async function open(
  config: Partial<CatalogOptions['config']>,
  more: Partial<CatalogOptions> = {},
): Promise<Catalog> {
  const catalog = await openCatalog({
    config: { upstreams: [], model: null, findsLocal: false, ...config },
    log: memoryLog(),
    ownPort: 3000,
    connect: openaiUpstream,
    ...more,
  });
  closing.push(() => catalog.close());
  return catalog;
}

async function server(
  models?: readonly string[],
  port?: number,
): Promise<{ port: number; server: DemoServer }> {
  const demo = createDemoServer({ control: true, everyMs: 0, ...(models ? { models } : {}) });
  const bound = await demo.listen(port);
  closing.push(() => demo.close());
  return { port: bound, server: demo };
}

const settings = (name: string, port: number, models: string[] | null = null): UpstreamSettings => ({
  name,
  baseUrl: `http://127.0.0.1:${port}/v1`,
  key: null,
  models,
  timeouts: {},
});
const ids = (catalog: Catalog) => catalog.list().map(({ id }) => id);
/** A port on which nobody listens. */
const closedPort = 9;

describe('what a configured upstream offers', () => {
  it('[U25] is what it lists, without the models that cannot chat', async () => {
    const { port } = await server(['org/chat-1', 'text-embedding-3-small', 'whisper-1', 'chat-2']);
    const catalog = await open({ upstreams: [settings('a', port)] });
    expect(catalog.list()).toEqual([
      { id: 'a/org/chat-1', label: 'org/chat-1', upstream: 'a', demo: false },
      { id: 'a/chat-2', label: 'chat-2', upstream: 'a', demo: false },
    ]);
    expect(await hear(catalog.find('a/org/chat-1') ?? fail(), 'hi').outcome).toMatchObject({
      finish: 'stop',
    });
    expect([catalog.find('a/other'), catalog.find('b/chat-2'), catalog.find('chat-2')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('[U25] is what the configuration names, in that order, whatever it lists', async () => {
    const { port, server: demo } = await server(['x']);
    const catalog = await open({
      upstreams: [settings('a', port, ['z', 'whisper-chat']), settings('b', closedPort, ['y'])],
    });
    expect(ids(catalog)).toEqual(['a/z', 'a/whisper-chat', 'b/y']);
    expect(catalog.find('a/x')).toBeNull();
    expect(demo.control.stats().started).toBe(0);
  });

  it('[U26] is one likely name while the list cannot be had, and any name may be asked for', async () => {
    const upstreams = [settings('a', closedPort), settings('b', closedPort)];
    expect(ids(await open({ upstreams }))).toEqual(['a/default', 'b/default']);
    expect(ids(await open({ upstreams, model: 'b/m/1' }))).toEqual(['a/default', 'b/m/1']);
    const catalog = await open({ upstreams, model: 'mine' });
    expect([ids(catalog)[0], catalog.defaultId()]).toEqual(['a/mine', 'a/mine']);
    const heard = hear(catalog.find('a/unlisted') ?? fail(), 'hi');
    expect(await heard.outcome).toEqual({
      thrown: expect.objectContaining({ code: 'upstream_unreachable' }),
    });
  });

  it('[U26] is asked for again until it is there, and its change is told once', async () => {
    const first = await server(['one']);
    await first.server.close();
    const catalog = await open({ upstreams: [settings('a', first.port)] }, { refresh: soon });
    let changes = 0;
    catalog.onChange(() => {
      changes += 1;
    });
    await server(['one', 'two'], first.port);
    await expect.poll(() => ids(catalog)).toEqual(['a/one', 'a/two']);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(changes).toBe(1);
  });

  it('[U26] stays what it was when a later look fails', async () => {
    const { port, server: demo } = await server(['one']);
    const log = memoryLog();
    const catalog = await open({ upstreams: [settings('a', port)] }, { refresh: soon, log });
    await demo.close();
    await expect.poll(() => log.lines.length).toBe(1);
    expect(log.lines[0]?.fields).toEqual({ upstream: 'a', code: 'upstream_unreachable' });
    expect(ids(catalog)).toEqual(['a/one']);
  });
});

describe('the model of a new chat', () => {
  it('[U30] is the configured one by full id or bare name, else the first', async () => {
    const upstreams = [settings('a', closedPort, ['x', 'y']), settings('b', closedPort, ['y', 'org/z'])];
    const of = async (model: string | null) => (await open({ upstreams, model })).defaultId();
    expect(await of(null)).toBe('a/x');
    expect(await of('b/y')).toBe('b/y');
    expect(await of('y')).toBe('a/y');
    expect(await of('org/z')).toBe('b/org/z');
    expect(await of('gone')).toBe('a/x');
  });
});

describe('servers on this machine', () => {
  const findsLocal = true;

  it('[U28] are offered when they come, behind the configured ones, and not when they are gone', async () => {
    const first = await server(['llama']);
    await first.server.close();
    const localPorts = [['ollama', first.port]] as const;
    const upstreams = [settings('a', closedPort, ['x'])];
    const catalog = await open({ upstreams, findsLocal }, { localPorts, localRefresh: soon });
    expect(ids(catalog)).toEqual(['a/x']);
    const second = await server(['llama', 'nomic-embed-text'], first.port);
    await expect.poll(() => ids(catalog)).toEqual(['a/x', 'ollama/llama']);
    await second.server.close();
    await expect.poll(() => ids(catalog)).toEqual(['a/x']);
    const late = hear(catalog.find('ollama/llama') ?? fail(), 'hi');
    expect(await late.outcome).toEqual({ thrown: expect.objectContaining({ code: 'upstream_unreachable' }) });
  });

  it('[U28] must answer as a model server does', async () => {
    const { createServer } = await import('node:http');
    const other = createServer((_request, response) => response.end('<html>some other thing</html>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => other.close(resolve)));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const catalog = await open(
      { upstreams: [settings('a', closedPort, ['x'])], findsLocal },
      { localPorts: [['vllm', port]] },
    );
    expect(ids(catalog)).toEqual(['a/x']);
    expect(catalog.find('vllm/x')).toBeNull();
  });

  it('[U28] are not looked for where Weir listens or a configured upstream is', () => {
    const ports = (configured: string, ownPort: number) =>
      localCandidates([{ ...settings('mine', 1), baseUrl: configured }], ownPort).map(
        ({ baseUrl }) => new URL(baseUrl).port,
      );
    expect(ports('http://localhost:11434/v1', 8080)).toEqual(['1234', '8000']);
    expect(ports('https://example.com:1234/v1', 3000)).toEqual(['11434', '1234', '8080', '8000']);
  });
});

describe('the demo', () => {
  it('[U29] is there only when nothing else is, and answers', async () => {
    const first = await server(['llama']);
    await first.server.close();
    const localPorts = [['ollama', first.port]] as const;
    const catalog = await open({ findsLocal: true }, { localPorts, localRefresh: soon });
    expect(catalog.list().map(({ id, demo }) => [id, demo])).toEqual([
      ['demo/weir-demo', true],
      ['demo/weir-demo-thinking', true],
    ]);
    expect(catalog.defaultId()).toBe('demo/weir-demo');
    const controller = new AbortController();
    const heard = hear(catalog.find('demo/weir-demo') ?? fail(), 'hello', controller.signal);
    await heard.until('W');
    controller.abort();
    await server(['llama'], first.port);
    await expect.poll(() => ids(catalog)).toEqual(['ollama/llama']);
    expect(catalog.find('demo/weir-demo')).not.toBeNull();
  });

  it('[U29] is not there beside a configured upstream, also one that cannot be reached', async () => {
    const catalog = await open({ upstreams: [settings('a', closedPort)] });
    expect([ids(catalog), catalog.find('demo/weir-demo')]).toEqual([['a/default'], null]);
  });
});

describe('the name of a model', () => {
  it.each([
    'gpt-5.1',
    'o4-mini',
    'llama3.2:3b',
    'qwen/qwen3-32b',
    'claude-opus',
    'mistral-small',
    'gemma3',
    'default',
  ])('[U27] %s is for chats', (name) => expect(isChatModel(name)).toBe(true));

  it.each([
    ...[
      'text-embedding-3-small',
      'nomic-embed-text:latest',
      'bge-m3',
      'whisper-1',
      'tts-1-hd',
      'gpt-4o-mini-tts',
    ],
    ...[
      'dall-e-3',
      'gpt-image-1',
      'omni-moderation-latest',
      'gpt-4o-realtime-preview',
      'gpt-4o-transcribe',
      'sora-2',
    ],
    ...[
      'text-embedding-ada-002',
      'davinci-002',
      'stable-diffusion-xl',
      'text-embedding-nomic-embed-text-v1.5',
    ],
  ])('[U27] %s is not', (name) => expect(isChatModel(name)).toBe(false));
});

function fail(): never {
  throw new Error('the model is not there');
}
