import type { FlowRecord } from '#lib/generation/flow-record.ts';
import type { Race } from '#lib/wire/flow.ts';
import type { ServerEvent, ServerEventOf } from '#lib/wire/server-event.ts';

const INTERVAL_MS = 1_000;

/** A connection, as far as the feed knows it. */
interface Reader {
  readonly visitor: { readonly userId: string };
  push(event: ServerEvent): void;
  pushNewest(event: ServerEventOf<'gate' | 'flow' | 'race'>): void;
}

export interface FlowFeedPorts {
  record: Pick<FlowRecord, 'tick' | 'now' | 'past' | 'mine'>;
  /** Everybody who is connected. */
  all: () => Iterable<Reader>;
  raceOf: (userId: string) => Race | null;
}

/** Tells everybody how full the gate is, and those who look at the flow all of it, once a second. */
export class FlowFeed {
  readonly #ports: FlowFeedPorts;
  readonly #readers = new Set<Reader>();
  #timer: NodeJS.Timeout | undefined;
  #told = '';

  constructor(ports: FlowFeedPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer = setInterval(() => this.tick(), INTERVAL_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  join(reader: Reader): void {
    this.#readers.add(reader);
    const { record, raceOf } = this.#ports;
    const { userId } = reader.visitor;
    reader.push({ type: 'race', race: raceOf(userId) });
    reader.push({ type: 'flow', flow: this.#flow(userId), past: [...record.past] });
  }

  leave(reader: Reader): void {
    this.#readers.delete(reader);
  }

  get totals(): ServerEventOf<'gate'> {
    const { limit, held, waiting } = this.#ports.record.now;
    return { type: 'gate', limit, held, waiting };
  }

  tick(): void {
    this.#ports.record.tick();
    const { totals } = this;
    const told = JSON.stringify(totals);
    if (told !== this.#told) for (const reader of this.#ports.all()) reader.pushNewest(totals);
    this.#told = told;
    for (const reader of this.#readers) {
      reader.pushNewest({ type: 'flow', flow: this.#flow(reader.visitor.userId) });
    }
  }

  #flow(userId: string) {
    return { ...this.#ports.record.now, mine: this.#ports.record.mine(userId) };
  }
}
