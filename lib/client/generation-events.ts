import { type Generation, isEnding, type Message } from '#lib/wire/chat.ts';
import type { ServerEventOf } from '#lib/wire/server-event.ts';
import { placeOf } from './path-events.ts';
import { type ChatPath, type ClientState, markStale, without, withPath } from './state.ts';
import { withCalls } from './tool-calls.ts';

/** @param now milliseconds since 1970 */
export function applyState(state: ClientState, event: ServerEventOf<'state'>, now: number): ClientState {
  const known = state.generations[event.generation.id];
  const generation = withCalls(event.generation, known);
  if (isEnding(generation.state)) return applyEnding(state, generation, event.revision);
  if (known !== undefined && isEnding(known.state)) return state;
  return {
    ...state,
    generations: { ...state.generations, [generation.id]: generation },
    dueAt: dueTimes(state.dueAt, generation, now),
  };
}

export function dueTimes(
  times: Record<string, number>,
  { id, state }: Generation,
  now: number,
): Record<string, number> {
  const leftMs = state.name === 'retrying' ? state.inMs : state.name === 'queued' ? state.etaMs : null;
  return leftMs === null ? without(times, id) : { ...times, [id]: now + leftMs };
}

function applyEnding(state: ClientState, generation: Generation, revision: number | null): ClientState {
  const path = state.paths[generation.chatId];
  const dueAt = without(state.dueAt, generation.id);
  // Nobody shows it; the chat's summary says how it ended.
  if (path === undefined) return { ...state, dueAt, generations: without(state.generations, generation.id) };
  const next = { ...state, dueAt, generations: { ...state.generations, [generation.id]: generation } };
  if (!path.live) return next;
  if (revision === null) return markStale(settle(next, path, generation), generation.chatId, 'whole');
  const place = placeOf(path, revision);
  if (place === 'known') return next;
  if (place === 'missed') return markStale(next, generation.chatId, 'missed');
  const settled = settle(next, { ...path, revision }, generation);
  const isDoubtful = hasLostText(generation) || generation.chatId in state.stale;
  return isDoubtful ? markStale(settled, generation.chatId, 'whole') : settled;
}

/** A server that died may have sent text that it did not keep: what is stored stands. */
function hasLostText({ state }: Generation): boolean {
  return 'code' in state && state.code === 'server_stopped';
}

/** All text of an answer comes before its ending, so what has arrived now is the whole of it. */
function settle(state: ClientState, path: ChatPath, generation: Generation): ClientState {
  const live = state.texts[generation.messageId];
  const isMine = live?.generation === generation.id;
  const ended = (message: Message): Message => {
    if (message.id !== generation.messageId || message.generation?.id !== generation.id) return message;
    const text = isMine ? { text: live.text, reasoning: live.reasoning } : {};
    return { ...message, ...text, generation };
  };
  const settled = (of: Message[]) =>
    of.some((message) => message.id === generation.messageId) ? of.map(ended) : of;
  const [messages, beside] = [settled(path.messages), settled(path.beside)];
  const texts = isMine ? without(state.texts, generation.messageId) : state.texts;
  return withPath({ ...state, texts }, generation.chatId, { ...path, messages, beside });
}
