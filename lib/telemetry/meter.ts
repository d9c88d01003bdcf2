import type { Ending, Finish } from '#lib/wire/chat.ts';
import type { FailureCode, RefusalCode } from '#lib/wire/error-code.ts';

/**
 * The stations of an answer, in their order:
 *
 *     accepted     stored, from the moment the request came
 *     queued       at the gate; after a failed try the back-off is in here
 *     permit       granted: the wait in the queue
 *     headers      the model server has begun its response
 *     first_delta  the first words, or the first reasoning
 *     first_frame  on their way to a browser; a branch: nobody waits for it
 *     end          from the first delta to the ending, stored and told
 */
export const hops = ['accepted', 'queued', 'permit', 'headers', 'first_delta', 'first_frame', 'end'] as const;
export type Hop = (typeof hops)[number];

/** What series are told apart by. Nothing here grows with people, chats or answers, and nothing names one. */
export interface CallLabels {
  /** Name of the upstream in the configuration. */
  readonly upstream: string;
  /** The model, as the upstream knows it. */
  readonly model: string;
  readonly operation: 'chat' | 'embeddings';
}

export interface HopLabels extends CallLabels {
  readonly class: 'interactive' | 'helper' | 'background';
}

/** One upstream call that is over. */
export interface CallRecord {
  readonly call: CallLabels;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly ms: number;
  /** From the start to the first delta; null when none came. */
  readonly firstDeltaMs: number | null;
  readonly usage: { readonly tokensIn: number; readonly tokensOut: number } | null;
  /** Null for a call that did not complete. */
  readonly finish: Finish | null;
  /** `aborted`: cut from our side, by a stop or a drain. Null for a call that completed. */
  readonly error: FailureCode | 'aborted' | null;
}

/**
 * Takes what is worth counting. Every method returns at once, does no I/O, never throws, and drops numbers that are no
 * measure (negative, not finite): telemetry never slows or breaks an answer.
 */
export interface Meter {
  /** @param ms from the hop before it */
  hop(hop: Hop, ms: number, labels: HopLabels): void;
  called(record: CallRecord): void;
  /** An answer is tried again. */
  retried(code: FailureCode, call: CallLabels): void;
  /** An upstream had enough of us: its lane is closed for a while. */
  throttled(call: CallLabels): void;
  /** A request was turned away. */
  refused(code: RefusalCode): void;
  /** An answer is over, as people see it. */
  ended(ending: Ending['name'], call: CallLabels): void;
}

/** `upstream/model`, the name of a lane, in its parts. */
export function callLabels(lane: string, operation: CallLabels['operation'] = 'chat'): CallLabels {
  const cut = lane.indexOf('/');
  return { upstream: lane.slice(0, Math.max(0, cut)), model: lane.slice(cut + 1), operation };
}
