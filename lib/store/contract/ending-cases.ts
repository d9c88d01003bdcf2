import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../chat-store.ts';
import { type Bench, goOn, send, texts } from './bench.ts';

export function at(generation: { id: string }, given: Partial<Checkpoint> = {}): Checkpoint {
  const times = { startedAt: 1_750_000_000_100, firstTokenAt: null };
  return { generation: generation.id, fallback: null, attempts: 1, ...times, pieces: [], ...given };
}

export function describeEndings(bench: Bench): void {
  async function stored(user: string, chatId: string) {
    return (await bench.pageOf(user, chatId)).messages.at(-1);
  }

  describe('checkpoints', () => {
    it('[S9] pieces add to the text by their offsets, those of all channels and generations at once', async () => {
      const one = await bench.running();
      const two = await bench.running();
      await bench.store.checkpoint('p1', [
        at(one.generation, { pieces: [{ channel: 'text', at: 0, text: 'Hello \u{1F30A}' }] }),
        at(two.generation, { pieces: [{ channel: 'reasoning', at: 0, text: 'hm' }] }),
      ]);
      await bench.store.checkpoint('p1', [
        at(one.generation, { attempts: 2, pieces: [{ channel: 'text', at: 8, text: ', you' }] }),
      ]);
      expect(await stored(one.user, one.chatId)).toMatchObject({
        text: 'Hello \u{1F30A}, you',
        generation: { state: { name: 'streaming' }, attempts: 2, startedAt: 1_750_000_000_100 },
      });
      const thinking = await stored(two.user, two.chatId);
      expect(thinking).toMatchObject({
        text: '',
        reasoning: 'hm',
        generation: { state: { name: 'thinking' } },
      });
    });

    it('[S9] a checkpoint without text tells that the call is open, or waits again', async () => {
      const { user, chatId, generation } = await bench.running();
      await bench.store.checkpoint('p1', [at(generation)]);
      expect((await stored(user, chatId))?.generation?.state.name).toBe('connecting');
      await bench.store.checkpoint('p1', [at(generation, { startedAt: null })]);
      expect((await stored(user, chatId))?.generation?.state.name).toBe('queued');
      await bench.store.checkpoint('p1', []);
    });

    it('[S9] the same piece again, perhaps longer, counts once', async () => {
      const { user, chatId, generation } = await bench.running();
      for (const text of ['abc', 'abcdef']) {
        await bench.store.checkpoint('p1', [at(generation, { pieces: [{ channel: 'text', at: 0, text }] })]);
      }
      await bench.store.checkpoint('p1', [
        at(generation, { pieces: [{ channel: 'text', at: 4, text: 'efg' }] }),
      ]);
      expect((await stored(user, chatId))?.text).toBe('abcdefg');
    });

    it('[S9] what others own, or what has ended, is left alone', async () => {
      const one = await bench.running();
      const two = await bench.running();
      await bench.end(two.generation, { text: 'whole' });
      const pieces = [{ channel: 'text' as const, at: 0, text: 'x' }];
      await bench.store.checkpoint('p2', [at(one.generation, { pieces })]);
      await bench.store.checkpoint('p1', [at(two.generation, { pieces })]);
      expect(await stored(one.user, one.chatId)).toMatchObject({ text: '', generation: { startedAt: null } });
      expect(await stored(two.user, two.chatId)).toMatchObject({
        text: 'whole',
        generation: { attempts: 1 },
      });
    });

    it('[S9] the pieces of a continue follow on the text that was there', async () => {
      const { user, chatId, request } = await bench.answered();
      const { generation } = await bench.begin(user, goOn(chatId, request.replyId));
      await bench.store.checkpoint('p1', [
        at(generation, { pieces: [{ channel: 'text', at: 6, text: '!' }] }),
      ]);
      expect((await stored(user, chatId))?.text).toBe('answer!');
    });
  });

  describe('endings', () => {
    it('[S10] text and ending are written together, and the pieces are gone', async () => {
      const { user, chatId, generation } = await bench.running();
      await bench.store.checkpoint('p1', [
        at(generation, { pieces: [{ channel: 'text', at: 0, text: 'half' }] }),
      ]);
      const result = await bench.end(generation, {
        text: 'the whole',
        reasoning: 'why',
        finish: 'length',
        fallback: 'demo/b',
      });
      expect(result).toMatchObject({ revision: 2, chat: { id: chatId, ended: 'done', unread: true } });
      expect(await stored(user, chatId)).toMatchObject({
        text: 'the whole',
        reasoning: 'why',
        generation: {
          state: { name: 'done', finish: 'length' },
          fallback: 'demo/b',
          startedAt: 1_750_000_000_001,
          firstTokenAt: 1_750_000_000_002,
          endedAt: bench.now,
          tokensIn: 7,
          tokensOut: 9,
        },
      });
    });

    it('[S10] each ending comes back as it was', async () => {
      const endings = [
        { state: 'stopped', finish: null, code: null },
        { state: 'failed', finish: null, code: 'upstream_error' },
        { state: 'interrupted', finish: null, code: 'upstream_reset' },
      ] as const;
      for (const { state, finish, code } of endings) {
        const { user, chatId, generation } = await bench.running();
        await bench.end(generation, { state, finish, code });
        const expected = code ? { name: state, code } : { name: state };
        expect((await stored(user, chatId))?.generation?.state).toEqual(expected);
        expect((await bench.pageOf(user, chatId)).chat.ended).toBe(state);
      }
    });

    it('[F42] [S10] of many that end it, one does', async () => {
      const { user, chatId, generation } = await bench.running();
      const enders = ['a', 'b', 'c', 'd'].map((text) => bench.end(generation, { text }));
      const results = await Promise.all(enders);
      expect(results.filter((result) => result !== null)).toHaveLength(1);
      const winner = ['a', 'b', 'c', 'd'][results.findIndex((result) => result !== null)];
      expect(texts(await bench.pageOf(user, chatId)).at(-1)).toBe(winner);
      expect(await bench.store.revision(user, chatId)).toBe(2);
    });

    it('[S10] only the owner ends it', async () => {
      const { user, chatId, generation } = await bench.running();
      expect(await bench.end(generation, {}, 'p2')).toBeNull();
      expect((await stored(user, chatId))?.generation?.state.name).toBe('queued');
      expect(await bench.end({ id: send().generationId })).toBeNull();
    });

    it('[S14] in a removed chat the ending is written but nobody is told; a restored chat has it', async () => {
      const { user, chatId, generation } = await bench.running();
      await bench.store.remove(user, chatId);
      expect(await bench.end(generation, { state: 'stopped', text: 'so far' })).toBeNull();
      expect(await bench.store.restore(user, chatId)).toMatchObject({ ended: 'stopped' });
      expect((await stored(user, chatId))?.text).toBe('so far');
    });
  });
}
