import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';

export interface Asked {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Question {
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
}

/** One request as it is written, on a connection of its own: `fetch` forbids headers and tidies paths. */
export function ask(
  port: number,
  method: string,
  path: string,
  { headers = {}, body = '' }: Question = {},
): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const length = body.length === 0 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = {
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { ...length, ...headers },
      agent: false,
    };
    const asked = request(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0, headers: given } = response;
        resolve({ status: statusCode, headers: given, body: Buffer.concat(parts).toString('utf8') });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** Sends those bytes and resolves with all that came back once the server hung up. */
export function askRaw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part;
    });
    // A reset is an answer too; the close after it is what counts.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

/** Without what differs in every answer: nonces and the time. */
export function plain({ status, headers, body }: Asked): Asked {
  const nonce = /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1];
  const bare = (text: string) => (nonce === undefined ? text : text.replaceAll(nonce, 'NONCE'));
  const { date: _, ...rest } = headers;
  return { status, headers: JSON.parse(bare(JSON.stringify(rest))), body: bare(body) };
}
