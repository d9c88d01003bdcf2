import type { ServerEventOf } from '#lib/wire/server-event.ts';
import { type ClientState, type LiveText, markStale } from './state.ts';

/** Only the text that grows changes; everything else of the state stays the same object. */
export function applyDelta(state: ClientState, event: ServerEventOf<'delta'>): ClientState {
  const messageId = state.generations[event.generation]?.messageId;
  const live = messageId === undefined ? undefined : state.texts[messageId];
  if (messageId === undefined || live?.generation !== event.generation) return state;
  const channel = event.channel ?? 'text';
  const text = joined(live[channel], event.at, event.text);
  if (text === null) return markStale(state, live.chatId, 'missed');
  if (text === live[channel]) return state;
  const grown: LiveText = { ...live, [channel]: text };
  return { ...state, texts: { ...state.texts, [messageId]: grown } };
}

/**
 * Null when something between `own` and the piece is missing. Where both know the same place and differ (the server
 * died before it kept what it had sent, and began again) the server's word stands.
 */
export function joined(own: string, at: number, piece: string): string | null {
  if (at > own.length) return null;
  if (at === own.length) return own + piece;
  const known = own.slice(at, at + piece.length);
  if (known === piece) return own;
  if (piece.startsWith(known) && at + known.length === own.length) return own + piece.slice(known.length);
  return own.slice(0, at) + piece;
}
