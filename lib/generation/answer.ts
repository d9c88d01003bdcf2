import { GateRefusal } from '#lib/gate/gate.ts';
import type { Log } from '#lib/telemetry/log.ts';
import { callLabels, type Meter } from '#lib/telemetry/meter.ts';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import type { Ending } from '#lib/wire/chat.ts';
import { type FailureCode, Refusal } from '#lib/wire/error-code.ts';
import { type AttemptPorts, attempt } from './attempt.ts';
import type { FlowRecord } from './flow-record.ts';
import type { LiveGeneration } from './live-generation.ts';
import { type Course, nextTry } from './next-try.ts';
import { runCalls, type ToolRoundPorts, type ToolTerms } from './tool-round.ts';

export interface AnswerPorts extends AttemptPorts, Omit<ToolRoundPorts, 'store' | 'publish'> {
  store: AttemptPorts['store'] & ToolRoundPorts['store'];
  toolTerms: ToolTerms;
  flow: Pick<FlowRecord, 'retried'>;
  /** The model that answers once this one has failed for good; null when there is none. */
  fallbackOf: (model: string) => string | null;
  /** How long an answer may wait for turns in all, ms. */
  queueMs: number;
  log: Log;
  meter: Meter;
  /** In [0, 1). */
  random: () => number;
  /** Rejects when the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Makes one answer: waits for a permit, calls the model, tries again while nothing has arrived, and runs
 * the tools that the model calls before it is asked again.
 * Resolves with how it ended, or with null when the process drained before it began: then it stays queued in the store.
 * Nothing between two deltas waits for a database or a socket.
 */
export async function answer(generation: LiveGeneration, ports: AnswerPorts): Promise<Ending | null> {
  let round = 0;
  let course: Course = { tries: generation.attempts, until: ports.clock() + ports.queueMs };
  for (;;) {
    try {
      const { finish, usage, calls } = await attempt(generation, course.until, round, ports);
      generation.usage = together(generation.usage, usage);
      if (calls.length === 0 || generation.kit === null) return { name: 'done', finish };
      if (round + 1 >= ports.toolTerms.rounds) return { name: 'done', finish };
      await runCalls(generation, calls, generation.kit, ports);
      round += 1;
      // Its waiting begins anew: tools and people took the time before.
      course = { tries: 0, until: ports.clock() + ports.queueMs };
      generation.nextRound();
      generation.signal.throwIfAborted();
      waitAgain(generation, ports);
    } catch (error) {
      const ending = await endingOrRetry(generation, error, course, ports);
      if (ending !== 'again') return ending;
    }
  }
}

async function endingOrRetry(
  generation: LiveGeneration,
  error: unknown,
  course: Course,
  ports: AnswerPorts,
): Promise<Ending | null | 'again'> {
  const cut = endingOfAbort(generation);
  if (cut !== undefined) return cut;
  const failure = toFailure(generation, error, ports.log);
  const wait = generation.hasBegunRound ? null : nextTry(failure, generation.lane, course, ports);
  if (wait === null) {
    if (fellBack(generation, failure, course, ports)) return 'again';
    return endingOfFailure(generation, failure.code);
  }
  ports.flow.retried(generation.lane);
  ports.meter.retried(failure.code, callLabels(generation.lane));
  generation.retryIn(wait.ms, failure.code, ports.now());
  ports.publish.state(generation);
  // The gate keeps the lane closed, and whoever stands at it knows for how long.
  if (wait.at === 'gate') return 'again';
  try {
    await ports.sleep(wait.ms, generation.signal);
  } catch (aborted) {
    const ending = endingOfAbort(generation);
    if (ending === undefined) throw aborted;
    return ending;
  }
  waitAgain(generation, ports);
  return 'again';
}

function waitAgain(generation: LiveGeneration, { publish }: Pick<AnswerPorts, 'publish'>): void {
  generation.enter({ name: 'queued', position: null, etaMs: null });
  publish.state(generation);
}

/** Tokens of all model calls of an answer. */
function together(before: Usage, now: Usage): Usage {
  if (before === null || now === null) return before ?? now;
  return { tokensIn: before.tokensIn + now.tokensIn, tokensOut: before.tokensOut + now.tokensOut };
}

type Usage = LiveGeneration['usage'];

/** What another model may do better. The rest is about the question, or about us. */
const anothersChance: readonly FailureCode[] = [
  'upstream_unreachable',
  'upstream_timeout',
  'upstream_stalled',
  'upstream_reset',
  'upstream_truncated',
  'upstream_malformed',
  'upstream_error',
  'upstream_overloaded',
  'upstream_rate_limited',
  'upstream_quota',
  'upstream_auth',
  'model_not_found',
];

/** A second model answers when the first has failed for good. */
function fellBack(
  generation: LiveGeneration,
  failure: UpstreamFailure,
  course: Course,
  { fallbackOf, models, publish }: AnswerPorts,
): boolean {
  if (generation.hasBegunRound || generation.fallback !== null || !anothersChance.includes(failure.code))
    return false;
  const other = fallbackOf(generation.model);
  if (other === null || models.find(other) === null) return false;
  generation.fallback = other;
  course.tries = 0;
  generation.enter({ name: 'queued', position: null, etaMs: null });
  publish.state(generation);
  return true;
}

/** Undefined when nobody aborted. */
function endingOfAbort(generation: LiveGeneration): Ending | null | undefined {
  if (generation.abortCause === 'stop') return { name: 'stopped' };
  if (generation.abortCause === 'drain') {
    return generation.hasBegun ? { name: 'interrupted', code: 'server_stopped' } : null;
  }
  return undefined;
}

function endingOfFailure(generation: LiveGeneration, code: FailureCode): Ending {
  const hasText =
    generation.text.length > 0 || generation.reasoning.length > 0 || generation.calls.all.length > 0;
  return { name: hasText ? 'interrupted' : 'failed', code };
}

function toFailure(generation: LiveGeneration, error: unknown, log: Log): UpstreamFailure {
  if (error instanceof UpstreamFailure) {
    log.warn(
      { generation: generation.id, code: error.code, attempts: generation.attempts },
      'upstream call failed',
    );
    return error;
  }
  if (error instanceof GateRefusal && error.code === 'queue_timeout') {
    return new UpstreamFailure('queue_timeout', { cause: error });
  }
  log.error({ generation: generation.id, err: error }, 'answer failed');
  const storage = error instanceof Refusal && error.code === 'storage_unavailable';
  return new UpstreamFailure('server_error', { retryable: storage, cause: error });
}
