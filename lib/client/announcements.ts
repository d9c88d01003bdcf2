import type { Ending, Generation } from '#lib/wire/chat.ts';
import { isEnding } from '#lib/wire/chat.ts';
import type { ClientState } from './state.ts';

const endings: Record<Ending['name'], string> = {
  done: 'Answer finished',
  stopped: 'Answer stopped',
  failed: 'Answer failed',
  interrupted: 'Answer interrupted',
};

/** What a screen reader says politely about a change: that answers begin and how they end, never their text. */
export function announcement(before: ClientState, after: ClientState): string | null {
  if (before.generations === after.generations) return null;
  const said = Object.values(before.generations).flatMap((generation) => {
    const words = wordsFor(generation, after);
    return words === null ? [] : [`${words} in “${after.chats[generation.chatId]?.title ?? 'a chat'}”`];
  });
  return said.length === 0 ? null : said.join('. ');
}

function wordsFor(before: Generation, state: ClientState): string | null {
  if (isEnding(before.state)) return null;
  const now = state.generations[before.id];
  // An answer that nobody shows is dropped when it ends; the summary of its chat says how.
  if (now === undefined) return endingOf(state, before.chatId);
  if (isEnding(now.state)) return endings[now.state.name];
  return !hasBegun(before) && hasBegun(now) ? 'Answer started' : null;
}

function endingOf(state: ClientState, chatId: string): string | null {
  const ended = state.chats[chatId]?.ended ?? null;
  return ended === null ? null : endings[ended];
}

function hasBegun({ state }: Generation): boolean {
  return state.name === 'thinking' || state.name === 'streaming';
}
