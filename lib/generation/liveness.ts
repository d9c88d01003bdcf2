import type { ChatStore, Orphan } from '#lib/store/chat-store.ts';
import type { Log } from '#lib/telemetry/log.ts';
import type { Generations } from './generations.ts';
import type { Publish } from './publish.ts';
import type { Replies } from './replies.ts';
import { MAX_TRIES } from './retry.ts';
import type { Turns } from './turns.ts';

const BEAT_MS = 10_000;
const DEAD_AFTER_MS = 30_000;
/** Long enough for the store to have answered whoever stored it. */
const FORGOTTEN_AFTER_MS = 60_000;
/** An answer that was on the way so often, in processes that died, may be what kills them: two models try so often, and once. */
const MAX_ATTEMPTS = 2 * MAX_TRIES + 1;

export interface LivenessPorts {
  store: Pick<ChatStore, 'beat' | 'leave' | 'adopt' | 'chatsToRelease' | 'page' | 'unfinished' | 'disown'>;
  publish: Pick<Publish, 'path'>;
  generations: Generations;
  replies: Replies;
  turns: Turns;
  owner: string;
  /** No other process can be on this database, so whatever runs there is dead. */
  alone: boolean;
  log: Log;
}

/** Shows other processes that this one lives, and takes over what dead ones left behind. */
export class Liveness {
  readonly #ports: LivenessPorts;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #draining = false;

  constructor(ports: LivenessPorts) {
    this.#ports = ports;
  }

  /** At start, before the first connection: afterwards no row runs without an owner. */
  async start(): Promise<void> {
    await this.#ports.store.beat(this.#ports.owner);
    // First what is asked for and waited for: behind the endings of thousands of orphans it could come too late.
    await this.#release();
    await this.#adopt(this.#ports.alone);
    this.#timer = setInterval(() => {
      this.#looking = this.look();
    }, BEAT_MS);
    this.#timer.unref();
  }

  /** From now on it beats, but takes nothing over. */
  drain(): void {
    this.#draining = true;
  }

  async leave(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await this.#ports.store.leave(this.#ports.owner);
  }

  /** One beat: tells that this process lives, and takes over from those that do not. */
  async look(): Promise<void> {
    try {
      await this.#ports.store.beat(this.#ports.owner);
      if (this.#draining) return;
      await this.#disownForgotten();
      // Whoever looks at such a chat has been reading another process, and from now on reads this one.
      for (const orphan of await this.#adopt(false)) await this.#show(orphan);
      await this.#release();
    } catch (error) {
      this.#ports.log.warn({ err: error }, 'heartbeat failed');
    }
  }

  /** Stored by us, but the store's answer got lost on the way: nobody makes it, so it is taken over like a dead one's. */
  async #disownForgotten(): Promise<void> {
    const { store, generations, owner } = this.#ports;
    const mine = await store.unfinished(owner, FORGOTTEN_AFTER_MS);
    const forgotten = mine.filter((id) => generations.find(id) === null);
    if (forgotten.length > 0) await store.disown(owner, forgotten);
  }

  async #release(): Promise<void> {
    for (const { userId, chatId } of await this.#ports.store.chatsToRelease()) {
      await this.#ports.replies.release(userId, chatId);
    }
  }

  #show({ userId, chatId }: Orphan): Promise<void> {
    const { store, publish, turns } = this.#ports;
    return turns.take({ userId, chatId }, async () => {
      const page = await store.page(userId, chatId);
      if (page === null) return;
      publish.path(userId, { ...page, from: null }, { whole: true, hasOlder: page.hasOlder });
    });
  }

  async #adopt(alone: boolean): Promise<Orphan[]> {
    const { store, generations, owner, log } = this.#ports;
    const orphans = await store.adopt(owner, { deadAfterMs: DEAD_AFTER_MS, alone });
    for (const orphan of orphans) {
      if (orphan.hasBegun || orphan.attempts >= MAX_ATTEMPTS) generations.bury(orphan);
      else generations.start(orphan);
    }
    if (orphans.length > 0) log.info({ count: orphans.length }, 'took over answers of a dead process');
    return orphans;
  }
}
