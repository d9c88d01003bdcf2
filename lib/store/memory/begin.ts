import { Refusal } from '#lib/wire/error-code.ts';
import { checkIds, writeAlso } from '../also.ts';
import type { BeginRequest, Begun, FollowUpChange, Known, StoredGeneration } from '../chat-store.ts';
import { followUpLimit, tooManyFollowUps } from '../follow-up-limit.ts';
import { plainTitle } from '../plain-title.ts';
import { requestMark } from '../request-mark.ts';
import { type ChatRow, equipmentToStore, type GenerationRow, isEquipped } from '../rows.ts';
import { storable } from '../stored-text.ts';
import { besideAnswer, isComparing, isOneComparison, takenBy } from './compare.ts';
import { followUpsOf, pathChange, summaryOf } from './path.ts';
import {
  goesByItself,
  heldIn,
  insertGeneration,
  insertMessage,
  isAnswering,
  opensChat,
  type Tables,
  unknown,
  visibleChat,
} from './tables.ts';

type Send = Extract<BeginRequest, { kind: 'send' }>;
type Again = Exclude<BeginRequest, Send>;

export interface Asking {
  tables: Tables;
  userId: string;
  owner: string;
  now: number;
}

export function begin(asking: Asking, request: BeginRequest): Begun {
  const { tables, userId } = asking;
  checkIds(request);
  const stored = tables.chats.get(request.chatId);
  if (stored || request.kind !== 'send') visibleChat(tables, userId, request.chatId);
  const known = recognise(tables, userId, request);
  if (known) return known;
  return request.kind === 'send' ? send(asking, request, stored) : again(asking, request);
}

export function followUpChange(tables: Tables, chat: ChatRow): FollowUpChange {
  return {
    chat: summaryOf(tables, chat),
    revision: chat.revision,
    followUps: followUpsOf(tables, chat.id),
  };
}

/** Messages and generation of a send, below `parentId`. */
export function answerSend(
  asking: Asking,
  chat: ChatRow,
  sent: Omit<Send, 'kind' | 'chatId' | 'replaces'>,
  parentId: string | null,
  request: string,
): Extract<Begun, { outcome: 'begun' }> {
  const { tables, now } = asking;
  const { messageId, replyId, generationId, text, model } = sent;
  const common = { chatId: chat.id, reasoning: '', compared: false, createdAt: now };
  insertMessage(tables, {
    ...common,
    id: messageId,
    parentId,
    role: 'user',
    text: storable(text),
    model: null,
  });
  insertMessage(tables, { ...common, id: replyId, parentId: messageId, role: 'assistant', text: '', model });
  const generation = queue(asking, chat.id, {
    id: generationId,
    messageId: replyId,
    model,
    kind: 'reply',
    request,
  });
  selectLeaf(chat, replyId, now);
  const about = { parentId: messageId, opensChat: parentId === null, text: '', reasoning: '' };
  const first = { ...generation, ...about };
  const also = besideAnswer(asking, first, sent.also, replyId, request);
  return { outcome: 'begun', generation: first, also, change: pathChange(tables, chat, 2) };
}

export function recognise(tables: Tables, userId: string, request: BeginRequest): Known | null {
  const mark = requestMark(request);
  const { ids, generationIds } = takenBy(request);
  const generation = generationIds.map((id) => tables.generations.get(id)).find(Boolean);
  const followUp = [...tables.followUps.values()].find(
    (row) =>
      generationIds.includes(row.generationId) ||
      ids.some((id) => id === row.messageId || id === row.replyId),
  );
  const used = generation ?? followUp ?? ids.map((id) => tables.messages.get(id)).find(Boolean);
  if (!used) return null;
  if (tables.chats.get(used.chatId)?.userId !== userId) throw unknown();
  if (!('request' in used) || used.request !== mark) throw conflict('These ids belong to another request.');
  return { outcome: 'known', held: !generation && followUp?.withdrawn === false };
}

function send(asking: Asking, request: Send, stored: ChatRow | undefined): Begun {
  const { tables } = asking;
  const replaced = request.replaces === undefined ? null : tables.messages.get(request.replaces);
  if (replaced === undefined || (replaced && replaced.chatId !== request.chatId)) throw unknown();
  if (replaced?.role === 'assistant') throw conflict('Only a message of a person can be edited.');
  const chat = stored ?? newChat(asking, request);
  const { leafId } = chat;
  // Behind a running answer, and behind what is about to be sent: nobody overtakes.
  const isBusy = isAnswering(tables, leafId) || isComparing(tables, leafId);
  const waits = isBusy || goesByItself(tables, chat, heldIn(tables, chat.id)[0]);
  if (!replaced && leafId !== null && waits) return hold(asking, chat, request, leafId);
  chat.model = request.model;
  const parentId = replaced ? replaced.parentId : leafId;
  return answerSend(asking, chat, request, parentId, requestMark(request));
}

