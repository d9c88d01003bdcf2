import { callLabels, type Meter } from '#lib/telemetry/meter.ts';
import { type ModelEnding, type ModelSink, UpstreamFailure } from '#lib/upstream/model.ts';
import type { FailureCode } from '#lib/wire/error-code.ts';
import type { FlowRecord } from './flow-record.ts';
import { type Course, type NextTryPorts, nextTry, type Wait } from './next-try.ts';
import {
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

/**
 * One answer of a model for whoever is no chat: through the gate, tried again while nothing has arrived, as chats are. After
 * the first piece a failure stands: nothing is replayed silently.
 * @param call `deadlineMs` bounds the waiting of all tries together; left out, it waits as long as it takes
 * @throws UpstreamFailure, GateRefusal, or the signal's reason
 */
export async function retriedCall(
  call: PermittedCall,
  sink: RetriedSink,
  ports: RetriedCallPorts,
): Promise<ModelEnding> {
  const { lane, signal } = call;
  const course: Course = { tries: 0, until: ports.clock() + (call.deadlineMs ?? Number.POSITIVE_INFINITY) };
  let hasBegun = false;
  const noting: RetriedSink = {
    granted() {
      ports.retries.called(lane);
      sink.granted?.();
    },
    over: () => sink.over?.(),
    ...noted(sink, () => {
      hasBegun = true;
    }),
  };
  // Once let in, a call that was turned away does not stand before the bounds of the queue again.
  for (let admitted = call.admitted ?? false; ; admitted = true) {
    const deadlineMs = Math.max(0, course.until - ports.clock());
    try {
      return await permittedCall({ ...call, admitted, deadlineMs }, noting, ports);
    } catch (error) {
      const wait = !hasBegun && !signal.aborted && waitAfter(error, lane, course, ports);
      if (!wait) throw error;
      const { code } = error as UpstreamFailure;
      ports.flow.retried(lane);
      ports.meter.retried(code, callLabels(lane));
      sink.retrying?.(code, wait.ms);
      // The gate keeps a closed lane closed.
      if (wait.at === 'here') await ports.sleep(wait.ms, signal);
    }
  }
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
  };
}
