import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { OpenStore } from './prisma-store.ts';

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

const candidates = [
  process.env.DATABASE_URL_TEST,
  'postgresql://postgres@127.0.0.1:5432/postgres',
  'postgresql://root@127.0.0.1:5432/postgres',
].filter((url) => url !== undefined);

/** A Postgres server for tests: DATABASE_URL_TEST, else one on its usual port; null when there is none. */
export async function findTestServer(): Promise<string | null> {
  for (const url of candidates) if (await answers(url)) return url;
  if (process.env.CI === 'true') throw new Error('CI needs a Postgres server: set DATABASE_URL_TEST.');
  return null;
}

/** A fresh database of its own on that server. */
export async function createTestDatabase(server: string): Promise<TestDatabase> {
  const name = `weir_test_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  await run(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

export async function createUser({ prisma }: OpenStore): Promise<string> {
  const id = randomUUID();
  await prisma.user.create({ data: { id, name: 'Guest', email: `${id}@guest.invalid` } });
  return id;
}

async function answers(url: string): Promise<boolean> {
  try {
    await run(url, 'SELECT 1');
    return true;
  } catch {
    return false;
  }
}

async function run(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
