import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { describeChatStore } from './chat-store-contract.ts';
import { memoryChatStore } from './memory-chat-store.ts';

describeChatStore('memory', async (now) => ({
  store: memoryChatStore({ now }),
  newUser: async () => randomUUID(),
  close: async () => undefined,
}));

it('[S17] an outage can be played', async () => {
  const store = memoryChatStore();
  store.unavailable = true;
  await expect(store.chats('anybody')).rejects.toMatchObject({ code: 'storage_unavailable' });
  store.unavailable = false;
  expect(await store.chats('anybody')).toEqual([]);
});
