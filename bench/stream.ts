import type { Listener } from './channel.ts';
import { clockUs } from './clock.ts';
import type { Histogram } from './histogram.ts';
import type { Script } from './script.ts';
import { type Faults, WordReader } from './words.ts';

/** What all streams of one round write into. */
export interface StreamNews {
  /** Microseconds from the request to the first text, less the upstream's own first delay. */
  firstText: Histogram;
  /** Microseconds from the upstream's write of a word to its arrival here. */
  delay: Histogram;
  onFirst: () => void;
  /** Once per stream; null when it is complete. */
  onEnd: (why: string | null) => void;
}

/** One answer under test: checks every word and takes the times. */
export class Stream implements Listener {
  readonly #script: Script;
  readonly #news: StreamNews;
  readonly #reader: WordReader;
  readonly #askedUs = clockUs();
  #hasText = false;
  #isOver = false;

  constructor(script: Script, news: StreamNews) {
    this.#script = script;
    this.#news = news;
    this.#reader = new WordReader((delayUs) => news.delay.add(delayUs));
  }

  get faults(): Faults {
    return this.#reader.faults;
  }

  text(piece: string): void {
    const nowUs = clockUs();
    if (this.#isOver) this.faults.doubled += 1;
    if (!this.#hasText) {
      this.#hasText = true;
      this.#news.firstText.add(Math.max(0, nowUs - this.#askedUs - this.#script.firstMs * 1_000));
      this.#news.onFirst();
    }
    this.#reader.take(piece, nowUs);
  }

  done(): void {
    this.#end(null);
  }

  failed(why: string): void {
    this.#end(why);
  }

  #end(why: string | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reader.end(this.#script.tokens);
    this.#news.onEnd(why);
  }
}
