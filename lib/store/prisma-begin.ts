import type { AnotherReply } from '#lib/wire/client-message.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { alsoOf, checkIds, writeAlso } from './also.ts';
import type { BeginRequest, Begun, Known } from './chat-store.ts';
import { followUpLimit, tooManyFollowUps } from './follow-up-limit.ts';
import { plainTitle } from './plain-title.ts';
import type { Chat, Message } from './prisma-client/client.ts';
import { isComparing, queueBeside, stayInComparison } from './prisma-compare.ts';
import { followUpChange } from './prisma-path.ts';
import { type Asking, type NewAnswer, type NewMessage, queueAnswer } from './prisma-queue.ts';
import type { Db } from './prisma-rows.ts';
import { requestMark } from './request-mark.ts';
import { equipmentToStore } from './rows.ts';
import { storable } from './stored-text.ts';

type Send = Extract<BeginRequest, { kind: 'send' }>;
type Again = Exclude<BeginRequest, Send>;

/** Runs in a transaction; the lock on the chat row puts everything that changes a chat in one order. */
export async function begin(asking: Asking, request: BeginRequest): Promise<Begun> {
  const { db, userId } = asking;
  checkIds(request);
  const chat = await (request.kind === 'send'
    ? openChat(asking, request)
    : lockChat(db, userId, request.chatId));
  const known = await recognise(asking, request);
  if (known) return known;
  if (request.kind !== 'send') return again(asking, chat, request);
  return send(asking, chat, request);
}

/** @throws Refusal `not_found` */
export async function lockChat(db: Db, userId: string, chatId: string): Promise<Chat> {
  return visible(await lockRow(db, chatId), userId);
}

export async function lockIfVisible(db: Db, userId: string, chatId: string): Promise<Chat | null> {
  const chat = await lockRow(db, chatId);
  return chat && isVisible(chat, userId) ? chat : null;
}

export function unknown(): Refusal {
  return new Refusal('not_found', 'There is no such chat or message.');
}

/** The chat has a follow-up that only waits to be released. */
async function isAboutToSend(db: Db, chat: Chat): Promise<boolean> {
  const held = await db.followUp.findFirst({
    where: { chatId: chat.id, withdrawn: false },
    orderBy: { seq: 'asc' },
  });
  return held !== null && goesByItself(db, chat, held.behindId);
}

/** Whether what is held behind this message, the oldest of the chat, may be sent without being asked for. */
export async function goesByItself(db: Db, { leafId }: Chat, behindId: string): Promise<boolean> {
  if (behindId !== leafId) return false;
  const latest = await db.generation.findFirst({ where: { messageId: leafId }, orderBy: { seq: 'desc' } });
  return latest?.state === 'done';
}

export async function isAnswering(db: Db, messageId: string | null): Promise<boolean> {
  if (messageId === null) return false;
  return (await db.generation.count({ where: { messageId, state: { in: ['queued', 'running'] } } })) > 0;
}

/** Messages and generation of a send, below `parentId`. */
export async function answerSend(
  asking: Asking,
  chat: Chat,
  sent: Pick<Send, 'messageId' | 'replyId' | 'generationId' | 'text' | 'model'> & {
    request: string;
    also?: AnotherReply[] | undefined;
  },
  place: { parentId: string | null; model: string },
): Promise<Extract<Begun, { outcome: 'begun' }>> {
  const { messageId, replyId, generationId, model, request } = sent;
  const { parentId } = place;
  const messages: NewMessage[] = [
    { id: messageId, parentId, role: 'user', text: storable(sent.text), model: null },
    { id: replyId, parentId: messageId, role: 'assistant', text: '', model },
  ];
  const opensChat = parentId === null;
  const target = { messageId: replyId, parentId: messageId, opensChat, model, text: '', reasoning: '' };
  const answer: NewAnswer = { generationId, kind: 'reply', request, ...target };
  const begun = await queueAnswer(asking, chat, messages, answer, place.model);
  if (sent.also === undefined || sent.also.length === 0) return begun;
  return queueBeside(asking, begun, sent.also, replyId, request);
}

function visible(chat: Chat | undefined, userId: string): Chat {
  if (!chat || !isVisible(chat, userId)) throw unknown();
  return chat;
}

function isVisible(chat: Chat, userId: string): boolean {
  return chat.userId === userId && chat.deletedAt === null;
}

async function lockRow(db: Db, chatId: string): Promise<Chat | undefined> {
  const rows = await db.$queryRaw<Chat[]>`SELECT * FROM "Chat" WHERE id = ${chatId}::uuid FOR UPDATE`;
  return rows[0];
}

async function openChat({ db, userId, now }: Asking, request: Send): Promise<Chat> {
  const stored = await lockRow(db, request.chatId);
  if (stored) return visible(stored, userId);
  const title = plainTitle(storable(request.text));
  const { tools, instructions, preset } = equipmentToStore(request.equip);
  // Another tab may be making it at this moment: then this waits for that one and inserts nothing.
  const made = await db.$queryRaw<Chat[]>`
    INSERT INTO "Chat" (id, "userId", title, model, "createdAt", "updatedAt", "readAt", tools, instructions, preset)
    VALUES (${request.chatId}::uuid, ${userId}, ${title}, ${request.model},
      ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz, ${tools}::text[], ${instructions}, ${preset})
    ON CONFLICT (id) DO NOTHING RETURNING *`;
  return made[0] ?? lockChat(db, userId, request.chatId);
}

