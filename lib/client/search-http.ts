import * as z from 'zod/mini';
import { chatPart, searchAnswer, searchLimits } from '#lib/wire/search.ts';
import { type SearchPort, SearchRefused } from './search-port.ts';
import { openBrowserSession } from './session.ts';
import { webLocks } from './web-locks.ts';

const PATIENCE_MS = 15_000;
const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export const searchOverHttp: SearchPort = {
  find: (text, signal) => {
    const q = text.slice(0, searchLimits.textLength);
    return asked(`?${new URLSearchParams({ q, limit: String(searchLimits.hits) })}`, searchAnswer, signal);
  },
  part: (chat, message, side, signal) =>
    asked(`/part?${new URLSearchParams({ chat, message, side })}`, chatPart, signal),
};

async function asked<T>(path: string, shape: z.ZodMiniType<T>, signal: AbortSignal): Promise<T> {
  // On a first visit this page may be quicker than the socket, so it sees to a session itself.
  await openBrowserSession(webLocks()).catch(unreachable);
  signal.throwIfAborted();
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const options: RequestInit = { credentials: 'same-origin', signal: patience };
  const response = await fetch(`/api/search${path}`, options).catch(unreachable);
  const body = parsed(await response.text().catch(unreachable));
  const read = shape.safeParse(body);
  if (response.ok && read.success) return read.data;
  const told = failure.safeParse(body);
  if (told.success) throw new SearchRefused(told.data.error.code, told.data.error.message);
  throw new SearchRefused('server_error', 'Weir could not search. Try again in a moment.');
}

function unreachable(error: unknown): never {
  if (error instanceof DOMException && error.name === 'AbortError') throw error;
  throw new SearchRefused('unreachable', 'Weir cannot be reached. Check the connection and try again.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
