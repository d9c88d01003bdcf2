import { expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { BatchSummary } from '#lib/wire/batch.ts';
import { applyBatch } from './batch-events.ts';
import { keepAnswer } from './batch-hooks.ts';
import { FakeBatches } from './fake-batches.ts';
import { fakeId } from './fake-events.ts';
import { type ClientState, initialState } from './state.ts';

const batchId = fakeId(1);

async function running(): Promise<{ port: FakeBatches; batch: BatchSummary }> {
  const port = new FakeBatches();
  const { fileId } = await port.upload({ format: 'lines', name: 'pasted', content: new Blob(['one']) });
  const stages = [{ name: 'answer', template: '{{item}}', model: 'demo/echo' }];
  return { port, batch: await port.start({ id: batchId, name: 'Batch', fileId, stages }) };
}

it('[C49] an answer over HTTP does not take back what the socket said since', async () => {
  const { port, batch } = await running();
  const store = createStore<ClientState>(() => ({ ...initialState, batches: { [batchId]: batch } }));
  const cancelling: BatchSummary = { ...batch, state: 'cancelling' };
  await keepAnswer({ store }, batchId, async () => cancelling);
  expect(store.getState().batches[batchId]?.state).toBe('cancelling');
  await keepAnswer({ store }, batchId, async () => {
    store.setState({ batches: { [batchId]: await port.cancel(batchId) } });
    return cancelling;
  });
  expect(store.getState().batches[batchId]?.state).toBe('cancelled');
});

it('[C49] a batch that has been cancelled is not being cancelled again by a word that comes late', async () => {
  const { port, batch } = await running();
  const hear = (state: ClientState, told: BatchSummary) => applyBatch(state, { type: 'batch', batch: told });
  const cancelled = hear(initialState, await port.cancel(batchId));
  expect(hear(cancelled, { ...batch, state: 'cancelling' }).batches[batchId]?.state).toBe('cancelled');
  expect(hear(cancelled, { ...batch, state: 'running' }).batches[batchId]?.state).toBe('running');
});