function hold({ tables, now }: Asking, chat: ChatRow, request: Send, behindId: string): Begun {
  if (heldIn(tables, chat.id).length >= followUpLimit) throw tooManyFollowUps();
  const { messageId, replyId, generationId, model } = request;
  const ids = { messageId, replyId, generationId, chatId: chat.id, behindId, request: requestMark(request) };
  const text = storable(request.text);
  const also = writeAlso(request.also);
  tables.followUps.set(messageId, { ...ids, text, model, also, createdAt: now, withdrawn: false });
  chat.model = model;
  chat.revision += 1;
  chat.updatedAt = now;
  return { outcome: 'held', change: followUpChange(tables, chat) };
}

function again(asking: Asking, request: Again): Begun {
  const { tables, now } = asking;
  const chat = visibleChat(tables, asking.userId, request.chatId);
  const answer = tables.messages.get(request.messageId);
  if (answer?.chatId !== chat.id) throw unknown();
  const { parentId } = answer;
  if (answer.role !== 'assistant' || parentId === null) throw conflict('This message is not an answer.');
  if (isAnswering(tables, answer.id)) throw conflict('This answer is still being made.');
  const generationId = { id: request.generationId, request: requestMark(request) };
  let target = answer;
  if (request.kind === 'regenerate') {
    const fresh = { text: '', reasoning: '', compared: false, createdAt: now, model: request.model };
    target = { id: request.replyId, chatId: chat.id, parentId, role: 'assistant', ...fresh };
    insertMessage(tables, target);
    if (request.also === undefined) chat.model = request.model;
  }
  const kind = request.kind === 'continue' ? 'continue' : 'reply';
  const made = { ...generationId, messageId: target.id, model: target.model ?? chat.model, kind } as const;
  const generation = queue(asking, chat.id, made);
  const stays = request.kind === 'continue' && isOneComparison(tables, chat.leafId, target.id);
  selectLeaf(chat, stays ? chat.leafId : target.id, now);
  const { text, reasoning } = target;
  const about = { parentId, opensChat: opensChat(tables, parentId), text, reasoning };
  const stored: StoredGeneration = { ...generation, ...about };
  const more = request.kind === 'regenerate' ? request.also : undefined;
  const also = besideAnswer(asking, stored, more, answer.id, generationId.request);
  if (more !== undefined) chat.leafId = answer.id;
  return { outcome: 'begun', generation: stored, also, change: pathChange(tables, chat, 1) };
}

function newChat({ tables, userId, now }: Asking, { chatId, text, model, equip }: Send): ChatRow {
  const times = { createdAt: now, updatedAt: now, readAt: now, endedAt: null, ended: null, deletedAt: null };
  const title = plainTitle(storable(text));
  const chat: ChatRow = {
    id: chatId,
    userId,
    title,
    titleSource: 'plain',
    model,
    leafId: null,
    revision: 0,
    ...times,
    ...equipmentToStore(equip),
    allowedTools: [],
  };
  tables.chats.set(chatId, chat);
  return chat;
}

export function queue(
  { tables, userId, owner, now }: Asking,
  chatId: string,
  made: Pick<GenerationRow, 'id' | 'messageId' | 'model' | 'kind'> & { request: string },
) {
  const none = { startedAt: null, firstTokenAt: null, endedAt: null, tokensIn: null, tokensOut: null };
  const row = {
    ...none,
    ...made,
    chatId,
    userId,
    owner,
    attempts: 0,
    queuedAt: now,
    finish: null,
    code: null,
    fallback: null,
  };
  insertGeneration(tables, { ...row, state: 'queued' });
  const { id, messageId, model, kind } = made;
  const chat = tables.chats.get(chatId);
  const equipped = kind === 'continue' || (chat !== undefined && isEquipped(chat));
  return { id, userId, chatId, messageId, model, kind, queuedAt: now, attempts: 0, equipped };
}

function selectLeaf(chat: ChatRow, leafId: string | null, now: number): void {
  chat.leafId = leafId;
  chat.updatedAt = now;
  chat.revision += 1;
}

function conflict(message: string): Refusal {
  return new Refusal('conflict', message);
}
