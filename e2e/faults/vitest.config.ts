import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../..', import.meta.url));

export default defineConfig({
  root,
  test: {
    include: ['e2e/faults/**/*.fault.ts'],
    environment: 'node',
    setupFiles: ['e2e/faults/after-each.ts'],
    pool: 'forks',
    // Each file runs servers of its own, and most of its time it waits for them.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 240_000,
    // These limits find what hangs. They measure nothing: the usual second of a poll would measure how busy the machine is.
    expect: { poll: { timeout: 30_000 } },
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results/faults.json' },
  },
});
