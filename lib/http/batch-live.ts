import type { Written } from '#lib/jobs/batch-live.ts';
import type { Batches } from '#lib/jobs/batches.ts';
import type { BatchItemEvent } from '#lib/wire/batch.ts';

/** So often an item that runs elsewhere, or not yet, is looked at. */
const LOOK_MS = 1_000;

/**
 * How an item goes on, until it has ended: read when the reader has room, so that a slow one gets larger pieces.
 * @param signal aborts when the reader has gone
 */
export async function* itemEvents(
  batches: Pick<Batches, 'item' | 'live'>,
  { userId, batchId, index }: { userId: string; batchId: string; index: number },
  signal: AbortSignal,
): AsyncGenerator<BatchItemEvent> {
  let written: Written | null = null;
  let at = 0;
  let shown = '';
  while (!signal.aborted) {
    const live = batches.live(batchId);
    const now = live?.written(index) ?? null;
    if (now === null) {
      const item = await batches.item(userId, batchId, index);
      if (JSON.stringify(item) !== shown) yield { type: 'item', item };
      shown = JSON.stringify(item);
      if (item.state !== 'running' && item.state !== 'waiting') return;
    } else if (shown === '') {
      const item = await batches.item(userId, batchId, index);
      shown = JSON.stringify(item);
      yield { type: 'item', item };
      // Its reader may have taken a while, and what was known before may be over.
      continue;
    }
    if (now !== null && now !== written) {
      written = now;
      at = 0;
    }
    if (now !== null && now.text.length > at) {
      const text = now.text.slice(at);
      yield { type: 'text', stage: now.stage, at, text };
      at += text.length;
    } else await change(live, index, signal);
  }
}

/** Resolves with the next change, after a while, or when the reader has gone. */
function change(live: ReturnType<Batches['live']>, index: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      stop?.();
      signal.removeEventListener('abort', go);
      resolve();
    };
    const timer = setTimeout(go, LOOK_MS);
    const stop = live?.read(index, go);
    signal.addEventListener('abort', go, { once: true });
    if (signal.aborted) go();
  });
}
