import { v7 as newId } from 'uuid';
import type { ClientMessageOf } from '#lib/wire/client-message.ts';
import type { RawClient, Sent } from '../raw-client.ts';

type Send = Omit<ClientMessageOf<'send'>, 'requestId'>;

/** A send with ids of its own, into a new chat unless one is named. */
export function sending(client: RawClient, text: string, chatId = newId()): Send {
  const ids = { messageId: newId(), replyId: newId(), generationId: newId() };
  return { type: 'send', chatId, ...ids, text, model: client.model };
}

/** Resolves with how it ended, told by itself or found in a snapshot. */
export function ended(client: RawClient, { generationId }: Pick<Sent, 'generationId'>): Promise<string> {
  const ending = () => {
    const state = client.stateOf(generationId);
    return state !== null && over.includes(state) ? state : undefined;
  };
  return client.until(ending, `the ending of ${generationId}`);
}

const over = ['done', 'stopped', 'failed', 'interrupted'];

/** Every ending that this client was told of. */
export function endings(client: RawClient, generationId: string): string[] {
  return client.events.flatMap((event) =>
    event.type === 'state' &&
    event.generation.id === generationId &&
    over.includes(event.generation.state.name)
      ? [event.generation.state.name]
      : [],
  );
}

/** The messages of a chat as somebody who comes to it now sees them. */
export async function pathOf(client: RawClient, chatId: string) {
  const from = client.events.length;
  client.watch(chatId);
  return (await client.event('path', (path) => path.chatId === chatId && path.snapshot, from)).messages;
}
