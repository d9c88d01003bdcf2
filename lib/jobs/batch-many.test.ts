import { describe, expect, it } from 'vitest';
import { Gate } from '#lib/gate/gate.ts';
import { STRIKES } from '#lib/store/batch-store.ts';
import type { Models } from '#lib/upstream/model.ts';
import { anna, answerAll, inState, lines, stage, start, until, works } from './batch-fixture.ts';

/** Time that goes on when nothing else can happen. */
class Time {
  ms = 0;
  readonly #due: { at: number; go: () => void }[] = [];

  sleep(ms: number): Promise<void> {
    return new Promise((go) => this.#due.push({ at: this.ms + ms, go }));
  }

  async play(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const at = Math.min(...this.#due.map((each) => each.at));
      if (!Number.isFinite(at)) continue;
      this.ms = at;
      const now = this.#due.filter((each) => each.at === at);
      for (const each of now) this.#due.splice(this.#due.indexOf(each), 1);
      for (const { go } of now) go();
    }
  }
}

describe('a thousand prompts', () => {
  it('[J33] of a second each at cap 50 take 23 s at most, and a chat waits for one call at most', async () => {
    const time = new Time();
    let open = 0;
    let peak = 0;
    const models: Models = {
      list: () => [],
      defaultId: () => 'test/model',
      onChange: () => () => undefined,
      embeddingModels: () => [],
      findEmbedding: () => null,
      find: (id) => ({
        id,
        async stream({ messages }, sink) {
          open += 1;
          peak = Math.max(peak, open);
          await time.sleep(1_000);
          sink.text(String(messages.at(-1)?.content));
          open -= 1;
          return { finish: 'stop', usage: null };
        },
      }),
    };
    const gate = new Gate({ limit: 50, now: () => time.ms });
    const house = works({ models, gate });
    await house.worker.start();
    const id = await start(house, lines(1_000), [stage({ limit: 200 })]);
    const begun = time.ms;
    let waited = Number.NaN;
    const chat = (async () => {
      await time.sleep(5_500);
      const { signal } = new AbortController();
      const asked = time.ms;
      const permit = await gate.acquire({
        id: 'chat',
        lane: 'test/model',
        user: 'bert',
        class: 'interactive',
        signal,
      });
      waited = time.ms - asked;
      permit.release();
    })();
    await time.play(() => house.told.at(-1)?.state === 'completed');
    await chat;
    expect(time.ms - begun).toBeLessThanOrEqual(23_000);
    expect(peak).toBe(50);
    expect(waited).toBeLessThanOrEqual(1_000);
    expect((await house.batches.one(anna, id)).counts).toMatchObject({ done: 1_000, failed: 0 });
    expect(house.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
    await house.worker.drain(0);
  });
});

describe('an item that kills the process', () => {
  it('[F92] [J40] is left alone with its last strike, and then set aside; the others complete', async () => {
    const first = works({ limit: 4 });
    const id = await start(first, lines(4));
    const { store, files } = first;
    await first.worker.start();
    // Every process dies while "text 2" is with it; the others of its first round are with it, too.
    let current = first;
    for (let death = 1; death <= STRIKES; death += 1) {
      const alive = current;
      const isPoison = (at: number) => alive.script.calls[at]?.request.messages[0]?.content === 'say text 2';
      if (death < STRIKES) await until(() => alive.script.open === 4);
      else {
        await answerOthers(alive);
        await until(() => alive.script.open === 1);
        expect(isPoison(alive.script.calls.length - 1)).toBe(true);
      }
      const heir = works({ limit: 4, store, files });
      // As if the database had taken it for dead; its calls go with it.
      const taken = await store.take(id, heir.owner, { afterMs: -1, alone: true });
      if (taken === null) throw new Error('it was there');
      await alive.worker.beat();
      await store.release(taken.lease);
      await alive.worker.drain(0);
      await heir.worker.start();
      current = heir;
    }
    await answerAll(current, id);
    expect(await current.batches.item(anna, id, 2)).toMatchObject({ state: 'failed', code: 'set_aside' });
    expect((await current.batches.one(anna, id)).counts).toMatchObject({ done: 3, failed: 1 });
    await current.worker.drain(0);
  });

  /** Suspects go one by one. */
  async function answerOthers({ script }: ReturnType<typeof works>): Promise<void> {
    for (let at = 0; at < 4; at += 1) {
      const call = await script.nextCall();
      if (call.request.messages[0]?.content === 'say text 2') return;
      expect(script.open).toBe(1);
      call.say('ok');
      call.finish();
    }
  }
});

describe('a batch', () => {
  it('[J41] tells how it goes twice a second at most, and at once when it ends', async () => {
    const house = works({ limit: 2 });
    await house.worker.start();
    const id = await start(house, lines(30));
    await answerAll(house, id);
    await inState(house, id, 'completed');
    const states = house.told.map(({ state }) => state);
    expect(states[0]).toBe('validating');
    expect(states.at(-1)).toBe('completed');
    expect(house.told.length).toBeLessThan(8);
    await house.worker.drain(0);
  });
});
