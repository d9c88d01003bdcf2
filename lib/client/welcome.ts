import type { ChatSummary, Generation } from '#lib/wire/chat.ts';
import type { ServerEventOf } from '#lib/wire/server-event.ts';
import { forgetChat, loseChat, notLive } from './chat-events.ts';
import { dueTimes } from './generation-events.ts';
import { isRunning } from './running-texts.ts';
import { type ClientState, markStale, only } from './state.ts';
import { withCalls } from './tool-calls.ts';

/** Chats and unfinished answers are replaced as a whole: whatever happened while away is in them, or is over. */
export function applyWelcome(state: ClientState, event: ServerEventOf<'welcome'>, now: number): ClientState {
  const isSomebodyElse = state.userId !== null && state.userId !== event.userId;
  const base = notLive(isSomebodyElse ? forgetPerson(state) : state);
  const chats: Record<string, ChatSummary> = Object.fromEntries(event.chats.map((chat) => [chat.id, chat]));
  const finished = only(base.generations, (generation) => !isRunning(generation));
  const running = Object.fromEntries(
    event.generations.map((told) => [told.id, withCalls(told, base.generations[told.id])]),
  );
  const next: ClientState = {
    ...base,
    userId: event.userId,
    models: event.models,
    defaultModel: event.defaultModel,
    chats,
    paths: reopened(base.paths, chats),
    chatsLoaded: true,
    generations: { ...finished, ...running },
    dueAt: event.generations.reduce((times, generation) => dueTimes(times, generation, now), {}),
    outbox: base.outbox
      .filter((pending) => !pending.acked || pending.chatId in base.watched)
      .map((pending) => disown(pending, event.userId)),
  };
  const lost = Object.keys(next.paths).filter((id) => !(id in chats) && next.paths[id]?.phase === 'ready');
  return event.generations.reduce(
    (trusted, told) => distrust(trusted, told, base.generations[told.id]),
    lost.reduce(loseChat, next),
  );
}

function forgetPerson(state: ClientState): ClientState {
  return { ...Object.keys(state.paths).reduce(forgetChat, state), flow: null, race: undefined, batches: {} };
}

/** A chat that was not there may be there now. */
function reopened(paths: ClientState['paths'], chats: ClientState['chats']): ClientState['paths'] {
  return only(paths, (path, chatId) => path.phase !== 'gone' || !(chatId in chats));
}

/** What somebody else wrote in this browser is not sent in this person's name. */
export function disown(
  pending: ClientState['outbox'][number],
  userId: string,
): ClientState['outbox'][number] {
  if (pending.userId === null) return { ...pending, userId };
  if (pending.userId === userId) return pending;
  const message = 'This was written under another account and has not been sent.';
  return { ...pending, refused: { code: 'unauthorized', message, retryAfterMs: null } };
}

/** We hold text of an answer that a server began and, because it died, did not keep: another run writes another text. */
function distrust(state: ClientState, told: Generation, before: Generation | undefined): ClientState {
  const live = state.texts[told.messageId];
  if (live?.generation !== told.id || (live.text === '' && live.reasoning === '')) return state;
  const isSameRun = told.firstTokenAt !== null && told.firstTokenAt === before?.firstTokenAt;
  return isSameRun ? state : markStale(state, told.chatId, 'whole');
}
