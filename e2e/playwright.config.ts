import { defineConfig } from '@playwright/test';

const asRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../test-results/e2e',
  // Generous: a busy machine is no fault of what is tested, and what hangs is still noticed.
  timeout: 240_000,
  expect: { timeout: 15_000 },
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: '../test-results/e2e.json' }]],
  use: {
    actionTimeout: 15_000,
    screenshot: 'only-on-failure',
    // Recording every page costs half of a small machine; `--trace on` when a failure has to be looked at.
    trace: 'off',
    // Animations of tabs that nobody sees cost the other half. Motion has a test of its own.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      ...(process.env.WEIR_CHROMIUM ? { executablePath: process.env.WEIR_CHROMIUM } : {}),
      args: [
        // Chromium refuses to run as root inside its own sandbox.
        ...(asRoot ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-quic',
        '--no-first-run',
      ],
    },
  },
});
