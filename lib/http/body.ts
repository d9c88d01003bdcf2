import type { HttpBindings } from '@hono/node-server';
import { Refusal } from '#lib/wire/error-code.ts';

/** What handlers below /api find: the whole body, small as it is. */
export interface BodyEnv {
  Bindings: HttpBindings;
  Variables: { body: Uint8Array };
}

/** Milliseconds that a small body has to arrive whole, and any other one between two pieces. */
const WITHIN_MS = 30_000;

/**
 * The bytes of a request's body, or null when there are more than `most`, found out without taking more in.
 * Throws `Refusal('bad_message')` when the client leaves before the end, or has not come to it within `withinMs`.
 * (Hono's own bodyLimit builds a new Request, which works only with Node's global classes replaced.)
 */
export async function bodyWithin(
  request: Request,
  most: number,
  withinMs: number = WITHIN_MS,
): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length') ?? 0) > most) return null;
  const pieces: Uint8Array[] = [];
  let size = 0;
  const until = performance.now() + withinMs;
  for await (const piece of arriving(request, () => until - performance.now())) {
    size += piece.byteLength;
    if (size > most) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size);
}

/** A body of any size, piece by piece. Throws `Refusal('bad_message')` when the client leaves, or falls silent. */
export function streamedBody(request: Request, silenceMs: number = WITHIN_MS): AsyncGenerator<Uint8Array> {
  return arriving(request, () => silenceMs);
}

/** @param patience milliseconds that the next piece may take */
async function* arriving(request: Request, patience: () => number): AsyncGenerator<Uint8Array> {
  const reader = request.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await soon(reader.read(), patience());
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function soon<T>(work: Promise<T>, ms: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Refusal('bad_message', 'The body of the request took too long. Send it again.'));
  }, ms);
  try {
    return await Promise.race([work, late.promise]);
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal('bad_message', 'The request ended before its body did.', { cause });
  } finally {
    clearTimeout(timer);
  }
}
