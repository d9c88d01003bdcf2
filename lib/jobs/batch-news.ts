/** Milliseconds between two tellings of one batch. */
const EVERY_MS = 500;

/** Tells of a batch that moves all the time twice a second. */
export class BatchNews {
  readonly #tell: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  changed(): void {
    this.#timer ??= setTimeout(() => this.#now(), EVERY_MS);
  }

  /** What has not been told stays untold. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #now(): void {
    this.close();
    this.#tell();
  }
}
