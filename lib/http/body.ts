import type { HttpBindings } from '@hono/node-server';
import { Refusal } from '#lib/wire/error-code.ts';

/** What handlers below /api find: the whole body, small as it is. */
export interface BodyEnv {
  Bindings: HttpBindings;
  Variables: { body: Uint8Array };
}

/**
 * The bytes of a request's body, or null when there are more than `most`, found out without taking more in.
 * Throws `Refusal('bad_message')` when the client leaves before the end.
 * (Hono's own bodyLimit builds a new Request, which works only with Node's global classes replaced.)
 */
export async function bodyWithin(request: Request, most: number): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length') ?? 0) > most) return null;
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of request.body ?? []) {
      size += piece.byteLength;
      if (size > most) return null;
      pieces.push(piece);
    }
  } catch (cause) {
    throw new Refusal('bad_message', 'The request ended before its body did.', { cause });
  }
  return Buffer.concat(pieces, size);
}
