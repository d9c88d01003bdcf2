import { type BatchSummary, isOver } from '#lib/wire/batch.ts';
import type { ServerEventOf } from '#lib/wire/server-event.ts';
import type { ClientState } from './state.ts';

/** What the socket said last of each batch; null for one that is gone. The page asks for the rest over HTTP. */
export type HeardBatches = Readonly<Record<string, BatchSummary | null>>;

export function applyBatch(state: ClientState, { batch }: ServerEventOf<'batch'>): ClientState {
  const before = state.batches[batch.id];
  // The last word of a cancelled batch may be told before the one that it is being cancelled. An end always follows.
  if (batch.state === 'cancelling' && before && isOver(before.state)) return state;
  return { ...state, batches: { ...state.batches, [batch.id]: batch } };
}

export function loseBatch(state: ClientState, batchId: string): ClientState {
  return { ...state, batches: { ...state.batches, [batchId]: null } };
}