export async function recognise(
  { db, userId }: Pick<Asking, 'db' | 'userId'>,
  request: BeginRequest,
): Promise<Known | null> {
  const ids = request.kind === 'continue' ? [] : [request.replyId];
  if (request.kind === 'send') ids.push(request.messageId);
  const { generationId } = request;
  const also = alsoOf(request);
  ids.push(...also.map(({ replyId }) => replyId));
  const generationIds = [generationId, ...also.map((one) => one.generationId)];
  const rows = await db.$queryRaw<{ rank: number; userId: string; request: string | null; held: boolean }[]>`
    SELECT 1 AS rank, g."userId", g.request, false AS held FROM "Generation" g WHERE g.id = ANY(${generationIds}::uuid[])
    UNION ALL
    SELECT 2, c."userId", f.request, NOT f.withdrawn FROM "FollowUp" f JOIN "Chat" c ON c.id = f."chatId"
    WHERE f."generationId" = ANY(${generationIds}::uuid[])
      OR f."messageId" = ANY(${ids}::uuid[]) OR f."replyId" = ANY(${ids}::uuid[])
    UNION ALL
    SELECT 3, c."userId", NULL, false FROM "Message" m JOIN "Chat" c ON c.id = m."chatId"
    WHERE m.id = ANY(${ids}::uuid[])
    ORDER BY rank`;
  const used = rows[0];
  if (!used) return null;
  if (used.userId !== userId) throw unknown();
  if (used.request !== requestMark(request)) throw conflict('These ids belong to another request.');
  return { outcome: 'known', held: used.held };
}

async function send(asking: Asking, chat: Chat, request: Send): Promise<Begun> {
  const { model } = request;
  const replaced =
    request.replaces === undefined ? null : await messageIn(asking.db, chat.id, request.replaces);
  if (replaced?.role === 'assistant') throw conflict('Only a message of a person can be edited.');
  const { leafId } = chat;
  // Behind a running answer, and behind what is about to be sent: nobody overtakes.
  const { db } = asking;
  const waits =
    (await isAnswering(db, leafId)) || (await isComparing(db, chat)) || (await isAboutToSend(db, chat));
  if (!replaced && leafId !== null && waits) {
    return hold(asking, chat, request, leafId);
  }
  const parentId = replaced ? replaced.parentId : leafId;
  return answerSend(asking, chat, { ...request, request: requestMark(request) }, { parentId, model });
}

async function hold({ db, now }: Asking, chat: Chat, request: Send, behindId: string): Promise<Begun> {
  const chatId = chat.id;
  if ((await db.followUp.count({ where: { chatId, withdrawn: false } })) >= followUpLimit) {
    throw tooManyFollowUps();
  }
  const { messageId, replyId, generationId, model } = request;
  const row = { messageId, replyId, generationId, chatId, behindId, text: storable(request.text), model };
  const rest = { createdAt: now, request: requestMark(request), also: writeAlso(request.also) };
  await db.followUp.create({ data: { ...row, ...rest } });
  const data = { model, updatedAt: now, revision: { increment: 1 } };
  const moved = await db.chat.update({ where: { id: chatId }, data });
  return { outcome: 'held', change: await followUpChange(db, moved) };
}

async function again(asking: Asking, chat: Chat, request: Again): Promise<Begun> {
  const answer = await messageIn(asking.db, chat.id, request.messageId);
  const { parentId, text, reasoning } = answer;
  if (answer.role !== 'assistant' || parentId === null) throw conflict('This message is not an answer.');
  if (await isAnswering(asking.db, answer.id)) throw conflict('This answer is still being made.');
  const opensChat = (await messageIn(asking.db, chat.id, parentId)).parentId === null;
  const made = { generationId: request.generationId, parentId, opensChat, request: requestMark(request) };
  if (request.kind === 'continue') {
    const model = answer.model ?? chat.model;
    const goesOn: NewAnswer = { ...made, kind: 'continue', messageId: answer.id, model, text, reasoning };
    const begun = await queueAnswer(asking, chat, [], goesOn, chat.model);
    return answer.compared ? stayInComparison(asking.db, chat, begun) : begun;
  }
  const { replyId, model } = request;
  const fresh: NewMessage = { id: replyId, parentId, role: 'assistant', text: '', model };
  const anew: NewAnswer = { ...made, kind: 'reply', messageId: replyId, model, text: '', reasoning: '' };
  if (request.also === undefined) return queueAnswer(asking, chat, [fresh], anew, model);
  const begun = await queueAnswer(asking, chat, [fresh], anew, chat.model);
  return queueBeside(asking, begun, request.also, answer.id, made.request);
}

async function messageIn(db: Db, chatId: string, id: string): Promise<Message> {
  const message = await db.message.findFirst({ where: { id, chatId } });
  if (!message) throw unknown();
  return message;
}

function conflict(message: string): Refusal {
  return new Refusal('conflict', message);
}
