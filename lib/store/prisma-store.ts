import { StartupError } from '../startup-error.ts';
import type { Log } from '../telemetry/log.ts';
import type { BatchStore } from './batch-store.ts';
import type { ChatStore } from './chat-store.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import type { FileStore } from './file-store.ts';
import type { MessageSearch } from './message-search.ts';
import { type Address, openPrisma, type PrismaClient } from './prisma.ts';
import { prismaBatchStore } from './prisma-batch-store.ts';
import { prismaChatStore } from './prisma-chat-store.ts';
import { prismaFileStore } from './prisma-file-store.ts';
import { prismaMessageSearch } from './prisma-message-search.ts';
import { migrate } from './prisma-migrate.ts';
import { prepareVectors, type VectorFault } from './prisma-vectors.ts';

export interface StoreOptions {
  /** A Postgres server; null for the embedded database. */
  databaseUrl: string | null;
  /** Of the embedded database. */
  dataFolder: string;
  /** Connections to a server at most. */
  poolSize?: number;
  log?: Log;
  /** The embedded database has died: from now on every statement fails. */
  onCrash?: (error: Error) => void;
  now?: () => number;
}

export interface OpenStore {
  store: ChatStore;
  batches: BatchStore;
  files: FileStore;
  search: MessageSearch;
  prisma: PrismaClient;
  address: Address;
  /** No other process can be on this database. */
  alone: boolean;
  close(): Promise<void>;
}

/** PGlite does one thing at a time: four keep it busy, more only queue there instead of here. */
const embeddedPoolSize = 4;
const serverPoolSize = 10;
/** The embedded database is never away, only busy: a crowd that arrives at once waits its turn. */
const embeddedPatienceMs = 20_000;

/** @throws StartupError, one line that says what to do */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const { databaseUrl, dataFolder: folder, log, now, onCrash } = options;
  const onPanic = (reason: string) =>
    log?.warn({ reason }, 'the embedded database gave up and is opened anew');
  const embedded =
    databaseUrl === null
      ? await openEmbeddedDatabase({ folder, onPanic, ...(onCrash ? { onCrash } : {}) })
      : null;
  try {
    const address = embedded?.address ?? serverAddress(databaseUrl ?? '');
    const vectorFault = await prepare(address, log);
    const poolSize = embedded ? embeddedPoolSize : (options.poolSize ?? serverPoolSize);
    const onIdleError = (err: Error) => log?.warn({ err }, 'a database connection broke');
    const patience = embedded ? { patienceMs: embeddedPatienceMs } : {};
    const prisma = openPrisma(address, { poolSize, onIdleError, ...patience });
    const close = async () => {
      await prisma.$disconnect();
      await embedded?.close();
    };
    return {
      store: prismaChatStore(prisma, now ? { now } : {}),
      batches: prismaBatchStore(prisma, now ? { now } : {}),
      files: prismaFileStore(prisma, now ? { now } : {}),
      search: prismaMessageSearch(prisma, { hasVectors: vectorFault === null }),
      prisma,
      address,
      alone: embedded !== null,
      close,
    };
  } catch (error) {
    await embedded?.close();
    throw error;
  }
}

/** @returns why there is no place for vectors, see `prepareVectors` */
async function prepare(address: Address, log: Log | undefined): Promise<VectorFault> {
  const found: { fault: VectorFault } = { fault: null };
  const applied = await reached(
    migrate(address, undefined, async (client) => {
      found.fault = await prepareVectors(client);
    }),
  );
  if (applied.length > 0) log?.info({ migrations: applied }, 'database migrated');
  if (found.fault !== null) log?.info({ reason: found.fault }, 'messages are searched by their words alone');
  return found.fault;
}

function serverAddress(databaseUrl: string): Address {
  const url = URL.parse(databaseUrl);
  if (url?.protocol !== 'postgres:' && url?.protocol !== 'postgresql:') {
    throw new StartupError(
      'DATABASE_URL is no address of a Postgres database: it looks like postgresql://user:password@host:5432/name.',
    );
  }
  return { connectionString: databaseUrl };
}

async function reached<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof StartupError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    throw new StartupError(unreachable(code, cause instanceof Error ? cause.message : String(cause)), {
      cause,
    });
  }
}

function unreachable(code: string, reason: string): string {
  if (code === '3D000') return `${sentence(reason)}: create it, or correct DATABASE_URL.`;
  if (code.startsWith('28'))
    return `The database refuses us (${reason}): correct user and password in DATABASE_URL.`;
  return `The database cannot be reached (${reason || code}): start it, or correct DATABASE_URL.`;
}

function sentence(reason: string): string {
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}
