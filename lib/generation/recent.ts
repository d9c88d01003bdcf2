import type { Spread } from '#lib/wire/flow.ts';

const KEPT_MS = 5 * 60_000;
const MOST = 2_000;

/** The values of the last five minutes, the newest 2,000 of them. */
export class Recent<T> {
  #entries: { at: number; value: T }[] = [];

  add(value: T, now: number): void {
    this.#entries.push({ at: now, value });
    // Trimmed in steps, so that adding stays cheap.
    if (this.#entries.length >= 2 * MOST) this.#entries = this.#entries.slice(-MOST);
  }

  values(now: number): T[] {
    const first = this.#entries.findIndex(({ at }) => at > now - KEPT_MS);
    this.#entries = first === -1 ? [] : this.#entries.slice(Math.max(first, this.#entries.length - MOST));
    return this.#entries.map(({ value }) => value);
  }
}

/** How often something happened in the last five minutes, to the second. */
export class RecentCount {
  #seconds: { second: number; count: number }[] = [];

  add(now: number): void {
    const second = Math.floor(now / 1000);
    const last = this.#seconds.at(-1);
    if (last?.second === second) last.count += 1;
    else this.#seconds.push({ second, count: 1 });
    if (this.#seconds.length > KEPT_MS / 500) this.#forget(now);
  }

  count(now: number): number {
    this.#forget(now);
    return this.#seconds.reduce((sum, { count }) => sum + count, 0);
  }

  #forget(now: number): void {
    this.#seconds = this.#seconds.filter(({ second }) => second * 1000 > now - KEPT_MS);
  }
}

/** Nearest rank; null when there are no values. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((one, other) => one - other);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: rank(0.5), p95: rank(0.95) };
}
