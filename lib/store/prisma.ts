import { PrismaPg } from '@prisma/adapter-pg';
import type { PoolConfig } from 'pg';
import { PrismaClient } from './prisma-client/client.ts';

export { PrismaClient };

/** Address of a database, as `pg` understands it. */
export type Address = Pick<PoolConfig, 'connectionString' | 'host' | 'port' | 'user' | 'database'>;

/** Milliseconds. A server that vanished without a word is noticed by `answer` alone. */
export const databaseClocks = {
  connect: 5_000,
  statement: 30_000,
  answer: 35_000,
  transaction: 20_000,
} as const;

export interface PrismaOptions {
  /** Connections at most. */
  poolSize: number;
  /** Milliseconds to wait for one of them. */
  patienceMs?: number;
  /** A connection broke while nobody used it. */
  onIdleError?: (error: Error) => void;
}

/** Connects when first used. The session speaks UTC: the adapter drops the offsets of the times it reads and writes. */
export function openPrisma(address: Address, options: PrismaOptions): PrismaClient {
  const { poolSize, patienceMs = databaseClocks.connect, onIdleError } = options;
  const { config, schema } = withUtc(address);
  const adapter = new PrismaPg(
    {
      ...config,
      max: poolSize,
      connectionTimeoutMillis: patienceMs,
      statement_timeout: databaseClocks.statement,
      query_timeout: databaseClocks.answer,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      application_name: 'weir',
    },
    {
      ...(schema ? { schema } : {}),
      onPoolError: (error) => onIdleError?.(error),
      onConnectionError: (error) => onIdleError?.(error),
    },
  );
  const transactionOptions = { maxWait: patienceMs, timeout: databaseClocks.transaction };
  return new PrismaClient({ adapter, transactionOptions, errorFormat: 'minimal' });
}

/** `?schema=` is Prisma's own word in an address; `pg` does not know it. */
export function withUtc(address: Address): { config: PoolConfig; schema: string | null } {
  if (address.connectionString === undefined) return { config: { ...address }, schema: null };
  const url = new URL(address.connectionString);
  const schema = url.searchParams.get('schema');
  const options = [url.searchParams.get('options'), '-c TimeZone=UTC', schema && `-c search_path=${schema}`];
  url.searchParams.delete('schema');
  url.searchParams.delete('options');
  return { config: { connectionString: url.href, options: options.filter(Boolean).join(' ') }, schema };
}
