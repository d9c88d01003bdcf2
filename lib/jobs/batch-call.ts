import { GateRefusal } from '#lib/gate/gate.ts';
import { type RetriedCallPorts, retriedCall } from '#lib/generation/retried-call.ts';
import { promptTokens } from '#lib/generation/token-estimate.ts';
import type { StageOutput } from '#lib/store/batch-store.ts';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { type BatchRequest, modelRequestOf } from './batch-request.ts';

/** Fresh beginnings after text had come, the first one counted. */
const MAX_BEGINNINGS = 3;
const PAUSE_MS = 1_000;

export interface ItemCall {
  /** Unique among all calls of this batch at one time. */
  id: string;
  userId: string;
  request: BatchRequest;
  signal: AbortSignal;
}

export interface ItemSink {
  /** A call is made. */
  begun(): void;
  /** It stands in line again, for another try. */
  waits(): void;
  text(delta: string): void;
  /** What has come so far is void: the answer begins again. */
  anew(): void;
}

export interface ItemCallPorts extends RetriedCallPorts {
  /** False for a while after the start: local model servers may not have been found yet. */
  modelsKnown: () => boolean;
}

/**
 * One answer for an item, behind everybody who waits for an answer at a screen. Nobody has been shown its text as final, so other
 * than in a chat an answer that broke off is begun again.
 * @throws UpstreamFailure, GateRefusal `draining`, or the signal's reason
 */
export async function itemCall(call: ItemCall, sink: ItemSink, ports: ItemCallPorts): Promise<StageOutput> {
  const { id, userId, request, signal } = call;
  const { model } = request;
  if (ports.models.find(model) === null && ports.modelsKnown()) throw new UpstreamFailure('model_not_found');
  for (let beginning = 1; ; ) {
    let text = '';
    const heard = {
      granted: () => sink.begun(),
      retrying: () => sink.waits(),
      text(delta: string) {
        text += delta;
        sink.text(delta);
      },
      reasoning() {
        // Results hold the answer alone.
      },
    };
    const asked = modelRequestOf(request);
    try {
      const ending = await retriedCall(
        { id, userId, lane: model, class: 'background', request: asked, signal },
        heard,
        ports,
      );
      const { tokensIn, tokensOut } = ending.usage ?? guessed(asked.messages, text);
      return { text, finish: ending.finish, model, tokensIn, tokensOut };
    } catch (error) {
      const pause = pauseAfter(error, { text, beginning });
      if (pause === null || signal.aborted) throw error;
      if (error instanceof UpstreamFailure) beginning += 1;
      if (text !== '') sink.anew();
      sink.waits();
      await ports.sleep(pause, signal);
    }
  }
}

/** Milliseconds until another beginning; null when there is none. */
function pauseAfter(error: unknown, { text, beginning }: { text: string; beginning: number }): number | null {
  if (error instanceof GateRefusal) return error.code === 'draining' ? null : error.retryAfterMs;
  // Before any text `retriedCall` has tried what makes sense.
  const again = error instanceof UpstreamFailure && text !== '' && isBroken(error);
  return again && beginning < MAX_BEGINNINGS ? PAUSE_MS * beginning : null;
}

const broken: readonly string[] = [
  'upstream_stalled',
  'upstream_reset',
  'upstream_truncated',
  'upstream_malformed',
];

function isBroken({ code, retryable }: UpstreamFailure): boolean {
  return retryable || broken.includes(code);
}

/** What had come of an answer that nobody waits for any more. */
export function partialOutput(request: BatchRequest, text: string): StageOutput {
  const { messages } = modelRequestOf(request);
  return { text, finish: null, model: request.model, ...guessed(messages, text), isPartial: true };
}

function guessed(messages: Parameters<typeof promptTokens>[0], text: string) {
  return { tokensIn: promptTokens(messages), tokensOut: Math.ceil(text.length / 4) };
}
