import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Bench, refused, regenerate, send, texts } from './bench.ts';

export function describeFollowUps(bench: Bench): void {
  describe('follow-ups', () => {
    it('[S8] a send to an answer that runs is held, in order', async () => {
      const { user, chatId } = await bench.running();
      bench.pass(5);
      const first = send({ chatId, text: 'one' });
      const second = send({ chatId, text: 'two', model: 'demo/b' });
      expect(await bench.hold(user, first)).toMatchObject({ revision: 2, chat: { updatedAt: bench.now } });
      const change = await bench.hold(user, second);
      expect(change.followUps).toEqual([
        { messageId: first.messageId, text: 'one', model: 'demo/a', createdAt: bench.now },
        { messageId: second.messageId, text: 'two', model: 'demo/b', createdAt: bench.now },
      ]);
      const page = await bench.pageOf(user, chatId);
      expect(page).toMatchObject({ followUps: change.followUps, revision: 3, chat: { model: 'demo/b' } });
      expect(page.messages).toHaveLength(2);
    });

    it('[S8] an edit of a message is never held', async () => {
      const { user, chatId, generation } = await bench.running();
      const edit = send({ chatId, replaces: generation.parentId });
      expect(await bench.begin(user, edit)).toMatchObject({ outcome: 'begun' });
    });

    it('[S2] a held request is known as held, edited or not, and not after it was withdrawn', async () => {
      const { user, chatId } = await bench.running();
      const request = send({ chatId });
      await bench.hold(user, request);
      await bench.store.editFollowUp(user, chatId, request.messageId, 'edited');
      expect(await bench.store.begin(user, request, 'p1')).toEqual({ outcome: 'known', held: true });
      await refused(bench.store.begin(user, { ...request, text: 'other' }, 'p1'), 'conflict');
      await bench.store.withdrawFollowUp(user, chatId, request.messageId);
      expect(await bench.store.begin(user, request, 'p1')).toEqual({ outcome: 'known', held: false });
      expect((await bench.pageOf(user, chatId)).followUps).toEqual([]);
    });

    it('[S8] edit and withdraw change what is held, and nothing once it is sent', async () => {
      const { user, chatId, generation } = await bench.running();
      const request = send({ chatId });
      await bench.hold(user, request);
      const { messageId } = request;
      const change = await bench.store.editFollowUp(user, chatId, messageId, 'edited');
      expect(change).toMatchObject({ revision: 3, followUps: [{ messageId, text: 'edited' }] });
      const thief = await bench.newUser();
      await refused(bench.store.editFollowUp(thief, chatId, messageId, 'x'), 'not_found');
      await refused(bench.store.withdrawFollowUp(thief, chatId, messageId), 'not_found');
      await refused(bench.store.withdrawFollowUp(user, chatId, randomUUID()), 'not_found');
      await bench.end(generation);
      await bench.store.releaseFollowUp(user, chatId, 'p1');
      await refused(bench.store.editFollowUp(user, chatId, messageId, 'x'), 'not_found');
      await refused(bench.store.withdrawFollowUp(user, chatId, messageId), 'not_found');
      expect(texts(await bench.pageOf(user, chatId)).at(-2)).toBe('edited');
    });

    it('[S25] twenty wait at most; the next is refused and changes nothing, until one has gone', async () => {
      const { user, chatId } = await bench.running();
      const first = await bench.holdIn(user, chatId);
      for (let n = 2; n <= 20; n += 1) await bench.holdIn(user, chatId);
      const before = await bench.pageOf(user, chatId);
      bench.pass(1);
      const next = send({ chatId, model: 'demo/b' });
      await expect(bench.store.begin(user, next, 'p1')).rejects.toMatchObject({
        name: 'Refusal',
        code: 'user_queue_full',
        message: 'Twenty messages wait here already; let some go first.',
        retryAfterMs: 5_000,
      });
      expect(await bench.pageOf(user, chatId)).toEqual(before);
      expect(await bench.store.begin(user, first, 'p1')).toEqual({ outcome: 'known', held: true });
      await bench.store.withdrawFollowUp(user, chatId, first.messageId);
      expect((await bench.hold(user, next)).followUps).toHaveLength(20);
    });

    it('[F41] [S11] a send and an ending at once: the message is either begun or held and then released', async () => {
      for (let round = 0; round < 10; round += 1) {
        const { user, chatId, generation } = await bench.running();
        const sends = [send({ chatId }), send({ chatId })];
        const work = sends.map((request) => bench.store.begin(user, request, 'p1'));
        const [ending, ...begun] = await Promise.all([bench.end(generation), ...work]);
        expect(ending).not.toBeNull();
        const free = begun.every((each) => each.outcome === 'held');
        const released = await bench.store.releaseFollowUp(user, chatId, 'p1');
        expect(released !== null).toBe(free);
        const page = await bench.pageOf(user, chatId);
        expect(page.messages).toHaveLength(4);
        expect(page.followUps).toHaveLength(1);
      }
    });

    it('[S11] a regeneration beside a held message leaves it held until the new answer is there', async () => {
      const { user, chatId, request } = await bench.answered();
      const { generation } = await bench.begin(user, regenerate(chatId, request.replyId));
      await bench.hold(user, send({ chatId }));
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toBeNull();
      await bench.end(generation);
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toMatchObject({
        generation: { kind: 'reply' },
        change: { from: generation.messageId },
      });
    });
  });
}
