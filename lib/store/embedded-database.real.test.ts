import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EmbeddedDatabase, openEmbeddedDatabase } from './embedded-database.ts';

let folder = '';
let database: EmbeddedDatabase;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  database = await openEmbeddedDatabase({ folder });
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

async function connect(): Promise<Client> {
  const client = new Client(database.address);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

describe('[S20] the embedded database', () => {
  it('keeps the answers of many connections apart', async () => {
    const pool = new Pool({ ...database.address, max: 8 });
    const ask = async (n: number) => {
      const { rows } = await pool.query(`SELECT $1::int AS a${n}, $2::text AS b`, [n, `text ${n}`]);
      return rows[0];
    };
    const answers = await Promise.all(Array.from({ length: 400 }, (_, n) => ask(n)));
    expect(answers).toEqual(answers.map((_, n) => ({ [`a${n}`]: n, b: `text ${n}` })));
    await pool.end();
  });

  it('lets nobody into a transaction, and rolls it back when its client is gone', async () => {
    const [one, two] = [await connect(), await connect()];
    await one.query('CREATE TABLE t (a int)');
    await one.query('BEGIN');
    await one.query('INSERT INTO t VALUES (1)');
    const count = two.query('SELECT count(*)::int AS n FROM t');
    const socket = Reflect.get(Reflect.get(one, 'connection'), 'stream');
    socket.destroy();
    expect((await count).rows).toEqual([{ n: 0 }]);
    await two.end();
  });

  it('goes on after an error in the middle of a turn', async () => {
    const client = await connect();
    await expect(client.query('SELECT $1::int, nope', [1])).rejects.toThrow('nope');
    expect((await client.query('SELECT $1::int AS a', [2])).rows).toEqual([{ a: 2 }]);
    await client.end();
  });

  it('has a socket that only its owner may reach', async () => {
    const { host } = database.address;
    if (!host?.startsWith('/')) return;
    expect((await stat(host)).mode & 0o777).toBe(0o700);
    expect(Buffer.byteLength(join(host, '.s.PGSQL.5432'))).toBeLessThan(104);
  });

  it('is held by one process', async () => {
    await expect(openEmbeddedDatabase({ folder })).rejects.toThrow(`in use by process ${process.pid}`);
  });

  it('that is damaged is one sentence and no crash, and gives folder and socket back', async () => {
    const ownFolder = await mkdtemp(join(tmpdir(), 'weir-damaged-'));
    await (await openEmbeddedDatabase({ folder: ownFolder })).close();
    const control = join(ownFolder, 'db', 'global', 'pg_control');
    const whole = await readFile(control);
    await writeFile(control, Buffer.alloc(whole.length, 7));
    const onCrash = vi.fn();
    const opening = openEmbeddedDatabase({ folder: ownFolder, onCrash });
    await expect(opening).rejects.toThrow(/^The database in .* cannot be opened \(.*\): restore the folder/);
    await expect(opening).rejects.toMatchObject({ name: 'StartupError' });
    expect(onCrash).not.toHaveBeenCalled();
    expect(await readdir(ownFolder)).toEqual(['db']);
    await writeFile(control, whole);
    await (await openEmbeddedDatabase({ folder: ownFolder, onCrash })).close();
    expect(onCrash).not.toHaveBeenCalled();
    await rm(ownFolder, { recursive: true });
  });

  it('[F88] keeps nothing of what it was asked: ten times its memory passes through it', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'weir-passing-'));
    const thread = new Worker(new URL('./embedded-worker.ts', import.meta.url), {
      workerData: { dataDir, socketPath: null },
      resourceLimits: { maxOldGenerationSizeMb: 64 },
    });
    const died = Promise.withResolvers<never>();
    thread.once('error', died.reject);
    const [{ port }] = await Promise.race([once(thread, 'message'), died.promise]);
    const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
    client.on('error', () => undefined);
    await client.connect();
    const page = 'x'.repeat(64 * 1024);
    const passing = async () => {
      for (let n = 0; n < 10_000; n += 1) await client.query('SELECT $1::text', [page]);
    };
    await Promise.race([passing(), died.promise]);
    await client.end();
    await thread.terminate();
    await rm(dataDir, { recursive: true });
  }, 300_000);

  it('tells when it dies while it is open', async () => {
    const ownFolder = await mkdtemp(join(tmpdir(), 'weir-crash-'));
    const crashed = Promise.withResolvers<Error>();
    const threads: Worker[] = [];
    process.once('worker', (thread) => threads.push(thread));
    const own = await openEmbeddedDatabase({ folder: ownFolder, onCrash: crashed.resolve });
    await threads[0]?.terminate();
    expect((await crashed.promise).message).toBe('the database thread ended with code 1');
    await own.close();
    expect(await readdir(ownFolder)).toEqual(['db']);
    await rm(ownFolder, { recursive: true });
  });

  it('[F105] keeps what was committed when its process is killed, and opens again', async () => {
    const ownFolder = await mkdtemp(join(tmpdir(), 'weir-kill-'));
    const child = fork(new URL('./embedded-victim.ts', import.meta.url), [ownFolder]);
    const [kept] = await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const place = await readFile(join(ownFolder, 'weir.socket'), 'utf8');
    expect(existsSync(place)).toBe(true);
    const again = await openEmbeddedDatabase({ folder: ownFolder });
    const client = new Client(again.address);
    await client.connect();
    const { rows } = await client.query('SELECT count(*)::int AS n FROM victim');
    expect(rows[0].n).toBeGreaterThanOrEqual(Number(kept));
    await client.end();
    await again.close();
    expect(existsSync(place)).toBe(false);
    await rm(ownFolder, { recursive: true });
  });
});
