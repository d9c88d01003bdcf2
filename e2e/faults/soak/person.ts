import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RawClient, type Sent } from '../../raw-client.ts';
import { newMark, paced, script, words } from '../../script.ts';
import type { Dice } from './dice.ts';

/** Upstreams that fail, each in a way of its own. `times=1` fails once and then answers. */
const faults = [
  script('429', { retryAfter: 1, times: 1 }),
  script('status', { code: 500, times: 1 }),
  script('status', { code: 400 }),
  script('reset-before', { times: 1 }),
  script('reset-after', { k: 8, d: 2 }),
  script('cut', { k: 8, d: 2 }),
  script('cut-json', { k: 3, d: 2 }),
  script('malformed', { k: 3, d: 2 }),
  script('error-in-stream', { k: 4, d: 2, code: 500 }),
  script('empty'),
  script('html'),
  script('length', { n: 20, d: 2 }),
] as const;

/** Upstreams that do not end by themselves. */
const endless = [script('stall', { k: 5, d: 2 }), script('hang'), script('pings', { k: 3, d: 2 })] as const;

/** What somebody does, and how often of all. */
const acts = {
  read: 4,
  stop: 3,
  fault: 4,
  endless: 1,
  leave: 2,
  slow: 1,
  remove: 2,
  again: 2,
  look: 1,
} as const;
export type Act = keyof typeof acts | 'cut off';
const weighted = Object.entries(acts).flatMap(([name, weight]) => Array<string>(weight).fill(name));

const keptChats = 6;
const endings = ['done', 'stopped', 'failed', 'interrupted'];
/** The network was cut for everybody. */
const isCut = ({ message }: Error) => /^closed \(\d+\)|socket hang up|ECONNRE|^terminated/.test(message);

/** A guest who does one thing after the other, most of them rude. */
export class Person {
  /** How often it did what. */
  readonly did = new Map<Act, number>();
  /** What must never happen. */
  readonly wrongs: string[] = [];
  readonly #client: RawClient;
  readonly #origin: string;
  readonly #dice: Dice;
  readonly #model: string;
  readonly #chats: string[] = [];

  private constructor(client: RawClient, origin: string, dice: Dice) {
    this.#client = client;
    this.#origin = origin;
    this.#dice = dice;
    this.#model = client.model;
  }

  static async guest(origin: string, dice: Dice): Promise<Person> {
    const client = await RawClient.guest(origin);
    const person = new Person(client, origin, dice);
    await client.close();
    return person;
  }

  /** Connects, acts until that time of `performance.now()`, and goes. */
  async liveUntil(end: number): Promise<void> {
    await this.#comeBack();
    while (performance.now() < end) {
      await this.#act();
      this.#forget();
    }
    await this.#client.close();
  }

  async #act(): Promise<void> {
    const name = weighted[this.#dice.whole(0, weighted.length - 1)] as keyof typeof acts;
    try {
      await this.#acts[name]();
      await this.#tidy();
      this.#count(name);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (!isCut(error)) this.wrongs.push(`${name}: ${error.message}`);
      this.#count('cut off');
      await this.#comeBack();
    }
  }

