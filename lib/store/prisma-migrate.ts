import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { StartupError } from '../startup-error.ts';
import { type Address, databaseClocks, withUtc } from './prisma.ts';

export interface Migration {
  name: string;
  sql: string;
}

interface LedgerRow {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

const folder = fileURLToPath(new URL('../../prisma/migrations/', import.meta.url));
/** The number that Prisma's own engine locks, so that `prisma migrate deploy` and we wait for each other. */
const prismaLock = 72_707_369;
const lockTimeoutMs = 60_000;

/**
 * Applies what is pending, each migration in a transaction with its line in Prisma's ledger.
 * @param then done under the same lock, once all are applied
 * @returns names of those it applied
 * @throws StartupError when the database is ahead of this version, half migrated, or not what the ledger says
 */
export async function migrate(
  address: Address,
  migrations?: Migration[],
  then?: (client: Client) => Promise<void>,
): Promise<string[]> {
  const known = migrations ?? (await readMigrations());
  const client = new Client({
    ...withUtc(address).config,
    connectionTimeoutMillis: databaseClocks.connect,
    application_name: 'weir migrate',
  });
  // Without a listener a connection that breaks would end the process; the query in flight rejects anyway.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`SET lock_timeout = ${lockTimeoutMs}`);
    await client.query(`SELECT pg_advisory_lock(${prismaLock})`);
    const applied = await applyPending(client, known);
    await then?.(client);
    return applied;
  } finally {
    await client.query(`SELECT pg_advisory_unlock_all()`).catch(() => undefined);
    await client.end();
  }
}

/** Oldest first. */
export async function readMigrations(): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => ({
      name,
      sql: await readFile(join(folder, name, 'migration.sql'), 'utf8'),
    })),
  );
}

async function applyPending(client: Client, known: Migration[]): Promise<string[]> {
  const applied = await readLedger(client);
  checkLedger(applied, known);
  const done = new Set(applied.map((row) => row.migration_name));
  const pending = known.filter(({ name }) => !done.has(name));
  for (const migration of pending) await apply(client, migration);
  return pending.map(({ name }) => name);
}

async function readLedger(client: Client): Promise<LedgerRow[]> {
  await client.query(`
    CREATE TABLE IF NOT EXISTS _prisma_migrations (
      id VARCHAR(36) PRIMARY KEY NOT NULL,
      checksum VARCHAR(64) NOT NULL,
      finished_at TIMESTAMPTZ,
      migration_name VARCHAR(255) NOT NULL,
      logs TEXT,
      rolled_back_at TIMESTAMPTZ,
      started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
      applied_steps_count INTEGER NOT NULL DEFAULT 0
    )`);
  const { rows } = await client.query<LedgerRow>(
    `SELECT migration_name, checksum, finished_at FROM _prisma_migrations
     WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows;
}

function checkLedger(applied: LedgerRow[], known: Migration[]): void {
  for (const row of applied) {
    const name = row.migration_name;
    const migration = known.find((each) => each.name === name);
    if (!migration) {
      throw new StartupError(
        `The database was made by a newer Weir (migration ${name} is unknown here): start that version, or use another database.`,
      );
    }
    if (row.finished_at === null) {
      throw new StartupError(
        `Migration ${name} has stopped half-way: repair the database, then run "npx prisma migrate resolve" for it.`,
      );
    }
    if (row.checksum !== checksum(migration.sql)) {
      throw new StartupError(
        `Migration ${name} differs from the one that this database got: restore prisma/migrations/${name} as it was.`,
      );
    }
  }
}

async function apply(client: Client, { name, sql }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum(sql), name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartupError(
      `Migration ${name} could not be applied (${reason}): give Weir an empty database of its own.`,
      { cause },
    );
  }
}

/** As Prisma's engine computes it. */
export function checksum(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}
