import type { AnotherReply } from '#lib/wire/client-message.ts';
import type { ClientState, Pending } from './state.ts';

export type Wish = Pick<Pending, 'kind' | 'chatId' | 'messageId'> & Partial<Pending>;

export interface Making {
  newId: () => string;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** A request for an answer, with ids of its own. */
export function newPending(
  wish: Wish,
  { userId, defaultModel }: Pick<ClientState, 'userId' | 'defaultModel'>,
  { newId, now }: Making,
): Pending {
  return {
    requestId: newId(),
    replyId: newId(),
    generationId: newId(),
    createdAt: now(),
    opensChat: false,
    sentOnce: false,
    acked: false,
    held: false,
    userId,
    ...wish,
    model: wish.model || defaultModel,
  };
}

/** Undefined for none: a request that compares nothing says nothing of it. */
export function furtherReplies(
  models: readonly string[] | undefined,
  newId: Making['newId'],
): AnotherReply[] | undefined {
  if (models === undefined || models.length === 0) return undefined;
  return models.map((model) => ({ replyId: newId(), generationId: newId(), model }));
}
