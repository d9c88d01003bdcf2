import { ReadableStream as NodeStream } from 'node:stream/web';

/** Statuses whose responses have no body, or one that nobody reads. */
const BARE = [101, 204, 205, 304];

/**
 * A `fetch` for one server that does not have to be trusted with our memory.
 * @param mostBytes of one response: what is longer breaks off
 * @param onBroken called when a response breaks off, also where its reader would wait on
 */
export function boundedFetch(mostBytes: number, onBroken: () => void) {
  return async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    // A standing stream would bring notifications that nobody here reads; a resumed one is the rest of an answer.
    if (init.method === 'GET' && !new Headers(init.headers).has('last-event-id'))
      return new Response(null, { status: 405 });
    const response = await fetch(url, init);
    const { body, status, statusText, headers } = response;
    if (body === null || BARE.includes(status) || (status >= 300 && status < 400)) return response;
    const whole = NodeStream.from(bounded(body, mostBytes, onBroken)) as unknown as BodyInit;
    return new Response(whole, { status, statusText, headers });
  };
}

async function* bounded(body: ReadableStream<Uint8Array>, mostBytes: number, onBroken: () => void) {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > mostBytes) throw new Error(`more than ${mostBytes} bytes`);
      yield chunk;
    }
  } catch (error) {
    onBroken();
    throw error;
  }
}
