import * as z from 'zod/mini';
import {
  batchItem,
  batchItemEvent,
  batchItems,
  batchLimits,
  batchList,
  batchProblems,
  batchSummary,
  batchUpload,
  type ItemState,
} from '#lib/wire/batch.ts';
import { batchPreview } from '#lib/wire/batch-preview.ts';
import { isMoving } from './batch-item-view.ts';
import { BatchHasProblems, type BatchPort, BatchRefused, type UploadFile } from './batch-port.ts';

const root = '/api/batches';
const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const AGAIN_MS = 1_500;

/** Over fetch; an upload over XMLHttpRequest, which alone tells how much has left. */
export const batchesOverHttp: BatchPort = {
  upload: async (file, onSent, signal) => understood(batchUpload, await send(file, onSent, signal)),
  preview: async (draft, signal) => understood(batchPreview, await post('/preview', draft, signal)),
  start: async (batch) => understood(batchSummary, await post('', batch)),
  list: async (before, signal) =>
    understood(batchList, await get(`?${query({ before, limit: 50 })}`, signal)),
  read: async (id, signal) => understood(batchSummary, await get(`/${id}`, signal)),
  items: async (id, page, signal) =>
    understood(batchItems, await get(`/${id}/items?${pageQuery(page)}`, signal)),
  item: async (id, index, signal) => understood(batchItem, await get(`/${id}/items/${index}`, signal)),
  follow,
  cancel: async (id) => understood(batchSummary, await post(`/${id}/cancel`, {})),
  retry: async (id, which = 'failed') =>
    understood(
      batchSummary,
      await post(`/${id}/retry`, typeof which === 'number' ? { index: which } : { which }),
    ),
  remove: async (id) => {
    await ask(`/${id}`, { method: 'DELETE' });
  },
};

/** @throws BatchRefused when the server is of another version than this page */
function understood<T>(shape: z.ZodMiniType<T>, body: unknown): T {
  const read = shape.safeParse(body);
  if (read.success) return read.data;
  throw new BatchRefused('bad_answer', 'This page does not understand the answer of Weir. Reload it.');
}

function pageQuery({ state, after, limit }: { state: ItemState | null; after: number; limit: number }) {
  return query({ state: state ?? undefined, after: after < 0 ? undefined : after, limit });
}

function query(values: Record<string, string | number | undefined>): URLSearchParams {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
}

function get(path: string, signal?: AbortSignal): Promise<unknown> {
  return ask(path, signal ? { signal } : {});
}

function post(path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
  return ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
}

async function ask(path: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(root + path, { credentials: 'same-origin', ...init }).catch(unreachable);
  return read(response.status, await response.text().catch(unreachable));
}

function unreachable(error: unknown): never {
  if (error instanceof DOMException && error.name === 'AbortError') throw error;
  throw new BatchRefused('unreachable', 'Weir cannot be reached. Check the connection and try again.');
}

/** @returns the body of a good answer @throws what else it says */
export function read(status: number, text: string): unknown {
  const body = parse(text);
  if (status >= 200 && status < 300) return body;
  const report = batchProblems.safeParse(body);
  if (status === 422 && report.success) throw new BatchHasProblems(report.data);
  const told = failure.safeParse(body);
  if (told.success) throw new BatchRefused(told.data.error.code, told.data.error.message);
  throw new BatchRefused('server_error', `Weir answered with the status ${status}. Try again in a moment.`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function send(file: UploadFile, onSent?: (share: number) => void, signal?: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(
      'POST',
      `${root}/files?${query({ format: file.format, name: file.name.slice(0, batchLimits.nameLength) })}`,
    );
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => onSent?.(total === 0 ? 1 : loaded / total);
    request.onabort = () => reject(new DOMException('The upload was stopped.', 'AbortError'));
    request.onerror = () =>
      reject(new BatchRefused('unreachable', 'The upload broke off. Check the connection and try again.'));
    request.onload = () => {
      try {
        resolve(read(request.status, request.responseText));
      } catch (error) {
        reject(error);
      }
    };
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file.content);
  });
}

function follow(id: string, index: number, tell: Parameters<BatchPort['follow']>[2]): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const stop = () => {
    isOver = true;
    source?.close();
    clearTimeout(timer);
  };
  const open = () => {
    source = new EventSource(`${root}/${id}/items/${index}/live`);
    source.onmessage = ({ data }) => {
      const event = batchItemEvent.safeParse(parse(String(data)));
      if (!event.success) return;
      // The browser would open the stream again that the server has closed for good.
      if (event.data.type === 'item' && !isMoving(event.data.item.state)) stop();
      tell(event.data);
    };
    source.onerror = () => {
      source?.close();
      if (!isOver) timer = setTimeout(open, AGAIN_MS);
    };
  };
  open();
  return stop;
}
