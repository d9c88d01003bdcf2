import type * as z from 'zod/mini';
import { type ApiKey, apiKeyList, type NewApiKey, newApiKey } from '#lib/wire/api-key.ts';
import { openBrowserSession } from './session.ts';
import { webLocks } from './web-locks.ts';

const PATIENCE_MS = 15_000;

/** What the server said to a request that it refused, in words for people. */
export class KeysRefused extends Error {}

/** On a first visit this page may be quicker than the socket, so it sees to a session itself. */
export async function listKeys(): Promise<ApiKey[]> {
  await openBrowserSession(webLocks());
  return (await read(await asked('GET', '/api/keys'), apiKeyList)).keys;
}

export async function makeKey(name: string): Promise<NewApiKey> {
  return read(await asked('POST', '/api/keys', { name }), newApiKey);
}

/** A key that is gone already is gone. */
export async function revokeKey(id: string): Promise<void> {
  const response = await asked('DELETE', `/api/keys/${id}`);
  await response.text();
}

/** @throws KeysRefused, or what `fetch` throws when the server cannot be reached */
async function asked(method: string, path: string, body?: object): Promise<Response> {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const isGone = method === 'DELETE' && response.status === 404;
  if (response.ok || isGone) return response;
  throw new KeysRefused(sentenceIn(await response.text()));
}

async function read<S extends z.ZodMiniType>(response: Response, schema: S): Promise<z.output<S>> {
  return schema.parse(await response.json());
}

function sentenceIn(body: string): string {
  try {
    const { error } = JSON.parse(body);
    if (typeof error.message === 'string') return error.message;
  } catch {
    // A proxy's page, for example.
    return 'The server could not do this.';
  }
  return 'The server could not do this.';
}
