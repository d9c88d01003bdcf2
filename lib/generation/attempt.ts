import type { ChatStore } from '#lib/store/chat-store.ts';
import type { ModelEnding } from '#lib/upstream/model.ts';
import type { ToolCallDelta } from '#lib/upstream/model-request.ts';
import { type GatheredCall, GatheredCalls } from './gathered-calls.ts';
import { type KitPorts, openKit, toolSettings } from './kit.ts';
import type { LiveGeneration } from './live-generation.ts';
import { type PermittedCallPorts, type PermittedSink, permittedCall, Throttled } from './permitted-call.ts';
import { prompt } from './prompt.ts';
import type { Publish } from './publish.ts';
import { type RetryBudget, wasTurnedAway } from './retry.ts';

export interface AttemptPorts extends PermittedCallPorts, KitPorts {
  store: Pick<ChatStore, 'history' | 'equipment'>;
  toolTerms: { readonly rounds: number };
  publish: Publish;
  retries: RetryBudget;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

/**
 * One upstream call for an answer, with a permit of its own, waited for until `until` (monotonic) at most.
 * @param round from 0: after how many rounds of tools it is made
 * @throws Throttled, UpstreamFailure, GateRefusal, the signal's reason, or what the store throws
 */
export async function attempt(
  generation: LiveGeneration,
  until: number,
  round: number,
  ports: AttemptPorts,
): Promise<ModelEnding & { calls: GatheredCall[] }> {
  const { id, userId, signal, lane } = generation;
  // Before the permit: whoever holds one should be calling.
  const kit = await openKit(generation, ports);
  const history = await ports.store.history(generation.chatId, generation.parentId);
  const messages = prompt(generation, history, kit.instructions);
  const settings = toolSettings(kit, round + 1 >= ports.toolTerms.rounds);
  signal.throwIfAborted();
  generation.way?.reach('queued');
  generation.isAtGate = true;
  const call = {
    id,
    userId,
    lane,
    class: 'interactive',
    request: { messages, ...settings },
    signal,
    deadlineMs: Math.max(0, until - ports.clock()),
    // It is stored already; the bounds of the queue were checked before that.
    admitted: true,
  } as const;
  try {
    const gathered = kit.tools.length === 0 ? null : new GatheredCalls();
    const ending = await permittedCall(call, sink(generation, gathered, ports), ports);
    return { ...ending, calls: ending.finish === 'tool_calls' ? (gathered?.list ?? []) : [] };
  } catch (error) {
    if (error instanceof Throttled && wasTurnedAway(error)) generation.attempts -= 1;
    throw error;
  }
}

function sink(
  generation: LiveGeneration,
  gathered: GatheredCalls | null,
  { publish, retries, now }: AttemptPorts,
): PermittedSink {
  const enter = (name: 'thinking' | 'streaming' | 'using-tools') => {
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
      if (!streaming) breakAfterCalls(generation, 'text');
      generation.append('text', delta);
      if (streaming) return;
      streaming = true;
      enter('streaming');
    },
    reasoning(delta) {
      if (!thinking) breakAfterCalls(generation, 'reasoning');
      generation.append('reasoning', delta);
      if (thinking) return;
      thinking = true;
      if (!streaming) enter('thinking');
    },
    ...(gathered && { toolCall: gathering(generation, gathered, () => enter('using-tools')) }),
  };
}

function gathering(generation: LiveGeneration, gathered: GatheredCalls, begun: () => void) {
  let calling = false;
  return (delta: ToolCallDelta) => {
    gathered.add(delta);
    generation.called();
    if (!calling) begun();
    calling = true;
  };
}

/** What is said after tools have run is a paragraph of its own, also where another run made the calls. */
function breakAfterCalls(generation: LiveGeneration, channel: 'text' | 'reasoning'): void {
  const { calls, text } = generation;
  const follows = channel === 'text' ? calls.all.at(-1)?.at === text.length : calls.madeAny;
  if (follows && generation[channel].length > 0) generation.append(channel, '\n\n');
}
