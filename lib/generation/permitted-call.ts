import type { Gate, GateClass } from '#lib/gate/gate.ts';
import {
  type ModelEnding,
  type ModelRequest,
  type ModelSink,
  type Models,
  UpstreamFailure,
} from '#lib/upstream/model.ts';
import { isThrottling } from './retry.ts';
import { promptTokens, USUAL_ANSWER } from './token-estimate.ts';

export interface PermittedCallPorts {
  gate: Gate;
  models: Models;
}

export interface PermittedCall {
  /** Unique at the gate. */
  readonly id: string;
  readonly userId: string;
  /** The model's id. */
  readonly lane: string;
  readonly class: GateClass;
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
  /** See GateRequest. */
  readonly deadlineMs?: number;
  readonly admitted?: boolean;
}

export interface PermittedSink extends ModelSink {
  /** The permit is there and the call is made next. */
  granted?(): void;
  /** The call is over; the release that follows may start another one in the same tick. */
  over?(): void;
}

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

/**
 * One upstream call with a permit of its own, given back with the tokens it really took. The gate hears how it went.
 * @throws Throttled, UpstreamFailure, GateRefusal, or the signal's reason
 */
export async function permittedCall(
  { id, userId: user, lane, request, signal, ...terms }: PermittedCall,
  sink: PermittedSink,
  { gate, models }: PermittedCallPorts,
): Promise<ModelEnding> {
  const asked = promptTokens(request.messages);
  const weight = asked + (request.maxTokens ?? USUAL_ANSWER);
  const permit = await gate.acquire({ id, lane, user, signal, weight, ...terms });
  let pieces = 0;
  let used: number | undefined;
  const counted = counting(sink, () => {
    if (pieces === 0) gate.succeeded(lane, { id });
    pieces += 1;
  });
  try {
    // Aborted in the tick of the grant: no call is made.
    signal.throwIfAborted();
    const model = models.find(lane);
    if (model === null) throw new UpstreamFailure('model_not_found', unknownYet);
    sink.granted?.();
    const ending = await model.stream(request, counted, signal);
    if (ending.usage !== null) used = ending.usage.tokensIn + ending.usage.tokensOut;
    return ending;
  } catch (error) {
    if (pieces > 0 || !(error instanceof UpstreamFailure)) throw error;
    used = 0;
    // Told while the permit is held: the gate tells old news from new by it.
    const isEnough = isThrottling(error);
    throw isEnough
      ? new Throttled(error, gate.throttled(lane, { id, retryAfterMs: error.retryAfterMs }))
      : error;
  } finally {
    sink.over?.();
    permit.release({ tokens: used ?? asked + pieces });
  }
}

function counting(sink: ModelSink, piece: () => void): ModelSink {
  return {
    headers: () => sink.headers?.(),
    text(delta) {
      piece();
      sink.text(delta);
    },
    reasoning(delta) {
      piece();
      sink.reasoning(delta);
    },
  };
}
