import { Cohort, type Entry, type GateClass } from './cohort.ts';
import type { Account } from './ledger.ts';
import { countTurn, type Fairness, turnOf } from './turn.ts';

/**
 * All who wait, and whose turn it is (see `turnOf`). Only lanes with room take part: who waits for a full lane neither
 * blocks others nor counts as passed over. The counters of `turnOf` are kept per lane for the same reason: the grants of a
 * busy lane must not use up the turns of a lane that is rarely free.
 */
export class FairQueue<E extends Entry> {
  readonly #fairness: Fairness;
  readonly #cohorts = new Map<string, Cohort<E>>();
  #grants = 0;
  #size = 0;

  constructor(fairness: Fairness) {
    this.#fairness = fairness;
  }

  get size(): number {
    return this.#size;
  }

  cohorts(): Iterable<Cohort<E>> {
    return this.#cohorts.values();
  }

  push(entry: E, account: Account): void {
    this.#cohortOf(entry).push(entry, account, this.#grants);
    this.#size += 1;
  }

  delete(entry: E): void {
    const cohort = this.#cohorts.get(keyOf(entry));
    if (!cohort?.delete(entry)) return;
    this.#size -= 1;
    this.#closeIfEmpty(cohort);
  }

  /** Takes out the entry whose turn it is among the lanes with room; undefined when nobody waits for any of them. */
  next(hasRoom: (lane: string) => boolean): E | undefined {
    const open: Record<GateClass, Cohort<E>[]> = { interactive: [], helper: [], background: [] };
    for (const cohort of this.#cohorts.values()) if (hasRoom(cohort.lane)) open[cohort.class].push(cohort);
    const turn = turnOf(open, this.#fairness);
    if (!turn) return undefined;
    for (const peers of Object.values(open)) countTurn(peers, turn);
    this.#grants += 1;
    this.#size -= 1;
    const entry = turn.cohort.grant(turn.line, this.#grants);
    this.#closeIfEmpty(turn.cohort);
    return entry;
  }

  /** To be called after what the user was served has changed. */
  reorder(user: string): void {
    for (const cohort of this.#cohorts.values()) cohort.reorder(user);
  }

  /** The same state on other accounts, to try out what would happen. */
  copy(accountFor: (account: Account) => Account): FairQueue<E> {
    const copied = new FairQueue<E>(this.#fairness);
    copied.#grants = this.#grants;
    copied.#size = this.#size;
    for (const [key, cohort] of this.#cohorts) copied.#cohorts.set(key, cohort.copy(accountFor));
    return copied;
  }

  #cohortOf(entry: E): Cohort<E> {
    const key = keyOf(entry);
    const known = this.#cohorts.get(key);
    if (known) return known;
    const cohort = new Cohort<E>(entry.lane, entry.class);
    this.#cohorts.set(key, cohort);
    return cohort;
  }

  #closeIfEmpty(cohort: Cohort<E>): void {
    if (cohort.size === 0) this.#cohorts.delete(keyOf(cohort));
  }
}

function keyOf(where: { readonly class: GateClass; readonly lane: string }): string {
  return `${where.class} ${where.lane}`;
}
