import { GateRefusal } from '#lib/gate/gate.ts';
import { type ItemChange, type StoredBatch, type StoredItem, wholeOutputs } from '#lib/store/batch-store.ts';
import type { Log } from '#lib/telemetry/log.ts';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import type { ItemCode } from '#lib/wire/batch.ts';
import { type ItemCallPorts, type ItemSink, itemCall, partialOutput } from './batch-call.ts';
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
  readonly index: number;
  readonly stage: number;
  /** It has come through the gate. */
  isMade: boolean;
  /** It has come through the gate and does not wait for another try. */
  isOpen: boolean;
}

/** The person wants no answers any more: what has come of this one is kept. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

export interface ItemPorts extends ItemCallPorts {
  log: Log;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** What is heard of a call under way. */
export interface ItemNews {
  text: TextSink;
  /** It was let through the gate, or stands before it again. */
  moved: () => void;
}

/**
 * Asks for one item in one stage. Null when it was stopped with nothing to say of it: it was not cancelled, or no text had
 * come. Never rejects.
 */
export async function askItem(ask: ItemAsk, ports: ItemPorts, news: ItemNews): Promise<ItemChange | null> {
  const { item, stage, batch, epoch, call } = ask;
  const { signal } = call.abort;
  const { index } = item;
  const startedAt = item.startedAt ?? ports.now();
  const before = wholeOutputs(item.outputs);
  const { heard, sink } = hearing(ask, news);
  const done = { index, startedAt, message: null };
  const requested = () => requestOf(batch.stages, stage, item.input, before);
  try {
    sink.anew();
    const request = requested();
    const id = `batch:${batch.id}:${epoch}:${index}:${stage}`;
    const output = await itemCall({ id, userId: batch.userId, request, signal }, sink, ports);
    const outputs = [...before, output];
    const isLast = stage === batch.stages.length - 1;
    const end = { ...done, attempts: heard.attempts, outputs, code: null };
    if (isLast) return { ...end, state: 'done', stage, endedAt: ports.now() };
    return { ...end, state: 'running', stage: stage + 1, endedAt: null };
  } catch (error) {
    if (signal.aborted) {
      if (!(signal.reason instanceof Cancelled) || heard.text === '') return null;
      const outputs = [...before, partialOutput(requested(), heard.text)];
      const { attempts } = heard;
      return { ...done, state: 'cancelled', stage, attempts, outputs, code: null, endedAt: ports.now() };
    }
    const code = codeOf(error);
    if (code === null) return null;
    if (code === 'server_error') ports.log.error({ err: error, batch: batch.id, index }, 'an item failed');
    const { attempts } = heard;
    return { ...done, state: 'failed', stage, attempts, outputs: before, code, endedAt: ports.now() };
  }
}

/** What comes of a call, told and kept: the text so far and the calls that were begun. */
function hearing({ item, stage, call }: ItemAsk, news: ItemNews) {
  const { index } = item;
  const heard = { text: '', attempts: item.attempts };
  const opened = (isOpen: boolean) => {
    call.isOpen = isOpen;
    news.moved();
  };
  const sink: ItemSink = {
    begun() {
      call.isMade = true;
      heard.attempts += 1;
      opened(true);
    },
    waits: () => opened(false),
    anew() {
      heard.text = '';
      news.text(index, stage, 0, '');
    },
    text(delta) {
      news.text(index, stage, heard.text.length, delta);
      heard.text += delta;
    },
  };
  return { heard, sink };
}

/** Null for a gate that drains: then the item has not failed, it waits. */
function codeOf(error: unknown): ItemCode | null {
  if (error instanceof UpstreamFailure) return error.code;
  if (error instanceof GateRefusal) return error.code === 'draining' ? null : 'queue_timeout';
  return 'server_error';
}
