import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

/** What came back over the wire; `ending` is `reset` when the connection broke before or in the body. */
export interface Heard {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly chunks: readonly Buffer[];
  readonly body: string;
  readonly ending: 'end' | 'reset';
}

export interface CallerOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sees the body so far after each read; the call is hung up when it returns true. */
  readonly leaveWhen?: (body: string) => boolean;
  /** Hangs up when aborted, also before there are headers. */
  readonly signal?: AbortSignal;
}

/** One HTTP call by hand, with a connection of its own. Never rejects: a broken connection is part of the answer. */
export function call(
  port: number,
  method: string,
  path: string,
  body?: unknown,
  options: CallerOptions = {},
): Promise<Heard> {
  const { headers = {}, leaveWhen, signal } = options;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let response: IncomingMessage | null = null;
    const settle = (ending: 'end' | 'reset') => {
      const status = response?.statusCode ?? 0;
      resolve({
        status,
        headers: response?.headers ?? {},
        chunks,
        body: Buffer.concat(chunks).toString(),
        ending,
      });
    };
    const sending = request({ host: '127.0.0.1', port, method, path, headers, agent: false, signal });
    sending.once('error', () => settle('reset'));
    sending.once('response', (incoming) => {
      response = incoming;
      incoming.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (leaveWhen?.(Buffer.concat(chunks).toString())) sending.destroy();
      });
      incoming.once('error', () => settle('reset'));
      incoming.once('close', () => settle(incoming.complete ? 'end' : 'reset'));
    });
    sending.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

export interface Chunk {
  readonly choices?: readonly {
    readonly index?: number;
    readonly delta?: Readonly<Record<string, unknown>> | null;
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: Readonly<Record<string, number>> | null;
  readonly error?: Readonly<Record<string, unknown>>;
}

/** The payloads of a body that is all `data: …` lines with blank lines between; `[DONE]` is left out. */
export function chunksIn(body: string): Chunk[] {
  const lines = body.split('\n').filter((line) => line.startsWith('data: ') && line !== 'data: [DONE]');
  return lines.map((line) => JSON.parse(line.slice('data: '.length)));
}

/** The text of one field over all deltas. */
export function textIn(body: string, field = 'content'): string {
  return chunksIn(body)
    .map((chunk) => chunk.choices?.[0]?.delta?.[field] ?? '')
    .join('');
}

export function finishIn(body: string): string | null {
  const reasons = chunksIn(body).map((chunk) => chunk.choices?.[0]?.finish_reason ?? null);
  return reasons.findLast((reason) => reason !== null) ?? null;
}
