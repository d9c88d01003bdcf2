import { Cohort, type Entry, type GateClass } from './cohort.ts';
import type { Account } from './ledger.ts';
import { countTurn, type Fairness, type Open, type Turn, turnOf } from './turn.ts';

const CLASSES: readonly GateClass[] = ['interactive', 'helper', 'background'];

/**
 * All who wait, and whose turn it is (see `turnOf`). Only lanes with room take part: who waits for a full lane neither
 * blocks others nor counts as passed over, and so it is with users who are parked. The counters of `turnOf` are kept per
 * lane for the same reason: the grants of a busy lane must not use up the turns of a lane that is rarely free.
 */
export class FairQueue<E extends Entry> {
  readonly #fairness: Fairness;
  readonly #cohorts = new Map<string, Cohort<E>>();
  readonly #parked = new Set<string>();
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
    this.#cohortOf(entry).push(entry, account, this.#grants, this.#parked.has(entry.user));
    this.#size += 1;
  }

  delete(entry: E): void {
    const cohort = this.#cohorts.get(keyOf(entry));
    if (!cohort?.delete(entry)) return;
    this.#size -= 1;
    this.#closeIfEmpty(cohort);
  }

  /** Whether somebody who is not parked waits for this lane. */
  isAwaited(lane: string): boolean {
    return CLASSES.some((gateClass) => this.#cohorts.get(keyOf({ class: gateClass, lane }))?.hasTurn);
  }

  /** The user's calls stay where they are and have no turn until `unpark`. */
  park(user: string): void {
    if (this.#parked.has(user)) return;
    this.#parked.add(user);
    for (const cohort of this.#cohorts.values()) cohort.park(user);
  }

  unpark(user: string): void {
    if (!this.#parked.delete(user)) return;
    for (const cohort of this.#cohorts.values()) cohort.unpark(user);
  }

  /**
   * Takes out the entry whose turn it is among the lanes with room; undefined when nobody waits for any of them. An entry
   * that is not ready when its turn comes holds up its lane: if smaller ones overtook it there, it might never be.
   */
  next(hasRoom: (lane: string) => boolean, isReady: (entry: E) => boolean = () => true): E | undefined {
    let open = [...this.#cohorts.values()].filter((cohort) => cohort.hasTurn && hasRoom(cohort.lane));
    for (
      let turn = turnOf(byClass(open), this.#fairness);
      turn;
      turn = turnOf(byClass(open), this.#fairness)
    ) {
      const { cohort, line } = turn;
      if (line.entries.first && isReady(line.entries.first)) return this.#take(open, turn);
      open = open.filter(({ lane }) => lane !== cohort.lane);
    }
    return undefined;
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
    for (const user of this.#parked) copied.#parked.add(user);
    for (const [key, cohort] of this.#cohorts) copied.#cohorts.set(key, cohort.copy(accountFor));
    return copied;
  }

  #take(open: readonly Cohort<E>[], turn: Turn<E>): E | undefined {
    countTurn(open, turn);
    this.#grants += 1;
    this.#size -= 1;
    const entry = turn.cohort.grant(turn.line, this.#grants);
    this.#closeIfEmpty(turn.cohort);
    return entry;
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

function byClass<E extends Entry>(cohorts: readonly Cohort<E>[]): Open<E> {
  const open: Record<GateClass, Cohort<E>[]> = { interactive: [], helper: [], background: [] };
  for (const cohort of cohorts) open[cohort.class].push(cohort);
  return open;
}

function keyOf(where: { readonly class: GateClass; readonly lane: string }): string {
  return `${where.class} ${where.lane}`;
}
