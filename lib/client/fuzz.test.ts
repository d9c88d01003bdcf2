import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { seeded } from '#lib/seeded-fixture.ts';
import type { Message } from '#lib/wire/chat.ts';
import type { ChatClient } from './chat-client.ts';
import { FakeServer } from './fake-server.ts';
import { FakeBrowser } from './fake-tab.ts';

const SEEDS = Number(process.env.WEIR_SEEDS ?? (process.env.WEIR_QUICK ? 25 : 200));
const STEPS = 120;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

class Run {
  readonly random: () => number;
  readonly browser = new FakeBrowser();
  readonly server = new FakeServer(this.browser.network);
  readonly tabs: ChatClient[] = [];
  readonly chatIds = ['a', 'b', 'c'].map((letter) => `00000000-0000-7000-8000-00000000000${letter}`);
  asked = 0;

  constructor(seed: number) {
    this.random = seeded(seed);
    this.browser.random = this.random;
  }

  pick<T>(from: readonly T[]): T {
    const one = from[Math.floor(this.random() * from.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  }

  open(): void {
    const tab = this.browser.tab();
    tab.start();
    for (const chatId of this.chatIds) tab.watch(chatId);
    this.tabs.push(tab);
  }

  send(): void {
    const chatId = this.pick(this.chatIds);
    const { outbox } = this.pick(this.tabs).store.getState();
    const isBusy = outbox.some((pending) => pending.chatId === chatId) || this.#leafRuns(chatId);
    if (isBusy) return;
    this.asked += 1;
    const also = this.random() < 0.3 ? ['demo/echo', 'demo/other'] : undefined;
    this.pick(this.tabs).send({ chatId, text: `question ${this.asked}`, model: 'demo/echo', also });
  }

  keep(): void {
    const chatId = this.pick(this.chatIds);
    const chat = this.server.chats.get(chatId);
    if (chat === undefined || chat.beside.length === 0 || this.#runs(chatId)) return;
    const leaf = chat.messages.at(-1);
    const { id } = this.pick([...(leaf ? [leaf] : []), ...chat.beside]);
    this.pick(this.tabs).comparisons.keep(chatId, id);
  }

  grow(): void {
    if (this.running.length === 0) return;
    const id = this.pick(this.running);
    const message = this.server.message(id);
    const before = message.text.length;
    this.begin(message);
    this.server.grow(id, `${this.pick(['word ', '😀', 'ab', '\n- x'])}${Math.floor(this.random() * 10)}`);
    const luck = this.random();
    // Lost, doubled, too early, or as it should be.
    if (luck < 0.2) return;
    const from = luck < 0.5 ? Math.floor(this.random() * before) : before;
    this.server.tell(id, from);
    if (luck > 0.8) this.server.tell(id, Math.floor(this.random() * before), before + 1);
  }

  begin({ generation }: Message): void {
    if (generation === null || generation.firstTokenAt !== null) return;
    generation.firstTokenAt = this.random();
    this.server.publish({ type: 'state', generation, revision: null });
  }

  end(): void {
    if (this.running.length === 0) return;
    const id = this.pick(this.running);
    const { length } = this.server.message(id).text;
    this.server.tell(id, length - Math.min(length, 3));
    this.server.end(id);
  }

  /** A server that dies before it has kept anything of an answer: the next one begins it anew. */
  forget(): void {
    if (this.running.length === 0) return;
    this.server.cutAll();
    const message = this.server.message(this.pick(this.running));
    const hasBegun = this.random() < 0.7;
    message.text = hasBegun ? `again ${this.random()}`.slice(0, Math.floor(this.random() * 20) + 1) : '';
    if (message.generation === null) return;
    message.generation = { ...message.generation, firstTokenAt: hasBegun ? this.random() : null };
  }

  check(): void {
    const truth = this.chatIds.flatMap((id) => {
      const chat = this.server.chats.get(id);
      return [...(chat?.messages ?? []), ...(chat?.beside ?? [])];
    });
    const stored = truth.map(({ id, text, generation }) => ({ id, text, state: generation?.state.name }));
    for (const { store } of this.tabs) {
      const { paths, outbox, stale, texts } = store.getState();
      const shown = this.chatIds.flatMap((id) => [
        ...(paths[id]?.messages ?? []),
        ...(paths[id]?.beside ?? []),
      ]);
      expect(shown.map(({ id, text, generation }) => ({ id, text, state: generation?.state.name }))).toEqual(
        stored,
      );
      expect({ outbox, stale, texts }).toEqual({ outbox: [], stale: {}, texts: {} });
    }
  }

  /** A message would have to wait. */
  #leafRuns(chatId: string): boolean {
    return this.#runs(chatId) || (this.server.chats.get(chatId)?.beside.length ?? 0) > 0;
  }

  #runs(chatId: string): boolean {
    const chat = this.server.chats.get(chatId);
    const ends = [chat?.messages.at(-1), ...(chat?.beside ?? [])];
    return ends.some((message) => message?.generation?.state.name === 'streaming');
  }

  /** Ids of the answers that the server is making. */
  get running(): string[] {
    const all = [...this.server.chats.values()].flatMap((chat) => [...chat.messages, ...chat.beside]);
    return all.flatMap(({ generation }) => (generation?.state.name === 'streaming' ? [generation.id] : []));
  }
}

async function play(seed: number): Promise<void> {
  const run = new Run(seed);
  run.open();
  run.open();
  for (let step = 0; step < STEPS; step += 1) {
    const luck = run.random();
    if (luck < 0.55) run.grow();
    else if (luck < 0.75) run.send();
    else if (luck < 0.83) run.end();
    else if (luck < 0.85) run.keep();
    else if (luck < 0.88) run.server.cutAll(run.pick([1006, 1001, 4001, 4002]));
    else if (luck < 0.9) run.forget();
    else if (luck < 0.92) run.server.losesAcks = !run.server.losesAcks;
    else await vi.advanceTimersByTimeAsync(run.random() * 3_000);
  }
  run.server.losesAcks = false;
  run.server.cutAll();
  await vi.advanceTimersByTimeAsync(25_000);
  run.send();
  while (run.running.length > 0) run.end();
  await vi.advanceTimersByTimeAsync(25_000);
  run.check();
}

it(`[F41] [F57] [C6] after any deltas, gaps, doubles and cuts every tab ends with the server's text (${SEEDS} seeds)`, async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    await play(seed).catch((cause: unknown) => {
      throw new Error(`seed ${seed}`, { cause });
    });
  }
}, 600_000);
