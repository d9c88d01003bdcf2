import type { AnalysisEvent } from '#lib/wire/analysis.ts';

const STUCK_MS = 60_000;

export interface StreamPorts {
  /** Called when the reader has gone. */
  gone: () => void;
  /** Called when the reader has taken nothing for `stuckMs` although there is something. */
  stuck: () => void;
  stuckMs?: number;
}

/** Server-sent events as fast as their reader takes them: none is made before it is asked for. */
export function eventStream(
  events: AsyncGenerator<AnalysisEvent | null>,
  { gone, stuck, stuckMs = STUCK_MS }: StreamPorts,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let patience: NodeJS.Timeout | undefined;
  let isGone = false;
  const source = {
    async pull(controller: ReadableStreamDefaultController<Uint8Array>) {
      clearTimeout(patience);
      const { done, value } = await events.next();
      if (isGone) return;
      if (done) return controller.close();
      controller.enqueue(encoder.encode(value === null ? ':\n\n' : `data: ${JSON.stringify(value)}\n\n`));
      patience = setTimeout(stuck, stuckMs);
    },
    cancel() {
      isGone = true;
      clearTimeout(patience);
      gone();
    },
  };
  return new ReadableStream<Uint8Array>(source, { highWaterMark: 0 });
}
