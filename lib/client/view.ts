import type { ChatSummary, FollowUp, Generation } from '#lib/wire/chat.ts';
import { answersAsked } from './compared.ts';
import { memo } from './memo.ts';
import { overlay, pendingGeneration } from './optimistic.ts';
import { isRunning } from './running-texts.ts';
import { type ChatPath, type ClientState, loadingPath, type OpenRequest, type Pending } from './state.ts';

/** What people see: the server's word, with what they asked for and the server has not answered yet laid over it. */

interface CachedView {
  path: ChatPath;
  generations: ClientState['generations'];
  view: ChatPath;
}
const views = new WeakMap<readonly Pending[], Map<string, CachedView>>();

export function chatView(state: ClientState, chatId: string): ChatPath {
  return withAsked(pathView(state, chatId), state.requests);
}

function pathView(state: ClientState, chatId: string): ChatPath {
  const path = state.paths[chatId] ?? loadingPath;
  const pendings = state.outbox.filter((pending) => pending.chatId === chatId);
  if (pendings.length === 0) return path;
  const cache = views.get(state.outbox) ?? new Map<string, CachedView>();
  views.set(state.outbox, cache);
  const cached = cache.get(chatId);
  if (cached?.path === path && cached.generations === state.generations) return cached.view;
  const view = overlay(path, pendings, (generation) => state.generations[generation.id] ?? generation);
  cache.set(chatId, { path, generations: state.generations, view });
  return view;
}

const askedViews = new WeakMap<ChatPath, { requests: readonly OpenRequest[]; view: ChatPath }>();

/** Follow-ups as they will be once the server has heard what was asked of them. */
function withAsked(path: ChatPath, requests: readonly OpenRequest[]): ChatPath {
  if (path.followUps.length === 0 || requests.length === 0) return path;
  const cached = askedViews.get(path);
  if (cached?.requests === requests) return cached.view;
  const followUps = requests.reduce(askOfFollowUps, path.followUps);
  const view = followUps === path.followUps ? path : { ...path, followUps };
  askedViews.set(path, { requests, view });
  return view;
}

function askOfFollowUps(followUps: FollowUp[], { message }: OpenRequest): FollowUp[] {
  if (message.type !== 'withdraw-follow-up' && message.type !== 'edit-follow-up') return followUps;
  const at = followUps.findIndex(({ messageId }) => messageId === message.messageId);
  const meant = followUps[at];
  if (meant === undefined) return followUps;
  if (message.type === 'withdraw-follow-up') return followUps.toSpliced(at, 1);
  return followUps.with(at, { ...meant, text: message.text });
}

export function generationView(state: ClientState, generationId: string | null): Generation | null {
  if (generationId === null) return null;
  const known = state.generations[generationId];
  if (known !== undefined) return stopping(known, stopsOf(state.requests));
  const asked = answersAsked(state.outbox);
  const pending = asked.find((one) => one.generationId === generationId && one.refused === undefined);
  return pending === undefined ? null : stopping(pendingGeneration(pending), stopsOf(state.requests));
}

type Stops = Pick<ReadonlySet<string>, 'has'>;

export const stopsOf = memo((requests: readonly OpenRequest[]): Stops => {
  if (requests.some(({ message }) => message.type === 'stop-all')) return { has: () => true };
  return new Set(requests.flatMap(({ message }) => (message.type === 'stop' ? [message.generationId] : [])));
});

const stoppingViews = new WeakMap<Generation, Generation>();

/** A press of Stop shows at once, also while there is no connection that could carry it. */
export function stopping(generation: Generation, stops: Stops): Generation {
  if (!stops.has(generation.id) || !isRunning(generation)) return generation;
  const known = stoppingViews.get(generation);
  if (known !== undefined) return known;
  const view: Generation = { ...generation, state: { name: 'stopping' } };
  stoppingViews.set(generation, view);
  return view;
}

const chatList = memo(
  (
    chats: ClientState['chats'],
    outbox: ClientState['outbox'],
    requests: ClientState['requests'],
  ): ChatSummary[] => {
    const shown = new Map(Object.entries(chats));
    for (const pending of outbox) {
      if (pending.opensChat && !shown.has(pending.chatId)) {
        shown.set(pending.chatId, summaryOf(pending));
      }
    }
    for (const { message } of requests) ask(shown, message, chats);
    return [...shown.values()].sort((a, b) => b.updatedAt - a.updatedAt);
  },
);

/** Newest first. */
export function chatsView(state: ClientState): ChatSummary[] {
  return chatList(state.chats, state.outbox, state.requests);
}

const TITLE_LENGTH = 60;

function summaryOf(pending: Pending): ChatSummary {
  const title = (pending.text ?? '').replace(/\s+/g, ' ').trim().slice(0, TITLE_LENGTH);
  const { chatId: id, createdAt, model = '', equip } = pending;
  const own =
    equip === undefined ? {} : { tools: equip.tools, ...(equip.preset ? { preset: equip.preset } : {}) };
  return { id, title, model, createdAt, updatedAt: createdAt, unread: false, ended: null, ...own };
}

function ask(
  shown: Map<string, ChatSummary>,
  message: OpenRequest['message'],
  chats: ClientState['chats'],
): void {
  if (!('chatId' in message)) return;
  const chat = shown.get(message.chatId) ?? chats[message.chatId];
  if (chat === undefined) return;
  if (message.type === 'restore') shown.set(message.chatId, chat);
  if (message.type === 'delete') shown.delete(message.chatId);
  if (message.type === 'rename' && shown.has(chat.id))
    shown.set(message.chatId, { ...chat, title: message.title });
  if (message.type === 'equip' && shown.has(chat.id))
    shown.set(message.chatId, { ...chat, tools: message.tools });
  if (message.type === 'read' && shown.has(chat.id)) shown.set(message.chatId, { ...chat, unread: false });
}

/** Whether a message was refused and stays until the person decides. What goes again by itself is left out. */
export function isRefusedView({ outbox }: ClientState, chatId: string): boolean {
  return outbox.some(
    ({ chatId: of, kind, refused }) =>
      of === chatId && kind === 'send' && refused !== undefined && refused.code !== 'draining',
  );
}

/** What a chat has asked for and not got yet, refused requests included. */
export function pendingView(state: ClientState, chatId: string): Pending[] {
  return state.outbox.filter((pending) => pending.chatId === chatId && !pending.acked);
}
