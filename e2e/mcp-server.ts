import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import * as z from 'zod';

/**
 * A server of tools for tests, on stdin and stdout, or with `--http` on a free port that it prints. Calls are written to
 * the file `MCP_NOTES`, a line each: name, begin and end (ms since 1970); `held` waits for a file beside it. HTTP wants the
 * bearer token `MCP_TOKEN`, if set.
 */
const { MCP_NOTES: notes, MCP_TOKEN: token } = process.env;

const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });
const readOnly = { annotations: { readOnlyHint: true } };

async function noted<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const from = Date.now();
  try {
    return await work();
  } finally {
    if (notes !== undefined) appendFileSync(notes, `${name} ${from} ${Date.now()}\n`);
  }
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

function toolServer(): McpServer {
  const server = new McpServer({ name: 'test', version: '1' });
  const words = { words: z.string() };
  server.registerTool(
    'echo',
    { description: 'Says it again', inputSchema: words, ...readOnly },
    ({ words: said }) => noted('echo', () => text(said)),
  );
  server.registerTool(
    'slow',
    { description: 'Takes its time', inputSchema: { ms: z.number() }, ...readOnly },
    ({ ms }) =>
      noted('slow', async () => {
        await pause(ms);
        return text(`after ${ms} ms`);
      }),
  );
  server.registerTool(
    'held',
    { description: 'Waits for the test', inputSchema: { key: z.string() }, ...readOnly },
    ({ key }) =>
      noted(`held:${key}`, async () => {
        while (!existsSync(`${notes}-${key}`)) await pause(20);
        return text(`released: ${key}`);
      }),
  );
  server.registerTool('write', { description: 'Writes it down', inputSchema: words }, ({ words: said }) =>
    noted('write', () => text(`written: ${said}`)),
  );
  server.registerTool(
    'order',
    { description: 'Orders for good, and takes its time', inputSchema: { ...words, ms: z.number() } },
    ({ words: said, ms }) =>
      noted(`ordered:${said}:${process.pid}`, async () => {
        // Made as soon as it has come: whoever dies after that has ordered.
        if (notes !== undefined) appendFileSync(notes, `order:${said}:${process.pid} 0 0\n`);
        await pause(ms);
        return text(`ordered: ${said}`);
      }),
  );
  server.registerTool('environment', { description: 'Names of its variables', ...readOnly }, () =>
    text(Object.keys(process.env).sort().join(' ')),
  );
  addFaults(server);
  return server;
}

function addFaults(server: McpServer): void {
  server.registerTool('fail', { description: 'Fails', ...readOnly }, () => ({
    ...text('no such thing'),
    isError: true,
  }));
  server.registerTool('garble', { description: 'Answers nonsense', ...readOnly }, ({ requestId }) => {
    // Past the library, which would not let it out.
    const nonsense = { jsonrpc: '2.0', id: requestId, result: { content: 'nonsense' } };
    process.stdout.write(`${JSON.stringify(nonsense)}\n`);
    return text('too late');
  });
  server.registerTool(
    'much',
    { description: 'Says a lot', inputSchema: { bytes: z.number() }, ...readOnly },
    ({ bytes }) => text('x'.repeat(bytes)),
  );
  server.registerTool('die', { description: 'Ends this process', ...readOnly }, () => process.exit(1));
}

if (process.argv.includes('--http')) {
  const http = createServer(async (request, response) => {
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401).end();
      return;
    }
    const transport = new StreamableHTTPServerTransport({});
    await toolServer().connect(transport as Transport);
    await transport.handleRequest(request, response);
  });
  http.listen(0, '127.0.0.1', () => {
    const address = http.address();
    process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
  });
} else {
  await toolServer().connect(new StdioServerTransport());
}
