import {
  type PermittedCallPorts,
  type PermittedSink,
  permittedCall,
} from '#lib/generation/permitted-call.ts';
import type { RaceRun } from '#lib/wire/flow.ts';
import type { RaceNews } from './race-news.ts';

export interface RaceCallPorts extends PermittedCallPorts {
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
export async function raceCall(
  run: RaceRun,
  { prompt, ...call }: RaceCall,
  ports: RaceCallPorts,
): Promise<void> {
  run.askedAt = ports.now();
  ports.news.changed();
  const messages = [{ role: 'user' as const, content: prompt }];
  const request = { messages, maxTokens: MAX_TOKENS };
  await permittedCall({ ...call, class: 'background', request }, sink(run, ports), ports);
}

/** Counts pieces of text and thought; the words are not kept. */
function sink(run: RaceRun, { news, now }: RaceCallPorts): PermittedSink {
  const count = () => {
    run.tokens += 1;
    if (run.firstTokenAt !== null) return news.counted();
    run.firstTokenAt = now();
    news.changed();
  };
  return {
    granted() {
      run.state = 'running';
      run.startedAt = now();
      news.changed();
    },
    text: count,
    reasoning: count,
    // Before the next call may start: it began no earlier than this one ended.
    over() {
      run.endedAt = now();
    },
  };
}
