import { v7 as newId } from 'uuid';
import { expect, it } from 'vitest';
import { settle } from '#lib/generation/rehearsal-fixture.ts';
import { seeded } from '#lib/seeded-fixture.ts';
import { type MemoryChatStore, memoryChatStore } from '#lib/store/memory-chat-store.ts';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import type { ScriptedCall } from '#lib/upstream/scripted-model.ts';
import { isEnding } from '#lib/wire/chat.ts';
import { MODEL, type Stage, stage } from './stage-fixture.ts';
import { Viewer } from './viewer.ts';

const SEEDS = Number(process.env.WEIR_SEEDS ?? 25);
const STEPS = 150;

/** A database that takes its time, before and after the work, so that everything can happen in between. */
function slow(store: MemoryChatStore, roll: (sides: number) => number): MemoryChatStore {
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        await settle(roll(3));
        const result: unknown = await Reflect.apply(method, target, args);
        await settle(roll(4));
        return result;
      };
    },
  });
}

interface Person {
  id: string;
  viewers: Some<Viewer>;
  chats: Some<string>;
}

type Some<T> = [T, ...T[]];

class Fuzz {
  readonly house: Stage;
  readonly people: Some<Person>;
  readonly roll: (sides: number) => number;
  readonly open = new Set<ScriptedCall>();
  /** Chats found to be the same on screen and in the store. */
  compared = 0;
  #word = 0;
  readonly #seen = new Set<ScriptedCall>();

  constructor(seed: number) {
    const random = seeded(seed);
    this.roll = (sides) => Math.floor(random() * sides);
    this.house = stage({ limit: 3, store: slow(memoryChatStore(), this.roll) });
    const person = (id: string): Person => ({ id, viewers: [new Viewer(), new Viewer()], chats: [newId()] });
    this.people = [person('anna'), person('ben')];
    for (const person of this.people)
      for (const viewer of person.viewers) this.house.enter(viewer, person.id);
  }

  async step(): Promise<void> {
    const person = this.#one(this.people);
    const viewer = this.#one(person.viewers);
    const chatId = this.#one(person.chats);
    const acts: Some<() => unknown> = [
      () => this.#speak(),
      () => this.#speak(),
      () => this.#speak(),
      () => this.#endACall(),
      () => viewer.send(chatId, `${person.id} asks ${this.#word++}`, MODEL),
      () => viewer.watch(chatId),
      () => viewer.watch(chatId),
      () => viewer.unwatch(chatId),
      () => this.#stop(person, viewer),
      () => this.#regenerate(viewer, chatId),
      () => this.#select(viewer, chatId),
      () => this.#compare(person.id, viewer, chatId),
      () => this.#keep(viewer, chatId),
      () => this.#keep(viewer, chatId),
      () => person.chats.push(newId()),
      () => viewer.pair.cut() ?? this.house.enter(viewer, person.id),
      () => viewer.pair.deliverToServer(1 + this.roll(3)),
      () => viewer.pair.deliverToServer(),
      () => viewer.pair.deliverToClient(1 + this.roll(3)),
      () => viewer.pair.deliverToClient(),
      () => this.house.wheel.tick(),
      () => this.#passTime(viewer),
      () => settle(this.roll(4)),
    ];
    await this.#one(acts)();
    if (this.roll(2)) await Promise.resolve();
    this.#collectCalls();
  }

  /** Everybody finishes, everything arrives; afterwards whoever is here has what is stored. */
  async check(): Promise<void> {
    const everybody = this.people.flatMap(({ viewers }) => viewers);
    for (const { id, viewers } of this.people) {
      for (const viewer of viewers) {
        viewer.pair.buffered = 0;
        if (viewer.pair.closedWith !== null) this.house.enter(viewer, id);
      }
    }
    for (let round = 0; round < 200 && (this.house.generations.size > 0 || round < 3); round += 1) {
      this.#collectCalls();
      for (const call of this.open) call.finish();
      this.open.clear();
      for (const sleep of [...this.house.sleeps]) sleep.end();
      await this.house.quiesce(...everybody);
      await this.house.turns.settled();
    }
    await this.house.quiesce(...everybody);
    expect(this.house.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
    for (const person of this.people)
      for (const viewer of person.viewers) await this.#sameAsStored(person, viewer);
  }

  async #sameAsStored(person: Person, viewer: Viewer): Promise<void> {
    for (const chatId of viewer.watched) {
      this.compared += 1;
      const page = await this.house.store.page(person.id, chatId);
      expect(viewer.texts(chatId)).toEqual(page?.messages.map(({ text }) => text) ?? []);
      const beside = viewer.chats.get(chatId)?.beside ?? [];
      expect(beside.map(({ id, text }) => ({ id, text }))).toEqual(
        page?.beside.map(({ id, text }) => ({ id, text })) ?? [],
      );
      for (const { generation } of [...(page?.messages ?? []), ...beside]) {
        expect(generation === null || isEnding(generation.state)).toBe(true);
      }
      const shown = viewer.chats.get(chatId)?.messages ?? [];
      expect(shown.map(({ generation }) => generation?.state)).toEqual(
        (page?.messages ?? []).map(({ generation }) => generation?.state),
      );
    }
    const stranger = person.id === 'anna' ? 'ben' : 'anna';
    expect(JSON.stringify(viewer.events)).not.toContain(`${stranger} asks`);
  }

