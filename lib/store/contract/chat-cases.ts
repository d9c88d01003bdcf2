import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Bench, goOn, refused, regenerate, send } from './bench.ts';

export function describeChats(bench: Bench): void {
  describe('chats', () => {
    it('[S12] newest send first, each with what its latest answer did', async () => {
      const { user, chatId } = await bench.answered();
      bench.pass(1_000);
      const other = await bench.begin(user, send());
      const list = await bench.store.chats(user);
      expect(list.map(({ id }) => id)).toEqual([other.generation.chatId, chatId]);
      expect(list.map((chat) => chat.ended)).toEqual([null, 'done']);
      expect(list[1]).toEqual((await bench.pageOf(user, chatId)).chat);
      expect(await bench.store.chats(await bench.newUser())).toEqual([]);
    });

    it('[S12] ended is null while any answer of the chat runs, then that of the newest ending', async () => {
      const { user, chatId, request } = await bench.answered();
      const one = await bench.begin(user, regenerate(chatId, request.replyId));
      const two = await bench.begin(user, regenerate(chatId, request.replyId));
      bench.pass(10);
      const first = await bench.end(one.generation, { state: 'failed', finish: null, code: 'empty_answer' });
      expect(first?.chat.ended).toBeNull();
      const last = await bench.end(two.generation, {
        state: 'stopped',
        finish: null,
        endedAt: bench.now - 5,
      });
      expect(last?.chat.ended).toBe('failed');
    });

    it('[S12] a stopped answer is no news', async () => {
      const { user, chatId, generation } = await bench.running();
      const stopped = { state: 'stopped', finish: null } as const;
      expect((await bench.end(generation, stopped))?.chat.unread).toBe(false);
      expect((await bench.pageOf(user, chatId)).chat.unread).toBe(false);
    });

    it('[S12] an ending makes a chat unread until it is read, also within one millisecond', async () => {
      const { user, chatId, request } = await bench.answered();
      expect((await bench.pageOf(user, chatId)).chat.unread).toBe(true);
      expect((await bench.store.markRead(user, chatId)).unread).toBe(false);
      const { generation } = await bench.begin(user, goOn(chatId, request.replyId));
      expect((await bench.store.markRead(user, chatId)).unread).toBe(false);
      expect((await bench.end(generation))?.chat.unread).toBe(true);
      expect((await bench.store.markRead(user, chatId)).unread).toBe(false);
      await refused(bench.store.markRead(await bench.newUser(), chatId), 'not_found');
    });

    it('[S12] an ending whose clock is ahead can be read', async () => {
      const user = await bench.newUser();
      const { generation } = await bench.begin(user, send());
      await bench.end(generation, { endedAt: bench.now + 60_000 });
      expect((await bench.store.markRead(user, generation.chatId)).unread).toBe(false);
    });

    it('[F55] [S13] a title of the model replaces the plain one, never one of a person', async () => {
      const { user, chatId } = await bench.answered();
      const before = (await bench.store.chats(user))[0];
      await bench.store.markRead(user, chatId);
      bench.pass(5_000);
      const titled = await bench.store.entitle(chatId, 'Weirs');
      expect(titled).toEqual({ ...before, title: 'Weirs', unread: false });
      expect(await bench.store.entitle(chatId, 'Again')).toBeNull();
      const other = await bench.answered();
      expect(await bench.store.rename(other.user, other.chatId, 'Mine')).toMatchObject({ title: 'Mine' });
      expect(await bench.store.entitle(other.chatId, 'Weirs')).toBeNull();
      await refused(bench.store.rename(user, other.chatId, 'Thief'), 'not_found');
      expect((await bench.store.chats(other.user))[0]?.title).toBe('Mine');
    });

    it('[F49] [S14] a removed chat is as unknown as one that never was, until it is restored', async () => {
      const { user, chatId, request } = await bench.answered();
      const before = await bench.pageOf(user, chatId);
      await bench.store.remove(user, chatId);
      expect(await bench.store.chats(user)).toEqual([]);
      expect(await bench.store.page(user, chatId)).toBeNull();
      expect(await bench.store.revision(user, chatId)).toBeNull();
      expect(await bench.store.entitle(chatId, 'x')).toBeNull();
      await refused(bench.store.remove(user, chatId), 'not_found');
      await refused(bench.store.begin(user, request, 'p1'), 'not_found');
      await refused(bench.store.begin(user, send({ chatId }), 'p1'), 'not_found');
      await refused(bench.store.restore(await bench.newUser(), chatId), 'not_found');
      expect(await bench.store.restore(user, chatId)).toEqual(before.chat);
      expect(await bench.pageOf(user, chatId)).toEqual(before);
    });

    it('[S14] purge removes what has been hidden for long enough, with all it contains', async () => {
      const old = await bench.answered();
      const young = await bench.answered();
      await bench.store.remove(old.user, old.chatId);
      bench.pass(1_000);
      await bench.store.remove(young.user, young.chatId);
      bench.pass(1_000);
      expect(await bench.store.purge(1_500)).toBeGreaterThanOrEqual(1);
      await refused(bench.store.restore(old.user, old.chatId), 'not_found');
      expect(await bench.store.restore(young.user, young.chatId)).toMatchObject({ id: young.chatId });
      expect(await bench.store.history(old.chatId, old.request.replyId)).toEqual([]);
      expect(await bench.begin(old.user, old.request)).toMatchObject({ change: { revision: 1 } });
    });

    it('[F55] [S16] the revision moves by one with the tree, the path and the follow-ups, and with nothing else', async () => {
      const { user, chatId, request } = await bench.answered();
      const revision = () => bench.store.revision(user, chatId);
      expect(await revision()).toBe(2);
      await bench.store.rename(user, chatId, 'x');
      await bench.store.markRead(user, chatId);
      await bench.store.entitle(chatId, 'y');
      expect(await revision()).toBe(2);
      await bench.store.select(user, chatId, request.messageId);
      const { generation } = await bench.begin(user, regenerate(chatId, request.replyId));
      expect(await revision()).toBe(4);
      await bench.store.begin(user, send({ chatId }), 'p1');
      expect(await bench.end(generation)).toMatchObject({ revision: 6 });
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toMatchObject({
        change: { revision: 7 },
      });
    });

    it('[S4] what nobody has is null or not found', async () => {
      const user = await bench.newUser();
      const { chatId } = await bench.answered();
      for (const id of [randomUUID(), chatId, 'no-uuid']) {
        expect(await bench.store.page(user, id)).toBeNull();
        expect(await bench.store.revision(user, id)).toBeNull();
        await refused(bench.store.remove(user, id), 'not_found');
        await refused(bench.store.restore(user, id), 'not_found');
        await refused(bench.store.select(user, id, randomUUID()), 'not_found');
      }
    });
  });
}
