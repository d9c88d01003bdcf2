/**
 * The text of a paced answer: `w0.<stamp> w1.<stamp> … w9.<stamp>.<hash> `. The stamp is the time of sending in microseconds
 * (see `clockUs`) modulo 1,000 s; the hash covers all that came before it. So the reader can tell for every character whether
 * it came once, in its place and when.
 */
const STAMP_PERIOD_US = 1_000_000_000;
const HASH_START = 0x811c9dc5;

/** Writes the words of one answer in order. */
export class WordWriter {
  readonly #count: number;
  #next = 0;
  #hash = HASH_START;

  constructor(count: number) {
    this.#count = count;
  }

  get written(): number {
    return this.#next;
  }

  get isDone(): boolean {
    return this.#next === this.#count;
  }

  next(nowUs: number): string {
    const start = `w${this.#next}.${nowUs % STAMP_PERIOD_US}`;
    this.#next += 1;
    const isLast = this.isDone;
    const covered = isLast ? `${start}.` : `${start} `;
    this.#hash = hashed(this.#hash, covered);
    return isLast ? `${covered}${hex(this.#hash)} ` : covered;
  }
}

export interface Faults {
  /** Words that never came. */
  lost: number;
  /** Words that came again. */
  doubled: number;
  /** Words that came after a later one. */
  reordered: number;
  /** Stretches of text that are no word, and answers whose hash is wrong. */
  garbled: number;
}

/** Reads the words of one answer from pieces cut anywhere. */
export class WordReader {
  readonly faults: Faults = { lost: 0, doubled: 0, reordered: 0, garbled: 0 };
  readonly #onWord: (delayUs: number) => void;
  readonly #missing = new Set<number>();
  #next = 0;
  #carry = '';
  #hash = HASH_START;
  #isWhole = false;

  /** @param onWord called for each word with the time since it was sent */
  constructor(onWord: (delayUs: number) => void) {
    this.#onWord = onWord;
  }

  take(piece: string, nowUs: number): void {
    const text = this.#carry === '' ? piece : this.#carry + piece;
    let from = 0;
    for (let to = text.indexOf(' '); to >= 0; to = text.indexOf(' ', from)) {
      this.#word(text.slice(from, to), nowUs);
      from = to + 1;
    }
    this.#carry = text.slice(from);
  }

  /** Nothing more is coming of the `count` words. */
  end(count: number): void {
    this.faults.lost += this.#missing.size + Math.max(0, count - this.#next);
    if (this.#carry !== '' || (!this.#isWhole && this.#next >= count)) this.faults.garbled += 1;
  }

  #word(word: string, nowUs: number): void {
    const [, number, stamp, sum] = /^w(\d+)\.(\d+)(?:\.([0-9a-f]{8}))?$/.exec(word) ?? [];
    if (number === undefined) {
      this.faults.garbled += 1;
      return;
    }
    this.#count(Number(number));
    this.#sum(word, sum);
    const delay = (nowUs % STAMP_PERIOD_US) - Number(stamp);
    this.#onWord(delay < 0 ? delay + STAMP_PERIOD_US : delay);
  }

  #count(number: number): void {
    if (number >= this.#next) {
      for (let skipped = this.#next; skipped < number; skipped += 1) this.#missing.add(skipped);
      this.#next = number + 1;
    } else if (this.#missing.delete(number)) this.faults.reordered += 1;
    else this.faults.doubled += 1;
  }

  #sum(word: string, sum: string | undefined): void {
    this.#hash = hashed(this.#hash, sum === undefined ? `${word} ` : word.slice(0, -sum.length));
    if (sum !== undefined) this.#isWhole = sum === hex(this.#hash);
  }
}

/** FNV-1a over UTF-16 units. */
function hashed(start: number, text: string): number {
  let hash = start;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

const hex = (hash: number) => hash.toString(16).padStart(8, '0');
