import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SEARCHED } from '../message-search.ts';
import { regenerate, send } from './bench.ts';
import type { SearchBench } from './search-bench.ts';

/** What a search must take for words and nothing else. */
const hostile = [
  `' OR 1=1--`,
  `'; DROP TABLE "Message"; --`,
  `foo & | ! <-> bar:*`,
  '%',
  '_%_',
  '\\',
  ':*',
  `"`,
  `''`,
  '$1',
  '{"not":""}',
  'a'.repeat(10_000),
  'a '.repeat(5_000),
  '\u0000nul',
  '\ud800half',
];

export function describeWords(bench: SearchBench): void {
  const find = (user: string, text: string, limit = 20) => bench.search.byWords(user, text, limit);

  describe('words', () => {
    it('[S40] all of them have to be there, in any order and case; the last one may go on', async () => {
      const user = await bench.newUser();
      const { messageId } = await bench.said(user, 'Die Brücke über den Fluß; ÉTÉ, 橋 and weirs.');
      for (const text of ['fluß brücke', 'BRÜCKE FLU', 'été', 'weirs den', 'and wei', '橋'])
        expect([text, await find(user, text)]).toEqual([text, [messageId]]);
      for (const text of ['brücke tunnel', 'brü fluß', 'wei den', 'wei ', ' ', '', '...'])
        expect([text, await find(user, text)]).toEqual([text, []]);
    });

    it('[S40] names, paths and addresses are found by their parts', async () => {
      const user = await bench.newUser();
      const { messageId } = await bench.said(
        user,
        'see lib/store/chat-store.ts, anna@example.com, snake_case and <b>bold</b>',
      );
      for (const text of ['chat-store.ts', 'store', 'example', 'snake', 'case', 'bold', 'anna@example.com'])
        expect([text, await find(user, text)]).toEqual([text, [messageId]]);
    });

    it('[S40] nothing in them is an operator, a wildcard or an end of the statement', async () => {
      const user = await bench.newUser();
      await bench.said(user, 'nothing to see here');
      for (const text of hostile)
        expect([text.slice(0, 20), await find(user, text)]).toEqual([text.slice(0, 20), []]);
      expect(await find(user, 'nothing | zebra')).toEqual([]);
      expect(await find(user, 'nothing & see')).toHaveLength(1);
    });

    it('[S40] only in the chats of the person, and not in removed ones', async () => {
      const [anna, boris] = [await bench.newUser(), await bench.newUser()];
      const marker = `marker${randomUUID().slice(0, 8)}`;
      const { chatId, messageId } = await bench.said(anna, `mine ${marker}`);
      expect(await find(boris, marker)).toEqual([]);
      expect(await bench.search.read(boris, [messageId])).toEqual([]);
      expect(await bench.search.progress(boris)).toEqual({ total: 0, waiting: 0 });
      await bench.store.remove(anna, chatId);
      expect(await find(anna, marker)).toEqual([]);
      expect(await bench.search.read(anna, [messageId])).toEqual([]);
      await bench.store.restore(anna, chatId);
      expect(await find(anna, marker)).toEqual([messageId]);
    });

    it('[S40] no more than asked for', async () => {
      const user = await bench.newUser();
      for (let at = 0; at < 4; at += 1) await bench.said(user, `again and again ${at}`);
      expect(await find(user, 'again', 3)).toHaveLength(3);
    });

    it('[S40] an answer is found once it has ended', async () => {
      const { user, chatId, generation } = await bench.running();
      expect(await find(user, 'zephyr')).toEqual([]);
      await bench.end(generation, { text: 'A zephyr is a light wind.' });
      const [message] = await bench.search.read(user, await find(user, 'zephyr'));
      expect(message).toEqual({
        messageId: generation.messageId,
        chatId,
        chatTitle: 'What is a weir?',
        role: 'assistant',
        createdAt: bench.now,
        text: 'A zephyr is a light wind.',
      });
    });

    it('[S41] a text of any length and kind is stored, and its first 200,000 characters are searched', async () => {
      const distinct = (from: number, count: number) =>
        Array.from({ length: count }, (_, at) => String.fromCodePoint(from + at)).join(' ');
      const pairs = Array.from({ length: 200_000 }, (_, at) => String.fromCodePoint(0x20000 + (at % 40_000)));
      const long = [
        `${'x'.repeat(SEARCHED - 6)} inside outside`,
        distinct(0x20000, 42_000).repeat(3),
        pairs.join(' '),
        pairs.map((one, at) => (at % 3 === 2 ? ' ' : one)).join(''),
        Array.from({ length: 400_000 }, (_, at) => at.toString(36)).join('-'),
        'a.b@c.de/f '.repeat(60_000),
        'İȺ'.repeat(100_000),
      ];
      for (const text of long) {
        const { user, generation } = await bench.running();
        expect(await bench.end(generation, { text })).not.toBeNull();
        if (!text.endsWith('outside')) continue;
        expect(await find(user, 'outside')).toEqual([]);
      }
      const { user, generation } = await bench.running();
      await bench.end(generation, { text: `${'y '.repeat(SEARCHED / 2 - 3)}inside outside` });
      expect([await find(user, 'inside'), await find(user, 'outside')]).toEqual([[generation.messageId], []]);
    });
  });
}

export function describePlaces(bench: SearchBench): void {
  const place = (user: string, chatId: string, messageId: string, further = 1) =>
    bench.search.place(user, { chatId, messageId }, further);

  describe('places', () => {
    it('[S45] a message lies so far above the end of the selected path, or on another branch', async () => {
      const user = await bench.newUser();
      const first = await bench.said(user, 'one');
      const second = await bench.said(user, 'two', 'ok', { chatId: first.chatId });
      expect(await place(user, first.chatId, first.messageId)).toEqual({
        below: 3,
        before: second.messageId,
      });
      expect(await place(user, first.chatId, first.messageId, 2)).toEqual({
        below: 3,
        before: second.replyId,
      });
      expect(await place(user, first.chatId, first.messageId, 3)).toEqual({ below: 3, before: null });
      expect(await place(user, first.chatId, second.replyId)).toEqual({ below: 0, before: null });
      const { generation } = await bench.begin(user, regenerate(first.chatId, first.replyId));
      await bench.end(generation, { text: 'another' });
      expect(await place(user, first.chatId, second.messageId)).toEqual({ below: null, before: null });
    });

    it('[S45] [S4] what is foreign, removed, elsewhere or no id is nowhere', async () => {
      const [anna, boris] = [await bench.newUser(), await bench.newUser()];
      const { chatId, messageId } = await bench.said(anna, 'mine');
      const other = await bench.said(anna, 'elsewhere');
      expect(await place(boris, chatId, messageId)).toBeNull();
      expect(await place(anna, other.chatId, messageId)).toBeNull();
      expect(await place(anna, chatId, randomUUID())).toBeNull();
      expect(await place(anna, chatId, send().messageId)).toBeNull();
      expect(await place(anna, 'no id', 'none')).toBeNull();
      await bench.store.remove(anna, chatId);
      expect(await place(anna, chatId, messageId)).toBeNull();
    });
  });
}
