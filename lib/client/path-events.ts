import type { Message } from '#lib/wire/chat.ts';
import type { ServerEventOf } from '#lib/wire/server-event.ts';
import { adoptMessages } from './running-texts.ts';
import { type ChatPath, type ClientState, loadingPath, markStale, without, withPath } from './state.ts';

/** What to do with an event of a chat's revision, given the path one holds. */
export function placeOf(path: ChatPath | undefined, revision: number): 'next' | 'known' | 'missed' {
  if (path === undefined || !path.live || revision <= path.revision) return 'known';
  return revision === path.revision + 1 ? 'next' : 'missed';
}

export function applyPath(state: ClientState, event: ServerEventOf<'path'>): ClientState {
  const path = state.paths[event.chatId];
  if (event.snapshot) return applySnapshot(state, path ?? loadingPath, event);
  const place = placeOf(path, event.revision);
  if (path === undefined || place === 'known') return state;
  const kept = event.from === null ? 0 : path.messages.findIndex((message) => message.id === event.from) + 1;
  if (place === 'missed' || (event.from !== null && kept === 0))
    return markStale(state, event.chatId, 'missed');
  const hasOlder = event.from === null ? event.hasOlder : path.hasOlder;
  return replace(state, event, { ...path, hasOlder }, path.messages.slice(0, kept));
}

/** Older pages stay when they still end just above the snapshot, so that nobody loses their place in a long chat. */
function applySnapshot(state: ClientState, path: ChatPath, event: ServerEventOf<'path'>): ClientState {
  const first = event.messages[0];
  const at = first === undefined ? -1 : path.messages.findIndex((message) => message.id === first.id);
  const isJoined = at > 0 && path.messages[at - 1]?.id === first?.parentId;
  const older = isJoined ? path.messages.slice(0, at) : [];
  // The server follows running answers of the page only.
  const above = older.some((message) => message.id in state.texts) ? [] : older;
  const hasOlder = above.length > 0 ? path.hasOlder : event.hasOlder;
  const live = event.chatId in state.watched;
  const next = replace(state, event, { ...path, phase: 'ready', live, hasOlder }, above);
  return confirmed({ ...next, stale: without(next.stale, event.chatId) }, event.chatId);
}

function replace(
  state: ClientState,
  event: ServerEventOf<'path'>,
  path: ChatPath,
  above: readonly Message[],
): ClientState {
  const own = [...path.messages, ...path.beside];
  const messages = [...above, ...shared(own, event.messages)];
  const beside = shared(own, event.beside ?? []);
  const next = { ...path, messages, beside, revision: event.revision, followUps: event.followUps };
  return {
    ...withPath(state, event.chatId, next),
    ...adoptMessages(state, event.chatId, [...messages, ...beside], event.snapshot),
  };
}

/** Messages that say the same stay the same objects, so that nobody paints them again. */
function shared(own: readonly Message[], told: readonly Message[]): Message[] {
  const known = new Map(own.map((message) => [message.id, message]));
  return told.map((message) => {
    const same = known.get(message.id);
    return same !== undefined && JSON.stringify(same) === JSON.stringify(message) ? same : message;
  });
}

/** Whatever was acknowledged up to now is in the path, or is not any more. */
function confirmed(state: ClientState, chatId: string): ClientState {
  const outbox = state.outbox.filter((pending) => pending.chatId !== chatId || !pending.acked);
  return {
    ...state,
    outbox: outbox.length === state.outbox.length ? state.outbox : outbox,
  };
}

export function applyCurrent(state: ClientState, event: ServerEventOf<'current'>): ClientState {
  const path = state.paths[event.chatId];
  if (!(event.chatId in state.watched)) return state;
  if (path?.phase !== 'ready' || path.revision !== event.revision) {
    return markStale(state, event.chatId, 'whole');
  }
  const stale = state.stale[event.chatId] === 'missed' ? without(state.stale, event.chatId) : state.stale;
  return confirmed(withPath({ ...state, stale }, event.chatId, { ...path, live: true }), event.chatId);
}

export function applyOlder(state: ClientState, event: ServerEventOf<'older'>): ClientState {
  const requests = state.requests.filter((request) => request.message.requestId !== event.requestId);
  const path = state.paths[event.chatId];
  if (path === undefined) return { ...state, requests };
  const isAbove = event.messages.length === 0 || event.messages.at(-1)?.id === path.messages[0]?.parentId;
  if (!isAbove) return { ...withPath(state, event.chatId, { ...path, loadingOlder: false }), requests };
  const messages = [...event.messages, ...path.messages];
  const next = { ...path, messages, hasOlder: event.hasOlder, loadingOlder: false };
  return {
    ...withPath(state, event.chatId, next),
    ...adoptMessages(state, event.chatId, [...messages, ...path.beside], false),
    requests,
  };
}

export function applyFollowUps(state: ClientState, event: ServerEventOf<'follow-ups'>): ClientState {
  const path = state.paths[event.chatId];
  const place = placeOf(path, event.revision);
  if (path === undefined || place === 'known') return state;
  if (place === 'missed') return markStale(state, event.chatId, 'missed');
  return withPath(state, event.chatId, { ...path, revision: event.revision, followUps: event.followUps });
}
