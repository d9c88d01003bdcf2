import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StoredCall } from '../tool-store.ts';
import { another, type Bench, goOn, refused, regenerate, send } from './bench.ts';

const newCall = (given: Partial<StoredCall> = {}): StoredCall => ({
  id: randomUUID(),
  round: 0,
  place: 0,
  at: 3,
  modelId: 'call_1',
  name: 'calculate',
  title: 'Calculator',
  arguments: '{"expression":"6*7"}',
  state: 'running',
  result: null,
  changesThings: false,
  startedAt: 1_750_000_000_001,
  endedAt: null,
  ...given,
});

const shown = ({ place: _place, modelId: _modelId, ...call }: StoredCall) => call;

export function describeTools(bench: Bench): void {
  describe('tools', () => {
    it('[S46] a new chat begins with what it is given; an old one is not changed by a send', async () => {
      const user = await bench.newUser();
      const equip = { tools: ['time', 'units'], preset: 'Everyday', instructions: 'Be brief.' };
      const request = send({ equip });
      const { generation, change } = await bench.begin(user, request);
      expect(generation.equipped).toBe(true);
      expect(change.chat).toMatchObject({ tools: ['time', 'units'], preset: 'Everyday' });
      await bench.end(generation);
      const { chatId } = request;
      await bench.begin(user, send({ chatId, equip: { tools: ['other'], instructions: 'No.' } }));
      expect(await bench.store.equipment(chatId, randomUUID())).toEqual({
        instructions: 'Be brief.',
        tools: ['time', 'units'],
        allowed: [],
        calls: [],
      });
    });

    it('[S46] its owner changes what a chat has, nobody else', async () => {
      const { user, chatId, generation } = await bench.answered();
      expect(generation.equipped).toBe(false);
      expect(await bench.store.equip(user, chatId, ['time'])).toMatchObject({ id: chatId, tools: ['time'] });
      await bench.store.allow(user, chatId, 'write');
      await bench.store.allow(user, chatId, 'write');
      const other = await bench.newUser();
      await refused(bench.store.equip(other, chatId, []), 'not_found');
      await refused(bench.store.allow(other, chatId, 'delete'), 'not_found');
      expect(await bench.store.equipment(chatId, generation.messageId)).toMatchObject({
        tools: ['time'],
        allowed: ['write'],
      });
      expect((await bench.begin(user, send({ chatId }))).generation.equipped).toBe(true);
    });

    it('[G57] what is allowed for the chat does not hold where a message is answered more than once', async () => {
      const { user, chatId, generation } = await bench.answered();
      await bench.store.allow(user, chatId, 'write');
      const allowed = async (id: string) => (await bench.store.equipment(chatId, id)).allowed;
      expect(await allowed(generation.messageId)).toEqual(['write']);
      const { generation: anew } = await bench.begin(user, regenerate(chatId, generation.messageId));
      expect(await allowed(anew.messageId)).toEqual([]);
      await bench.end(anew);
      const side = await bench.begin(user, send({ chatId, also: [another()] }));
      for (const { messageId } of [side.generation, ...side.also])
        expect(await allowed(messageId)).toEqual([]);
    });

    it('[S47] calls are kept as they are, and shown in their order', async () => {
      const { user, chatId, generation } = await bench.running();
      const [first, second] = [
        newCall(),
        newCall({ place: 1, result: 'a\0b', state: 'done', endedAt: 1_750_000_000_009 }),
      ];
      const later = newCall({ round: 1, at: 9 });
      expect(await bench.store.keepCalls('p1', generation.id, [later, second, first])).toBe(true);
      const done: StoredCall = { ...first, state: 'done', result: '42', endedAt: 1_750_000_000_005 };
      await bench.store.keepCalls('p1', generation.id, [done]);
      const expected = [done, { ...second, result: 'a\uFFFDb' }, later];
      const page = await bench.pageOf(user, chatId);
      expect(page.messages.at(-1)?.generation?.calls).toEqual(expected.map(shown));
      expect((await bench.store.equipment(chatId, generation.messageId)).calls).toEqual(expected);
      const history = await bench.store.history(chatId, generation.messageId);
      expect(history.at(-1)).toEqual({ role: 'assistant', text: '', calls: expected });
      expect(history[0]).toEqual({ role: 'user', text: 'What is a weir?' });
    });

    it('[S48] nothing is kept for who does not make the answer, or not any more', async () => {
      const { user, chatId, generation } = await bench.running();
      expect(await bench.store.keepCalls('p2', generation.id, [newCall()])).toBe(false);
      await bench.end(generation);
      expect(await bench.store.keepCalls('p1', generation.id, [newCall()])).toBe(false);
      expect((await bench.pageOf(user, chatId)).messages.at(-1)?.generation).not.toHaveProperty('calls');
    });

    it('[S49] an ending stops what is under way, and only that', async () => {
      const { user, chatId, generation } = await bench.running();
      const over = newCall({ state: 'done', result: 'x', endedAt: 1_750_000_000_002 });
      const calls = [over, newCall({ place: 1 }), newCall({ place: 2, state: 'asking', startedAt: null })];
      await bench.store.keepCalls('p1', generation.id, calls);
      await bench.end(generation, {
        state: 'interrupted',
        code: 'server_stopped',
        endedAt: 1_750_000_000_007,
      });
      const kept = (await bench.pageOf(user, chatId)).messages.at(-1)?.generation?.calls;
      expect(kept?.map(({ state, endedAt }) => [state, endedAt])).toEqual([
        ['done', 1_750_000_000_002],
        ['stopped', 1_750_000_000_007],
        ['stopped', 1_750_000_000_007],
      ]);
    });

    it('[S59] an ending leaves no call behind the end of the text that was kept', async () => {
      const { user, chatId, generation } = await bench.running();
      const over = { state: 'done', result: 'x', endedAt: 1_750_000_000_002 } as const;
      const calls = [newCall({ ...over, at: 2 }), newCall({ ...over, at: 9, round: 1 })];
      await bench.store.keepCalls('p1', generation.id, [...calls, newCall({ at: 9, round: 2 })]);
      await bench.end(generation, { state: 'interrupted', code: 'server_stopped', text: 'abcde' });
      const kept = (await bench.pageOf(user, chatId)).messages.at(-1)?.generation?.calls;
      expect(kept?.map(({ at, state }) => [at, state])).toEqual([
        [2, 'done'],
        [5, 'done'],
        [5, 'stopped'],
      ]);
    });

    it('[S49] who takes over an answer that has called something knows that it has begun', async () => {
      const { generation } = await bench.running();
      const { generation: fresh } = await bench.running();
      await bench.store.keepCalls('p1', generation.id, [newCall()]);
      const orphans = await bench.store.adopt('p2', { deadAfterMs: 0, alone: true });
      const begun = orphans.map(({ id, hasBegun }) => [id, hasBegun]);
      expect(begun).toContainEqual([generation.id, true]);
      expect(begun).toContainEqual([fresh.id, false]);
    });

    it('[S47] an answer that goes on shows the calls from before', async () => {
      const { user, chatId, generation } = await bench.running();
      const call = newCall({ state: 'done', result: 'x', endedAt: 1_750_000_000_002 });
      await bench.store.keepCalls('p1', generation.id, [call]);
      await bench.end(generation, { state: 'stopped', text: 'abc' });
      const on = await bench.begin(user, goOn(chatId, generation.messageId));
      expect(on.generation.equipped).toBe(true);
      expect(on.change.messages.at(-1)?.generation?.calls).toEqual([shown(call)]);
    });

    it('[S50] the results of a tool in a chat are found by its owner', async () => {
      const { user, chatId, generation } = await bench.running();
      const order = newCall({
        name: 'place_order',
        state: 'done',
        result: 'W-1',
        endedAt: 1_750_000_000_004,
      });
      const refusedOne = newCall({ place: 1, name: 'place_order', state: 'refused', result: 'no' });
      await bench.store.keepCalls('p1', generation.id, [
        order,
        refusedOne,
        newCall({ place: 2, state: 'done' }),
      ]);
      expect(await bench.store.doneCalls(user, chatId, ['place_order'])).toEqual([order]);
      expect(await bench.store.doneCalls(await bench.newUser(), chatId, ['place_order'])).toEqual([]);
    });
  });
}
