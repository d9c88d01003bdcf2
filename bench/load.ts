import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from './channel.ts';
import { Histogram, type Quantiles } from './histogram.ts';
import { modelName, type Script } from './script.ts';
import { Stream, type StreamNews } from './stream.ts';
import type { Faults } from './words.ts';

export interface LoadOptions {
  channels: readonly Channel[];
  streams: number;
  script: Script;
  /** Milliseconds over which the requests are spread. */
  rampMs: number;
  /** Milliseconds after which what still runs counts as failed. */
  patienceMs: number;
  /** All streams have begun and none has ended: from here on nothing but words flows. `words` came so far. */
  onSteady: (words: number) => void;
  /** The first stream has ended. */
  onFirstEnd: (words: number) => void;
}

export interface Outcome extends Faults {
  completed: number;
  failed: number;
  /** Why streams failed, and how many each. */
  reasons: Record<string, number>;
  words: number;
  wallMs: number;
  firstText: Quantiles | null;
  delay: Quantiles | null;
}

const STEP_MS = 4;

/** Asks for all answers, spread over the ramp, and waits until all are over. Stream n goes through channel n mod channels. */
export async function drive(options: LoadOptions): Promise<Outcome> {
  const load = new Load(options);
  const began = performance.now();
  await load.ramp();
  await Promise.race([load.over, sleep(options.patienceMs, undefined, { ref: false })]);
  return load.outcome(performance.now() - began);
}

class Load {
  readonly #options: LoadOptions;
  readonly #streams: Stream[] = [];
  readonly #news: StreamNews;
  readonly #over = Promise.withResolvers<void>();
  readonly #reasons: Record<string, number> = {};
  #begun = 0;
  #ended = 0;
  #completed = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#news = {
      firstText: new Histogram(),
      delay: new Histogram(),
      onFirst: () => this.#first(),
      onEnd: (why) => this.#end(why),
    };
  }

  get over(): Promise<void> {
    return this.#over.promise;
  }

  async ramp(): Promise<void> {
    const { streams, rampMs } = this.#options;
    const began = performance.now();
    while (this.#streams.length < streams) {
      const share = rampMs === 0 ? 1 : (performance.now() - began) / rampMs;
      const due = Math.min(streams, Math.ceil(streams * share));
      while (this.#streams.length < due) this.#ask();
      if (this.#streams.length < streams) await sleep(STEP_MS);
    }
  }

  outcome(wallMs: number): Outcome {
    for (const stream of this.#streams) stream.failed('not over in time');
    const sum = (name: keyof Faults) => this.#streams.reduce((all, { faults }) => all + faults[name], 0);
    return {
      completed: this.#completed,
      failed: this.#options.streams - this.#completed,
      reasons: this.#reasons,
      lost: sum('lost'),
      doubled: sum('doubled'),
      reordered: sum('reordered'),
      garbled: sum('garbled'),
      words: this.#news.delay.count,
      wallMs,
      firstText: this.#news.firstText.quantiles(),
      delay: this.#news.delay.quantiles(),
    };
  }

  #ask(): void {
    const { channels, script } = this.#options;
    const channel = channels[this.#streams.length % channels.length];
    const stream = new Stream(script, this.#news);
    this.#streams.push(stream);
    channel?.ask(modelName(script), stream);
  }

  #first(): void {
    this.#begun += 1;
    if (this.#begun === this.#options.streams && this.#ended === 0)
      this.#options.onSteady(this.#news.delay.count);
  }

  #end(why: string | null): void {
    if (this.#ended === 0) this.#options.onFirstEnd(this.#news.delay.count);
    this.#ended += 1;
    if (why === null) this.#completed += 1;
    else this.#reasons[why] = (this.#reasons[why] ?? 0) + 1;
    if (this.#ended === this.#options.streams) this.#over.resolve();
  }
}
