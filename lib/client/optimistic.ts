import type { FollowUp, Generation, Message } from '#lib/wire/chat.ts';
import { isRunning } from './running-texts.ts';
import type { ChatPath, Pending } from './state.ts';

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
  const at = path.messages.findIndex((message) => message.id === pending.messageId);
  const answer = path.messages[at];
  if (answer === undefined || path.messages.some((message) => isReply(message, pending))) return path;
  if (pending.kind === 'continue') {
    return {
      ...path,
      messages: path.messages.with(at, { ...answer, generation: pendingGeneration(pending) }),
    };
  }
  const siblings = [...answer.siblings, pending.replyId];
  return {
    ...path,
    messages: [...path.messages.slice(0, at), { ...reply(pending, answer.parentId), siblings }],
  };
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
  if (pending.held || isBusy) return { ...path, followUps: [...path.followUps, followUp(pending)] };
  const said = { ...question(pending, leaf?.id ?? null), siblings: [messageId] };
  return { ...path, messages: [...path.messages, said, reply(pending, messageId)] };
}

function layEdit(path: ChatPath, pending: Pending, replaces: string): ChatPath {
  const at = path.messages.findIndex((message) => message.id === replaces);
  const replaced = path.messages[at];
  if (replaced === undefined) return path;
  const siblings = [...replaced.siblings, pending.messageId];
  const said = { ...question(pending, replaced.parentId), siblings };
  return { ...path, messages: [...path.messages.slice(0, at), said, reply(pending, pending.messageId)] };
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

function followUp({ messageId, text = '', model = '', createdAt }: Pending): FollowUp {
  return { messageId, text, model, createdAt };
}
