import * as z from 'zod/mini';
import { failureCode } from './error-code.ts';

const ms = z.number();
const count = z.number();

/** Milliseconds below which half, and 95 of a hundred, of the last five minutes' values lie. */
const spread = z.object({ p50: ms, p95: ms });
export type Spread = z.infer<typeof spread>;

/** `left` may be used now; below 0 is a debt that has to be waited off. */
const rate = z.object({ perMinute: count, left: count });

/** One lane of the gate as it is now. Counts of everybody; nothing in it says whose. */
export const flowLane = z.object({
  /** Also the id of the model. */
  lane: z.string(),
  /** Calls that may be open at most, as configured. */
  limit: count,
  /** What of it the upstream takes at the moment. */
  workingLimit: count,
  /** Milliseconds until a lane that its upstream closed opens again; null when it is open. */
  opensInMs: z.nullable(ms),
  held: count,
  waiting: z.object({ interactive: count, helper: count, background: count }),
  requests: z.nullable(rate),
  tokens: z.nullable(rate),
  tokensPerSecond: z.number(),
  /** From the permit to the first token, and from the queue to the permit; null when there was none in five minutes. */
  firstToken: z.nullable(spread),
  waited: z.nullable(spread),
  /** Calls made again after a failure, in the last five minutes. */
  retries: count,
  /** Calls that failed in the last five minutes, by cause, most first. */
  failures: z.array(z.object({ code: failureCode, count })),
});
export type FlowLane = z.infer<typeof flowLane>;

/** What the charts show of a moment. */
export const flowPoint = z.object({
  /** Milliseconds since 1970, server clock. */
  at: z.number(),
  lanes: z.array(
    z.object({
      lane: z.string(),
      limit: count,
      workingLimit: count,
      held: count,
      waiting: count,
      tokensPerSecond: z.number(),
    }),
  ),
});
export type FlowPoint = z.infer<typeof flowPoint>;

export const flow = z.object({
  /** Milliseconds since 1970, server clock. */
  at: z.number(),
  limit: count,
  held: count,
  waiting: count,
  oldestWaitMs: ms,
  lanes: z.array(flowLane),
  /** Answers of this person that bring text now. `tokens` counts pieces of text as they came. */
  mine: z.array(z.object({ generation: z.uuid(), tokens: count, tokensPerSecond: z.number() })),
});
export type Flow = z.infer<typeof flow>;
/** A moment of the flow as the charts keep it. */
export function pointOf({ at, lanes }: Pick<Flow, 'at' | 'lanes'>): FlowPoint {
  return {
    at,
    lanes: lanes.map(({ lane, limit, workingLimit, held, waiting, tokensPerSecond }) => {
      return { lane, limit, workingLimit, held, waiting: waitingIn(waiting), tokensPerSecond };
    }),
  };
}

/** How many wait for a lane, over all classes. */
export function waitingIn({ interactive, helper, background }: FlowLane['waiting']): number {
  return interactive + helper + background;
}

/** Points are a second apart; so many are kept. */
export const FLOW_POINTS = 300;

/** One call of a race. Times are milliseconds since 1970, server clock; null until then. */
export const raceRun = z.object({
  mode: z.enum(['one-by-one', 'at-once']),
  /** Which of the race's prompts. */
  prompt: count,
  state: z.enum(['waiting', 'running', 'done', 'failed', 'stopped']),
  askedAt: z.nullable(z.number()),
  startedAt: z.nullable(z.number()),
  firstTokenAt: z.nullable(z.number()),
  endedAt: z.nullable(z.number()),
  tokens: count,
  code: z.nullable(failureCode),
});
export type RaceRun = z.infer<typeof raceRun>;

/** The same prompts once one after the other and once all at once, through the gate. */
export const race = z.object({
  id: z.uuid(),
  model: z.string(),
  prompts: z.array(z.string()),
  /** `failed` when a run failed: then there is nothing to compare. */
  state: z.enum(['running', 'done', 'failed', 'stopped']),
  /** First all of `one-by-one`, then all of `at-once`. */
  runs: z.array(raceRun),
  /** From the first request to the last ending of each half, once it is over. */
  oneByOneMs: z.nullable(ms),
  atOnceMs: z.nullable(ms),
  /** `oneByOneMs / atOnceMs`, once both are known. */
  speedUp: z.nullable(z.number()),
});
export type Race = z.infer<typeof race>;

export const raceLimits = { prompts: 50, promptLength: 4_000 } as const;
