import { callLabels, type Meter } from '#lib/telemetry/meter.ts';
import { type ModelEnding, type ModelSink, UpstreamFailure } from '#lib/upstream/model.ts';
import type { FailureCode } from '#lib/wire/error-code.ts';
import type { FlowRecord } from './flow-record.ts';
import { type Course, type NextTryPorts, nextTry, type Wait } from './next-try.ts';
import {
  type CallTerms,
  type PermittedCall,
  type PermittedCallPorts,
  type PermittedSink,
  permittedCall,
} from './permitted-call.ts';

export interface RetriedCallPorts extends PermittedCallPorts, NextTryPorts {
  flow: Pick<FlowRecord, 'retried'>;
  meter: Pick<Meter, 'retried'>;
  /** Rejects when the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

export interface RetriedSink extends PermittedSink {
  /** It failed for `code` before anything arrived, and is tried again after `ms`. */
  retrying?(code: FailureCode, ms: number): void;
}

/** One of several tries of the same call. */
export interface Try {
  /** The same call with what is left of its time. */
  readonly terms: CallTerms;
  /** To be called with the permit, before the upstream is. */
  readonly granted: () => void;
}

export interface Retrying {
  /** Something has arrived, so that a failure stands. */
  readonly hasBegun: () => boolean;
  readonly retrying?: (code: FailureCode, ms: number) => void;
}

/**
 * A call of any kind through the gate, tried again while nothing has arrived, as chats are.
 * @param terms `deadlineMs` bounds the waiting of all tries together; left out, it waits as long as it takes
 * @throws UpstreamFailure, GateRefusal, or the signal's reason
 */
export async function retried<T>(
  terms: CallTerms,
  attempt: (one: Try) => Promise<T>,
  { hasBegun, retrying }: Retrying,
  ports: RetriedCallPorts,
): Promise<T> {
  const { lane, signal } = terms;
  const course: Course = { tries: 0, until: ports.clock() + (terms.deadlineMs ?? Number.POSITIVE_INFINITY) };
  const granted = () => ports.retries.called(lane);
  // Once let in, a call that was turned away does not stand before the bounds of the queue again.
  for (let admitted = terms.admitted ?? false; ; admitted = true) {
    const deadlineMs = Math.max(0, course.until - ports.clock());
    try {
      return await attempt({ terms: { ...terms, admitted, deadlineMs }, granted });
    } catch (error) {
      const wait = !hasBegun() && !signal.aborted && waitAfter(error, lane, course, ports);
      if (!wait) throw error;
      const { code } = error as UpstreamFailure;
      ports.flow.retried(lane);
      ports.meter.retried(code, callLabels(lane));
      retrying?.(code, wait.ms);
      // The gate keeps a closed lane closed.
      if (wait.at === 'here') await ports.sleep(wait.ms, signal);
    }
  }
}

/**
 * One answer of a model for whoever is no chat: through the gate, tried again while nothing has arrived. After the first
 * piece a failure stands: nothing is replayed silently.
 * @throws as `retried`
 */
export async function retriedCall(
  { request, ...call }: PermittedCall,
  sink: RetriedSink,
  ports: RetriedCallPorts,
): Promise<ModelEnding> {
  let hasBegun = false;
  const pieces = noted(sink, () => {
    hasBegun = true;
  });
  const attempt = ({ terms, granted }: Try) => {
    const noting: PermittedSink = {
      ...pieces,
      granted() {
        granted();
        sink.granted?.();
      },
      over: () => sink.over?.(),
    };
    return permittedCall({ ...terms, request }, noting, ports);
  };
  const retrying = (code: FailureCode, ms: number) => sink.retrying?.(code, ms);
  return retried(call, attempt, { hasBegun: () => hasBegun, retrying }, ports);
}

function waitAfter(error: unknown, lane: string, course: Course, ports: RetriedCallPorts): Wait | null {
  return error instanceof UpstreamFailure ? nextTry(error, lane, course, ports) : null;
}

function noted(sink: ModelSink, begun: () => void): ModelSink {
  return {
    headers: () => sink.headers?.(),
    text(delta) {
      begun();
      sink.text(delta);
    },
    reasoning(delta) {
      begun();
      sink.reasoning(delta);
    },
    toolCall(delta) {
      begun();
      sink.toolCall?.(delta);
    },
  };
}
