const BUCKETS = 1_200;
/** Each bucket is this much wider than the one before: a quantile is right to about one percent. */
const GROWTH = Math.log(1.02);

export interface Quantiles {
  count: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  max: number;
}

/** Times in microseconds, kept as counts in logarithmic buckets: constant memory, whatever arrives. */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  add(us: number): void {
    const bucket = us <= 1 ? 0 : Math.min(BUCKETS - 1, Math.floor(Math.log(us) / GROWTH));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    this.#max = Math.max(this.#max, us);
  }

  /** @param share from 0 to 1 @returns microseconds; 0 when empty */
  quantile(share: number): number {
    const rank = this.#count * share;
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += this.#counts[bucket] ?? 0;
      if (seen > 0 && seen >= rank) return Math.min(this.#max, Math.exp((bucket + 0.5) * GROWTH));
    }
    return this.#max;
  }

  /** Null when empty. */
  quantiles(): Quantiles | null {
    if (this.#count === 0) return null;
    return {
      count: this.#count,
      p50: this.quantile(0.5) / 1_000,
      p99: this.quantile(0.99) / 1_000,
      max: this.#max / 1_000,
    };
  }
}
