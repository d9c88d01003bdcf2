import type { Begun, StoredGeneration } from './chat-store.ts';
import type { Chat } from './prisma-client/client.ts';
import { pathChange } from './prisma-path.ts';
import type { Db } from './prisma-rows.ts';
import { isEquipped } from './rows.ts';

export interface Asking {
  db: Db;
  userId: string;
  owner: string;
  now: Date;
}

export interface NewMessage {
  id: string;
  parentId: string | null;
  role: 'user' | 'assistant';
  text: string;
  model: string | null;
}

export interface NewAnswer {
  generationId: string;
  kind: StoredGeneration['kind'];
  /** The message it writes; among the new ones, unless it goes on. */
  messageId: string;
  parentId: string;
  opensChat: boolean;
  model: string;
  /** What the message has already. */
  text: string;
  reasoning: string;
  /** Mark of the request. */
  request: string;
}

/**
 * Stores the messages (parents first) and the generation, and selects the answer, in one statement.
 * @param chat locked by this transaction
 * @param chatModel what the chat has from now on
 */
export async function queueAnswer(
  { db, userId, owner, now }: Asking,
  chat: Chat,
  messages: NewMessage[],
  answer: NewAnswer,
  chatModel: string,
): Promise<Extract<Begun, { outcome: 'begun' }>> {
  const { generationId, request, kind, messageId, model } = answer;
  const rows = await db.$queryRaw<Chat[]>`
    WITH message AS (
      INSERT INTO "Message" (id, "chatId", "parentId", role, text, model, "createdAt")
      SELECT m.id, ${chat.id}::uuid, m.parent, m.role, m.text, m.model, ${now}::timestamptz FROM unnest(
        ${messages.map((row) => row.id)}::uuid[], ${messages.map((row) => row.parentId)}::uuid[],
        ${messages.map((row) => row.role)}::text[], ${messages.map((row) => row.text)}::text[],
        ${messages.map((row) => row.model)}::text[]
      ) WITH ORDINALITY AS m (id, parent, role, text, model, place) ORDER BY m.place
    ), generation AS (
      INSERT INTO "Generation" (id, "chatId", "messageId", "userId", kind, model, owner, "queuedAt", request)
      VALUES (${generationId}::uuid, ${chat.id}::uuid, ${messageId}::uuid, ${userId}, ${kind}, ${model}, ${owner},
        ${now}::timestamptz, ${request})
    )
    UPDATE "Chat" SET "leafId" = ${messageId}::uuid, model = ${chatModel}, "updatedAt" = ${now}::timestamptz,
      revision = revision + 1, unfinished = unfinished + 1
    WHERE id = ${chat.id}::uuid RETURNING *`;
  const change = await pathChange(db, rows[0] ?? chat, Math.max(messages.length, 1));
  const { parentId, opensChat, text, reasoning } = answer;
  const ids = { id: generationId, userId, chatId: chat.id, messageId, parentId, opensChat };
  const equipped = kind === 'continue' || isEquipped(rows[0] ?? chat);
  const generation = { ...ids, model, kind, queuedAt: now.getTime(), attempts: 0, text, reasoning, equipped };
  return { outcome: 'begun', generation, also: [], change };
}
