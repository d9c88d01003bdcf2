import type { Gate } from '#lib/gate/gate.ts';
import { isThrottling } from '#lib/generation/retry.ts';
import { promptTokens } from '#lib/generation/token-estimate.ts';
import { type ModelSink, type Models, UpstreamFailure } from '#lib/upstream/model.ts';
import type { RaceRun } from '#lib/wire/flow.ts';
import type { RaceNews } from './race-news.ts';

export interface RaceCallPorts {
  gate: Gate;
  models: Models;
  news: RaceNews;
  /** Milliseconds since 1970. */
  now: () => number;
}

export interface RaceCall {
  /** Unique at the gate. */
  id: string;
  userId: string;
  /** The model's id. */
  lane: string;
  prompt: string;
  signal: AbortSignal;
}

/** Enough for a bar to look at, little enough to pay for a hundred times. */
const MAX_TOKENS = 400;

/**
 * One call through the gate, behind replies and helpers. How far it has come is written into `run`, but for how it ended.
 * Nothing is tried again: a time with a back-off in it says nothing.
 * @throws UpstreamFailure, GateRefusal or the signal's reason
 */
export async function raceCall(run: RaceRun, call: RaceCall, ports: RaceCallPorts): Promise<void> {
  const { gate, models, news, now } = ports;
  const { id, lane, userId, signal } = call;
  const messages = [{ role: 'user' as const, content: call.prompt }];
  const asked = promptTokens(messages);
  run.askedAt = now();
  news.changed();
  const weight = asked + MAX_TOKENS;
  const permit = await gate.acquire({ id, lane, user: userId, class: 'background', signal, weight });
  let used: number | undefined;
  try {
    signal.throwIfAborted();
    run.state = 'running';
    run.startedAt = now();
    news.changed();
    const model = models.find(lane);
    if (model === null) throw new UpstreamFailure('model_not_found');
    const { usage } = await model.stream({ messages, maxTokens: MAX_TOKENS }, sink(run, call, ports), signal);
    if (usage !== null) used = usage.tokensIn + usage.tokensOut;
  } catch (error) {
    if (run.firstTokenAt === null && error instanceof UpstreamFailure) {
      used = 0;
      if (isThrottling(error)) gate.throttled(lane, { id, retryAfterMs: error.retryAfterMs });
    }
    throw error;
  } finally {
    // The release may start the next call: it began no earlier than this one ended.
    run.endedAt = now();
    permit.release({ tokens: used ?? asked + run.tokens });
  }
}

/** Counts pieces of text and thought; the words are not kept. */
function sink(run: RaceRun, { id, lane }: RaceCall, { gate, news, now }: RaceCallPorts): ModelSink {
  const count = () => {
    run.tokens += 1;
    if (run.firstTokenAt !== null) return news.counted();
    run.firstTokenAt = now();
    gate.succeeded(lane, { id });
    news.changed();
  };
  return { text: count, reasoning: count };
}
