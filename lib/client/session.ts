import type { Locks } from './locks.ts';

/** The server answers, but gives no session. */
export class SessionRefused extends Error {
  constructor(status: number) {
    super(`no session: ${status}`);
    this.name = 'SessionRefused';
  }
}

const PATIENCE_MS = 15_000;

/**
 * Makes sure that the browser has a session cookie; a first visit becomes a guest. One tab at a time, so that tabs
 * opened together share one guest.
 * @throws SessionRefused, or what `fetch` throws when the server cannot be reached
 */
export async function openBrowserSession(locks: Locks): Promise<void> {
  await locks.inTurn('weir.session', async () => {
    const response = await fetch('/api/session', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    // An unread body keeps the connection, and the time-out above, busy.
    await response.text();
    if (!response.ok) throw new SessionRefused(response.status);
  });
}
