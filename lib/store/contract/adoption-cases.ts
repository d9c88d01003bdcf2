import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StoredGeneration } from '../chat-store.ts';
import { type Bench, goOn, send } from './bench.ts';
import { at } from './ending-cases.ts';

const hour = 3_600_000;

export function describeAdoption(bench: Bench): void {
  const process = () => `process-${randomUUID()}`;

  async function begunBy(owner: string): Promise<StoredGeneration> {
    const { generation } = await bench.begin(await bench.newUser(), send(), owner);
    return generation;
  }

  async function adopted(owner: string, given: StoredGeneration, deadAfterMs = hour, alone = false) {
    const orphans = await bench.store.adopt(owner, { deadAfterMs, alone });
    return orphans.find(({ id }) => id === given.id) ?? null;
  }

  describe('adoption', () => {
    it('[F82] [S15] a process that beats keeps its own; one that never did, left, or fell silent does not', async () => {
      const owner = process();
      const generation = await begunBy(owner);
      await bench.store.beat(owner);
      expect(await adopted(process(), generation)).toBeNull();
      expect(await adopted(owner, generation, 0, true)).toBeNull();
      await bench.store.leave(owner);
      expect(await adopted(process(), generation)).not.toBeNull();
      expect(await adopted(process(), await begunBy(process()))).not.toBeNull();
      const silent = process();
      const other = await begunBy(silent);
      await bench.store.beat(silent);
      expect(await adopted(process(), other, 0)).not.toBeNull();
    });

    it('[S15] who is alone adopts from all others', async () => {
      const owner = process();
      const generation = await begunBy(owner);
      await bench.store.beat(owner);
      expect(await adopted(process(), generation, hour, true)).not.toBeNull();
    });

    it('[S15] an orphan comes with all that was kept of it', async () => {
      const owner = process();
      const generation = await begunBy(owner);
      const pieces = [
        { channel: 'text' as const, at: 0, text: 'Hello' },
        { channel: 'reasoning' as const, at: 0, text: 'hm' },
      ];
      await bench.store.checkpoint(owner, [
        at(generation, { attempts: 2, firstTokenAt: 1_750_000_000_200, fallback: 'demo/b', pieces }),
      ]);
      const times = { startedAt: 1_750_000_000_100, firstTokenAt: 1_750_000_000_200 };
      expect(await adopted(process(), generation)).toEqual({
        ...generation,
        ...times,
        attempts: 2,
        fallback: 'demo/b',
        text: 'Hello',
        reasoning: 'hm',
        hasBegun: true,
      });
    });

    it('[S15] what has no text yet has not begun, also when it goes on from some', async () => {
      const owner = process();
      const generation = await begunBy(owner);
      await bench.store.checkpoint(owner, [at(generation)]);
      const opening = { hasBegun: false, text: '', opensChat: true };
      expect(await adopted(process(), generation)).toMatchObject(opening);
      const { user, chatId, request } = await bench.answered();
      const goesOn = await bench.begin(user, goOn(chatId, request.replyId), owner);
      expect(await adopted(process(), goesOn.generation)).toMatchObject({
        hasBegun: false,
        text: 'answer',
        kind: 'continue',
      });
    });

    it('[F82] [F83] [S15] of many adopters one gets it, and only that one may end it', async () => {
      const owner = process();
      const generation = await begunBy(owner);
      const adopters = Array.from({ length: 4 }, process);
      const results = await Promise.all(adopters.map((each) => adopted(each, generation)));
      expect(results.filter((orphan) => orphan !== null)).toHaveLength(1);
      const heir = adopters[results.findIndex((orphan) => orphan !== null)];
      expect(await adopted(process(), generation)).toBeNull();
      expect(await bench.end(generation, {}, owner)).toBeNull();
      expect(
        await bench.end(generation, { state: 'interrupted', code: 'server_stopped' }, heir),
      ).not.toBeNull();
    });

    it('[S15] what has ended is nobody’s to adopt', async () => {
      const owner = process();
      const generation = await begunBy(owner);
      await bench.end(generation, {}, owner);
      expect(await adopted(process(), generation)).toBeNull();
    });

    it('[S15] an orphan below another answer does not open its chat', async () => {
      const { user, chatId } = await bench.answered();
      const { generation } = await bench.begin(user, send({ chatId }), process());
      expect(await adopted(process(), generation)).toEqual({
        ...generation,
        opensChat: false,
        fallback: null,
        startedAt: null,
        firstTokenAt: null,
        hasBegun: false,
      });
    });

    it('[S23] a process finds what it owns and has not ended, once that is old enough', async () => {
      const owner = process();
      const [old, over] = [await begunBy(owner), await begunBy(owner)];
      await begunBy(process());
      await bench.end(over, {}, owner);
      bench.pass(1_000);
      const young = await begunBy(owner);
      expect(await bench.store.unfinished(owner, 999)).toEqual([old.id]);
      expect(await bench.store.unfinished(owner, 1_000)).toEqual([]);
      bench.pass(1_000);
      const both = [old.id, young.id].sort();
      expect((await bench.store.unfinished(owner, 999)).sort()).toEqual(both);
      expect(await bench.store.unfinished(process(), 0)).toEqual([]);
    });

    it('[S23] what a process disowns goes to the next adopter, itself too; the rest it keeps', async () => {
      const owner = process();
      const other = process();
      for (const each of [owner, other]) await bench.store.beat(each);
      const [lost, kept, over] = [await begunBy(owner), await begunBy(owner), await begunBy(owner)];
      const foreign = await begunBy(other);
      await bench.end(over, {}, owner);
      await bench.store.disown(owner, [lost.id, over.id, foreign.id]);
      await bench.store.disown(owner, []);
      expect(await bench.store.unfinished(owner, -1)).toEqual([kept.id]);
      expect(await bench.end(lost, {}, owner)).toBeNull();
      const given = (await bench.store.adopt(owner, { deadAfterMs: hour, alone: false })).map(({ id }) => id);
      expect(given).toContain(lost.id);
      for (const { id } of [kept, over, foreign]) expect(given).not.toContain(id);
      expect(await adopted(process(), lost)).toBeNull();
      expect(await bench.end(lost, {}, owner)).not.toBeNull();
    });

    it('[S17] a store that answers says so', async () => {
      await bench.store.ping();
    });
  });
}
