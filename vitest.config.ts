import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{lib,app,components,bench,e2e,prisma}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/.next/**', 'lib/store/prisma-client/**'],
    setupFiles: ['lib/real-timers-fixture.ts'],
    environment: 'node',
    pool: 'forks',
    // Two cores are the least a machine has: more workers than that only make clocks late.
    maxWorkers: 2,
    // No test claims anything with these: they end what hangs, on a machine that is busy with other things too.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000, interval: 10 } },
    restoreMocks: true,
    unstubEnvs: true,
    passWithNoTests: true,
  },
});
