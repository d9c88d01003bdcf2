import { type Delta, joined } from './answer-parts.ts';

/** What one chunk says of one choice. */
export interface Choice {
  index: number;
  delta: Delta;
  finish_reason: string | null;
}

export interface OutboxPorts {
  /** The bytes of one event. */
  frame: (choice: Choice) => string;
  /** Called once when nobody reads any more. */
  gone: () => void;
  /** Called when the reader has taken nothing for `stuckAfterMs` although there is something. */
  stuck: () => void;
  stuckAfterMs?: number;
}

const usualStuckMs = 60_000;

/**
 * The way of an answer to its reader, pulled and not pushed: what arrives while the reader is busy is joined, so that a slow one
 * gets fewer and larger chunks, and costs no more than the answer itself.
 */
export class ChunkOutbox {
  readonly #ports: OutboxPorts;
  #waiting: Choice[] = [];
  /** The last of `waiting` of each choice: what comes next may still be joined to it. */
  readonly #open = new Map<number, Choice>();
  #lastWords: string | null = null;
  #wake: (() => void) | null = null;
  #timer: NodeJS.Timeout | undefined;
  readonly readable: ReadableStream<Uint8Array>;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
    const cancel = () => {
      clearTimeout(this.#timer);
      ports.gone();
    };
    // Nothing is made before it is asked for.
    const strategy = { highWaterMark: 0 };
    this.readable = new ReadableStream({ pull: (reader) => this.#pulled(reader), cancel }, strategy);
  }

  push(index: number, delta: Delta): void {
    const last = this.#open.get(index);
    if (last === undefined || !joined(last.delta, delta)) this.#add({ index, delta, finish_reason: null });
    this.#tell();
  }

  finish(index: number, reason: string): void {
    this.#add({ index, delta: {}, finish_reason: reason });
    this.#tell();
  }

  /** The end, behind all that waits. @param frames whole events */
  end(frames: string): void {
    this.#lastWords ??= frames;
    this.#tell();
  }

  #add(choice: Choice): void {
    this.#waiting.push(choice);
    this.#open.set(choice.index, choice);
  }

  #tell(): void {
    const wake = this.#wake;
    this.#wake = null;
    if (wake !== null) return wake();
    const { stuck, stuckAfterMs = usualStuckMs } = this.#ports;
    this.#timer ??= setTimeout(stuck, stuckAfterMs);
  }

  #pulled(reader: ReadableStreamDefaultController<Uint8Array>): Promise<void> | void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length > 0 || this.#lastWords !== null) return this.#hand(reader);
    return new Promise<void>((resolve) => {
      this.#wake = resolve;
    }).then(() => this.#hand(reader));
  }

  #hand(reader: ReadableStreamDefaultController<Uint8Array>): void {
    const frames = this.#waiting.map(this.#ports.frame).join('') + (this.#lastWords ?? '');
    this.#waiting = [];
    this.#open.clear();
    reader.enqueue(new TextEncoder().encode(frames));
    if (this.#lastWords !== null) reader.close();
  }
}
