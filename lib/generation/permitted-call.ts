import type { Gate, GateClass } from '#lib/gate/gate.ts';
import { type ModelEnding, type ModelSink, type Models, UpstreamFailure } from '#lib/upstream/model.ts';
import type { ModelRequest } from '#lib/upstream/model-request.ts';
import { isThrottling } from './retry.ts';
import { promptTokens, USUAL_ANSWER } from './token-estimate.ts';

export interface PermittedCallPorts {
  gate: Gate;
  models: Models;
}

/** Who wants a permit for what, whatever the call is. */
export interface CallTerms {
  /** Unique at the gate. */
  readonly id: string;
  readonly userId: string;
  /** The model's id. */
  readonly lane: string;
  readonly class: GateClass;
  readonly signal: AbortSignal;
  /** See GateRequest. */
  readonly deadlineMs?: number;
  readonly admitted?: boolean;
}

export interface PermittedCall extends CallTerms {
  readonly request: ModelRequest;
}

/** What is told of a call on its way, whatever it is. */
export interface CallNews {
  /** The permit is there and the call is made next. */
  granted?(): void;
  /** The call is over; the release that follows may start another one in the same tick. */
  over?(): void;
}

export interface PermittedSink extends ModelSink, CallNews {}

/** A failure for which the lane is closed for `opensInMs`. */
export class Throttled extends UpstreamFailure {
  readonly opensInMs: number;

  constructor(failure: UpstreamFailure, opensInMs: number) {
    const { code, message, retryable, retryAfterMs } = failure;
    super(code, { message, retryable, retryAfterMs, cause: failure });
    this.opensInMs = opensInMs;
  }
}

/** After a restart a local model server may be found later than its calls are taken up again. */
const unknownYet = { retryable: true, retryAfterMs: 15_000 };
export const notOfferedYet = () => new UpstreamFailure('model_not_found', unknownYet);

/** What a call has used so far, filled in while it goes on. */
export interface Toll {
  /** A piece has come: the upstream has taken the call. */
  piece(): void;
  /** Tokens in all, as the upstream counts them. */
  used: number | undefined;
}

/**
 * One upstream call with a permit of its own, given back with the tokens it really took. The gate hears how it went.
 * @param asked estimated tokens of what is asked, and of all
 * @param call makes it
 * @throws Throttled, UpstreamFailure, GateRefusal, or the signal's reason
 */
export async function permitted<T>(
  { id, userId: user, lane, class: kind, signal, deadlineMs, admitted }: CallTerms,
  { asked, weight }: { asked: number; weight: number },
  call: (toll: Toll) => Promise<T>,
  { gate, news = {} }: { gate: Gate; news?: CallNews },
): Promise<T> {
  const terms = {
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(admitted === undefined ? {} : { admitted }),
  };
  const permit = await gate.acquire({ id, lane, user, class: kind, signal, weight, ...terms });
  let pieces = 0;
  const toll: Toll = {
    used: undefined,
    piece() {
      if (pieces === 0) gate.succeeded(lane, { id });
      pieces += 1;
    },
  };
  try {
    // Aborted in the tick of the grant: no call is made.
    signal.throwIfAborted();
    return await call(toll);
  } catch (error) {
    if (pieces > 0 || !(error instanceof UpstreamFailure)) throw error;
    toll.used = 0;
    // Told while the permit is held: the gate tells old news from new by it.
    const isEnough = isThrottling(error);
    throw isEnough
      ? new Throttled(error, gate.throttled(lane, { id, retryAfterMs: error.retryAfterMs }))
      : error;
  } finally {
    news.over?.();
    permit.release({ tokens: toll.used ?? asked + pieces });
  }
}

/** An answer of a model, with a permit of its own. @throws as `permitted` */
export async function permittedCall(
  call: PermittedCall,
  sink: PermittedSink,
  { gate, models }: PermittedCallPorts,
): Promise<ModelEnding> {
  const { lane, request, signal } = call;
  const asked = promptTokens(request.messages);
  const weight = asked + (request.maxTokens ?? USUAL_ANSWER);
  const stream = async (toll: Toll) => {
    const model = models.find(lane);
    if (model === null) throw notOfferedYet();
    sink.granted?.();
    const ending = await model.stream(request, counting(sink, toll), signal);
    if (ending.usage !== null) toll.used = ending.usage.tokensIn + ending.usage.tokensOut;
    return ending;
  };
  return permitted(call, { asked, weight }, stream, { gate, news: sink });
}

function counting(sink: ModelSink, toll: Toll): ModelSink {
  return {
    headers: () => sink.headers?.(),
    text(delta) {
      toll.piece();
      sink.text(delta);
    },
    reasoning(delta) {
      toll.piece();
      sink.reasoning(delta);
    },
    toolCall(delta) {
      toll.piece();
      sink.toolCall?.(delta);
    },
  };
}
