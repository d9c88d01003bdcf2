import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SocketServer, serveBackend } from './embedded-socket.ts';

/** Keeps every turn until the test answers it. */
interface Asked {
  turn: Buffer;
  answer(status: 'I' | 'T'): void;
}

let asked: Asked[] = [];
let server: SocketServer;
let sockets: Socket[] = [];

const startup = Buffer.from([0, 0, 0, 8, 0, 3, 0, 0]);
const query = (sql: string) =>
  Buffer.concat([Buffer.from([81, 0, 0, 0, sql.length + 5]), Buffer.from(`${sql}\0`)]);

beforeEach(async () => {
  asked = [];
  sockets = [];
  const execProtocolRaw = (message: Uint8Array) =>
    new Promise<Uint8Array>((resolve) => {
      const answer = (status: string) => resolve(Buffer.from([90, 0, 0, 0, 5, status.charCodeAt(0)]));
      asked.push({ turn: Buffer.from(message), answer });
    });
  server = await serveBackend({ execProtocolRaw }, { host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await server.close();
});

async function client(): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** The n-th turn that the backend got. */
async function turn(n: number): Promise<Asked> {
  for (;;) {
    const found = asked[n];
    if (found) return found;
    await new Promise(setImmediate);
  }
}

it('[S20] a client that goes away in the middle of its turn leaves no transaction open', async () => {
  const [one, two] = [await client(), await client()];
  one.write(Buffer.concat([startup, query('BEGIN')]));
  (await turn(0)).answer('I');
  const begin = await turn(1);
  one.resetAndDestroy();
  two.write(startup);
  await new Promise((resolve) => setTimeout(resolve, 20));
  begin.answer('T');
  const rollback = await turn(2);
  expect(rollback.turn).toEqual(query('ROLLBACK'));
  rollback.answer('I');
  expect((await turn(3)).turn).toEqual(startup);
});

it('[S20] turns are taken one at a time, and a transaction is not interrupted', async () => {
  const [one, two] = [await client(), await client()];
  one.write(Buffer.concat([startup, query('BEGIN')]));
  (await turn(0)).answer('I');
  const begin = await turn(1);
  two.write(startup);
  begin.answer('T');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked).toHaveLength(2);
  one.write(query('COMMIT'));
  (await turn(2)).answer('I');
  expect((await turn(3)).turn).toEqual(startup);
});
