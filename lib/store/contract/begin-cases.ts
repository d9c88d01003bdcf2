import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BeginRequest } from '../chat-store.ts';
import { type Bench, goOn, refused, regenerate, send, texts } from './bench.ts';

export function describeBegin(bench: Bench): void {
  describe('begin', () => {
    it('[S1] a send makes the chat, both messages and a queued generation, and selects the answer', async () => {
      const user = await bench.newUser();
      const request = send({ text: '# Hello **there**\nmore' });
      const begun = await bench.begin(user, request);
      const ids = {
        id: request.generationId,
        chatId: request.chatId,
        messageId: request.replyId,
        userId: user,
      };
      expect(begun.generation).toEqual({
        ...ids,
        parentId: request.messageId,
        opensChat: true,
        model: 'demo/a',
        kind: 'reply',
        queuedAt: bench.now,
        attempts: 0,
        text: '',
        reasoning: '',
        equipped: false,
      });
      expect(begun).toMatchObject({ change: { from: null, revision: 1, followUps: [] } });
      expect(begun.change.chat).toMatchObject({ title: 'Hello there more', unread: false, ended: null });
      const page = await bench.pageOf(user, request.chatId);
      expect(page.messages).toEqual(begun.change.messages);
      expect(page.messages.map(({ id, parentId, role }) => ({ id, parentId, role }))).toEqual([
        { id: request.messageId, parentId: null, role: 'user' },
        { id: request.replyId, parentId: request.messageId, role: 'assistant' },
      ]);
      expect(page.messages[1]?.generation?.state).toEqual({ name: 'queued', position: null, etaMs: null });
      expect(page.messages[0]?.generation).toBeNull();
    });

    it('[S1] a second send goes below the selected answer', async () => {
      const { user, chatId, request } = await bench.answered();
      bench.pass(10);
      const begun = await bench.begin(user, send({ chatId, text: 'And a lock?', model: 'demo/b' }));
      expect(begun.change).toMatchObject({
        from: request.replyId,
        chat: { updatedAt: bench.now, model: 'demo/b' },
      });
      expect(begun.change.messages).toHaveLength(2);
      expect(texts(await bench.pageOf(user, chatId))).toEqual([
        'What is a weir?',
        'answer',
        'And a lock?',
        '',
      ]);
    });

    it('[S1] an answer opens the chat when its question is the first of its path, asked anew or not', async () => {
      const { user, chatId, request } = await bench.answered();
      const opens = async (again: BeginRequest) => {
        const { generation } = await bench.begin(user, again);
        await bench.end(generation);
        return generation.opensChat;
      };
      expect(await opens(regenerate(chatId, request.replyId))).toBe(true);
      expect(await opens(goOn(chatId, request.replyId))).toBe(true);
      expect(await opens(send({ chatId, replaces: request.messageId }))).toBe(true);
      const second = send({ chatId });
      expect(await opens(second)).toBe(false);
      expect(await opens(regenerate(chatId, second.replyId))).toBe(false);
      expect(await opens(goOn(chatId, second.replyId))).toBe(false);
    });

    it('[F38] [S2] the same request again is known, whatever has happened since', async () => {
      const { user, request, generation, chatId } = await bench.answered();
      expect(await bench.store.begin(user, request, 'p2')).toEqual({ outcome: 'known', held: false });
      const again = regenerate(chatId, generation.messageId);
      await bench.begin(user, again);
      expect(await bench.store.begin(user, again, 'p1')).toEqual({ outcome: 'known', held: false });
      expect((await bench.pageOf(user, chatId)).revision).toBe(3);
    });

    it('[S2] whether a request is known can be asked without making it', async () => {
      const { user, request, chatId } = await bench.answered();
      expect(await bench.store.known(user, request)).toEqual({ outcome: 'known', held: false });
      const waiting = send({ chatId });
      expect(await bench.store.known(user, waiting)).toBeNull();
      await bench.begin(user, send({ chatId }));
      await bench.hold(user, waiting);
      expect(await bench.store.known(user, waiting)).toEqual({ outcome: 'known', held: true });
      await refused(bench.store.known(user, { ...request, text: 'other' }), 'conflict');
      await refused(bench.store.known(await bench.newUser(), request), 'not_found');
      expect((await bench.pageOf(user, chatId)).revision).toBe(4);
    });

    it('[F38] [S2] the same request twice at once begins one generation', async () => {
      const user = await bench.newUser();
      const request = send();
      const attempts = Array.from({ length: 4 }, () => bench.store.begin(user, request, 'p1'));
      const outcomes = (await Promise.all(attempts)).map(({ outcome }) => outcome);
      expect(outcomes.sort()).toEqual(['begun', 'known', 'known', 'known']);
      expect((await bench.pageOf(user, request.chatId)).messages).toHaveLength(2);
    });

    it('[F39] [S3] a known id with other content is a conflict', async () => {
      const { user, request, chatId } = await bench.answered();
      await refused(bench.store.begin(user, { ...request, text: 'other' }, 'p1'), 'conflict');
      await refused(bench.store.begin(user, { ...request, generationId: randomUUID() }, 'p1'), 'conflict');
      await refused(
        bench.store.begin(user, send({ chatId, messageId: request.messageId }), 'p1'),
        'conflict',
      );
      const id = randomUUID();
      await refused(bench.store.begin(user, send({ messageId: id, replyId: id }), 'p1'), 'conflict');
    });

    it('[S4] an id of somebody else is answered like an unknown one, and changes nothing', async () => {
      const { request, chatId } = await bench.answered();
      const thief = await bench.newUser();
      await refused(bench.store.begin(thief, send({ chatId }), 'p1'), 'not_found');
      await refused(bench.store.begin(thief, request, 'p1'), 'not_found');
      const stolen = send({ messageId: request.messageId });
      await refused(bench.store.begin(thief, stolen, 'p1'), 'not_found');
      expect(await bench.store.page(thief, stolen.chatId)).toBeNull();
      await refused(bench.store.begin(thief, regenerate(chatId, request.replyId), 'p1'), 'not_found');
      await refused(bench.store.begin(thief, goOn(chatId, request.replyId), 'p1'), 'not_found');
    });

    it('[S21] what Postgres cannot hold is replaced, at the same length', async () => {
      const user = await bench.newUser();
      const request = send({ text: 'a\0b \uD800 \u{1F30A}' });
      await bench.begin(user, request);
      const page = await bench.pageOf(user, request.chatId);
      expect(page.messages[0]?.text).toBe('a\uFFFDb \uFFFD \u{1F30A}');
      expect(page.chat.title).toBe('a\uFFFDb \uFFFD \u{1F30A}');
      expect(await bench.store.begin(user, request, 'p1')).toMatchObject({ outcome: 'known' });
    });
  });
}
