import type { FollowUp, Generation, Message } from '#lib/wire/chat.ts';
import { answersOf, isComparing } from './compared.ts';
import { isRunning } from './running-texts.ts';
import type { ChatPath, Pending } from './state.ts';
import { withCalls } from './tool-calls.ts';

const generations = new WeakMap<Pending, Generation>();

/** The answer that a pending request will start, as long as the server has not said more. */
export function pendingGeneration(pending: Pending): Generation {
  const known = generations.get(pending);
  if (known !== undefined) return known;
  const made: Generation = {
    id: pending.generationId,
    chatId: pending.chatId,
    messageId: pending.replyId,
    model: pending.model ?? '',
    fallback: null,
    state: { name: 'queued', position: null, etaMs: null },
    attempts: 0,
    queuedAt: pending.createdAt,
    startedAt: null,
    firstTokenAt: null,
    endedAt: null,
    tokensIn: null,
    tokensOut: null,
  };
  generations.set(pending, made);
  return made;
}

/**
 * The path as it will be once the server has the pending requests. Laid over what the server says, never mixed into it,
 * so that a snapshot neither loses nor doubles a message.
 * @param live the newest known generation for the one given
 */
export function overlay(
  path: ChatPath,
  pendings: readonly Pending[],
  live: (generation: Generation) => Generation,
): ChatPath {
  const coming = pendings.filter((pending) => pending.refused === undefined);
  const laid = coming.reduce((view, pending) => lay(view, pending, live), path);
  // A refused one too: its text is shown in the chat that it would have begun.
  const opens = pendings.some((pending) => pending.kind === 'send' && pending.opensChat);
  return opens && laid.phase !== 'ready' ? { ...laid, phase: 'ready' } : laid;
}

function lay(path: ChatPath, pending: Pending, live: (generation: Generation) => Generation): ChatPath {
  if (pending.kind === 'send') return laySend(path, pending, live);
  if ([...path.messages, ...path.beside].some((message) => isReply(message, pending))) return path;
  if (pending.kind === 'continue') return layContinued(path, pending);
  const at = path.messages.findIndex((message) => message.id === pending.messageId);
  const answer = path.messages[at];
  if (answer === undefined) return path;
  const coming = answersOf(pending);
  const siblings = [...answer.siblings, ...coming.map(({ replyId }) => replyId)];
  const replies = coming.map((one) => ({ ...reply(one, answer.parentId), siblings }));
  const above = path.messages.slice(0, at);
  if (pending.also === undefined) return { ...path, messages: [...above, ...replies], beside: [] };
  return { ...path, messages: [...above, { ...answer, siblings }], beside: replies };
}

function layContinued(path: ChatPath, pending: Pending): ChatPath {
  const goOn = (message: Message): Message =>
    message.id === pending.messageId
      ? { ...message, generation: withCalls(pendingGeneration(pending), message.generation) }
      : message;
  return { ...path, messages: path.messages.map(goOn), beside: path.beside.map(goOn) };
}

function isReply(message: Message, pending: Pending): boolean {
  return pending.kind === 'continue'
    ? message.generation?.id === pending.generationId
    : message.id === pending.replyId;
}

function laySend(path: ChatPath, pending: Pending, live: (generation: Generation) => Generation): ChatPath {
  const { messageId, replaces } = pending;
  const isKnown = path.messages.some((message) => message.id === messageId);
  if (isKnown || path.followUps.some((followUp) => followUp.messageId === messageId)) return path;
  if (replaces !== undefined) return layEdit(path, pending, replaces);
  const leaf = path.messages.at(-1);
  const isBusy = leaf?.generation != null && isRunning(live(leaf.generation));
  if (pending.held || isBusy || isComparing(path))
    return { ...path, followUps: [...path.followUps, followUp(pending)] };
  const said = { ...question(pending, leaf?.id ?? null), siblings: [messageId] };
  return ask(path, path.messages, said, pending);
}

/** The question and its answers: the first below it, the others beside that. */
function ask(path: ChatPath, above: readonly Message[], said: Message, pending: Pending): ChatPath {
  const coming = answersOf(pending);
  const siblings = coming.map(({ replyId }) => replyId);
  const [first, ...beside] = coming.map((one) => ({ ...reply(one, said.id), siblings }));
  return { ...path, messages: [...above, said, ...(first ? [first] : [])], beside };
}

function layEdit(path: ChatPath, pending: Pending, replaces: string): ChatPath {
  const at = path.messages.findIndex((message) => message.id === replaces);
  const replaced = path.messages[at];
  if (replaced === undefined) return path;
  const siblings = [...replaced.siblings, pending.messageId];
  const said = { ...question(pending, replaced.parentId), siblings };
  return ask(path, path.messages.slice(0, at), said, pending);
}

function question(pending: Pending, parentId: string | null): Omit<Message, 'siblings'> {
  const { messageId: id, text = '', createdAt } = pending;
  return { id, parentId, role: 'user', text, reasoning: '', model: null, createdAt, generation: null };
}

function reply(pending: Pending, parentId: string | null): Message {
  return {
    id: pending.replyId,
    parentId,
    role: 'assistant',
    text: '',
    reasoning: '',
    model: pending.model ?? null,
    createdAt: pending.createdAt,
    siblings: [pending.replyId],
    generation: pendingGeneration(pending),
  };
}

function followUp({ messageId, text = '', model = '', createdAt, also }: Pending): FollowUp {
  const models = also?.map((one) => one.model);
  return { messageId, text, model, createdAt, ...(models ? { also: models } : {}) };
}
