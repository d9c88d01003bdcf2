import type { AnotherReply } from '#lib/wire/client-message.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import type { BeginRequest } from './chat-store.ts';

/** The further answers that a request asks for. */
export function alsoOf(request: BeginRequest): AnotherReply[] {
  return request.kind === 'continue' ? [] : (request.also ?? []);
}

/** What a held message keeps of them. */
export function writeAlso(also: readonly AnotherReply[] | undefined): string | null {
  return also === undefined || also.length === 0 ? null : JSON.stringify(also);
}

export function readAlso(also: string | null): AnotherReply[] {
  return also === null ? [] : (JSON.parse(also) as AnotherReply[]);
}

/** @throws Refusal `conflict` where one id stands for two things */
export function checkIds(request: BeginRequest): void {
  if (request.kind === 'continue') return;
  const also = alsoOf(request);
  const replies = [request.replyId, ...also.map(({ replyId }) => replyId)];
  const messages = request.kind === 'send' ? [request.messageId, ...replies] : replies;
  const generations = [request.generationId, ...also.map(({ generationId }) => generationId)];
  const isTwice = (ids: string[]) => new Set(ids.map((id) => id.toLowerCase())).size < ids.length;
  if (isTwice(messages)) throw new Refusal('conflict', 'A message and its answers need different ids.');
  if (isTwice(generations)) throw new Refusal('conflict', 'Answers need different ids.');
}
