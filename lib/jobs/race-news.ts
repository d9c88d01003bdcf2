/** Counts of tokens are told this often at most. */
const COUNT_MS = 500;

/** When to tell of a race: changes once per turn of the event loop, so that fifty calls asked at once are one change. */
export class RaceNews {
  readonly #tell: () => void;
  #soon: NodeJS.Immediate | null = null;
  #later: NodeJS.Timeout | null = null;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** A call is in another state. */
  changed(): void {
    this.#soon ??= setImmediate(() => this.#now());
  }

  /** A call has brought a token. */
  counted(): void {
    this.#later ??= setTimeout(() => this.#now(), COUNT_MS);
  }

  /** What has not been told stays untold. */
  close(): void {
    if (this.#soon !== null) clearImmediate(this.#soon);
    if (this.#later !== null) clearTimeout(this.#later);
    this.#soon = null;
    this.#later = null;
  }

  #now(): void {
    this.close();
    this.#tell();
  }
}
