import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { limits } from '#lib/wire/protocol.ts';
import { type Bench, goOn, refused, regenerate, send, texts } from './bench.ts';

export function describeTree(bench: Bench): void {
  describe('tree', () => {
    it('[S5] an edit is a sibling of the message it replaces', async () => {
      const { user, chatId, request } = await bench.answered();
      const edit = send({ chatId, replaces: request.messageId, text: 'What is a dam?' });
      const { change } = await bench.begin(user, edit);
      expect(change.from).toBeNull();
      expect(change.messages[0]).toMatchObject({
        siblings: [request.messageId, edit.messageId],
        parentId: null,
      });
      expect(texts(await bench.pageOf(user, chatId))).toEqual(['What is a dam?', '']);
    });

    it('[S5] only a message of a person can be replaced, and only in its own chat', async () => {
      const { user, chatId, request } = await bench.answered();
      await refused(bench.store.begin(user, send({ chatId, replaces: request.replyId }), 'p1'), 'conflict');
      await refused(bench.store.begin(user, send({ chatId, replaces: randomUUID() }), 'p1'), 'not_found');
      const fresh = send({ replaces: request.messageId });
      await refused(bench.store.begin(user, fresh, 'p1'), 'not_found');
      expect(await bench.store.page(user, fresh.chatId)).toBeNull();
    });

    it('[S5] a regeneration is a sibling of the answer, with its own model', async () => {
      const { user, chatId, request } = await bench.answered();
      const { change, generation } = await bench.begin(
        user,
        regenerate(chatId, request.replyId, { model: 'demo/b' }),
      );
      expect(change.from).toBe(request.messageId);
      expect(change.chat.model).toBe('demo/b');
      expect(change.messages.map(({ siblings }) => siblings)).toEqual([
        [request.replyId, generation.messageId],
      ]);
      expect(generation).toMatchObject({
        parentId: request.messageId,
        kind: 'reply',
        text: '',
        model: 'demo/b',
      });
    });

    it('[S5] a continue goes on from the text of the same message, with the same model', async () => {
      const { user, chatId, request } = await bench.answered({ model: 'demo/old' });
      const { change, generation } = await bench.begin(user, goOn(chatId, request.replyId));
      const expected = { messageId: request.replyId, kind: 'continue', text: 'answer', model: 'demo/old' };
      expect(generation).toMatchObject({ ...expected, parentId: request.messageId });
      expect(change.from).toBe(request.messageId);
      expect(change.messages[0]).toMatchObject({ text: 'answer', generation: { id: generation.id } });
      await bench.end(generation, { text: 'answer and more' });
      expect(texts(await bench.pageOf(user, chatId))).toEqual(['What is a weir?', 'answer and more']);
    });

    it('[F52] [S5] what is running, or is no answer, can be neither regenerated nor continued', async () => {
      const user = await bench.newUser();
      const request = send();
      await bench.begin(user, request);
      for (const id of [request.replyId, request.messageId]) {
        await refused(bench.store.begin(user, regenerate(request.chatId, id), 'p1'), 'conflict');
        await refused(bench.store.begin(user, goOn(request.chatId, id), 'p1'), 'conflict');
      }
      await refused(bench.store.begin(user, goOn(request.chatId, randomUUID()), 'p1'), 'not_found');
    });

    it('[S6] selecting a message goes down to the newest leaf below it', async () => {
      const { user, chatId, request } = await bench.answered();
      const second = await bench.begin(user, send({ chatId, text: 'second' }));
      await bench.end(second.generation, { text: 'second answer' });
      await bench.begin(user, send({ chatId, replaces: request.messageId, text: 'other root' }));
      const page = await bench.store.select(user, chatId, request.messageId);
      expect(texts(page)).toEqual(['What is a weir?', 'answer', 'second', 'second answer']);
      expect(page).toEqual(await bench.pageOf(user, chatId));
      await refused(bench.store.select(user, chatId, randomUUID()), 'not_found');
      await refused(bench.store.select(await bench.newUser(), chatId, request.messageId), 'not_found');
    });

    it('[F110] [S7] a long path comes in pages that meet', async () => {
      const { user, chatId } = await bench.answered({ text: 'q0' });
      const turns = limits.pageSize / 2 + 2;
      for (let turn = 1; turn < turns; turn += 1) {
        const { generation } = await bench.begin(user, send({ chatId, text: `q${turn}` }));
        await bench.end(generation, { text: `a${turn}` });
      }
      const last = await bench.pageOf(user, chatId);
      expect(last).toMatchObject({ hasOlder: true });
      expect(last.messages).toHaveLength(limits.pageSize);
      const older = await bench.pageOf(user, chatId, last.messages[0]?.id);
      expect(older).toMatchObject({ hasOlder: false });
      expect(texts(older)).toEqual(['q0', 'answer', 'q1', 'a1']);
      expect(older.messages.at(-1)?.id).toBe(last.messages[0]?.parentId);
      expect(await bench.store.page(user, chatId, randomUUID())).toBeNull();
      expect((await bench.pageOf(user, chatId, older.messages[0]?.id)).messages).toEqual([]);
    });

    it('[S5] history is the path from the root down to the message', async () => {
      const { user, chatId } = await bench.answered();
      const { generation } = await bench.begin(user, send({ chatId, text: 'second' }));
      expect(await bench.store.history(chatId, generation.parentId)).toEqual([
        { role: 'user', text: 'What is a weir?' },
        { role: 'assistant', text: 'answer' },
        { role: 'user', text: 'second' },
      ]);
    });
  });
}
