import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { frame, op, RawWs } from './raw-ws.ts';

const server = createServer();
const sockets = new WebSocketServer({ server, maxPayload: 100_000 });
const heard: string[] = [];
let port = 0;

beforeAll(async () => {
  sockets.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      heard.push(String(data));
      socket.send(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  sockets.close();
  server.close();
});

it.each([0, 125, 126, 65_535, 65_536])('what it frames and reads is what ws does: %i bytes', async (size) => {
  const raw = await RawWs.open(port, {});
  const text = 'x'.repeat(size);
  raw.write(frame(text, { opcode: op.binary }));
  const answer = await raw.until(() => raw.frames().at(0), 'an echo');
  expect(answer.payload.toString()).toBe(text);
  raw.destroy();
});

it('joins fragments', async () => {
  const raw = await RawWs.open(port, {});
  raw.write(frame('a', { fin: false }));
  raw.write(frame('b', { opcode: op.continuation }));
  await raw.until(() => raw.frames().at(0), 'an echo');
  expect(heard.at(-1)).toBe('ab');
  raw.destroy();
});

it.each([
  ['an unmasked frame', { masked: false }, 1002],
  ['reserved bits', { reserved: 2 }, 1002],
  ['an unknown opcode', { opcode: 5 }, 1002],
  ['too large a claim', { claims: 1n << 40n }, 1009],
] as const)('breaks the protocol with %s', async (_what, shape, code) => {
  const raw = await RawWs.open(port, {});
  raw.write(frame('x', shape));
  expect(await raw.closeCode()).toBe(code);
});

it('says what the server answered instead of an upgrade', async () => {
  await expect(RawWs.open(port, { headers: [['Sec-WebSocket-Version', '99']] })).rejects.toThrow(' 400 ');
});
