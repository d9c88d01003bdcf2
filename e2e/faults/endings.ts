import { type Generation, isEnding } from '#lib/wire/chat.ts';
import type { RawClient, Sent } from '../raw-client.ts';

/** The last that a client heard of a generation, from news or from a snapshot; null before the first. */
export function lastOf({ events }: RawClient, generationId: string): Generation | null {
  return (
    events
      .flatMap((event) => {
        if (event.type === 'state') return [event.generation];
        return event.type === 'path' ? event.messages.flatMap(({ generation }) => generation ?? []) : [];
      })
      .findLast(({ id }) => id === generationId) ?? null
  );
}

/** The generation once it has ended and its text is there too, whenever that is. Rejects when the socket closes before that. */
export async function ended(
  client: RawClient,
  { chatId, generationId }: Pick<Sent, 'chatId' | 'generationId'>,
): Promise<Generation> {
  const look = () => {
    const generation = lastOf(client, generationId);
    const isOver = generation !== null && isEnding(generation.state);
    return isOver && client.isShown(chatId) ? generation : undefined;
  };
  return client.until(look, `the ending of ${generationId}, now ${client.stateOf(generationId)}`);
}

/** `done stop`, `failed upstream_auth`: an ending in two words. */
export function inWords({ state }: Generation): string {
  const why = state.name === 'done' ? state.finish : 'code' in state ? state.code : '';
  return `${state.name} ${why}`.trim();
}

/** The text of an answer that has ended, as somebody who comes to it now gets it from the database. */
export async function storedText(client: RawClient, { chatId, replyId }: Sent): Promise<string> {
  const other = await client.sibling();
  other.watch(chatId);
  const path = await other.event('path', (event) => event.chatId === chatId);
  await other.close();
  return path.messages.find(({ id }) => id === replyId)?.text ?? 'not on the path';
}
