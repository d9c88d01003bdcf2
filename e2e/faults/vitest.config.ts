import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../..', import.meta.url));

export default defineConfig({
  root,
  test: {
    include: ['e2e/faults/**/*.fault.ts'],
    environment: 'node',
    pool: 'forks',
    // Each file runs servers of its own, and most of its time it waits for them.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results/faults.json' },
  },
});
