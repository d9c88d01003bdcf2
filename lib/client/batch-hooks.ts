'use client';

import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import type { BatchSummary, ItemState } from '#lib/wire/batch.ts';
import { askAgain } from './ask-again.ts';
import { type BatchFormDraft, formKey, linesKey, parseForm } from './batch-draft.ts';
import { batchesOverHttp } from './batch-http.ts';
import { applyItemEvent, type ItemView, isMoving } from './batch-item-view.ts';
import type { BatchPort } from './batch-port.ts';
import { BatchRows } from './batch-rows.ts';
import { BatchSlots, type BatchSlotsPorts } from './batch-slots.ts';
import { browserStorage } from './browser-storage.ts';
import { newChatId } from './chat-client.ts';
import type { ChatClient } from './client-api.ts';
import type { Drafts } from './drafts.ts';
import { useClient, useConnection, useDraft, useView } from './hooks.ts';
import { webLocks } from './web-locks.ts';

/** Batches of a list that are asked about again and again. */
const MOST_ELSEWHERE = 10;

/** For tests; pages ask the server. */
export const BatchPortContext = createContext<BatchPort>(batchesOverHttp);

export function useBatchPort(): BatchPort {
  return useContext(BatchPortContext);
}

/** Keeps the answer to a request about a batch, unless the socket has said something newer since it was asked. */
export async function keepAnswer(
  { store }: Pick<ChatClient, 'store'>,
  batchId: string,
  ask: () => Promise<BatchSummary>,
): Promise<void> {
  const before = store.getState().batches[batchId];
  const batch = await ask();
  const { batches } = store.getState();
  if (batches[batchId] === before) store.setState({ batches: { ...batches, [batchId]: batch } });
}

export function loseBatchHere({ store }: ChatClient, batchId: string): void {
  store.setState({ batches: { ...store.getState().batches, [batchId]: null } });
}

/** @returns `undefined` until it is known, null for one that is not there */
export function useBatch(batchId: string): { batch: BatchSummary | null | undefined; error: Error | null } {
  const client = useClient();
  const port = useBatchPort();
  const isOpen = useConnection().phase === 'open';
  const [error, setError] = useState<Error | null>(null);
  const batch = useView(({ batches }) => batches[batchId]);
  useEffect(() => {
    if (!isOpen) return;
    const leave = new AbortController();
    keepAnswer(client, batchId, () => port.read(batchId, leave.signal)).then(
      () => setError(null),
      (failed: Error & { code?: string }) => {
        if (leave.signal.aborted) return;
        if (failed.code === 'not_found') loseBatchHere(client, batchId);
        else setError(failed);
      },
    );
    return () => leave.abort();
  }, [client, port, batchId, isOpen]);
  useElsewhere(isOpen && batch?.isElsewhere === true ? [batchId] : []);
  return { batch, error };
}

/** Of batches that another process works on no news come by the socket. */
function useElsewhere(ids: readonly string[]): void {
  const client = useClient();
  const port = useBatchPort();
  const key = ids.join(' ');
  useEffect(() => {
    if (key === '') return;
    return askAgain(async (signal) => {
      for (const id of key.split(' ')) await keepAnswer(client, id, () => port.read(id, signal));
    });
  }, [client, port, key]);
}

export interface BatchListView {
  /** Newest first; null until the first page is there. */
  batches: BatchSummary[] | null;
  error: Error | null;
  hasMore: boolean;
  more: () => void;
}

