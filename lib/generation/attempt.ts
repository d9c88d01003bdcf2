import type { ChatStore } from '#lib/store/chat-store.ts';
import type { ModelEnding } from '#lib/upstream/model.ts';
import type { LiveGeneration } from './live-generation.ts';
import { type PermittedCallPorts, type PermittedSink, permittedCall, Throttled } from './permitted-call.ts';
import { prompt } from './prompt.ts';
import type { Publish } from './publish.ts';
import { type RetryBudget, wasTurnedAway } from './retry.ts';

export interface AttemptPorts extends PermittedCallPorts {
  store: Pick<ChatStore, 'history'>;
  publish: Publish;
  retries: RetryBudget;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

/**
 * One upstream call for an answer, with a permit of its own, waited for until `until` (monotonic) at most.
 * @throws Throttled, UpstreamFailure, GateRefusal, the signal's reason, or what the store throws
 */
export async function attempt(
  generation: LiveGeneration,
  until: number,
  ports: AttemptPorts,
): Promise<ModelEnding> {
  const { id, userId, signal, lane } = generation;
  // Before the permit: whoever holds one should be calling.
  const messages = prompt(generation, await ports.store.history(generation.chatId, generation.parentId));
  signal.throwIfAborted();
  generation.way?.reach('queued');
  generation.isAtGate = true;
  const call = {
    id,
    userId,
    lane,
    class: 'interactive',
    request: { messages },
    signal,
    deadlineMs: Math.max(0, until - ports.clock()),
    // It is stored already; the bounds of the queue were checked before that.
    admitted: true,
  } as const;
  try {
    return await permittedCall(call, sink(generation, ports), ports);
  } catch (error) {
    if (error instanceof Throttled && wasTurnedAway(error)) generation.attempts -= 1;
    throw error;
  }
}

function sink(generation: LiveGeneration, { publish, retries, now }: AttemptPorts): PermittedSink {
  const enter = (name: 'thinking' | 'streaming') => {
    if (generation.firstTokenAt === null) {
      generation.firstTokenAt = now();
      generation.way?.reach('first_delta');
    }
    if (generation.abortCause === null) generation.enter({ name });
    publish.state(generation);
  };
  let thinking = false;
  let streaming = false;
  return {
    granted() {
      generation.way?.reach('permit');
      generation.startedAt = now();
      generation.enter({ name: 'connecting' });
      publish.state(generation);
      generation.attempts += 1;
      retries.called(generation.lane);
    },
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
