import type { Gate } from '#lib/gate/gate.ts';
import type { ChatStore } from '#lib/store/chat-store.ts';
import { type ModelEnding, type ModelSink, type Models, UpstreamFailure } from '#lib/upstream/model.ts';
import type { LiveGeneration } from './live-generation.ts';
import { prompt } from './prompt.ts';
import type { Publish } from './publish.ts';
import { isThrottling, type RetryBudget, wasTurnedAway } from './retry.ts';
import { promptTokens, USUAL_ANSWER } from './token-estimate.ts';

export interface AttemptPorts {
  gate: Gate;
  models: Models;
  store: Pick<ChatStore, 'history'>;
  publish: Publish;
  retries: RetryBudget;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

/** A failure for which the lane is closed for `opensInMs`. */
export class Throttled extends Error {
  readonly failure: UpstreamFailure;
  readonly opensInMs: number;

  constructor(failure: UpstreamFailure, opensInMs: number) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.opensInMs = opensInMs;
  }
}

/** After a restart a local model server may be found later than its answers are taken up again. */
const unknownYet = { retryable: true, retryAfterMs: 15_000 };

/**
 * One upstream call for an answer, with a permit of its own, waited for until `until` (monotonic) at most.
 * @throws Throttled, UpstreamFailure, GateRefusal, the signal's reason, or what the store throws
 */
export async function attempt(
  generation: LiveGeneration,
  until: number,
  ports: AttemptPorts,
): Promise<ModelEnding> {
  const { gate, store, models, publish, retries, now, clock } = ports;
  const { id, userId, signal, lane } = generation;
  // Before the permit: whoever holds one should be calling.
  const turns = prompt(generation, await store.history(generation.chatId, generation.parentId));
  signal.throwIfAborted();
  const asked = promptTokens(turns);
  generation.way?.reach('queued');
  generation.isAtGate = true;
  const permit = await gate.acquire({
    id,
    lane,
    user: userId,
    class: 'interactive',
    signal,
    weight: asked + USUAL_ANSWER,
    deadlineMs: Math.max(0, until - clock()),
    // It is stored already; the bounds of the queue were checked before that.
    admitted: true,
  });
  generation.way?.reach('permit');
  let used: number | undefined;
  try {
    // Aborted in the tick of the grant: no call is made.
    signal.throwIfAborted();
    generation.startedAt = now();
    generation.enter({ name: 'connecting' });
    publish.state(generation);
    const model = models.find(lane);
    if (model === null) throw new UpstreamFailure('model_not_found', unknownYet);
    generation.attempts += 1;
    retries.called(lane);
    const ended = await model.stream({ messages: turns }, sink(generation, ports), signal);
    used = ended.usage === null ? undefined : ended.usage.tokensIn + ended.usage.tokensOut;
    return ended;
  } catch (error) {
    if (error instanceof UpstreamFailure && !generation.hasBegun) used = 0;
    throw heard(generation, error, gate);
  } finally {
    permit.release({ tokens: used ?? asked + generation.deltas });
  }
}

/** Tells the gate, while the permit is held, of an upstream that has had enough. */
function heard(generation: LiveGeneration, error: unknown, gate: Gate): unknown {
  if (!isThrottling(error) || generation.hasBegun) return error;
  const { id, lane } = generation;
  const opensInMs = gate.throttled(lane, { id, retryAfterMs: error.retryAfterMs });
  if (wasTurnedAway(error)) generation.attempts -= 1;
  return new Throttled(error, opensInMs);
}

function sink(generation: LiveGeneration, { gate, publish, now }: AttemptPorts): ModelSink {
  const enter = (name: 'thinking' | 'streaming') => {
    if (generation.firstTokenAt === null) {
      generation.firstTokenAt = now();
      generation.way?.reach('first_delta');
      gate.succeeded(generation.lane, { id: generation.id });
    }
    if (generation.abortCause === null) generation.enter({ name });
    publish.state(generation);
  };
  let thinking = false;
  let streaming = false;
  return {
    headers: () => generation.way?.reach('headers'),
    text(delta) {
      generation.append('text', delta);
      if (streaming) return;
      streaming = true;
      enter('streaming');
    },
    reasoning(delta) {
      generation.append('reasoning', delta);
      if (thinking || streaming) return;
      thinking = true;
      enter('thinking');
    },
  };
}
