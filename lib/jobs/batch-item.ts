import { GateRefusal } from '#lib/gate/gate.ts';
import type { ItemChange, StoredBatch, StoredItem } from '#lib/store/batch-store.ts';
import type { Log } from '#lib/telemetry/log.ts';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import type { ItemCode } from '#lib/wire/batch.ts';
import { type ItemCallPorts, itemCall } from './batch-call.ts';
import { requestOf } from './batch-request.ts';

/** Text of an item in its stage from `at` on, in UTF-16 units; `at` 0 begins it anew. */
export type TextSink = (index: number, stage: number, at: number, text: string) => void;

export interface ItemAsk {
  item: StoredItem;
  stage: number;
  batch: StoredBatch;
  epoch: number;
  call: OpenCall;
}

export interface OpenCall {
  readonly abort: AbortController;
  /** It has come through the gate. */
  isMade: boolean;
}

export interface ItemPorts extends ItemCallPorts {
  log: Log;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Asks for one item in one stage. Null when it was stopped: then nothing is to be said of it. Never rejects. */
export async function askItem(ask: ItemAsk, ports: ItemPorts, text: TextSink): Promise<ItemChange | null> {
  const { item, stage, batch, epoch, call } = ask;
  const { signal } = call.abort;
  const { index } = item;
  const startedAt = item.startedAt ?? ports.now();
  let { attempts } = item;
  let at = 0;
  const anew = () => {
    at = 0;
    text(index, stage, 0, '');
  };
  const sink = {
    begun() {
      call.isMade = true;
      attempts += 1;
    },
    anew,
    text(delta: string) {
      text(index, stage, at, delta);
      at += delta.length;
    },
  };
  const done = { index, startedAt, message: null };
  try {
    anew();
    const request = requestOf(batch.stages, stage, item.input, item.outputs);
    const id = `batch:${batch.id}:${epoch}:${index}:${stage}`;
    const output = await itemCall({ id, userId: batch.userId, request, signal }, sink, ports);
    const outputs = [...item.outputs, output];
    const isLast = stage === batch.stages.length - 1;
    const end = { ...done, attempts, outputs, code: null };
    if (isLast) return { ...end, state: 'done', stage, endedAt: ports.now() };
    return { ...end, state: 'running', stage: stage + 1, endedAt: null };
  } catch (error) {
    if (signal.aborted) return null;
    const code = codeOf(error);
    if (code === null) return null;
    if (code === 'server_error') ports.log.error({ err: error, batch: batch.id, index }, 'an item failed');
    const { outputs } = item;
    return { ...done, state: 'failed', stage, attempts, outputs, code, endedAt: ports.now() };
  }
}

/** Null for a gate that drains: then the item has not failed, it waits. */
function codeOf(error: unknown): ItemCode | null {
  if (error instanceof UpstreamFailure) return error.code;
  if (error instanceof GateRefusal) return error.code === 'draining' ? null : 'queue_timeout';
  return 'server_error';
}
