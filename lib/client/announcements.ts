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
  // What runs already when the page opens is no news.
  if (before.generations === after.generations || !before.chatsLoaded) return null;
  const known = Object.values(before.generations);
  const said = [
    ...known.map((was) => ({ ...was, words: endOf(was, after) })),
    ...Object.values(after.generations).map((now) => ({ ...now, words: startOf(before, now) })),
  ].filter(({ words }) => words !== null);
  if (said.length === 0) return null;
  return said
    .map(({ words, chatId }) => `${words} in “${after.chats[chatId]?.title ?? 'a chat'}”`)
    .join('. ');
}

/** On a busy line the first thing heard of an answer may be that it streams. */
function startOf({ generations }: ClientState, now: Generation): string | null {
  const was = generations[now.id];
  if (now.state.name === 'asking' && was?.state.name !== 'asking') return 'A tool asks to be allowed';
  return hasBegun(now) && (was === undefined || !(hasBegun(was) || was.calls !== undefined))
    ? 'Answer started'
    : null;
}

function endOf(was: Generation, state: ClientState): string | null {
  if (isEnding(was.state)) return null;
  const now = state.generations[was.id];
  // An answer that nobody shows is dropped when it ends; the summary of its chat says how.
  if (now === undefined) return endingOf(state, was.chatId);
  return isEnding(now.state) ? endings[now.state.name] : null;
}

function endingOf(state: ClientState, chatId: string): string | null {
  const ended = state.chats[chatId]?.ended ?? null;
  return ended === null ? null : endings[ended];
}

function hasBegun({ state }: Generation): boolean {
  return ['thinking', 'streaming', 'using-tools', 'asking'].includes(state.name);
}
