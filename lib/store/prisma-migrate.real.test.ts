import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checksum, type Migration, migrate, readMigrations } from './prisma-migrate.ts';
import { createTestDatabase, findTestServer, type TestDatabase } from './test-database-fixture.ts';

const server = await findTestServer();
const one: Migration = { name: '1_one', sql: 'CREATE TABLE one (a int); CREATE TABLE two (a int);' };
const two: Migration = { name: '2_two', sql: 'ALTER TABLE one ADD COLUMN b int;' };

describe.skipIf(server === null)('[S18] migrations', () => {
  let database: TestDatabase;
  let client: Client;
  const apply = (...migrations: Migration[]) => migrate({ connectionString: database.url }, migrations);

  beforeEach(async () => {
    database = await createTestDatabase(server ?? '');
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  it('pending ones are applied once, into the ledger of Prisma', async () => {
    expect(await apply(one)).toEqual(['1_one']);
    expect(await apply(one, two)).toEqual(['2_two']);
    expect(await apply(one, two)).toEqual([]);
    const { rows } = await client.query('SELECT * FROM _prisma_migrations ORDER BY started_at');
    expect(rows.map((row) => [row.migration_name, row.checksum, row.applied_steps_count])).toEqual([
      ['1_one', checksum(one.sql), 1],
      ['2_two', checksum(two.sql), 1],
    ]);
    expect(rows[0]).toMatchObject({ rolled_back_at: null, logs: null, finished_at: expect.any(Date) });
  });

  it('four processes that start at once apply them once', async () => {
    const results = await Promise.all(Array.from({ length: 4 }, () => apply(one, two)));
    expect(results.flat()).toEqual(['1_one', '2_two']);
  });

  it('one that fails leaves nothing behind', async () => {
    const broken = { name: '2_broken', sql: 'CREATE TABLE three (a int); SELECT nonsense;' };
    await expect(apply(one, broken)).rejects.toThrow(/2_broken could not be applied \(column "nonsense"/);
    const { rows } = await client.query(`SELECT to_regclass('three') AS three, to_regclass('one') AS one`);
    expect(rows).toEqual([{ three: null, one: 'one' }]);
    expect(await apply(one, two)).toEqual(['2_two']);
  });

  it('[F109] a database that is ahead, altered or half migrated is refused', async () => {
    await apply(one, two);
    await expect(apply(one)).rejects.toThrow(/made by a newer Weir \(migration 2_two is unknown here\)/);
    await expect(apply({ ...one, sql: `${one.sql} ` }, two)).rejects.toThrow(/1_one differs/);
    await client.query(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '2_two'`);
    await expect(apply(one, two)).rejects.toThrow(/2_two has stopped half-way/);
    await client.query(`UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = '2_two'`);
    await client.query('ALTER TABLE one DROP COLUMN b');
    expect(await apply(one, two)).toEqual(['2_two']);
  });

  it('[S22] together they make what schema.prisma says', async () => {
    await apply(...(await readMigrations()));
    const schema = await readFile(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8');
    const { rows } = await client.query<{ name: string; type: string; nullable: boolean }>(`
      SELECT table_name || '.' || column_name AS name, is_nullable = 'YES' AS nullable,
        data_type || coalesce('(' || datetime_precision || ')', '') AS type
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`);
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(rows.sort(byName)).toEqual(columnsOf(schema).sort(byName));
    const indexes = await client.query(`
      SELECT count(*)::int AS n FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`);
    expect(indexes.rows[0].n).toBe([...schema.matchAll(/@id\b|@unique\b|@@index\b/g)].length);
  });
});

const typeNames: Record<string, string> = {
  'String @db.Uuid': 'uuid',
  'DateTime @db.Timestamptz': 'timestamp with time zone(3)',
  String: 'text',
  Boolean: 'boolean',
  Int: 'integer',
  BigInt: 'bigint',
  Bytes: 'bytea',
  'Int[]': 'ARRAY',
  'Unsupported("tsvector")': 'tsvector',
  'String[]': 'ARRAY',
};

function columnsOf(schema: string): { name: string; type: string; nullable: boolean }[] {
  return [...schema.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)].flatMap(([, model, body]) =>
    [...(body ?? '').matchAll(/^ {2}(\w+) +(\w+(?:\[\]|\("\w+"\))?)(\?)?(.*)$/gm)].flatMap(
      ([, field, type, optional, rest]) => {
        const native = /@db\.\w+/.exec(rest ?? '')?.[0];
        const name = typeNames[native ? `${type} ${native}` : `${type}`];
        return name
          ? [
              {
                name: `${model}.${field}`,
                type: name,
                nullable: optional === '?' || type?.endsWith('[]') === true,
              },
            ]
          : [];
      },
    ),
  );
}