  #collectCalls(): void {
    for (const call of this.house.models.calls)
      if (!call.aborted && !this.#seen.has(call)) this.open.add(call);
    for (const call of this.open) this.#seen.add(call);
  }

  #speak(): void {
    const call = this.#one([...this.open]);
    const owner = String(call?.request.messages.at(-1)?.content).split(' ', 1)[0];
    const text = `${owner} w${this.#word++}${this.#one(['', ' 😀', '\n', '\ud83d'])} `;
    if (this.roll(8) === 0) call?.think(text);
    else call?.say(text);
  }

  #endACall(): void {
    const call = this.#one([...this.open]);
    if (call === undefined) return;
    this.open.delete(call);
    if (this.roll(3)) call.finish('stop', { tokensIn: 1, tokensOut: 2 });
    else call.fail(new UpstreamFailure('upstream_reset', { retryable: this.roll(2) === 0 }));
  }

  #stop(person: Person, viewer: Viewer): void {
    const generation = this.#one([...this.house.generations.ofUser(person.id)]);
    if (generation === undefined) return;
    const { chatId, id: generationId } = generation;
    viewer.pair.send({ type: 'stop', requestId: newId(), chatId, generationId });
  }

  #regenerate(viewer: Viewer, chatId: string): void {
    const message = viewer.chats.get(chatId)?.messages.findLast(({ role }) => role === 'assistant');
    if (message === undefined) return;
    const ids = { requestId: newId(), replyId: newId(), generationId: newId() };
    viewer.pair.send({ type: 'regenerate', ...ids, chatId, messageId: message.id, model: MODEL });
  }

  /** A question with several answers, or several to one that there is, or those that there are. */
  #compare(name: string, viewer: Viewer, chatId: string): void {
    const ids = () => ({ replyId: newId(), generationId: newId() });
    const also = Array.from({ length: 1 + this.roll(3) }, () => ({ ...ids(), model: MODEL }));
    const request = { requestId: newId(), chatId, model: MODEL, ...ids(), also };
    const answer = viewer.chats.get(chatId)?.messages.findLast(({ role }) => role === 'assistant');
    const text = `${name} asks ${this.#word++}`;
    const dice = this.roll(4);
    if (answer === undefined || dice < 2) {
      viewer.pair.send({ type: 'send', ...request, messageId: newId(), text });
    } else if (dice === 2) {
      viewer.pair.send({ type: 'regenerate', ...request, messageId: answer.id });
    } else {
      viewer.pair.send({ type: 'compare', requestId: newId(), chatId, messageId: answer.id });
    }
  }

  #keep(viewer: Viewer, chatId: string): void {
    const seen = viewer.chats.get(chatId);
    const answer = this.#one([...(seen?.messages.slice(-1) ?? []), ...(seen?.beside ?? [])]);
    if (answer === undefined || seen?.beside.length === 0) return;
    viewer.pair.send({ type: 'keep', requestId: newId(), chatId, messageId: answer.id });
  }

  #select(viewer: Viewer, chatId: string): void {
    const message = this.#one(viewer.chats.get(chatId)?.messages ?? []);
    const sibling = this.#one(message?.siblings ?? []);
    if (sibling === undefined) return;
    viewer.pair.send({ type: 'select', requestId: newId(), chatId, messageId: sibling });
  }

  #passTime(viewer: Viewer): void {
    this.house.time.now += this.roll(60);
    viewer.pair.buffered = this.roll(4) === 0 ? 1_000_000 : 0;
    this.house.sleeps[0]?.end();
  }

  #one<T>(items: Some<T>): T;
  #one<T>(items: readonly T[]): T | undefined;
  #one<T>(items: readonly T[]): T | undefined {
    return items[this.roll(items.length)];
  }
}

it(`[F41] [F57] [F59] [R1][R2][R3][R4] ${SEEDS} seeds of joins, cuts, stops and flushes: whoever is here ends with the stored text`, {
  timeout: 600_000,
}, async () => {
  let compared = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const fuzz = new Fuzz(seed);
    try {
      for (let step = 0; step < STEPS; step += 1) await fuzz.step();
      await fuzz.check();
      compared += fuzz.compared;
    } catch (cause) {
      throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }
  expect(compared).toBeGreaterThan(0);
});
