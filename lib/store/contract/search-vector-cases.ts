import { describe, expect, it } from 'vitest';
import { goOn } from './bench.ts';
import { type SearchBench, vector } from './search-bench.ts';

const whole = (...values: number[]) => [{ at: 0, vector: vector(...values) }];

export function describeVectors(bench: SearchBench): void {
  const near = (user: string, model: string, ...values: number[]) =>
    bench.search.byMeaning(user, { model, vector: vector(...values) }, 10);

  describe('what waits for vectors', () => {
    it('[S43] are messages with a text, the newest first, until their pieces are kept', async () => {
      const user = await bench.newUser();
      const { messageId, replyId } = await bench.said(user, 'a question', 'an answer');
      const newest = (await bench.search.waiting(2, [])).map((one) => one.messageId);
      expect(new Set(newest)).toEqual(new Set([messageId, replyId]));
      expect(await bench.search.waiting(1, newest)).not.toContainEqual(
        expect.objectContaining({ messageId: newest[0] }),
      );
      expect(await bench.search.progress(user)).toEqual({ total: 2, waiting: 2 });
      expect(await bench.waitingOf(messageId)).toMatchObject({ text: 'a question' });
      if (!bench.search.hasVectors) return;
      await bench.keepFor(messageId, whole(1, 0));
      await bench.keepFor(replyId, []);
      expect(await bench.search.progress(user)).toEqual({ total: 2, waiting: 0 });
    });

    it('[S43] a running answer does not wait, and one that goes on waits again', async () => {
      const { user, chatId, generation } = await bench.running();
      const { messageId } = generation;
      expect(await bench.waitingOf(messageId)).toBeUndefined();
      await bench.end(generation, { state: 'interrupted', code: 'upstream_reset', text: 'the begin' });
      const before = await bench.waitingOf(messageId);
      const { generation: more } = await bench.begin(user, goOn(chatId, messageId));
      await bench.end(more, { text: 'the beginning and the end' });
      expect(await bench.waitingOf(messageId)).toMatchObject({ text: 'the beginning and the end' });
      if (!bench.search.hasVectors) return;
      const late = { messageId, version: before?.version ?? '', model: 'm/one', pieces: whole(1, 0) };
      await bench.search.keep([late]);
      expect([await near(user, 'm/one', 1, 0), await bench.waitingOf(messageId)]).toEqual([
        [],
        expect.objectContaining({ messageId }),
      ]);
    });
  });

  describe('vectors', () => {
    it('[S42] the nearest comes first, each message once, with the piece that is near', async ({ skip }) => {
      skip(!bench.search.hasVectors);
      const user = await bench.newUser();
      const one = await bench.said(user, 'one', 'two');
      await bench.keepFor(one.messageId, [
        { at: 0, vector: vector(0, 1) },
        { at: 700, vector: vector(1, 0.1) },
        { at: 1_400, vector: vector(1, 1) },
      ]);
      await bench.keepFor(one.replyId, whole(1, 0.5));
      const found = await near(user, 'm/one', 1, 0);
      expect(found.map(({ messageId, at }) => [messageId, at])).toEqual([
        [one.messageId, 700],
        [one.replyId, 0],
      ]);
      expect(found[0]?.likeness).toBeCloseTo(0.995, 3);
      expect(await bench.search.byMeaning(user, { model: 'm/one', vector: vector(1, 0) }, 1)).toHaveLength(1);
    });

    it('[S42] those of other people, removed chats, other models and other lengths are passed over', async ({
      skip,
    }) => {
      skip(!bench.search.hasVectors);
      const [anna, boris] = [await bench.newUser(), await bench.newUser()];
      const { chatId, messageId, replyId } = await bench.said(anna, 'one');
      await bench.keepFor(messageId, whole(1, 0));
      await bench.keepFor(replyId, whole(1, 0, 0));
      expect(await near(boris, 'm/one', 1, 0)).toEqual([]);
      expect(await near(anna, 'm/two', 1, 0)).toEqual([]);
      expect((await near(anna, 'm/one', 1, 0)).map((piece) => piece.messageId)).toEqual([messageId]);
      expect((await near(anna, 'm/one', 1, 0, 0)).map((piece) => piece.messageId)).toEqual([replyId]);
      await bench.store.remove(anna, chatId);
      expect(await near(anna, 'm/one', 1, 0)).toEqual([]);
    });

    it('[S43] a refused piece is kept and never found; another model makes all of it wait again', async ({
      skip,
    }) => {
      skip(!bench.search.hasVectors);
      const user = await bench.newUser();
      const { messageId, replyId } = await bench.said(user, 'one');
      await bench.keepFor(messageId, [
        { at: 0, vector: null },
        { at: 900, vector: vector(0, 1) },
      ]);
      await bench.keepFor(replyId, whole(1, 0), 'm/two');
      expect((await near(user, 'm/one', 1, 0)).map(({ at }) => at)).toEqual([900]);
      expect(await bench.search.renew('m/two')).toBeGreaterThan(0);
      expect([await bench.waitingOf(messageId), await bench.waitingOf(replyId)]).toEqual([
        expect.objectContaining({ messageId }),
        undefined,
      ]);
      await bench.keepFor(messageId, whole(1, 0), 'm/two');
      expect(await near(user, 'm/one', 1, 0)).toEqual([]);
      expect(await near(user, 'm/two', 1, 0)).toHaveLength(2);
    });

    it('[S43] two processes that keep the same message keep it once', async ({ skip }) => {
      skip(!bench.search.hasVectors);
      const user = await bench.newUser();
      const { messageId } = await bench.said(user, 'one');
      const { version } = (await bench.waitingOf(messageId)) ?? { version: '' };
      const entry = { messageId, version, model: 'm/one', pieces: whole(1, 0) };
      await Promise.all([bench.search.keep([entry]), bench.search.keep([entry])]);
      expect(await near(user, 'm/one', 1, 0)).toHaveLength(1);
    });

    it('[S45] a purge takes words and vectors along', async ({ skip }) => {
      skip(!bench.search.hasVectors);
      const user = await bench.newUser();
      const { chatId, messageId } = await bench.said(user, 'purged');
      await bench.keepFor(messageId, whole(1, 0));
      await bench.store.remove(user, chatId);
      bench.pass(10);
      expect(await bench.store.purge(1)).toBeGreaterThan(0);
      expect(await bench.search.read(user, [messageId])).toEqual([]);
      expect(await near(user, 'm/one', 1, 0)).toEqual([]);
    });
  });
}
