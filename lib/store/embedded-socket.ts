import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { clientTurns, transactionStatus } from './embedded-frames.ts';

/** What is needed of PGlite: a whole turn of messages in, all answers out. */
export interface Backend {
  execProtocolRaw(message: Uint8Array): Promise<Uint8Array>;
}

export interface SocketServer {
  /** Where it listens; the port is 0 on a Unix socket. */
  port: number;
  close(): Promise<void>;
}

interface Client {
  socket: Socket;
  turns: Buffer[];
}

const rollback = Buffer.from('Q\0\0\0\rROLLBACK\0', 'latin1');

/**
 * Gives many connections turns on the one session that PGlite has. A turn is never interrupted (pglite-socket 0.2
 * lets the messages of two clients mix, and hangs from four of them on), and a transaction keeps the session until
 * it ends, by itself or because its client is gone. Prepared statements must be unnamed: names would be shared.
 */
export async function serveBackend(backend: Backend, where: ListenOptions): Promise<SocketServer> {
  const waiting: Client[] = [];
  const clients = new Set<Client>();
  let inTransaction: Client | null = null;
  let isBusy = false;

  function nextClient(): Client | undefined {
    if (!inTransaction) return waiting.shift();
    const at = waiting.indexOf(inTransaction);
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
  }

  async function work(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    for (let client = nextClient(); client; client = nextClient()) await takeTurn(client);
    isBusy = false;
  }

  async function takeTurn(client: Client): Promise<void> {
    const turn = client.turns.shift();
    if (!turn || !clients.has(client)) return;
    try {
      const answer = await backend.execProtocolRaw(turn);
      const status = transactionStatus(answer);
      if (client.socket.writable) client.socket.write(answer);
      // Without ReadyForQuery (after Flush) the client has more to say before anybody else may.
      inTransaction = status === 'I' ? null : client;
    } catch (error) {
      client.socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
    if (inTransaction === client && !clients.has(client)) await abandon();
  }

  async function abandon(): Promise<void> {
    inTransaction = null;
    // Where even that fails the database has given up, and the transaction with it.
    await backend.execProtocolRaw(rollback).catch(() => undefined);
  }

  async function leave(client: Client): Promise<void> {
    clients.delete(client);
    if (isBusy || inTransaction !== client) return;
    isBusy = true;
    await abandon();
    isBusy = false;
    await work();
  }

  function accept(socket: Socket): void {
    const client: Client = { socket, turns: [] };
    const turns = clientTurns();
    clients.add(client);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      try {
        for (const turn of turns.push(chunk)) {
          if (turn.kind === 'encryption') socket.write('N');
          else if (turn.kind === 'end') socket.end();
          else {
            client.turns.push(turn.bytes);
            waiting.push(client);
          }
        }
        void work();
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    // A client that breaks off is nobody's fault; `close` follows.
    socket.on('error', () => undefined);
    socket.on('close', () => void leave(client));
  }

  const server = createServer(accept);
  await listen(server, where);
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const { socket } of clients) socket.destroy();
      }),
  };
}

function listen(server: Server, where: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
