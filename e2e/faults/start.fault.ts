import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, findTestServer, type TestDatabase } from '#lib/store/test-database-fixture.ts';
import { Child } from '../child.ts';
import { plainEnv, root } from '../place.ts';

const server = await findTestServer();

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-start-'));
  await writeFile(join(folder, 'file'), 'no folder');
});
afterAll(() => rm(folder, { recursive: true }));

/** A start that has to fail: what it printed, by line. */
async function failedStart(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const usual = {
    PORT: '0',
    WEIR_DATA: join(folder, 'data'),
    WEIR_LOCAL: 'off',
    NEXT_TELEMETRY_DISABLED: '1',
  };
  const child = new Child(['server.ts'], { cwd: root, env: { ...plainEnv(), ...usual, ...env } });
  const code = await child.ended();
  expect(code, child.lines.join('\n')).toBe(1);
  return child.lines;
}

describe('[F89] a start that cannot work is one line with the reason, and exit code 1', () => {
  it.each([
    ['a port that is none', { PORT: 'nope' }, /^PORT/],
    ['an address that is none', { OPENAI_BASE_URL: 'nonsense' }, /^OPENAI_BASE_URL/],
    ['a number that is none', { WEIR_MAX_UPSTREAM: '0' }, /^WEIR_MAX_UPSTREAM/],
    ['a short secret', { WEIR_SECRET: 'short' }, /^WEIR_SECRET/],
    ['a folder that cannot be made', { WEIR_DATA: '/proc/nope' }, /^WEIR_DATA=\/proc\/nope cannot be used/],
    [
      'a database that is not there',
      { DATABASE_URL: 'postgresql://x@127.0.0.1:1/y' },
      /^The database cannot be reached/,
    ],
  ])('%s', async (_, env, line) => {
    const lines = await failedStart(env);
    expect(lines).toEqual([expect.stringMatching(line)]);
  });

  it('a folder below a file', async () => {
    const lines = await failedStart({ WEIR_DATA: join(folder, 'file', 'data') });
    expect(lines).toEqual([expect.stringMatching(/^WEIR_DATA=.* cannot be used/)]);
  });

  it('a port that is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const lines = await failedStart({ PORT: String(port) });
    expect(lines).toEqual([expect.stringMatching(`^Port ${port} is taken`)]);
    await new Promise((resolve) => other.close(resolve));
  });
});

/** What a ledger says that is not ours, and what is said of it. */
const ledgers: ReadonlyArray<[name: string, sql: string, line: RegExp]> = [
  [
    'a newer one',
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
     VALUES ('newer', 'x', '99990101000000_future', now())`,
    /^The database was made by a newer Weir .*: start that version/,
  ],
  [
    'one that is half migrated',
    `UPDATE _prisma_migrations SET finished_at = NULL`,
    /^Migration \S+ has stopped half-way: repair the database/,
  ],
  [
    'one that was made otherwise',
    `UPDATE _prisma_migrations SET checksum = 'another'`,
    /^Migration \S+ differs from the one that this database got: restore/,
  ],
];

const everything = `
  SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT to_jsonb(m)::text FROM _prisma_migrations m UNION ALL SELECT id FROM "User" ORDER BY 1`;
const digest = (rows: unknown) => createHash('sha256').update(JSON.stringify(rows)).digest('hex');

describe('[F109] [S18] a database that is not ours to use is refused with instructions, and left as it was', () => {
  describe.skipIf(server === null)('in a Postgres server', () => {
    let database: TestDatabase;
    let client: Client;
    beforeAll(async () => {
      database = await createTestDatabase(server ?? '');
      await migrated(database.url);
      client = new Client({ connectionString: database.url });
      await client.connect();
      await client.query(
        `INSERT INTO "User" (id, name, email, "updatedAt") VALUES ('kept', 'Guest', 'a@b.c', now())`,
      );
    });
    afterAll(async () => {
      await client.end();
      await database.drop();
    });

    it('[F89] nor is a folder for the secret that cannot be made', async () => {
      const lines = await failedStart({ DATABASE_URL: database.url, WEIR_DATA: '/proc/nope' });
      expect(lines).toEqual([expect.stringMatching(/^WEIR_DATA=\/proc\/nope cannot be used/)]);
    });

    it.each(ledgers)('%s', async (_, sql, line) => {
      await client.query('CREATE TABLE IF NOT EXISTS ledger AS SELECT * FROM _prisma_migrations');
      await client.query(sql);
      const before = digest((await client.query(everything)).rows);
      expect(await failedStart({ DATABASE_URL: database.url })).toEqual([expect.stringMatching(line)]);
      expect(digest((await client.query(everything)).rows)).toBe(before);
      await client.query('DELETE FROM _prisma_migrations');
      await client.query('INSERT INTO _prisma_migrations SELECT * FROM ledger');
    });
  });

  it('[S19] the embedded one, which is given back and works once it is repaired', async () => {
    const dataFolder = join(folder, 'embedded');
    await migrated(null, dataFolder);
    const [, sql, line] = ledgers[0] ?? ['', '', /./];
    const before = await inFolder(dataFolder, sql);
    expect(await failedStart({ WEIR_DATA: dataFolder })).toEqual([expect.stringMatching(line)]);
    expect(await inFolder(dataFolder)).toBe(before);
    await inFolder(dataFolder, `DELETE FROM _prisma_migrations WHERE id = 'newer'`);
    await migrated(null, dataFolder);
  });
});

/** Starts a server there, with the database of this version, and ends it. */
async function migrated(databaseUrl: string | null, dataFolder = join(folder, 'data')): Promise<void> {
  const place: Record<string, string> = databaseUrl === null ? {} : { DATABASE_URL: databaseUrl };
  const env = { ...plainEnv(), ...place, PORT: '0', WEIR_DATA: dataFolder, WEIR_LOCAL: 'off' };
  const child = new Child(['server.ts'], { cwd: root, env });
  await child.line(/^Weir is ready/);
  child.signal('SIGTERM');
  expect(await child.ended(), child.lines.join('\n')).toBe(0);
}

/** Changes the embedded database of a server that does not run. @returns a digest of all that is in it */
async function inFolder(dataFolder: string, sql = 'SELECT 1'): Promise<string> {
  const database = await PGlite.create(join(dataFolder, 'db'));
  await database.exec(sql);
  const { rows } = await database.query(everything);
  await database.close();
  return digest(rows);
}
