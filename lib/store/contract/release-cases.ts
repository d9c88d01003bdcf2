import { describe, expect, it } from 'vitest';
import type { StoredGeneration } from '../chat-store.ts';
import { type Bench, type Running, send, texts } from './bench.ts';

export function describeReleases(bench: Bench): void {
  /** The question of a running answer is edited; the new branch is selected, and its answer done. */
  async function answerBeside({ user, chatId, generation }: Running): Promise<StoredGeneration> {
    const beside = await bench.begin(user, send({ chatId, replaces: generation.parentId }));
    await bench.end(beside.generation);
    return beside.generation;
  }

  describe('releases', () => {
    it('[S8] they are released one after the other, each below the answer before it', async () => {
      const { user, chatId, generation } = await bench.running();
      const first = send({ chatId, text: 'one' });
      await bench.hold(user, first);
      await bench.hold(user, send({ chatId, text: 'two', model: 'demo/b' }));
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toBeNull();
      await bench.end(generation);
      const released = await bench.store.releaseFollowUp(user, chatId, 'p1');
      expect(released).toMatchObject({
        outcome: 'begun',
        generation: { id: first.generationId, messageId: first.replyId, parentId: first.messageId },
        change: { from: generation.messageId, chat: { model: 'demo/b' }, followUps: [{ text: 'two' }] },
      });
      expect(released?.generation.opensChat).toBe(false);
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toBeNull();
      expect(await bench.store.begin(user, first, 'p1')).toEqual({ outcome: 'known', held: false });
      await bench.end({ id: first.generationId });
      await bench.store.releaseFollowUp(user, chatId, 'p1');
      expect(texts(await bench.pageOf(user, chatId))).toEqual([
        'What is a weir?',
        'answer',
        'one',
        'answer',
        'two',
        '',
      ]);
    });

    it('[S8] two releases at once send it once', async () => {
      const { user, chatId, generation } = await bench.running();
      await bench.hold(user, send({ chatId }));
      await bench.end(generation);
      const both = await Promise.all([1, 2].map(() => bench.store.releaseFollowUp(user, chatId, 'p1')));
      expect(both.filter((begun) => begun !== null)).toHaveLength(1);
    });

    it('[S8] chats to release are those whose oldest goes by itself', async () => {
      const waits = async (state: 'done' | 'failed' | null, isHidden = false) => {
        const { user, chatId, generation } = await bench.running();
        await bench.hold(user, send({ chatId }));
        if (state) await bench.end(generation, { state });
        if (isHidden) await bench.store.remove(user, chatId);
        return chatId;
      };
      const done = await waits('done');
      const others = [await waits('failed'), await waits(null), await waits('done', true)];
      const elsewhere = await bench.running();
      await bench.hold(elsewhere.user, send({ chatId: elsewhere.chatId }));
      await answerBeside(elsewhere);
      others.push(elsewhere.chatId);
      const found = (await bench.store.chatsToRelease()).map(({ chatId }) => chatId);
      expect(found).toContain(done);
      expect(found.filter((chatId) => others.includes(chatId))).toEqual([]);
    });

    it('[S8] below an answer that failed it goes only when a person sends it, and that person only', async () => {
      const { user, chatId, generation } = await bench.running();
      const { messageId } = await bench.holdIn(user, chatId);
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1', messageId)).toBeNull();
      await bench.end(generation, { state: 'failed', finish: null, code: 'upstream_error', text: '' });
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toBeNull();
      const thief = await bench.newUser();
      expect(await bench.store.releaseFollowUp(thief, chatId, 'p1', messageId)).toBeNull();
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1', messageId)).toMatchObject({
        generation: { parentId: messageId },
        change: { from: generation.messageId },
      });
    });

    it('[S24] by itself it goes only below the answer it was held behind', async () => {
      const one = await bench.running();
      const { user, chatId, generation } = one;
      const { messageId } = await bench.holdIn(user, chatId);
      await answerBeside(one);
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toBeNull();
      await bench.end(generation);
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toBeNull();
      expect((await bench.pageOf(user, chatId)).followUps).toMatchObject([{ messageId }]);
      await bench.store.select(user, chatId, generation.messageId);
      expect((await bench.store.chatsToRelease()).map((each) => each.chatId)).toContain(chatId);
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toMatchObject({
        generation: { parentId: messageId },
        change: { from: generation.messageId },
      });
    });

    it('[S24] a person sends it below the selected answer, whatever it was held behind; the next goes after it', async () => {
      const one = await bench.running();
      const { user, chatId } = one;
      const [first, second] = [await bench.holdIn(user, chatId), await bench.holdIn(user, chatId)];
      const beside = await answerBeside(one);
      const third = send({ chatId });
      const { generation } = await bench.begin(user, third);
      const last = await bench.holdIn(user, chatId);
      await bench.end(generation);
      await bench.store.select(user, chatId, beside.messageId);
      const released = await bench.store.releaseFollowUp(user, chatId, 'p1', first.messageId);
      expect(released?.change.from).toBe(third.replyId);
      await bench.end({ id: first.generationId });
      const next = await bench.store.releaseFollowUp(user, chatId, 'p1');
      expect(next).toMatchObject({
        generation: { id: second.generationId },
        change: { from: first.replyId, followUps: [{ messageId: last.messageId }] },
      });
      await bench.end({ id: second.generationId });
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toBeNull();
    });

    it('[S24] the same Send now again never sends the next one', async () => {
      const { user, chatId, generation } = await bench.running();
      const [first, second] = [await bench.holdIn(user, chatId), await bench.holdIn(user, chatId)];
      const sendNow = (messageId: string) => bench.store.releaseFollowUp(user, chatId, 'p1', messageId);
      await bench.end(generation);
      expect(await sendNow(second.messageId)).toBeNull();
      expect(await sendNow(first.messageId)).not.toBeNull();
      await bench.end({ id: first.generationId });
      expect(await sendNow(first.messageId)).toBeNull();
      expect((await bench.pageOf(user, chatId)).followUps).toMatchObject([{ messageId: second.messageId }]);
    });
  });
}
