import type { BatchSummary } from '#lib/wire/batch.ts';
import type { ServerEventOf } from '#lib/wire/server-event.ts';
import type { ClientState } from './state.ts';

/** What the socket said last of each batch; null for one that is gone. The page asks for the rest over HTTP. */
export type HeardBatches = Readonly<Record<string, BatchSummary | null>>;

export function applyBatch(state: ClientState, { batch }: ServerEventOf<'batch'>): ClientState {
  return { ...state, batches: { ...state.batches, [batch.id]: batch } };
}

export function loseBatch(state: ClientState, batchId: string): ClientState {
  return { ...state, batches: { ...state.batches, [batchId]: null } };
}
