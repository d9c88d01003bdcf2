/**
 * `node seed-chat.ts FOLDER USER CHAT COUNT`: writes a chat of so many messages into the embedded database of a server that
 * does not run, and prints the id of the one that is `needle`. By itself, as `dump-stored.ts`.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

const [folder = '', userId = '', chatId = '', count = '0', needle = '0'] = process.argv.slice(2);
const database = await PGlite.create(join(folder, 'db'));
const ids = Array.from({ length: Number(count) }, () => randomUUID());
await database.query(
  `INSERT INTO "Chat" (id, "userId", title, model, "createdAt", "updatedAt", "readAt") VALUES ($1, $2, $3, 'm', now(), now(), now())`,
  [chatId, userId, 'A very long chat'],
);
for (let from = 0; from < ids.length; from += 1_000) {
  const rows = ids.slice(from, from + 1_000).map((id, index) => {
    const at = from + index;
    const text = at === Number(needle) ? 'Here lies the needle of the haystack.' : `This is message ${at}.`;
    return { id, parentId: ids[at - 1] ?? null, role: at % 2 === 0 ? 'user' : 'assistant', text };
  });
  await database.query(
    `INSERT INTO "Message" (id, "chatId", "parentId", role, text, "createdAt")
     SELECT id, $1, "parentId", role, text, now()
     FROM jsonb_to_recordset($2::jsonb) AS row (id uuid, "parentId" uuid, role text, text text)`,
    [chatId, JSON.stringify(rows)],
  );
}
await database.query(`UPDATE "Chat" SET "leafId" = $2 WHERE id = $1`, [chatId, ids.at(-1)]);
await database.close();
process.stdout.write(`seeded ${ids[Number(needle)]}\n`);
