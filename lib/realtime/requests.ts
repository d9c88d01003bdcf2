import type { Generations } from '#lib/generation/generations.ts';
import type { Publish } from '#lib/generation/publish.ts';
import type { Replies } from '#lib/generation/replies.ts';
import type { Turns } from '#lib/generation/turns.ts';
import type { ChatPage, ChatStore } from '#lib/store/chat-store.ts';
import type { ClientMessageOf, ClientRequest } from '#lib/wire/client-message.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { type ToolSight, toolHandlers } from './tool-requests.ts';

export interface RequestPorts {
  store: ChatStore;
  replies: Replies;
  generations: Generations;
  publish: Publish;
  turns: Turns;
  races: Races;
  tools: ToolSight;
}

/** Races of people, one each at a time. */
export interface Races {
  /** @throws Refusal `conflict` when one runs already, `unknown_model` */
  start(userId: string, race: { model: string; prompts: string[] }): void;
  /** @throws Refusal `not_running` */
  stop(userId: string): void;
}

/** `older` answers with a page of its own, all others with an `ack`. */
export type Answer = { held?: boolean } | { older: ChatPage };

type Handler<T extends ClientRequest['type']> = (
  ports: RequestPorts,
  userId: string,
  request: ClientMessageOf<T>,
) => Promise<Answer>;

/** Stores and tells in the chat's turn. */
function changing<R extends { chatId: string }>(
  change: (ports: RequestPorts, userId: string, request: R) => Promise<void>,
): (ports: RequestPorts, userId: string, request: R) => Promise<Answer> {
  return (ports, userId, request) =>
    ports.turns.take({ userId, chatId: request.chatId }, async () => {
      await change(ports, userId, request);
      return {};
    });
}

const handlers: { [T in ClientRequest['type']]: Handler<T> } = {
  send: ({ replies }, userId, request) => replies.begin(userId, { ...request, kind: 'send' }),
  regenerate: ({ replies }, userId, request) => replies.begin(userId, { ...request, kind: 'regenerate' }),
  continue: ({ replies }, userId, request) => replies.begin(userId, { ...request, kind: 'continue' }),

  async stop({ generations }, userId, { generationId }) {
    if (!generations.stop(userId, generationId)) {
      throw new Refusal('not_running', 'This answer is not running any more.');
    }
    return {};
  },

  async 'stop-all'({ generations }, userId) {
    generations.stopAll(userId);
    return {};
  },

  async race({ races }, userId, { model, prompts }) {
    races.start(userId, { model, prompts });
    return {};
  },

  async 'stop-race'({ races }, userId) {
    races.stop(userId);
    return {};
  },

  async older({ store }, userId, { chatId, before }) {
    const page = await store.page(userId, chatId, before);
    if (page === null) throw new Refusal('not_found', 'There is no such chat.');
    return { older: page };
  },

  select: changing(async ({ store, publish }, userId, { chatId, messageId }) => {
    const { hasOlder, ...page } = await store.select(userId, chatId, messageId);
    publish.path(userId, { ...page, from: null }, { whole: true, hasOlder });
  }),

  async keep({ store, publish, turns, replies }, userId, { chatId, messageId }) {
    await turns.take({ userId, chatId }, async () => {
      const { hasOlder, ...page } = await store.keep(userId, chatId, messageId);
      publish.path(userId, { ...page, from: null }, { whole: true, hasOlder });
    });
    // What waited for the choice; where it does not go now, it is there and says so.
    await replies.release(userId, chatId);
    return {};
  },

  compare: changing(async ({ store, publish }, userId, { chatId, messageId }) => {
    const { hasOlder, ...page } = await store.compare(userId, chatId, messageId);
    publish.path(userId, { ...page, from: null }, { whole: true, hasOlder });
  }),

  'edit-follow-up': changing(async ({ store, publish }, userId, { chatId, messageId, text }) => {
    publish.followUps(userId, await store.editFollowUp(userId, chatId, messageId, text));
  }),

  'withdraw-follow-up': changing(async ({ store, publish }, userId, { chatId, messageId }) => {
    publish.followUps(userId, await store.withdrawFollowUp(userId, chatId, messageId));
  }),

  async 'release-follow-up'({ replies }, userId, { chatId, messageId }) {
    if (!(await replies.release(userId, chatId, messageId))) {
      throw new Refusal('conflict', 'Nothing is waiting here, or an answer is still running.');
    }
    return {};
  },

  rename: changing(async ({ store, publish }, userId, { chatId, title }) => {
    publish.chat(userId, await store.rename(userId, chatId, title));
  }),

  async delete({ store, publish, generations, turns }, userId, { chatId }) {
    await generations.stopChat(userId, chatId);
    await turns.take({ userId, chatId }, () => store.remove(userId, chatId));
    // What was stored just before the removal runs only now.
    await generations.stopChat(userId, chatId);
    publish.gone(userId, chatId);
    return {};
  },

  restore: changing(async ({ store, publish }, userId, { chatId }) => {
    publish.chat(userId, await store.restore(userId, chatId));
  }),

  read: changing(async ({ store, publish }, userId, { chatId }) => {
    publish.chat(userId, await store.markRead(userId, chatId));
  }),

  ...toolHandlers,
};

/** @throws Refusal */
export function handle(ports: RequestPorts, userId: string, request: ClientRequest): Promise<Answer> {
  const handler = handlers[request.type] as Handler<ClientRequest['type']>;
  return handler(ports, userId, request);
}
