import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{lib,app,components,bench,e2e,prisma}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/.next/**', 'lib/store/prisma-client/**'],
    environment: 'node',
    pool: 'forks',
    // Two cores are the least a machine has: more workers than that only make clocks late.
    maxWorkers: 2,
    testTimeout: 15_000,
    hookTimeout: 30_000,
    restoreMocks: true,
    unstubEnvs: true,
    passWithNoTests: true,
  },
});
