import { afterEach, expect, it, vi } from 'vitest';
import { FakeLocks } from './fake-locks.ts';
import { openBrowserSession } from './session.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('[C23] tabs that open at once ask one after the other, so that they share one guest', async () => {
  let cookie = false;
  let guests = 0;
  vi.stubGlobal('fetch', async () => {
    const known = cookie;
    await Promise.resolve();
    if (!known) guests += 1;
    cookie = true;
    return new Response('{}');
  });
  const locks = new FakeLocks();
  await Promise.all([1, 2, 3].map(() => openBrowserSession(locks.tab())));
  expect(guests).toBe(1);
});

it('[C23] a session that the server does not give is an error', async () => {
  vi.stubGlobal('fetch', async () => new Response('', { status: 503 }));
  await expect(openBrowserSession(new FakeLocks().tab())).rejects.toThrow('503');
});
