import { UpstreamFailure } from '#lib/upstream/model.ts';
import type { FailureCode } from '#lib/wire/error-code.ts';

export const MAX_TRIES = 4;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** An upstream that asks for more is not worth a person's waiting; they are told instead. */
const LONGEST_ASKED_MS = 5 * 60_000;

/**
 * Milliseconds to wait before the next attempt, or null when there must be none.
 * Full jitter for faults; where the upstream names a time, never earlier than that, with a little spread behind it.
 * @param tries made so far, this failure included
 */
export function retryDelay(failure: UpstreamFailure, tries: number, random: () => number): number | null {
  if (!failure.retryable || tries >= MAX_TRIES) return null;
  const backOff = random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
  if (failure.retryAfterMs === null) return backOff;
  if (failure.retryAfterMs > LONGEST_ASKED_MS) return null;
  return failure.retryAfterMs + backOff / 4;
}

const throttlings: readonly FailureCode[] = [
  'upstream_rate_limited',
  'upstream_overloaded',
  // A model that does not begin in time counts as one that has too much to do.
  'upstream_timeout',
];

/** The upstream has enough of us, so the whole lane slows down. */
export function isThrottling(error: unknown): error is UpstreamFailure {
  return error instanceof UpstreamFailure && error.retryable && throttlings.includes(error.code);
}

/**
 * The upstream took the call for nothing, so it uses up no try: its lane says when the next one may go. An overload without
 * a time is one: a server that is down says the same, and would be waited for as long as anybody waits.
 */
export function wasTurnedAway({ code, retryable, retryAfterMs }: UpstreamFailure): boolean {
  const namesTime = retryAfterMs !== null && retryAfterMs > 0;
  return retryable && (code === 'upstream_rate_limited' || (code === 'upstream_overloaded' && namesTime));
}

const PER_MINUTE = 20;
const PER_CALL = 0.2;
const MOST = 100;

/**
 * How many calls may be repeats, per lane: a fifth of all and twenty a minute besides, so that an upstream in trouble is not
 * kept there by us. After the retry budgets of Finagle.
 */
export class RetryBudget {
  readonly #now: () => number;
  readonly #left = new Map<string, { repeats: number; at: number }>();

  /** @param now milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  called(lane: string): void {
    const left = this.#of(lane);
    left.repeats = Math.min(MOST, left.repeats + PER_CALL);
  }

  /** False when there is none left: then the failure stands. */
  take(lane: string): boolean {
    const left = this.#of(lane);
    if (left.repeats < 1) return false;
    left.repeats -= 1;
    return true;
  }

  #of(lane: string) {
    const now = this.#now();
    const left = this.#left.get(lane) ?? { repeats: PER_MINUTE, at: now };
    this.#left.set(lane, left);
    left.repeats = Math.min(MOST, left.repeats + ((now - left.at) / 60_000) * PER_MINUTE);
    left.at = now;
    return left;
  }
}
