import type { ChatSummary } from '#lib/wire/chat.ts';
import type { CallState } from '#lib/wire/tool.ts';
import { unknown } from './prisma-begin.ts';
import type { Chat, ToolCall as Row } from './prisma-client/client.ts';
import { summaryOf } from './prisma-path.ts';
import { type Db, date, time } from './prisma-rows.ts';
import { storable } from './stored-text.ts';
import type { ChatEquipment, StoredCall, ToolStore } from './tool-store.ts';

export function toolMethods(alone: <T>(work: (db: Db) => Promise<T>) => Promise<T>): ToolStore {
  return {
    equipment: (chatId, messageId) => alone((db) => equipmentOf(db, chatId, messageId)),
    equip: (userId, chatId, tools) => alone((db) => equip(db, userId, chatId, tools)),
    allow: (userId, chatId, tool) => alone((db) => allow(db, userId, chatId, tool)),
    keepCalls: (owner, generationId, calls) => alone((db) => keepCalls(db, owner, generationId, calls)),
    doneCalls: (userId, chatId, names) => alone((db) => doneCalls(db, userId, chatId, names)),
  };
}

async function equipmentOf(db: Db, chatId: string, messageId: string): Promise<ChatEquipment> {
  const select = { instructions: true, tools: true, allowedTools: true };
  const chat = await db.chat.findUnique({ where: { id: chatId }, select });
  const calls = await callsOf(db, [messageId]);
  if (chat === null) return { instructions: '', tools: [], allowed: [], calls: [] };
  const { instructions, tools, allowedTools } = chat;
  const allowed = allowedTools.length > 0 && (await isOnly(db, messageId)) ? allowedTools : [];
  return { instructions, tools, allowed, calls: calls.get(messageId) ?? [] };
}

/** Whether no other answer shares its question. */
async function isOnly(db: Db, messageId: string): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT FROM "Message" m JOIN "Message" s ON s."chatId" = m."chatId" AND s."parentId" = m."parentId" AND s.id <> m.id
    WHERE m.id = ${messageId}::uuid LIMIT 1`;
  return rows.length === 0;
}

async function equip(db: Db, userId: string, chatId: string, tools: readonly string[]): Promise<ChatSummary> {
  const where = { id: chatId, userId, deletedAt: null };
  const data = { tools: tools.map(storable) };
  return summaryOf(theOne(await db.chat.updateManyAndReturn({ where, data })));
}

async function allow(db: Db, userId: string, chatId: string, tool: string): Promise<void> {
  const name = storable(tool);
  theOne(
    await db.$queryRaw<Chat[]>`
      UPDATE "Chat" SET "allowedTools" = array_append(array_remove("allowedTools", ${name}), ${name})
      WHERE id = ${chatId}::uuid AND "userId" = ${userId} AND "deletedAt" IS NULL RETURNING *`,
  );
}

/** One statement. A generation with calls is running, whatever the last checkpoint knew of it. */
async function keepCalls(
  db: Db,
  owner: string,
  generationId: string,
  calls: readonly StoredCall[],
): Promise<boolean> {
  const rows = await db.$queryRaw<{ mine: number }[]>`
    WITH mine AS MATERIALIZED (
      SELECT g.id, g."chatId", g."messageId" FROM "Generation" g
      WHERE g.id = ${generationId}::uuid AND g.owner = ${owner} AND g.state IN ('queued', 'running')
      FOR NO KEY UPDATE OF g
    ), moved AS (
      UPDATE "Generation" g SET state = 'running' FROM mine WHERE g.id = mine.id AND g.state = 'queued'
    ), kept AS (
      INSERT INTO "ToolCall" (id, "chatId", "messageId", "generationId", round, place, at, "modelId", name, title,
        arguments, state, result, "changesThings", "startedAt", "endedAt")
      SELECT c.id, mine."chatId", mine."messageId", mine.id, c.round, c.place, c.at, c.model, c.name, c.title,
        c.arguments, c.state, c.result, c.changes, c.started, c.ended
      FROM mine, unnest(
        ${calls.map((call) => call.id)}::uuid[], ${calls.map((call) => call.round)}::int[],
        ${calls.map((call) => call.place)}::int[], ${calls.map((call) => call.at)}::int[],
        ${calls.map((call) => storable(call.modelId))}::text[], ${calls.map((call) => storable(call.name))}::text[],
        ${calls.map((call) => storable(call.title))}::text[],
        ${calls.map((call) => storable(call.arguments))}::text[], ${calls.map((call) => call.state)}::text[],
        ${calls.map((call) => (call.result === null ? null : storable(call.result)))}::text[],
        ${calls.map((call) => call.changesThings)}::bool[],
        ${calls.map((call) => date(call.startedAt))}::timestamptz[],
        ${calls.map((call) => date(call.endedAt))}::timestamptz[]
      ) AS c (id, round, place, at, model, name, title, arguments, state, result, changes, started, ended)
      ON CONFLICT (id) DO UPDATE SET state = excluded.state, result = excluded.result,
        "startedAt" = excluded."startedAt", "endedAt" = excluded."endedAt"
        WHERE "ToolCall"."generationId" = excluded."generationId"
    )
    SELECT count(*)::int AS mine FROM mine`;
  return rows[0]?.mine === 1;
}

/** By message, in the order in which they were made. */
export async function callsOf(db: Db, messageIds: readonly string[]): Promise<Map<string, StoredCall[]>> {
  const byMessage = new Map<string, StoredCall[]>();
  if (messageIds.length === 0) return byMessage;
  const rows = await db.toolCall.findMany({
    where: { messageId: { in: [...messageIds] } },
    orderBy: [{ round: 'asc' }, { place: 'asc' }],
  });
  for (const row of rows)
    byMessage.set(row.messageId, [...(byMessage.get(row.messageId) ?? []), toCall(row)]);
  return byMessage;
}

async function doneCalls(
  db: Db,
  userId: string,
  chatId: string,
  names: readonly string[],
): Promise<StoredCall[]> {
  const where = { chatId, state: 'done', name: { in: [...names] }, message: { chat: { userId } } };
  return (await db.toolCall.findMany({ where, orderBy: [{ endedAt: 'asc' }, { id: 'asc' }] })).map(toCall);
}

function toCall(row: Row): StoredCall {
  const { id, round, place, at, modelId, name, title, result, changesThings } = row;
  const about = {
    id,
    round,
    place,
    at,
    modelId,
    name,
    title,
    arguments: row.arguments,
    result,
    changesThings,
  };
  // Only this room writes it, see prisma-rows.ts.
  const state = row.state as CallState;
  return { ...about, state, startedAt: time(row.startedAt), endedAt: time(row.endedAt) };
}

function theOne(rows: Chat[]): Chat {
  const chat = rows[0];
  if (!chat) throw unknown();
  return chat;
}