  readonly #acts: Record<keyof typeof acts, () => Promise<void>> = {
    read: async () => this.#readAll(await this.#say({ n: this.#dice.whole(5, 150), d: 3 })),
    stop: async () => {
      const { sent } = await this.#say({ n: 300, d: 5 });
      await sleep(this.#dice.number(400));
      await this.#stop(sent);
    },
    fault: async () => {
      const sent = await this.#sayText(`${newMark()} ${this.#dice.pick(faults)}`);
      await this.#ended(sent);
    },
    endless: async () => {
      const sent = await this.#sayText(`${newMark()} ${this.#dice.pick(endless)}`);
      await sleep(this.#dice.number(1_500));
      await this.#stop(sent);
    },
    leave: async () => {
      const said = await this.#say({ n: 120, d: 5 });
      await sleep(this.#dice.number(300));
      await this.#client.close();
      await this.#client.connect();
      this.#client.watch(said.sent.chatId);
      await this.#readAll(said);
    },
    slow: async () => {
      const said = await this.#say({ n: 2_000, d: 0 });
      this.#client.pause();
      await sleep(this.#dice.number(1_500));
      this.#client.resume();
      await this.#readAll(said);
    },
    remove: async () => {
      const { sent } = await this.#say({ n: 300, d: 5 });
      await sleep(this.#dice.number(300));
      await this.#remove(sent.chatId);
    },
    again: async () => {
      const { sent, mark, count } = await this.#say({ n: 100, d: 4 });
      const more = { replyId: randomUUID(), generationId: randomUUID() };
      const { chatId, replyId: messageId } = sent;
      await this.#ended(sent);
      const wish = { type: 'regenerate', chatId, messageId, ...more, model: this.#model } as const;
      await this.#client.ask(wish);
      await this.#readAll({ sent: { ...sent, ...more }, mark, count });
    },
    look: async () => {
      const headers = { cookie: this.#client.cookie };
      const page = await fetch(`${this.#origin}/`, { headers }).catch((cause: unknown) => {
        throw new Error('closed (0) before the page came', { cause });
      });
      await page.arrayBuffer();
    },
  };

  async #say({ n: count, d }: { n: number; d: number }) {
    const mark = newMark();
    const sent = await this.#sayText(`${mark} ${paced({ n: count, d, mark })}`);
    return { sent, mark, count };
  }

  async #sayText(text: string): Promise<Sent> {
    const sent = await this.#client.say(text, this.#model);
    this.#chats.push(sent.chatId);
    return sent;
  }

  async #stop({ chatId, generationId }: Sent): Promise<void> {
    await this.#client.ask({ type: 'stop', chatId, generationId });
    await this.#ended({ generationId });
  }

  #ended({ generationId }: Pick<Sent, 'generationId'>): Promise<string> {
    const state = () => this.#client.stateOf(generationId) ?? '';
    return this.#client.until(() => (endings.includes(state()) ? state() : undefined), 'an ending');
  }

  /** [I3] Nobody stopped it and nothing failed: all words are there, once and in order. */
  async #readAll({ sent, mark, count }: { sent: Sent; mark: string; count: number }): Promise<void> {
    const state = await this.#ended(sent);
    const whole = words(count, mark);
    if (state !== 'done') this.wrongs.push(`${mark} is ${state}, and nobody stopped it`);
    // Who has just come back may hear of the ending before the text is there.
    else
      await this.#client.until(
        () => this.#client.textOf(sent) === whole || undefined,
        `all words of ${mark}`,
      );
  }

  async #remove(chatId: string): Promise<void> {
    await this.#client.ask({ type: 'delete', chatId });
    this.#client.send({ type: 'unwatch', chatId });
    this.#chats.splice(this.#chats.indexOf(chatId), 1);
  }

  async #tidy(): Promise<void> {
    const [oldest] = this.#chats;
    if (oldest !== undefined && this.#chats.length > keptChats) await this.#remove(oldest);
  }

  /** A new socket, however often the network is cut meanwhile, and nothing left over that runs. */
  async #comeBack(): Promise<void> {
    for (;;) {
      try {
        await this.#client.close();
        await this.#client.connect();
        await this.#client.ask({ type: 'stop-all' });
        return;
      } catch (error) {
        if (!(error instanceof Error && isCut(error))) throw error;
      }
    }
  }

  /** What it received: hours of that would fill our own memory. */
  #forget(): void {
    for (const list of [this.#client.events, this.#client.frames, this.#client.arrivals]) list.length = 0;
  }

  #count(act: Act): void {
    this.did.set(act, (this.did.get(act) ?? 0) + 1);
  }
}
