// The bare relay, run as a process of its own: `node bench/relay.ts <upstream>`. The least a Node process can do: reads the
// upstream's events, sends each delta as one small frame. It keeps nothing, caps nothing and knows nobody.
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { type WebSocket, WebSocketServer } from 'ws';
import type { RelayRequest } from './relay-protocol.ts';

const [origin = ''] = process.argv.slice(2);
const agent = new Agent({ connections: null, headersTimeout: 0, bodyTimeout: 0 });

const server = new WebSocketServer({
  port: 0,
  host: '127.0.0.1',
  backlog: 4_096,
  perMessageDeflate: false,
  skipUTF8Validation: true,
});
server.on('connection', (socket) => {
  socket.on('message', (frame) => relay(socket, JSON.parse(String(frame))));
});
server.on('listening', () => {
  process.stdout.write(`ready on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

function relay(socket: WebSocket, { id, model, prompt }: RelayRequest): void {
  const head = `{"id":${id},"text":`;
  const read = reader(
    (text) => socket.send(`${head}${JSON.stringify(text)}}`),
    () => socket.send(`{"id":${id},"done":true}`),
  );
  const fail = (why: string) => socket.send(JSON.stringify({ id, error: why }));
  agent.dispatch(
    {
      origin,
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
      body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: prompt }] }),
    },
    {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, status) => {
        if (status !== 200) fail(`status ${status}`);
      },
      onResponseData: (_controller, bytes) => read(bytes.toString()),
      onResponseEnd: () => undefined,
      onResponseError: (_controller, error) => fail(error.message),
    },
  );
}

/** Takes whole characters in pieces cut anywhere: the bench's upstream sends ASCII. */
function reader(onDelta: (text: string) => void, onDone: () => void): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const text = rest === '' ? piece : rest + piece;
    let from = 0;
    for (let to = text.indexOf('\n\n'); to >= 0; to = text.indexOf('\n\n', from)) {
      // Behind "data: " comes an object or "[DONE]".
      if (text[from + 6] === '[') onDone();
      else {
        const delta = JSON.parse(text.slice(from + 6, to)).choices[0]?.delta?.content;
        if (delta) onDelta(delta);
      }
      from = to + 2;
    }
    rest = text.slice(from);
  };
}
