import { randomUUID } from 'node:crypto';
import { setTimeout as timeout } from 'node:timers/promises';
import { Gate } from '#lib/gate/gate.ts';
import { wakeInTime } from '#lib/generation/gate-alarm.ts';
import { RetryBudget } from '#lib/generation/retry.ts';
import type { ChatStore } from '#lib/store/chat-store.ts';
import { emptyTables } from '#lib/store/memory/tables.ts';
import { memoryChatStore } from '#lib/store/memory-chat-store.ts';
import { memoryMessageSearch } from '#lib/store/memory-message-search.ts';
import type { MessageSearch } from '#lib/store/message-search.ts';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { memoryMeter } from '#lib/telemetry/memory-meter.ts';
import type { Models } from '#lib/upstream/model.ts';
import { scriptedModels } from '#lib/upstream/scripted-model.ts';
import { Search } from './search.ts';
import { SearchIndex } from './search-index.ts';

export const VECTORS = 'test/vectors';
export const anna = 'anna';
export const boris = 'boris';

interface SearchingOptions {
  limit?: number;
  embeddingModel?: string | null;
  hasVectors?: boolean;
  batchItems?: number;
  store?: ChatStore;
  search?: MessageSearch;
  /** In place of the scripted ones. */
  models?: Models;
}

/** Search and its index at a gate of so many permits, over memory; the test answers the calls. Waits take no time. */
export function searching(options: SearchingOptions = {}) {
  const { limit = 4, hasVectors = true, embeddingModel = null, batchItems } = options;
  const tables = emptyTables();
  const store = options.store ?? memoryChatStore({ tables });
  const search = options.search ?? memoryMessageSearch(tables, { hasVectors });
  const models = scriptedModels('test/chat');
  models.offerEmbeddings(VECTORS);
  const clock = () => performance.now();
  const gate = new Gate({ limit, now: clock });
  const log = memoryLog();
  const waits: number[] = [];
  const ports = {
    ...{ gate, clock, store, search, log, embeddingModel, models: options.models ?? models },
    retries: new RetryBudget(clock),
    random: () => 0,
    sleep: (ms: number, signal: AbortSignal) => {
      waits.push(ms);
      return timeout(0, undefined, { signal });
    },
    flow: { retried: () => undefined },
    meter: memoryMeter(),
    newId: randomUUID,
  };
  const index = () => new SearchIndex({ ...ports, ...(batchItems ? { batchItems } : {}) });
  return {
    ...{ gate, store, search, models, log, waits, index },
    searcher: new Search(ports),
    close: wakeInTime(gate, clock),
    /** Texts of every call so far. */
    calls: () => models.embedded.map(({ request }) => request.inputs),
  };
}

/** A message of somebody with an answer that is done, in a chat of its own if no other is named. */
export async function said(
  store: ChatStore,
  user: string,
  text: string,
  answer = '',
  chatId = randomUUID() as string,
) {
  const ids = { messageId: randomUUID(), replyId: randomUUID(), generationId: randomUUID() };
  await store.begin(user, { kind: 'send', chatId, ...ids, text, model: 'm' }, 'p');
  const over = { state: 'done' as const, finish: 'stop' as const, code: null, fallback: null, reasoning: '' };
  const counts = { attempts: 1, startedAt: 1, firstTokenAt: 1, endedAt: 1, tokensIn: 1, tokensOut: 1 };
  await store.end('p', { id: ids.generationId, ...over, ...counts, text: answer });
  return { chatId, ...ids };
}
