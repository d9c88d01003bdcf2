/**
 * `node dump-stored.ts FOLDER`: prints what is in the embedded database of a server that does not run, as JSON. It reads the
 * tables by itself and shares no code with what is tested.
 */
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

const database = await PGlite.create({ dataDir: join(process.argv[2] ?? '', 'db') });
const messages = await database.query(
  `SELECT m.id, m."chatId", m."parentId", m.role, m.text, m.reasoning,
     (SELECT g.state FROM "Generation" g WHERE g."messageId" = m.id ORDER BY g.seq DESC LIMIT 1) AS state
   FROM "Message" m ORDER BY m.seq`,
);
const counts = await database.query<{ pieces: number; unfinished: number }>(
  `SELECT (SELECT count(*)::int FROM "Piece") AS pieces,
     (SELECT count(*)::int FROM "Generation" WHERE state IN ('queued', 'running')) AS unfinished`,
);
const json = JSON.stringify({ messages: messages.rows, ...counts.rows[0] });
// Whoever reads this by lines takes these for the ends of some.
process.stdout.write(`${json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`);
await database.close();
