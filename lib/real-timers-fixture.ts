import { setImmediate, setInterval, setTimeout } from 'node:timers';
import { afterAll, expect, vi } from 'vitest';

const real = { setImmediate, setInterval, setTimeout };

// In front of every test file (vitest.config.ts). The inner loop runs many files in one process: timers that one of them
// leaves faked never fire, and whichever file comes next hangs in its stead.
afterAll(() => {
  // As Vitest does it after the last test: a spy on a faked timer puts the fake back.
  vi.restoreAllMocks();
  const areFaked = vi.isFakeTimers();
  vi.useRealTimers();
  const { setImmediate, setInterval, setTimeout } = globalThis;
  const found = { setImmediate, setInterval, setTimeout };
  Object.assign(globalThis, real);
  expect({ areFaked, ...found }, 'timers that this file leaves behind').toEqual({ areFaked: false, ...real });
});
