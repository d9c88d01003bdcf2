import type { ChatStore, Checkpoint } from '#lib/store/chat-store.ts';
import type { Log } from '#lib/telemetry/log.ts';
import type { LiveGeneration } from './live-generation.ts';

const INTERVAL_MS = 1_000;
/** Never more than a tenth of the time goes into checkpoints. */
const SHARE = 10;

export interface CheckpointsPorts {
  store: Pick<ChatStore, 'checkpoint'>;
  live: () => Iterable<LiveGeneration>;
  owner: string;
  log: Log;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

/** Keeps what running answers have so far: all of them in one statement, about once a second. */
export class Checkpoints {
  readonly #ports: CheckpointsPorts;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(ports: CheckpointsPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#next(INTERVAL_MS);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** One round. A failed one leaves everything unkept, so that the next one brings it again. */
  async keep(): Promise<void> {
    const news: { generation: LiveGeneration; checkpoint: Checkpoint }[] = [];
    for (const generation of this.#ports.live()) {
      const checkpoint = generation.unkept();
      if (checkpoint !== null) news.push({ generation, checkpoint });
    }
    if (news.length === 0) return;
    const entries = news.map(({ checkpoint }) => checkpoint);
    const stored = this.#ports.store.checkpoint(this.#ports.owner, entries);
    const over = stored.catch(() => undefined);
    for (const { generation } of news) generation.keeping = over;
    await stored;
    for (const { generation, checkpoint } of news) generation.keep(checkpoint);
  }

  #next(ms: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#round(), ms);
    this.#timer.unref();
  }

  async #round(): Promise<void> {
    const began = this.#ports.clock();
    try {
      await this.keep();
    } catch (error) {
      this.#ports.log.warn({ err: error }, 'checkpoint failed');
    }
    this.#next(Math.max(INTERVAL_MS, (this.#ports.clock() - began) * SHARE));
  }
}
