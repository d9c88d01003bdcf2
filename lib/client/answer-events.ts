import type { ServerEventOf } from '#lib/wire/server-event.ts';
import { loseChat } from './chat-events.ts';
import { type ClientState, type Pending, withPath } from './state.ts';

export function applyAck(state: ClientState, event: ServerEventOf<'ack'>): ClientState {
  const requests = state.requests.filter((request) => request.message.requestId !== event.requestId);
  const pending = state.outbox.find((one) => one.requestId === event.requestId);
  if (pending === undefined) return { ...state, requests };
  const acked = { ...pending, acked: true, held: event.held ?? false, refused: undefined };
  // What it changed comes before the `ack` where the path is live; else the snapshot that is on its way will show it.
  // A chat that has just begun is about to be looked at.
  const isWatched = pending.chatId in state.watched || pending.opensChat;
  const isAwaited = isWatched && state.paths[pending.chatId]?.live !== true;
  const outbox = state.outbox.flatMap((one) => (one === pending ? (isAwaited ? [acked] : []) : [one]));
  return { ...state, outbox, requests };
}

/** A refused send stays, with its text, until the person decides; everything else is over. */
export function applyRefused(state: ClientState, event: ServerEventOf<'refused'>): ClientState {
  if (event.requestId === null) return refuseWatch(state, event);
  const { requestId, code, message, retryAfterMs } = event;
  const request = state.requests.find((one) => one.message.requestId === requestId);
  const older = request?.message.type === 'older' ? request.message.chatId : undefined;
  const path = older === undefined ? undefined : state.paths[older];
  const next = {
    ...state,
    outbox: refusedEntry(state.outbox, requestId, { code, message, retryAfterMs }),
    requests: state.requests.filter((one) => one !== request && one.after !== requestId),
  };
  if (older === undefined || path === undefined) return next;
  return withPath(next, older, { ...path, loadingOlder: false });
}

export function refusedEntry(
  outbox: Pending[],
  requestId: string,
  refused: NonNullable<Pending['refused']>,
): Pending[] {
  const entry = outbox.find((pending) => pending.requestId === requestId);
  // An answer to a request that is settled already (sent twice, say) changes nothing.
  if (entry === undefined || entry.acked) return outbox;
  if (entry.kind !== 'send') return outbox.filter((pending) => pending !== entry);
  return changed(outbox, requestId, (pending) => ({ ...pending, refused }));
}

export function changed(
  outbox: Pending[],
  requestId: string,
  change: (pending: Pending) => Pending,
): Pending[] {
  if (!outbox.some((pending) => pending.requestId === requestId)) return outbox;
  return outbox.map((pending) => (pending.requestId === requestId ? change(pending) : pending));
}

function refuseWatch(state: ClientState, { chatId, code }: ServerEventOf<'refused'>): ClientState {
  if (chatId === undefined || code !== 'not_found') return state;
  // The send that makes the chat is still on its way; we watch again once it is confirmed.
  const isComing = state.outbox.some((one) => one.chatId === chatId && one.kind === 'send');
  // A chat that we were told of meanwhile is asked for again.
  return isComing || chatId in state.chats ? state : loseChat(state, chatId);
}
