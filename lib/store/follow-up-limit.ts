import { Refusal } from '#lib/wire/error-code.ts';

/** Follow-ups that wait in one chat at most. */
export const followUpLimit = 20;

export function tooManyFollowUps(): Refusal {
  return new Refusal('user_queue_full', 'Twenty messages wait here already; let some go first.', {
    retryAfterMs: 5_000,
  });
}
