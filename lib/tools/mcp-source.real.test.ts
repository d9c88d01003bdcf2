import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../config/secret.ts';
import { memoryLog } from '../telemetry/memory-log.ts';
import type { McpServer } from './mcp-config.ts';
import { McpSource } from './mcp-source.ts';
import type { Tool } from './tool.ts';
import { SourcedToolbox } from './toolbox.ts';

const script = join(import.meta.dirname, '../../e2e/mcp-server.ts');
const opened: McpSource[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((source) => source.close()));
  for (const child of children.splice(0)) child.kill();
});

function source(server: McpServer) {
  const log = memoryLog();
  const time = { now: 0 };
  const made = new McpSource(server, { log, connectMs: 20_000, clock: () => time.now });
  opened.push(made);
  return { source: made, log, time };
}

const stdio = (env: Record<string, Secret> = {}): McpServer => ({
  name: 'test',
  kind: 'stdio',
  command: process.execPath,
  args: [script],
  env,
});

async function http(token: string): Promise<McpServer> {
  const child = spawn(process.execPath, [script, '--http'], {
    env: { ...process.env, MCP_TOKEN: token },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [port] = await once(child.stdout, 'data');
  const url = new Secret(`http://127.0.0.1:${String(port).trim()}/mcp`);
  return { name: 'test', kind: 'http', url, headers: { authorization: new Secret('Bearer right') } };
}

const never = new AbortController().signal;
const call = (tools: readonly Tool[], name: string, args: object, signal = never) => {
  const tool = tools.find((one) => one.name === `test__${name}`);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return tool.call(args, { userId: 'u', chatId: 'c', callId: 'x', signal });
};

describe.each([
  ['stdio', async () => stdio()],
  ['HTTP', () => http('right')],
])('a server of tools over %s', (_, start) => {
  it('[K10] is connected when it is first wanted, and its tools are called', async () => {
    const { source: server } = source(await start());
    expect(server.toolset.state).toBe('unknown');
    const tools = await server.tools(never);
    expect(server.toolset).toMatchObject({ id: 'mcp:test', state: 'ready', problem: null });
    expect(await call(tools, 'echo', { words: 'hello' })).toBe('hello');
  });

  it('[K11] a tool asks first unless it says that it only reads', async () => {
    const { source: server } = source(await start());
    const changing = (await server.tools(never)).filter(({ changesThings }) => changesThings);
    expect(changing.map(({ name }) => name)).toEqual(['test__write', 'test__order']);
  });

  it('[K12] arguments are checked before the call, and faults are told', async () => {
    const { source: server } = source(await start());
    const tools = await server.tools(never);
    await expect(call(tools, 'echo', { words: 7 })).rejects.toThrow(/do not fit.*words/);
    await expect(call(tools, 'fail', {})).rejects.toThrow('no such thing');
  });

  it('[K13] a call is given up at once when it is stopped', async () => {
    const { source: server } = source(await start());
    const tools = await server.tools(never);
    const stop = new AbortController();
    const running = call(tools, 'slow', { ms: 60_000 }, stop.signal);
    setTimeout(() => stop.abort(new Error('stopped')), 50);
    await expect(running).rejects.toThrow('stopped');
  });

  it('[K17] what it says is cut off beyond ten megabytes, and it is connected anew', async () => {
    const { source: server } = source(await start());
    const tools = await server.tools(never);
    expect(await call(tools, 'much', { bytes: 2_000_000 })).toHaveLength(2_000_000);
    await expect(call(tools, 'much', { bytes: 12_000_000 })).rejects.toThrow(/did not answer/);
    await expect.poll(() => server.toolset.state).toBe('down');
    expect(await call(tools, 'echo', { words: 'again' })).toBe('again');
  });

  it('[K14] one that dies in a call is down, and is connected anew when it is used again', async () => {
    const { source: server } = source(await start());
    await expect(call(await server.tools(never), 'die', {})).rejects.toThrow(/did not answer/);
    await expect.poll(() => server.toolset.state).toBe('down');
    expect(server.toolset.problem).not.toBeNull();
  });
});

it('[K14] a call that breaks takes no other along', async () => {
  const { source: server } = source(stdio());
  const tools = await server.tools(never);
  const running = call(tools, 'slow', { ms: 3_000 });
  await expect(call(tools, 'garble', {})).rejects.toThrow(/did not answer/);
  expect(await running).toBe('after 3000 ms');
  expect(await call(await server.tools(never), 'echo', { words: 'still' })).toBe('still');
});

it('[K14] a program that died is started again by the next use', async () => {
  const { source: server } = source(stdio());
  await call(await server.tools(never), 'die', {}).catch(() => undefined);
  await expect.poll(() => server.toolset.state).toBe('down');
  expect(await call(await server.tools(never), 'echo', { words: 'again' })).toBe('again');
  expect(server.toolset.state).toBe('ready');
});

it('[K18] an answer goes on with the tools it has when their program died and is started again', async () => {
  const { source: server } = source(stdio());
  const tools = await server.tools(never);
  await call(tools, 'die', {}).catch(() => undefined);
  await expect.poll(() => server.toolset.state).toBe('down');
  const both = [call(tools, 'echo', { words: 'one' }), call(tools, 'echo', { words: 'two' })];
  expect(await Promise.all(both)).toEqual(['one', 'two']);
});

it('[K18] a call of a server that does not come back is not made, and the model is told so', async () => {
  const server = await http('right');
  const { source: made } = source(server);
  const tools = await made.tools(never);
  for (const child of children.splice(0)) child.kill();
  await expect(call(tools, 'write', { words: 'x' })).rejects.toThrow(/did not answer/);
  await expect(call(tools, 'write', { words: 'x' })).rejects.toThrow(/call was not made/);
});

it('[K15] a program gets to know of our environment only what is named', async () => {
  process.env.WEIR_TEST_SECRET = 'x';
  const { source: server } = source(stdio({ GIVEN: new Secret('y') }));
  const names = (await call(await server.tools(never), 'environment', {})).split(' ');
  delete process.env.WEIR_TEST_SECRET;
  expect(names).toContain('GIVEN');
  expect(names).not.toContain('WEIR_TEST_SECRET');
  expect(names.filter((name) => !/^(GIVEN|HOME|LOGNAME|PATH|SHELL|TERM|USER|_)$/.test(name))).toEqual([]);
});

it('[K14] [K16] one that is not there is said to be down, hinders nobody, and shows no secret', async () => {
  const gone: McpServer = {
    name: 'gone',
    kind: 'http',
    url: new Secret('http://127.0.0.1:9/secret-path'),
    headers: { authorization: new Secret('Bearer secret-token') },
  };
  const { source: server, log } = source(gone);
  const toolbox = new SourcedToolbox([server, source(stdio()).source], []);
  const tools = await toolbox.open(['mcp:gone', 'mcp:test', 'unheard-of'], never);
  expect(tools.map(({ name }) => name)).toContain('test__echo');
  expect(server.toolset).toMatchObject({
    state: 'down',
    problem: 'The server does not answer at its address.',
  });
  expect(JSON.stringify([toolbox.toolsets(), log])).not.toMatch(/secret/);
});

it('[K16] a wrong token is no way in', async () => {
  const server = await http('another');
  await expect(source(server).source.tools(never)).rejects.toThrow();
});

it('[K14] [K20] one that was not there is left alone for a while, and then tried again', async () => {
  const script = join(import.meta.dirname, 'no-such-script.ts');
  const {
    source: server,
    time,
    log,
  } = source({ ...stdio(), kind: 'stdio', command: process.execPath, args: [script], env: {} });
  const failures = () => log.lines.length;
  await expect(server.tools(never)).rejects.toThrow();
  expect(failures()).toBe(1);
  await expect(server.tools(never)).rejects.toThrow('test is away');
  expect(failures()).toBe(1);
  time.now += 15_000;
  await expect(server.tools(never)).rejects.toThrow();
  expect(failures()).toBe(2);
  time.now += 29_999;
  await expect(server.tools(never)).rejects.toThrow('test is away');
  time.now += 1;
  await expect(server.tools(never)).rejects.toThrow();
  expect(failures()).toBe(3);
});
