import type { Generations } from '#lib/generation/generations.ts';
import type { Publish } from '#lib/generation/publish.ts';
import type { Replies } from '#lib/generation/replies.ts';
import type { ChatPage, ChatStore } from '#lib/store/chat-store.ts';
import type { ClientMessageOf, ClientRequest } from '#lib/wire/client-message.ts';
import { Refusal } from '#lib/wire/error-code.ts';

export interface RequestPorts {
  store: ChatStore;
  replies: Replies;
  generations: Generations;
  publish: Publish;
}

/** `older` answers with a page of its own, all others with an `ack`. */
export type Answer = { held?: boolean } | { older: ChatPage };

type Handler<T extends ClientRequest['type']> = (
  ports: RequestPorts,
  userId: string,
  request: ClientMessageOf<T>,
) => Promise<Answer>;

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

  async older({ store }, userId, { chatId, before }) {
    const page = await store.page(userId, chatId, before);
    if (page === null) throw new Refusal('not_found', 'There is no such chat.');
    return { older: page };
  },

  async select({ store, publish }, userId, { chatId, messageId }) {
    const { hasOlder, ...page } = await store.select(userId, chatId, messageId);
    publish.path(userId, { ...page, from: null }, { whole: true, hasOlder });
    return {};
  },

  async 'edit-follow-up'({ store, publish }, userId, { chatId, messageId, text }) {
    publish.followUps(userId, await store.editFollowUp(userId, chatId, messageId, text));
    return {};
  },

  async 'withdraw-follow-up'({ store, publish }, userId, { chatId, messageId }) {
    publish.followUps(userId, await store.withdrawFollowUp(userId, chatId, messageId));
    return {};
  },

  async 'release-follow-up'({ replies }, userId, { chatId, messageId }) {
    if (!(await replies.release(userId, chatId, messageId))) {
      throw new Refusal('conflict', 'Nothing is waiting here, or an answer is still running.');
    }
    return {};
  },

  async rename({ store, publish }, userId, { chatId, title }) {
    publish.chat(userId, await store.rename(userId, chatId, title));
    return {};
  },

  async delete({ store, publish, generations, replies }, userId, { chatId }) {
    await generations.stopChat(userId, chatId);
    await store.remove(userId, chatId);
    // What was stored just before the removal may only be starting now.
    await replies.underWay();
    await generations.stopChat(userId, chatId);
    publish.gone(userId, chatId);
    return {};
  },

  async restore({ store, publish }, userId, { chatId }) {
    publish.chat(userId, await store.restore(userId, chatId));
    return {};
  },

  async read({ store, publish }, userId, { chatId }) {
    publish.chat(userId, await store.markRead(userId, chatId));
    return {};
  },
};

/** @throws Refusal */
export function handle(ports: RequestPorts, userId: string, request: ClientRequest): Promise<Answer> {
  const handler = handlers[request.type] as Handler<ClientRequest['type']>;
  return handler(ports, userId, request);
}
