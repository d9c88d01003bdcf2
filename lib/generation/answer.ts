import type { Gate } from '#lib/gate/gate.ts';
import type { ChatStore } from '#lib/store/chat-store.ts';
import type { Log } from '#lib/telemetry/log.ts';
import { type ModelEnding, type ModelSink, type Models, UpstreamFailure } from '#lib/upstream/model.ts';
import type { Ending } from '#lib/wire/chat.ts';
import { type FailureCode, Refusal } from '#lib/wire/error-code.ts';
import type { LiveGeneration } from './live-generation.ts';
import { prompt } from './prompt.ts';
import type { Publish } from './publish.ts';
import { retryDelay } from './retry.ts';

export interface AnswerPorts {
  gate: Gate;
  models: Models;
  store: Pick<ChatStore, 'history'>;
  publish: Publish;
  log: Log;
  /** Milliseconds since 1970. */
  now: () => number;
  /** In [0, 1). */
  random: () => number;
  /** Rejects when the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Makes one answer: waits for a permit, calls the model, tries again while nothing has arrived.
 * Resolves with how it ended, or with null when the process drained before it began: then it stays queued in the store.
 * Nothing between two deltas waits for a database or a socket.
 */
export async function answer(generation: LiveGeneration, ports: AnswerPorts): Promise<Ending | null> {
  for (let tries = generation.attempts + 1; ; tries += 1) {
    try {
      const { finish, usage } = await attempt(generation, ports);
      generation.usage = usage;
      return { name: 'done', finish };
    } catch (error) {
      const ending = await endingOrRetry(generation, error, tries, ports);
      if (ending !== 'again') return ending;
    }
  }
}

/** After a restart a local model server may be found later than its answers are taken up again. */
const unknownYet = { retryable: true, retryAfterMs: 15_000 };

async function attempt(generation: LiveGeneration, ports: AnswerPorts): Promise<ModelEnding> {
  const permit = await ports.gate.acquire({
    id: generation.id,
    lane: generation.model,
    user: generation.userId,
    class: 'interactive',
    signal: generation.signal,
    // It is stored already; the bounds of the queue were checked before that.
    admitted: true,
  });
  try {
    generation.startedAt = ports.now();
    generation.enter({ name: 'connecting' });
    ports.publish.state(generation);
    const history = await ports.store.history(generation.chatId, generation.parentId);
    generation.signal.throwIfAborted();
    const model = ports.models.find(generation.model);
    if (model === null) throw new UpstreamFailure('model_not_found', unknownYet);
    generation.attempts += 1;
    return await model.stream(
      { messages: prompt(generation, history) },
      sink(generation, ports),
      generation.signal,
    );
  } finally {
    permit.release({ tokens: generation.deltas });
  }
}

function sink(generation: LiveGeneration, ports: AnswerPorts): ModelSink {
  const enter = (name: 'thinking' | 'streaming') => {
    generation.firstTokenAt ??= ports.now();
    if (generation.abortCause === null) generation.enter({ name });
    ports.publish.state(generation);
  };
  let thinking = false;
  let streaming = false;
  return {
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

async function endingOrRetry(
  generation: LiveGeneration,
  error: unknown,
  tries: number,
  ports: AnswerPorts,
): Promise<Ending | null | 'again'> {
  const cut = endingOfAbort(generation);
  if (cut !== undefined) return cut;
  const failure = toFailure(generation, error, ports.log);
  const delay = generation.hasBegun ? null : retryDelay(failure, tries, ports.random);
  if (delay === null) return endingOfFailure(generation, failure.code);
  generation.enter({
    name: 'retrying',
    attempt: tries + 1,
    inMs: Math.round(delay),
    code: failure.code,
  });
  ports.publish.state(generation);
  try {
    await ports.sleep(delay, generation.signal);
  } catch (aborted) {
    const ending = endingOfAbort(generation);
    if (ending === undefined) throw aborted;
    return ending;
  }
  generation.enter({ name: 'queued', position: null, etaMs: null });
  ports.publish.state(generation);
  return 'again';
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
  const hasText = generation.text.length > 0 || generation.reasoning.length > 0;
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
  log.error({ generation: generation.id, err: error }, 'answer failed');
  const storage = error instanceof Refusal && error.code === 'storage_unavailable';
  return new UpstreamFailure('server_error', { retryable: storage, cause: error });
}
