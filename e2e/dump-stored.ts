/**
 * `node dump-stored.ts FOLDER|ADDRESS`: prints what is in the embedded database of a server that does not run, or in a
 * Postgres server, as JSON. It reads the tables by itself and shares no code with what is tested.
 */
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Client } from 'pg';

const place = process.argv[2] ?? '';
const database = place.startsWith('postgresql:') ? await connected() : await PGlite.create(join(place, 'db'));
const messages = await rows(
  `SELECT m.id, m."chatId", m."parentId", m.role, m.text, m.reasoning,
     (SELECT g.state FROM "Generation" g WHERE g."messageId" = m.id ORDER BY g.seq DESC LIMIT 1) AS state,
     (SELECT count(*)::int FROM "Generation" g WHERE g."messageId" = m.id) AS generations
   FROM "Message" m ORDER BY m.seq`,
);
const counts = await rows(
  `SELECT (SELECT count(*)::int FROM "Piece") AS pieces,
     (SELECT count(*)::int FROM "Generation" WHERE state IN ('queued', 'running')) AS unfinished`,
);
const json = JSON.stringify({ messages, ...counts[0] });
// Whoever reads this by lines takes these for the ends of some.
process.stdout.write(`${json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`);
await (database instanceof Client ? database.end() : database.close());

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: place });
  await client.connect();
  return client;
}

async function rows(sql: string): Promise<object[]> {
  const { rows: found } = await (database instanceof Client
    ? database.query(sql)
    : database.query<object>(sql));
  return found;
}
