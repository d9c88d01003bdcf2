import { randomUUID } from 'node:crypto';
import type { ClientMessage, ClientMessageOf } from '#lib/wire/client-message.ts';
import { PROTOCOL_VERSION } from '#lib/wire/protocol.ts';
import type { ServerEventOf } from '#lib/wire/server-event.ts';
import type { RawClient, Sent } from '../raw-client.ts';

/** Ids that name nothing. */
export const unknown = (): Sent => ({
  chatId: randomUUID(),
  messageId: randomUUID(),
  replyId: randomUUID(),
  generationId: randomUUID(),
});

export type Answered = 'refused' | 'ack' | 'silence';
export interface Entry<T extends ClientMessage['type']> {
  /** Everything that a message of this type can name of `of`. */
  say(of: Sent, model: string): ReadonlyArray<ClientMessageOf<T>>;
  /** What a stranger gets, whether or not that exists. */
  gets: Answered;
}

const request = () => ({ requestId: randomUUID() });
const fresh = (model: string) => ({ replyId: randomUUID(), generationId: randomUUID(), model });

/** Every type of message that there is. One without an entry does not compile, and fails below. */
export const matrix: { readonly [T in ClientMessage['type']]: Entry<T> } = {
  hello: { say: () => [{ type: 'hello', protocol: PROTOCOL_VERSION }], gets: 'refused' },
  beat: { say: () => [{ type: 'beat' }], gets: 'silence' },
  equip: {
    say: ({ chatId }) => [{ type: 'equip', ...request(), chatId, tools: ['calculator'] }],
    gets: 'refused',
  },
  decide: {
    say: ({ chatId, generationId }) =>
      (['allow', 'chat', 'refuse'] as const).map((verdict) => ({
        type: 'decide',
        ...request(),
        chatId,
        generationId,
        callId: randomUUID(),
        verdict,
      })),
    gets: 'refused',
  },
  'look-for-tools': { say: () => [{ type: 'look-for-tools', ...request() }], gets: 'ack' },
  watch: {
    say: ({ chatId, generationId }) => [
      { type: 'watch', chatId },
      { type: 'watch', chatId, revision: 1, have: [{ generation: generationId, text: 0, reasoning: 0 }] },
    ],
    gets: 'refused',
  },
  unwatch: { say: ({ chatId }) => [{ type: 'unwatch', chatId }], gets: 'silence' },
  older: {
    say: ({ chatId, messageId, replyId }) =>
      [messageId, replyId].map((before) => ({ type: 'older', ...request(), chatId, before })),
    gets: 'refused',
  },
  send: {
    say: ({ chatId, messageId }, model) => [
      {
        type: 'send',
        ...request(),
        chatId,
        messageId: randomUUID(),
        replaces: messageId,
        text: 'mine',
        ...fresh(model),
      },
      {
        type: 'send',
        ...request(),
        chatId,
        messageId: randomUUID(),
        replaces: messageId,
        text: 'mine',
        ...fresh(model),
        also: [fresh(model)],
      },
    ],
    gets: 'refused',
  },
  regenerate: {
    say: ({ chatId, replyId }, model) => [
      { type: 'regenerate', ...request(), chatId, messageId: replyId, ...fresh(model) },
      { type: 'regenerate', ...request(), chatId, messageId: replyId, ...fresh(model), also: [fresh(model)] },
    ],
    gets: 'refused',
  },
  keep: {
    say: ({ chatId, replyId }) => [{ type: 'keep', ...request(), chatId, messageId: replyId }],
    gets: 'refused',
  },
  compare: {
    say: ({ chatId, replyId }) => [{ type: 'compare', ...request(), chatId, messageId: replyId }],
    gets: 'refused',
  },
  continue: {
    say: ({ chatId, replyId }) => [
      { type: 'continue', ...request(), chatId, messageId: replyId, generationId: randomUUID() },
    ],
    gets: 'refused',
  },
  stop: {
    say: ({ chatId, generationId }) => [
      { type: 'stop', ...request(), chatId, generationId },
      // Under a chat of one's own, or none.
      { type: 'stop', ...request(), chatId: randomUUID(), generationId },
    ],
    gets: 'refused',
  },
  select: {
    say: ({ chatId, messageId, replyId }) =>
      [messageId, replyId].map((id) => ({ type: 'select', ...request(), chatId, messageId: id })),
    gets: 'refused',
  },
  'edit-follow-up': {
    say: ({ chatId, messageId }) => [
      { type: 'edit-follow-up', ...request(), chatId, messageId, text: 'mine' },
    ],
    gets: 'refused',
  },
  'withdraw-follow-up': {
    say: ({ chatId, messageId }) => [{ type: 'withdraw-follow-up', ...request(), chatId, messageId }],
    gets: 'refused',
  },
  'release-follow-up': {
    say: ({ chatId, messageId }) => [{ type: 'release-follow-up', ...request(), chatId, messageId }],
    gets: 'refused',
  },
  rename: { say: ({ chatId }) => [{ type: 'rename', ...request(), chatId, title: 'mine' }], gets: 'refused' },
  delete: { say: ({ chatId }) => [{ type: 'delete', ...request(), chatId }], gets: 'refused' },
  restore: { say: ({ chatId }) => [{ type: 'restore', ...request(), chatId }], gets: 'refused' },
  read: { say: ({ chatId }) => [{ type: 'read', ...request(), chatId }], gets: 'refused' },
  flow: { say: () => [{ type: 'flow', on: true }], gets: 'silence' },
  'stop-all': { say: () => [{ type: 'stop-all', ...request() }], gets: 'ack' },
  race: { say: (_of, model) => [{ type: 'race', ...request(), model, prompts: ['mine'] }], gets: 'ack' },
  'stop-race': { say: () => [{ type: 'stop-race', ...request() }], gets: 'ack' },
};
export const types = Object.keys(matrix) as ClientMessage['type'][];

/** Fields by which somebody could claim to be, or to speak for, another. */
export const claims = (owner: RawClient) => ({
  userId: owner.userId,
  ownerId: owner.userId,
  user: { id: owner.userId },
  sessionId: owner.cookie,
  connectionId: owner.userId,
  cookie: owner.cookie,
  role: 'admin',
  isGuest: false,
  isAnonymous: false,
  createdAt: 0,
  deletedAt: null,
});

/** What came as the answer, without what names the request. */
export async function answerTo(client: RawClient, message: ClientMessage): Promise<object | null> {
  const from = client.events.length;
  client.send(message);
  const isAnswer = (event: { requestId?: string | null; chatId?: string }) =>
    'requestId' in message
      ? event.requestId === message.requestId
      : message.type === 'watch'
        ? event.chatId === message.chatId
        : true;
  if (matrix[message.type].gets === 'silence') return null;
  const found = await client.until(
    () =>
      client.events
        .slice(from)
        .find((event) => (event.type === 'refused' || event.type === 'ack') && isAnswer(event)),
    `an answer to ${message.type}`,
  );
  return { ...found, requestId: null, chatId: null };
}

export const snapshot = async (client: RawClient, chatId: string): Promise<ServerEventOf<'path'>> => {
  const from = client.events.length;
  client.watch(chatId);
  return client.event('path', (event) => event.chatId === chatId && event.snapshot, from);
};

/** What may not change: everything but the states of what runs, and what they have said by now. */
export const bare = ({ messages, followUps, revision }: ServerEventOf<'path'>) => ({
  revision,
  followUps,
  messages: messages.map(({ id, parentId, role, siblings }) => ({ id, parentId, role, siblings })),
});
