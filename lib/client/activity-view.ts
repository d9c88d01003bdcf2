import type { Generation, Message } from '#lib/wire/chat.ts';
import { answersAsked } from './compared.ts';
import { memo } from './memo.ts';
import { pendingGeneration } from './optimistic.ts';
import { isRunning } from './running-texts.ts';
import type { ChatPath, ClientState } from './state.ts';
import { chatView, stopping, stopsOf } from './view.ts';

/** What runs in a chat: somewhere in it, on the path that is shown, on other branches. */

const WORTH = [
  'asking',
  'streaming',
  'using-tools',
  'thinking',
  'stopping',
  'connecting',
  'retrying',
  'queued',
];
const none: readonly Generation[] = [];

/** By chat, the most worth showing first. */
const activities = memo(
  (
    generations: ClientState['generations'],
    outbox: ClientState['outbox'],
    requests: ClientState['requests'],
  ): ReadonlyMap<string, readonly Generation[]> => {
    const stops = stopsOf(requests);
    const coming = answersAsked(outbox).filter(
      (pending) =>
        !pending.acked && pending.refused === undefined && generations[pending.generationId] === undefined,
    );
    const found = [...Object.values(generations), ...coming.map(pendingGeneration)]
      .filter(isRunning)
      .map((one) => stopping(one, stops));
    const byChat = new Map<string, Generation[]>();
    for (const one of found) byChat.set(one.chatId, [...(byChat.get(one.chatId) ?? []), one]);
    for (const ofChat of byChat.values()) ofChat.sort((a, b) => worth(a) - worth(b));
    return byChat;
  },
);

/** What holds a permit or uses tools, longest first, then what waits, in order. */
const everywhere = memo((byChat: ReadonlyMap<string, readonly Generation[]>): readonly Generation[] =>
  [...byChat.values()].flat().sort((a, b) => rank(a) - rank(b) || a.queuedAt - b.queuedAt),
);

function rank({ state }: Generation): number {
  if (state.name === 'retrying' || state.name === 'asking') return 1;
  return state.name === 'queued' ? 2 + (state.position ?? Number.MAX_SAFE_INTEGER) : 0;
}

/** All that runs or waits, in every chat. */
export function allActivityView({ generations, outbox, requests }: ClientState): readonly Generation[] {
  return everywhere(activities(generations, outbox, requests));
}

function worth(generation: Generation): number {
  return WORTH.indexOf(generation.state.name);
}

function runningIn({ generations, outbox, requests }: ClientState, chatId: string): readonly Generation[] {
  return activities(generations, outbox, requests).get(chatId) ?? none;
}

export function activityView(state: ClientState, chatId: string): Generation | null {
  return runningIn(state, chatId)[0] ?? null;
}

/** The running answers that one looks at; while the path is not known, one of whatever runs in the chat. */
export function pathRunningView(state: ClientState, chatId: string): readonly Generation[] {
  const running = runningIn(state, chatId);
  if (running.length === 0) return none;
  const path = chatView(state, chatId);
  if (path.phase !== 'ready') return running.slice(0, 1);
  return running.filter(({ messageId }) => isShown(path, messageId));
}

/** Of these the one that is most worth showing. */
export function pathActivityView(state: ClientState, chatId: string): Generation | null {
  return pathRunningView(state, chatId)[0] ?? null;
}

/** Running answers of branches that are not selected. What the server does not know yet is on no other branch. */
export function elsewhereView(state: ClientState, chatId: string): readonly Generation[] {
  const running = runningIn(state, chatId);
  if (running.length === 0) return none;
  const path = chatView(state, chatId);
  if (path.phase !== 'ready') return none;
  return running.filter(({ id, messageId }) => id in state.generations && !isShown(path, messageId));
}

const ids = new WeakMap<readonly Message[], ReadonlySet<string>>();

function isShown({ messages, beside }: ChatPath, messageId: string): boolean {
  return idsOf(messages).has(messageId) || beside.some(({ id }) => id === messageId);
}

function idsOf(messages: readonly Message[]): ReadonlySet<string> {
  const known = ids.get(messages) ?? new Set(messages.map(({ id }) => id));
  ids.set(messages, known);
  return known;
}
