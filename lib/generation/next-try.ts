import type { UpstreamFailure } from '#lib/upstream/model.ts';
import { Throttled } from './permitted-call.ts';
import { type RetryBudget, retryDelay, wasTurnedAway } from './retry.ts';

/** How far a call has come on its way to the first delta. */
export interface Course {
  /** Failed tries of the model that is asked now. */
  tries: number;
  /** When its waiting has to be over, on the monotonic clock. */
  readonly until: number;
}

export interface NextTryPorts {
  retries: RetryBudget;
  /** Milliseconds, monotonic. */
  clock: () => number;
  /** In [0, 1). */
  random: () => number;
}

/** Where to wait before the next try, and how long, ms: at the gate the closed lane sees to it. */
export interface Wait {
  readonly at: 'gate' | 'here';
  readonly ms: number;
}

/** Null when there must be no other try. To be asked only while nothing has arrived. */
export function nextTry(
  failure: UpstreamFailure,
  lane: string,
  course: Course,
  { random, retries, clock }: NextTryPorts,
): Wait | null {
  if (failure instanceof Throttled) {
    if (clock() + failure.opensInMs >= course.until) return null;
    if (wasTurnedAway(failure)) return { at: 'gate', ms: failure.opensInMs };
  }
  course.tries += 1;
  const ms = retryDelay(failure, course.tries, random);
  if (ms === null || !retries.take(lane)) return null;
  return failure instanceof Throttled ? { at: 'gate', ms: failure.opensInMs } : { at: 'here', ms };
}
