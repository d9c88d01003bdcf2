import { type Cohort, cameFirst, type Entry, type GateClass, type Line, leastServed } from './cohort.ts';
import type { GateOptions } from './terms.ts';

export interface Fairness {
  /** Of this many contended grants in a row, at least one goes to the class. */
  readonly every: Readonly<Record<'helper' | 'background', number>>;
  /** Of this many grants in a class, at least one goes to the line that has gone longest without. */
  readonly patience: number;
}

/** Throws when the shares or the patience would leave somebody without a turn. */
export function fairnessOf({
  shares = {},
  patience = 16,
}: Pick<GateOptions, 'shares' | 'patience'>): Fairness {
  if (!Number.isInteger(patience) || patience < 2)
    throw new RangeError(`patience is a whole number from 2, got ${patience}`);
  return { every: { helper: everyNth(shares.helper), background: everyNth(shares.background) }, patience };
}

function everyNth(share = 0.1): number {
  if (share > 0 && share <= 0.25) return Math.round(1 / share);
  throw new RangeError(`a share is above 0 and at most 0.25, got ${share}`);
}

/** The line whose first entry is next. */
export interface Turn<E extends Entry> {
  readonly cohort: Cohort<E>;
  readonly line: Line<E>;
}

type Peers<E extends Entry> = readonly Cohort<E>[];

/** The cohorts whose lane has room; in each somebody has a turn. */
export type Open<E extends Entry> = Readonly<Record<GateClass, Peers<E>>>;

/**
 * Who is next among those who may go. Three questions, in this order:
 *
 * 1. Which class? Interactive before helper before background, except that a class passed over `every` - 1 times has its
 *    turn. A helper's turn waits for every reply that came before it: helpers never overtake replies.
 * 2. Which user? The one served least, except that one grant in `patience` goes to whoever has gone longest without.
 * 3. Which call? The one that came first.
 */
export function turnOf<E extends Entry>(open: Open<E>, { every, patience }: Fairness): Turn<E> | undefined {
  // Background before helper, so that its share is exact; a helper's comes one grant later at most.
  if (wasPassed(open.background, every.background)) return fairTurn(open.background, patience);
  const helper = wasPassed(open.helper, every.helper) && oldestTurn(open.helper);
  const reply = helper && oldestTurn(open.interactive);
  if (helper && !(reply && reply.line.seq < helper.line.seq)) return helper;
  const first = [open.interactive, open.helper].find((peers) => peers.length > 0);
  return fairTurn(first ?? open.background, patience);
}

/** Must see every cohort that was open, before the turn's entry is taken out. */
export function countTurn<E extends Entry>(open: Peers<E>, { cohort: granted, line }: Turn<E>): void {
  const toEldest = line === granted.eldest;
  for (const cohort of open) {
    if (cohort.class !== granted.class) {
      cohort.passed += 1;
      continue;
    }
    cohort.passed = 0;
    cohort.overtaken = cohort === granted && toEldest ? 0 : cohort.overtaken + 1;
  }
}

function wasPassed<E extends Entry>(peers: Peers<E>, every: number): boolean {
  return peers.some((cohort) => cohort.passed >= every - 1);
}

/** With many lanes open patience grows with their number, or turns would replace the order by need altogether. */
function fairTurn<E extends Entry>(peers: Peers<E>, patience: number): Turn<E> | undefined {
  const longest = best(peers, (a, b) => a.overtaken > b.overtaken);
  if (longest && longest.overtaken >= patience * peers.length - 1) return turn(longest, longest.eldest);
  const neediest = best(peers, (a, b) => goesBefore(leastServed, a.neediest, b.neediest));
  return turn(neediest, neediest?.neediest);
}

function oldestTurn<E extends Entry>(peers: Peers<E>): Turn<E> | undefined {
  const cohort = best(peers, (a, b) => goesBefore(cameFirst, a.oldest, b.oldest));
  return turn(cohort, cohort?.oldest);
}

function goesBefore<T>(order: (a: T, b: T) => boolean, a: T | undefined, b: T | undefined): boolean {
  return a !== undefined && b !== undefined && order(a, b);
}

function turn<E extends Entry>(
  cohort: Cohort<E> | undefined,
  line: Line<E> | undefined,
): Turn<E> | undefined {
  return cohort && line && { cohort, line };
}

function best<T>(items: readonly T[], isBetter: (a: T, b: T) => boolean): T | undefined {
  let found = items[0];
  for (const item of items) if (found !== undefined && isBetter(item, found)) found = item;
  return found;
}
