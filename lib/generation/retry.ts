import type { UpstreamFailure } from '#lib/upstream/model.ts';

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
