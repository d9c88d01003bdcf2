import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type CallToolResult, CallToolResultSchema, McpError } from '@modelcontextprotocol/sdk/types.js';
import type { Log } from '#lib/telemetry/log.ts';
import type { Toolset } from '#lib/wire/tool.ts';
import { boundedFetch } from './bounded-fetch.ts';
import type { McpServer } from './mcp-config.ts';
import { type CallMcp, mcpTool } from './mcp-tools.ts';
import { type Tool, ToolFault, type ToolSource } from './tool.ts';

export interface McpPorts {
  log: Log;
  /** How long a server may take until its tools are known, ms. */
  connectMs: number;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

/** One that was not there is not waited for by every answer: so long it is taken to be away still, each time longer, ms. */
const AWAY_MS = 15_000;
const LONGEST_AWAY_MS = 120_000;
const MOST_TOOLS = 100;
const MOST_PAGES = 10;
/** Our own clocks end calls; the SDK's must not be earlier. */
const CALL_MS = 3_600_000;
const MOST_DESCRIPTION = 300;
/** Of one message of a server, images in it included. */
const MOST_BYTES = 10 * 1024 * 1024;

interface Connection {
  readonly client: Client;
  readonly tools: readonly Tool[];
  /** Calls on it. */
  underWay: number;
}

/** One server: connected when its tools are first wanted, and again after it was lost. */
export class McpSource implements ToolSource {
  readonly #server: McpServer;
  readonly #ports: McpPorts;
  readonly #listeners = new Set<() => void>();
  #connection: Promise<Connection> | null = null;
  /** Of the connection that is used; one that is left stays open until the calls on it are over. */
  #client: Client | null = null;
  #toolset: Toolset;
  #awayUntil = Number.NEGATIVE_INFINITY;
  #awayMs = AWAY_MS;
  #closed = false;

  constructor(server: McpServer, ports: McpPorts) {
    this.#server = server;
    this.#ports = ports;
    const { name } = server;
    const description =
      server.kind === 'stdio' ? 'A program on the server' : 'A server that is asked over HTTP';
    this.#toolset = {
      id: `mcp:${name}`,
      title: name,
      description,
      state: 'unknown',
      problem: null,
      tools: [],
    };
  }

  get toolset(): Toolset {
    return this.#toolset;
  }

  async tools(signal: AbortSignal): Promise<readonly Tool[]> {
    return (await this.#open(signal)).tools;
  }

  /** The connection that there is, or a new one. @throws when it is not there, or the signal's reason */
  async #open(signal: AbortSignal): Promise<Connection> {
    if (this.#closed || this.#ports.clock() < this.#awayUntil)
      throw new Error(`${this.#server.name} is away`);
    this.#connection ??= this.#connect();
    const aborted = new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    return Promise.race([this.#connection, aborted]);
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const connection = await this.#connection?.catch(() => null);
    await connection?.client.close();
  }

  async #connect(): Promise<Connection> {
    this.#show({ state: 'connecting', problem: null });
    const client = new Client({ name: 'weir', version: '1' });
    try {
      const signal = AbortSignal.timeout(this.#ports.connectMs);
      await client.connect(
        transportOf(this.#server, () => void client.close()),
        { signal, timeout: this.#ports.connectMs },
      );
      const tools = await this.#listed(client, signal);
      this.#client = client;
      client.onclose = () => this.#lost(client);
      const shown = tools.map(({ name, description, changesThings }) => ({
        name,
        description: description.slice(0, MOST_DESCRIPTION),
        changesThings,
      }));
      this.#awayMs = AWAY_MS;
      this.#show({ state: 'ready', problem: null, tools: shown });
      return { client, tools, underWay: 0 };
    } catch (error) {
      this.#connection = null;
      this.#awayUntil = this.#ports.clock() + this.#awayMs;
      this.#awayMs = Math.min(2 * this.#awayMs, LONGEST_AWAY_MS);
      this.#ports.log.warn({ server: this.#server.name, reason: reasonOf(error) }, 'MCP server not reached');
      this.#show({ state: 'down', problem: problemOf(this.#server) });
      await client.close();
      throw error;
    }
  }

  /** By the connection of this moment: the one that the tools were read from may be gone in the middle of an answer. */
  readonly #call: CallMcp = async (name, args, stop) => {
    const connection = await this.#open(stop).catch((cause: unknown) => {
      stop.throwIfAborted();
      throw new ToolFault('The server of this tool is not there now. The call was not made.', { cause });
    });
    const { client } = connection;
    connection.underWay += 1;
    try {
      const options = { signal: stop, timeout: CALL_MS };
      const asked = { name, arguments: args };
      return (await client.callTool(asked, CallToolResultSchema, options)) as CallToolResult;
    } catch (error) {
      // It did not say so itself, so it is not there any more, or knows us no more: the next use connects anew.
      if (!(error instanceof McpError) && !stop.aborted) this.#lost(client);
      throw error;
    } finally {
      connection.underWay -= 1;
      // Other calls on it have done nothing wrong.
      if (connection.underWay === 0 && this.#client !== client) await client.close();
    }
  };

  async #listed(client: Client, signal: AbortSignal): Promise<Tool[]> {
    const tools: Tool[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES && tools.length < MOST_TOOLS; page += 1) {
      const listed = await client.listTools(cursor === undefined ? {} : { cursor }, { signal });
      tools.push(
        ...listed.tools.flatMap((tool) => this.#taken(() => mcpTool(this.#server.name, tool, this.#call))),
      );
      cursor = listed.nextCursor;
      if (cursor === undefined) break;
    }
    return tools.slice(0, MOST_TOOLS);
  }

  /** One tool with a schema that nobody can read does not take the others along. */
  #taken(make: () => Tool): Tool[] {
    try {
      return [make()];
    } catch (error) {
      this.#ports.log.warn({ server: this.#server.name, reason: reasonOf(error) }, 'MCP tool left out');
      return [];
    }
  }

  #lost(client: Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#connection = null;
    if (!this.#closed)
      this.#show({ state: 'down', problem: 'It was there, and is gone. It is tried again when it is used.' });
  }

  #show(change: Partial<Toolset>): void {
    this.#toolset = { ...this.#toolset, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function transportOf(server: McpServer, onBroken: () => void): Transport {
  if (server.kind === 'stdio') {
    const { command, args, env } = server;
    const named = revealed(env);
    return new StdioClientTransport({
      command,
      args: [...args],
      env: { ...getDefaultEnvironment(), ...named },
      stderr: 'ignore',
      maxBufferSize: MOST_BYTES,
    });
  }
  const url = new URL(server.url.reveal());
  return new StreamableHTTPClientTransport(url, {
    requestInit: { headers: revealed(server.headers) },
    fetch: boundedFetch(MOST_BYTES, onBroken),
  }) as Transport;
}

function revealed(hidden: Readonly<Record<string, { reveal(): string }>>): Record<string, string> {
  return Object.fromEntries(Object.entries(hidden).map(([name, value]) => [name, value.reveal()]));
}

function problemOf(server: McpServer): string {
  return server.kind === 'stdio'
    ? `The program "${server.command}" does not start, or does not answer.`
    : 'The server does not answer at its address.';
}

/** No message: it may quote an address or a header. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && error.code !== undefined ? `${error.name} ${String(error.code)}` : error.name;
}
