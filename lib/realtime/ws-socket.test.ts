import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { wsSocket } from './ws-socket.ts';

const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function pair(): Promise<{ server: WebSocket; client: WebSocket }> {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const [server] = (await once(sockets, 'connection')) as [WebSocket];
  await once(client, 'open');
  open.push(
    () => client.terminate(),
    () => http.close(),
  );
  return { server, client };
}

it('[F66] [R6] what is sent to a socket that closes or is closed waits nowhere', async () => {
  const { server, client } = await pair();
  const socket = wsSocket(server);
  client.pause();
  socket.close('tooSlow', 'read faster');
  const waiting = socket.buffered;
  expect(server.readyState).toBe(WebSocket.CLOSING);
  for (let again = 0; again < 100; again += 1) socket.send('x'.repeat(10_000));
  socket.ping();
  expect(socket.buffered).toBe(waiting);
  client.resume();
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  expect([code, reason.toString()]).toEqual([4002, 'read faster']);
  server.terminate();
  socket.send('x'.repeat(10_000));
  expect(socket.buffered).toBe(waiting);
});

it('[F66] [R6] bytes that wait are counted as long as the reader takes none', async () => {
  const { server, client } = await pair();
  const socket = wsSocket(server);
  expect(client.extensions).toBe('');
  client.pause();
  for (let again = 0; again < 20; again += 1) socket.send('x'.repeat(1_000_000));
  expect(socket.buffered).toBeGreaterThan(1_000_000);
  expect(socket.buffered).toBeLessThanOrEqual(20_001_000);
});

it('[F175] a close reason is cut to what the protocol allows', async () => {
  const { server, client } = await pair();
  wsSocket(server).close('lostPlace', 'ä'.repeat(200));
  const [, reason] = (await once(client, 'close')) as [number, Buffer];
  expect(reason.length).toBeLessThanOrEqual(123);
});
