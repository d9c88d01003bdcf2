import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ChatPage, StoredGeneration } from '../chat-store.ts';
import { another, type Bench, goOn, refused, regenerate, type SendRequest, send, texts } from './bench.ts';

interface Compared {
  user: string;
  chatId: string;
  request: SendRequest;
  answers: StoredGeneration[];
}

const ids = (messages: { id: string }[]) => messages.map(({ id }) => id);

async function compared(bench: Bench, models = ['demo/b', 'demo/c']): Promise<Compared> {
  const user = await bench.newUser();
  const request = send({ also: models.map(another) });
  const { generation, also } = await bench.begin(user, request);
  return { user, chatId: request.chatId, request, answers: [generation, ...also] };
}

async function allDone(bench: Bench, answers: StoredGeneration[]): Promise<void> {
  for (const [at, answer] of answers.entries()) await bench.end(answer, { text: `answer ${at}` });
}

export function describeComparisons(bench: Bench): void {
  describe('comparisons', () => {
    it('[S51] a send stores one message and all its answers at once, and selects the first', async () => {
      const { user, request, answers } = await compared(bench);
      expect(answers.map(({ model }) => model)).toEqual(['demo/a', 'demo/b', 'demo/c']);
      expect(new Set(answers.map(({ parentId }) => parentId))).toEqual(new Set([request.messageId]));
      const page = await bench.pageOf(user, request.chatId);
      expect(page.revision).toBe(1);
      expect(ids(page.messages)).toEqual([request.messageId, request.replyId]);
      expect(ids(page.beside)).toEqual(request.also?.map(({ replyId }) => replyId));
      for (const { siblings, generation } of [...page.messages.slice(1), ...page.beside]) {
        expect(siblings).toEqual(answers.map(({ messageId }) => messageId));
        expect(generation?.state.name).toBe('queued');
      }
      expect(page.chat.model).toBe('demo/a');
    });

    it('[S51] what a page shows is what the change told', async () => {
      const user = await bench.newUser();
      const { change } = await bench.begin(user, send({ also: [another()] }));
      const page: Partial<ChatPage> = await bench.pageOf(user, change.chat.id);
      expect({ messages: page.messages, beside: page.beside, revision: page.revision }).toEqual({
        messages: change.messages,
        beside: change.beside,
        revision: change.revision,
      });
    });

    it('[S51] the same request again is known, also twice at once; other content is a conflict', async () => {
      const user = await bench.newUser();
      const request = send({ also: [another(), another()] });
      const attempts = Array.from({ length: 4 }, () => bench.store.begin(user, request, 'p1'));
      const outcomes = (await Promise.all(attempts)).map(({ outcome }) => outcome);
      expect(outcomes.sort()).toEqual(['begun', 'known', 'known', 'known']);
      expect(await bench.store.known(user, request)).toEqual({ outcome: 'known', held: false });
      const [one] = request.also ?? [];
      for (const also of [undefined, one && [one], [another(), another()]]) {
        await refused(bench.store.begin(user, { ...request, also }, 'p1'), 'conflict');
      }
      const { chatId } = request;
      // An id that stands for another answer already.
      await refused(bench.store.begin(user, send({ chatId, also: one && [one] }), 'p1'), 'conflict');
      const thief = await bench.newUser();
      await refused(bench.store.begin(thief, send({ also: one && [one] }), 'p1'), 'not_found');
      expect((await bench.pageOf(user, chatId)).revision).toBe(1);
    });

    it('[S51] an id that stands for two answers is a conflict, and nothing is stored', async () => {
      const user = await bench.newUser();
      const [one, request] = [another(), send()];
      const twice = [
        { ...one, generationId: randomUUID() },
        { ...one, replyId: randomUUID() },
        { ...another(), replyId: request.replyId },
        { ...another(), generationId: request.generationId },
      ];
      for (const two of twice) {
        await refused(bench.store.begin(user, { ...request, also: [one, two] }, 'p1'), 'conflict');
      }
      expect(await bench.store.page(user, request.chatId)).toBeNull();
    });

    it('[S51] each answer ends by itself, and the chat has ended when all have', async () => {
      const { user, chatId, answers } = await compared(bench);
      const [first, second, third] = answers as [StoredGeneration, StoredGeneration, StoredGeneration];
      bench.pass(5);
      const one = await bench.end(second, { text: 'two' });
      expect(one).toMatchObject({ revision: 2, chat: { ended: null } });
      await bench.end(third, { state: 'failed', finish: null, code: 'upstream_error', text: '' });
      expect((await bench.pageOf(user, chatId)).chat.ended).toBeNull();
      bench.pass(5);
      expect(await bench.end(first, { text: 'one' })).toMatchObject({
        chat: { ended: 'done', unread: true },
      });
      const page = await bench.pageOf(user, chatId);
      expect([...texts(page).slice(1), ...page.beside.map(({ text }) => text)]).toEqual(['one', 'two', '']);
      expect(await bench.end(second)).toBeNull();
    });

    it('[S52] keep selects that answer alone; the others stay its siblings', async () => {
      const { user, chatId, request, answers } = await compared(bench);
      await allDone(bench, answers);
      const kept = answers[1]?.messageId ?? '';
      const page = await bench.store.keep(user, chatId, kept);
      expect(page).toEqual(await bench.pageOf(user, chatId));
      expect(ids(page.messages)).toEqual([request.messageId, kept]);
      expect(page.beside).toEqual([]);
      expect(page.messages[1]?.siblings).toHaveLength(3);
      expect(page.revision).toBe(5);
      const { generation } = await bench.begin(user, send({ chatId, text: 'And then?' }));
      expect(await bench.store.history(chatId, generation.parentId)).toEqual([
        { role: 'user', text: 'What is a weir?' },
        { role: 'assistant', text: 'answer 1' },
        { role: 'user', text: 'And then?' },
      ]);
      await refused(bench.store.keep(user, chatId, randomUUID()), 'not_found');
      await refused(bench.store.keep(await bench.newUser(), chatId, kept), 'not_found');
    });

    it('[S52] keep may come while answers are made, and twice', async () => {
      const { user, chatId, answers } = await compared(bench);
      const [first, second] = answers as [StoredGeneration, StoredGeneration];
      await bench.store.keep(user, chatId, second.messageId);
      const again = await bench.store.keep(user, chatId, second.messageId);
      expect(ids(again.messages).at(-1)).toBe(second.messageId);
      expect(await bench.end(first, { text: 'elsewhere' })).not.toBeNull();
      expect(await bench.end(second, { text: 'here' })).not.toBeNull();
      expect(texts(await bench.pageOf(user, chatId))).toEqual(['What is a weir?', 'here']);
    });

    it('[S53] what is sent while nothing is kept waits, and goes below the kept answer', async () => {
      const { user, chatId, answers } = await compared(bench);
      const early = await bench.holdIn(user, chatId);
      await allDone(bench, answers);
      const late = await bench.holdIn(user, chatId);
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1')).toBeNull();
      expect(await bench.store.releaseFollowUp(user, chatId, 'p1', early.messageId)).toBeNull();
      expect(await bench.store.chatsToRelease()).not.toContainEqual({ userId: user, chatId });
      const kept = answers[2]?.messageId ?? '';
      await bench.store.keep(user, chatId, kept);
      expect(await bench.store.chatsToRelease()).toContainEqual({ userId: user, chatId });
      const released = await bench.store.releaseFollowUp(user, chatId, 'p1');
      expect(released?.change.messages[0]).toMatchObject({ id: early.messageId, parentId: kept });
      await bench.end(released?.generation ?? { id: '' });
      const next = await bench.store.releaseFollowUp(user, chatId, 'p1');
      expect(next?.change.messages[0]).toMatchObject({ id: late.messageId, parentId: early.replyId });
    });

    it('[S53] a comparison that is sent behind a running answer waits whole, and is stored whole', async () => {
      const { user, chatId, generation } = await bench.running();
      const request = send({ chatId, also: [another('demo/b'), another('demo/c')] });
      const { followUps } = await bench.hold(user, request);
      expect(followUps).toMatchObject([{ messageId: request.messageId, also: ['demo/b', 'demo/c'] }]);
      expect(await bench.store.begin(user, request, 'p1')).toEqual({ outcome: 'known', held: true });
      await refused(bench.store.begin(user, { ...request, also: [another()] }, 'p1'), 'conflict');
      await bench.end(generation);
      const released = await bench.store.releaseFollowUp(user, chatId, 'p1');
      expect(released?.also.map(({ model }) => model)).toEqual(['demo/b', 'demo/c']);
      expect(ids(released?.change.beside ?? [])).toEqual(request.also?.map(({ replyId }) => replyId));
      expect(await bench.store.begin(user, request, 'p1')).toEqual({ outcome: 'known', held: false });
    });

    it('[S53] answers of a held comparison whose ids were used meanwhile are left out', async () => {
      const { user, chatId, generation } = await bench.running();
      const [used, free] = [another(), another()];
      await bench.hold(user, send({ chatId, also: [used, free] }));
      await bench.begin(user, send({ replyId: used.replyId }));
      await bench.end(generation);
      const released = await bench.store.releaseFollowUp(user, chatId, 'p1');
      expect(released?.also.map(({ id }) => id)).toEqual([free.generationId]);
    });

    it('[S54] further answers are asked for beside one that there is, which stays selected', async () => {
      const { user, chatId, request } = await bench.answered();
      const again = {
        ...regenerate(chatId, request.replyId, { model: 'demo/x' }),
        also: [another('demo/y')],
      };
      const { change, generation, also } = await bench.begin(user, again);
      expect(change.from).toBe(request.messageId);
      expect(ids(change.messages)).toEqual([request.replyId]);
      expect(ids(change.beside)).toEqual([generation.messageId, also[0]?.messageId]);
      expect(change.chat.model).toBe('demo/a');
      expect(await bench.store.begin(user, again, 'p1')).toEqual({ outcome: 'known', held: false });
      const alone = { ...regenerate(chatId, request.replyId), also: [] };
      const other = await bench.begin(user, alone);
      // The comparison before it is over: one at a time.
      expect(ids(other.change.beside)).toEqual([other.generation.messageId]);
    });

    it('[S54] an answer of a comparison goes on where it stands, and the selection stays', async () => {
      const { user, chatId, request, answers } = await compared(bench);
      const [first, second, third] = answers as [StoredGeneration, StoredGeneration, StoredGeneration];
      await bench.end(second, { state: 'failed', finish: null, code: 'upstream_error', text: '' });
      const retry = await bench.begin(user, goOn(chatId, second.messageId));
      expect(retry.generation).toMatchObject({ messageId: second.messageId, model: 'demo/b', text: '' });
      expect(ids(retry.change.messages)).toEqual([request.replyId]);
      expect(retry.change.from).toBe(request.messageId);
      expect(ids(retry.change.beside)).toEqual([second.messageId, third.messageId]);
      await bench.end(first);
      await bench.end(third);
      bench.pass(5);
      expect((await bench.end(retry.generation, { text: 'two' }))?.chat.ended).toBe('done');
    });

    it('[S55] siblings can be shown side by side again, the newest six, from any place of the path', async () => {
      const { user, chatId, request } = await bench.answered();
      await refused(bench.store.compare(user, chatId, request.replyId), 'conflict');
      await refused(bench.store.compare(user, chatId, request.messageId), 'conflict');
      await refused(bench.store.compare(user, chatId, randomUUID()), 'not_found');
      await refused(bench.store.compare(await bench.newUser(), chatId, request.replyId), 'not_found');
      const others: string[] = [];
      for (let count = 0; count < 7; count += 1) {
        const { generation } = await bench.begin(user, regenerate(chatId, request.replyId));
        await bench.end(generation);
        others.push(generation.messageId);
      }
      await bench.store.select(user, chatId, request.replyId);
      const below = await bench.begin(user, send({ chatId, text: 'below' }));
      await bench.end(below.generation);
      const page = await bench.store.compare(user, chatId, request.replyId);
      expect(ids(page.messages)).toEqual([request.messageId, request.replyId]);
      expect(ids(page.beside)).toEqual(others.slice(-5));
      expect(page).toEqual(await bench.pageOf(user, chatId));
      const kept = await bench.store.keep(user, chatId, request.replyId);
      expect(texts(kept).at(-2)).toBe('below');
      expect(kept.beside).toEqual([]);
    });

    it('[S51] orphans of a comparison are adopted one by one, and a removed chat takes all along', async () => {
      const { user, chatId, answers } = await compared(bench);
      const owner = randomUUID();
      await bench.store.disown('p1', ids(answers));
      const adopted = await bench.store.adopt(owner, { deadAfterMs: 60_000, alone: false });
      const mine = adopted.filter((one) => one.chatId === chatId);
      expect(ids(mine).sort()).toEqual(ids(answers).sort());
      for (const one of mine) await bench.end(one, {}, owner);
      await bench.store.remove(user, chatId);
      expect(await bench.store.page(user, chatId)).toBeNull();
      expect((await bench.store.restore(user, chatId)).ended).toBe('done');
    });
  });
}
