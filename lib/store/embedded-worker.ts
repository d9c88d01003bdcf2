import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { type Database, lastingBackend } from './embedded-lasting.ts';
import { serveBackend } from './embedded-socket.ts';

export interface WorkerSettings {
  dataDir: string;
  /** Unix socket; without one a random port of the loopback interface. */
  socketPath: string | null;
}

export type WorkerReport =
  | { kind: 'ready'; port: number }
  | { kind: 'panicked'; reason: string }
  | { kind: 'closed' };

const { dataDir, socketPath } = workerData as WorkerSettings;
async function open(): Promise<Database> {
  const database = await PGlite.create({ dataDir, extensions: { vector } });
  await database.exec(`SET TIME ZONE 'UTC'`);
  return {
    /** PGlite's own keeps all that it has ever read: see electric-sql/pglite, `execProtocolRaw` of 0.5. */
    async execProtocolRaw(message) {
      const parts: Uint8Array[] = [];
      // The bytes are lent, and overwritten by the next ones.
      await database.execProtocolRawStream(message, { onRawData: (bytes) => parts.push(bytes.slice()) });
      return Buffer.concat(parts);
    },
    close: () => database.close(),
  };
}
const database = await lastingBackend(open, (reason) => report({ kind: 'panicked', reason }));
const server = await serveBackend(
  database,
  socketPath === null ? { host: '127.0.0.1', port: 0 } : { path: socketPath },
);

parentPort?.once('message', async () => {
  await server.close();
  await database.close();
  report({ kind: 'closed' });
  parentPort?.close();
});
report({ kind: 'ready', port: server.port });

function report(message: WorkerReport): void {
  parentPort?.postMessage(message);
}
