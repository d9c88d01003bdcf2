import { mkdtemp, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StartupError } from '../startup-error.ts';
import type { WorkerReport, WorkerSettings } from './embedded-worker.ts';
import { lockFolder } from './folder-lock.ts';
import { makeFolder, unusable } from './make-folder.ts';
import type { Address } from './prisma.ts';

export interface EmbeddedDatabase {
  address: Address;
  close(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Data folder; the database is in `db` below it. */
  folder: string;
  /** The worker thread died on its own after it was open: from now on every statement fails. */
  onCrash?: (error: Error) => void;
  /** Postgres gave up, and is being opened anew: what was under way fails. */
  onPanic?: (reason: string) => void;
}

/** Bytes of the address of a Unix socket, less the closing zero; macOS has the fewest. */
const longestSocketPath = 103;
const socketName = '.s.PGSQL.5432';
/** Where the socket is: who is killed leaves it behind, and the next one clears it away. */
const socketNote = 'weir.socket';

/**
 * PGlite, a Postgres in WebAssembly, in a worker thread. It survives the death of the process, not of the power.
 * @throws StartupError when another process holds the folder or the database cannot be opened
 */
export async function openEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { folder } = options;
  const lock = await lockFolder(resolve(folder)).catch((cause: unknown) => {
    if (cause instanceof StartupError) throw cause;
    throw unusable(folder, cause);
  });
  await removeLeftSocket(folder);
  const socketFolder = await makeSocketFolder();
  if (socketFolder) await writeFile(join(folder, socketNote), socketFolder);
  const release = async () => {
    await removeLeftSocket(folder);
    await lock.release();
  };
  try {
    const dataDir = join(resolve(folder), 'db');
    await makeFolder(dataDir);
    const socketPath = socketFolder && join(socketFolder, socketName);
    const thread = await startWorker({ dataDir, socketPath }, options);
    const place = socketFolder
      ? { host: socketFolder, port: 5432 }
      : { host: '127.0.0.1', port: thread.port };
    const address = { ...place, user: 'postgres', database: 'postgres' };
    const close = async () => {
      await thread.close();
      await release();
    };
    return { address, close: once(close) };
  } catch (cause) {
    await release();
    // The file system inside PGlite throws objects that are no errors.
    const reason = cause instanceof Error ? cause.message : JSON.stringify(cause);
    throw new StartupError(
      `The database in ${join(folder, 'db')} cannot be opened (${reason}): restore the folder from a copy, or move it away to begin anew.`,
      { cause },
    );
  }
}

/** A folder that only we may enter (0700), with a short name; null where there are no Unix sockets. */
async function makeSocketFolder(): Promise<string | null> {
  if (process.platform === 'win32') return null;
  const parent = [tmpdir(), '/tmp'].find(
    (path) => Buffer.byteLength(join(path, 'weir-XXXXXX', socketName)) <= longestSocketPath,
  );
  return parent ? mkdtemp(join(parent, 'weir-')) : null;
}

/** Takes away the socket and, if nothing else is in it, its folder. */
async function removeLeftSocket(folder: string): Promise<void> {
  try {
    const left = await readFile(join(folder, socketNote), 'utf8');
    await rm(join(folder, socketNote));
    await rm(join(left, socketName), { force: true });
    await rmdir(left);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY') throw error;
  }
}

interface Thread {
  port: number;
  close(): Promise<void>;
}

/** Resolves when it is open; rejects, without `onCrash`, when it ended before, and holds the folder no more. */
function startWorker(
  settings: WorkerSettings,
  { onCrash, onPanic }: Omit<EmbeddedOptions, 'folder'>,
): Promise<Thread> {
  const worker = new Worker(new URL('./embedded-worker.ts', import.meta.url), {
    name: 'database',
    workerData: settings,
  });
  let isClosing = false;
  let isReady = false;
  const exited = new Promise<void>((resolveExit) => worker.once('exit', () => resolveExit()));
  const close = async () => {
    isClosing = true;
    worker.postMessage('close');
    await exited;
  };
  return new Promise((resolveReady, reject) => {
    const fail = (error: Error) => {
      if (isReady && !isClosing) onCrash?.(error);
      isClosing = true;
      void exited.then(() => reject(error));
    };
    worker.on('message', (report: WorkerReport) => {
      if (report.kind === 'panicked') onPanic?.(report.reason);
      if (report.kind !== 'ready') return;
      isReady = true;
      resolveReady({ port: report.port, close });
    });
    worker.on('error', fail);
    worker.on('exit', (code) => {
      if (!isClosing) fail(new Error(`the database thread ended with code ${code}`));
    });
  });
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= work();
    return running;
  };
}
