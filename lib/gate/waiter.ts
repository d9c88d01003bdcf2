import type { Entry } from './cohort.ts';
import type { Account } from './ledger.ts';
import type { GateRequest, Permit } from './terms.ts';

/** One call that waits at the gate. */
export interface Waiter extends Entry {
  readonly id: string;
  readonly account: Account;
  /** On the gate's clock, ms. */
  readonly since: number;
  /** On the gate's clock, ms; Infinity for who waits as long as it takes. */
  readonly deadline: number;
  /** Kept by the heap of deadlines. */
  deadlineSlot: number;
  readonly resolve: (permit: Permit) => void;
  readonly reject: (reason: unknown) => void;
  readonly unlisten: () => void;
}

export function expiresFirst(a: Waiter, b: Waiter): boolean {
  return a.deadline === b.deadline ? a.seq < b.seq : a.deadline < b.deadline;
}

/** What events say of a call. */
export function callOf({
  id,
  lane,
  user,
  class: gateClass,
}: Pick<GateRequest, 'id' | 'lane' | 'user' | 'class'>) {
  return { id, lane, user, class: gateClass };
}

/** More than any model takes; sums of such numbers stay exact. */
const MOST_TOKENS = 1_000_000_000;

export function tokensOr(otherwise: number, tokens: number | null | undefined): number {
  const isUsable = typeof tokens === 'number' && Number.isFinite(tokens) && tokens >= 0;
  return isUsable ? Math.min(tokens, MOST_TOKENS) : otherwise;
}
