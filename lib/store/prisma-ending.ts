import type { ChatSummary } from '#lib/wire/chat.ts';
import type { EndedGeneration } from './chat-store.ts';
import type { Chat } from './prisma-client/client.ts';
import { summaryOf } from './prisma-path.ts';
import { type Db, date } from './prisma-rows.ts';
import { storable } from './stored-text.ts';

/**
 * One statement: the lock on the chat row (taken first, as `begin` does, so that neither misses the other), the
 * compare-and-set, the text, the pieces, the chat. An ending is always later than a reading before it, by 1 ms if
 * the clock did not move.
 */
export async function end(
  db: Db,
  owner: string,
  ended: EndedGeneration,
): Promise<{ revision: number; chat: ChatSummary } | null> {
  const rows = await db.$queryRaw<Chat[]>`
    WITH locked AS MATERIALIZED (
      SELECT c.id FROM "Chat" c JOIN "Generation" g ON g."chatId" = c.id WHERE g.id = ${ended.id}::uuid
      FOR UPDATE OF c
    ), ended AS (
      UPDATE "Generation" g SET state = ${ended.state}, finish = ${ended.finish}, code = ${ended.code},
        fallback = ${ended.fallback},
        attempts = ${ended.attempts}, "startedAt" = ${date(ended.startedAt)}::timestamptz,
        "firstTokenAt" = ${date(ended.firstTokenAt)}::timestamptz, "endedAt" = ${date(ended.endedAt)}::timestamptz,
        "tokensIn" = ${ended.tokensIn}, "tokensOut" = ${ended.tokensOut}
      FROM locked
      WHERE g.id = ${ended.id}::uuid AND g."chatId" = locked.id
        AND g.owner = ${owner} AND g.state IN ('queued', 'running')
      RETURNING g.id, g."messageId", g."chatId", g.state, g."endedAt"
    ), written AS (
      UPDATE "Message" m SET text = ${storable(ended.text)}, reasoning = ${storable(ended.reasoning)}
      FROM ended WHERE m.id = ended."messageId"
    ), halted AS (
      UPDATE "ToolCall" t SET at = least(t.at, ${ended.text.length}::int),
        state = CASE WHEN t.state IN ('asking', 'running') THEN 'stopped' ELSE t.state END,
        "endedAt" = CASE WHEN t.state IN ('asking', 'running') THEN ended."endedAt" ELSE t."endedAt" END
      FROM ended WHERE t."generationId" = ended.id
        AND (t.state IN ('asking', 'running') OR t.at > ${ended.text.length}::int)
    ), dropped AS (
      DELETE FROM "Piece" p USING ended WHERE p."generationId" = ended.id
    )
    UPDATE "Chat" c SET revision = c.revision + 1, unfinished = c.unfinished - 1,
      ended = CASE WHEN c."endedAt" > ended."endedAt" THEN c.ended ELSE ended.state END,
      "endedAt" = greatest(c."endedAt", ended."endedAt", c."readAt" + interval '1 millisecond')
    FROM ended WHERE c.id = ended."chatId" RETURNING c.*`;
  const chat = rows[0];
  return chat && chat.deletedAt === null ? { revision: chat.revision, chat: summaryOf(chat) } : null;
}
