import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StoredGeneration } from '../chat-store.ts';
import { type Bench, refused, regenerate, type SendRequest, send, texts } from './bench.ts';

interface Running {
  user: string;
  chatId: string;
  generation: StoredGeneration;
}

export function describeFollowUps(bench: Bench): void {
  async function running(): Promise<Running> {
    const user = await bench.newUser();
    const request = send();
    const { generation } = await bench.begin(user, request);
    return { user, chatId: request.chatId, generation };
  }

  async function held(user: string, request: SendRequest) {
    const begun = await bench.store.begin(user, request, 'p1');
    if (begun.outcome !== 'held') throw new Error(begun.outcome);
    return begun.change;
  }

  describe('follow-ups', () => {
    it('[S8] a send to an answer that runs is held, in order', async () => {
      const { user, chatId } = await running();
      bench.pass(5);
      const first = send({ chatId, text: 'one' });
      const second = send({ chatId, text: 'two', model: 'demo/b' });
      expect(await held(user, first)).toMatchObject({ revision: 2, chat: { updatedAt: bench.now } });
      const change = await held(user, second);
      expect(change.followUps).toEqual([
        { messageId: first.messageId, text: 'one', model: 'demo/a', createdAt: bench.now },
        { messageId: second.messageId, text: 'two', model: 'demo/b', createdAt: bench.now },
      ]);
      const page = await bench.pageOf(user, chatId);
      expect(page).toMatchObject({ followUps: change.followUps, revision: 3, chat: { model: 'demo/b' } });
      expect(page.messages).toHaveLength(2);
    });

    it('[S8] an edit of a message is never held', async () => {
      const { user, chatId, generation } = await running();
      const edit = send({ chatId, replaces: generation.parentId });
      expect(await bench.begin(user, edit)).toMatchObject({ outcome: 'begun' });
    });

    it('[S2] a held request is known as held, edited or not, and not after it was withdrawn', async () => {
      const { user, chatId } = await running();
      const request = send({ chatId });
      await held(user, request);
      await bench.store.editFollowUp(user, chatId, request.messageId, 'edited');
      expect(await bench.store.begin(user, request, 'p1')).toEqual({ outcome: 'known', held: true });
      await refused(bench.store.begin(user, { ...request, text: 'other' }, 'p1'), 'conflict');
      await bench.store.withdrawFollowUp(user, chatId, request.messageId);
      expect(await bench.store.begin(user, request, 'p1')).toEqual({ outcome: 'known', held: false });
      expect((await bench.pageOf(user, chatId)).followUps).toEqual([]);
    });

    it('[S8] they are released one after the other, each below the answer before it', async () => {
      const { user, chatId, generation } = await running();
      const first = send({ chatId, text: 'one' });
      await held(user, first);
      await held(user, send({ chatId, text: 'two', model: 'demo/b' }));
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toBeNull();
      await bench.end(generation);
      const released = await bench.store.releaseFollowUp(user, chatId, 'p1');
      expect(released).toMatchObject({
        outcome: 'begun',
        newChat: false,
        generation: { id: first.generationId, messageId: first.replyId, parentId: first.messageId },
        change: { from: generation.messageId, chat: { model: 'demo/b' }, followUps: [{ text: 'two' }] },
      });
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
      const { user, chatId, generation } = await running();
      await held(user, send({ chatId }));
      await bench.end(generation);
      const both = await Promise.all([1, 2].map(() => bench.store.releaseFollowUp(user, chatId, 'p1')));
      expect(both.filter((begun) => begun !== null)).toHaveLength(1);
    });

    it('[S8] edit and withdraw change what is held, and nothing once it is sent', async () => {
      const { user, chatId, generation } = await running();
      const request = send({ chatId });
      await held(user, request);
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

    it('[S8] chats to release are those whose selected answer is done', async () => {
      const waits = async (state: 'done' | 'failed' | null, isHidden = false) => {
        const { user, chatId, generation } = await running();
        await held(user, send({ chatId }));
        if (state) await bench.end(generation, { state });
        if (isHidden) await bench.store.remove(user, chatId);
        return chatId;
      };
      const done = await waits('done');
      const others = [await waits('failed'), await waits(null), await waits('done', true)];
      const found = (await bench.store.chatsToRelease()).map(({ chatId }) => chatId);
      expect(found).toContain(done);
      expect(found.filter((chatId) => others.includes(chatId))).toEqual([]);
    });

    it('[S8] a person may release below an answer that failed', async () => {
      const { user, chatId, generation } = await running();
      await held(user, send({ chatId }));
      await bench.end(generation, { state: 'failed', finish: null, code: 'upstream_error', text: '' });
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toMatchObject({ outcome: 'begun' });
      expect(await bench.store.releaseFollowUp(await bench.newUser(), chatId, 'p1')).toBeNull();
    });

    it('[S11] a send and an ending at once: the message is either begun or held and then released', async () => {
      for (let round = 0; round < 10; round += 1) {
        const { user, chatId, generation } = await running();
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
      await held(user, send({ chatId }));
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toBeNull();
      await bench.end(generation);
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toMatchObject({
        generation: { kind: 'reply' },
        change: { from: generation.messageId },
      });
    });
  });
}