export function useBatches(): BatchListView {
  const client = useClient();
  const port = useBatchPort();
  const isOpen = useConnection().phase === 'open';
  const heard = useView(({ batches }) => batches);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const [error, setError] = useState<Error | null>(null);
  const load = useCallback(
    async (before: string | undefined, signal?: AbortSignal) => {
      const known = client.store.getState().batches;
      try {
        const list = await port.list(before, signal);
        const { batches } = client.store.getState();
        const news = list.batches.filter(({ id }) => batches[id] === known[id]);
        const read = Object.fromEntries(news.map((batch) => [batch.id, batch]));
        client.store.setState({ batches: { ...batches, ...read } });
        setNext(list.next);
        setError(null);
      } catch (failed) {
        if (!signal?.aborted) setError(failed as Error);
      }
    },
    [client, port],
  );
  useEffect(() => {
    if (!isOpen) return;
    const leave = new AbortController();
    void load(undefined, leave.signal);
    return () => leave.abort();
  }, [load, isOpen]);
  const batches = useMemo(() => newestFirst(Object.values(heard)), [heard]);
  const elsewhere = batches.filter(({ isElsewhere }) => isElsewhere === true);
  useElsewhere(isOpen ? elsewhere.slice(0, MOST_ELSEWHERE).map(({ id }) => id) : []);
  return {
    batches: next === undefined ? null : batches,
    error,
    hasMore: next !== null && next !== undefined,
    more: () => void load(next ?? undefined),
  };
}

function newestFirst(all: (BatchSummary | null)[]): BatchSummary[] {
  return all.filter((batch) => batch !== null).sort((a, b) => b.createdAt - a.createdAt);
}

/** The rows of one batch in one state, which are read as they are wanted. */
export function useBatchRows(batchId: string, state: ItemState | null): BatchRows {
  const port = useBatchPort();
  const rows = useMemo(() => new BatchRows(port, batchId, state), [port, batchId, state]);
  useEffect(() => () => rows.close(), [rows]);
  useSyncExternalStore(rows.subscribe, rows.version, rows.version);
  return rows;
}

/**
 * One item, as its outputs stream.
 * @param round another number reads it again, as after a retry
 */
export function useBatchItem(
  batchId: string,
  index: number,
  round: number,
): { view: ItemView | null; error: Error | null } {
  const port = useBatchPort();
  const [view, setView] = useState<ItemView | null>(null);
  const [error, setError] = useState<Error | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round reads it again
  useEffect(() => {
    const leave = new AbortController();
    let unfollow: (() => void) | undefined;
    setError(null);
    port.item(batchId, index, leave.signal).then(
      (item) => {
        setView((before) =>
          applyItemEvent(before?.item.index === index ? before : null, { type: 'item', item }),
        );
        if (!isMoving(item.state) || leave.signal.aborted) return;
        unfollow = port.follow(batchId, index, (event) => setView((before) => applyItemEvent(before, event)));
      },
      (failed: Error) => {
        if (!leave.signal.aborted) setError(failed);
      },
    );
    return () => {
      leave.abort();
      unfollow?.();
    };
  }, [port, batchId, index, round]);
  return { view: view?.item.index === index ? view : null, error };
}

/** Given what stands there now, which may be newer than what was drawn last. */
export type ChangeForm = (next: (form: BatchFormDraft) => Partial<BatchFormDraft>) => void;

const slotsOf = new WeakMap<Drafts, BatchSlots>();

/** Null until it is known which draft is this tab's. */
export function useBatchSlot(): string | null {
  const { drafts } = useClient();
  const [slot, setSlot] = useState<string | null>(null);
  useEffect(() => {
    const known = slotsOf.get(drafts) ?? new BatchSlots({ drafts, ...browserSlots() });
    slotsOf.set(drafts, known);
    let isHere = true;
    void known.enter().then((entered) => {
      if (isHere) setSlot(entered);
    });
    return () => {
      isHere = false;
    };
  }, [drafts]);
  return slot;
}

function browserSlots(): Omit<BatchSlotsPorts, 'drafts'> {
  return { tab: browserStorage(() => window.sessionStorage), locks: webLocks(), newId: newChatId };
}

/** What is typed for the next batch; survives reloads. */
export function useBatchForm(slot: string): [BatchFormDraft, ChangeForm] {
  const { drafts } = useClient();
  const [text, write] = useDraft(formKey(slot));
  const form = useMemo(() => parseForm(text), [text]);
  const change = useCallback(
    (next: (form: BatchFormDraft) => Partial<BatchFormDraft>) => {
      const now = parseForm(drafts.read(formKey(slot)));
      write(JSON.stringify({ ...now, ...next(now) }));
    },
    [drafts, slot, write],
  );
  return [form, change];
}

export function useBatchLines(slot: string): [string, (text: string) => void] {
  return useDraft(linesKey(slot));
}
